#include "http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTENER_BACKLOG 4096 /* the kernel caps it at net.core.somaxconn */

struct address {
    struct sockaddr_storage storage;
    socklen_t len;
};

static enum err resolve(const char *address, int port, struct address *out, struct why *why)
{
    char service[16];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    (void)snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(address, service, &hints, &found) != 0) {
        return why_set(why, ERR_IO, NULL, "%s is no IPv4 or IPv6 address", address);
    }
    memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
    out->len = found->ai_addrlen;
    freeaddrinfo(found);
    return ERR_OK;
}

int listener_port(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
        return -1;
    }
    if (bound.ss_family != AF_INET6 && bound.ss_family != AF_INET) {
        return -1;
    }
    return ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                             : ((struct sockaddr_in *)&bound)->sin_port);
}

/* -1 with errno. */
static int bind_socket(const struct address *a, bool shares_port)
{
    int on = 1;
    int fd = socket(a->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        (shares_port && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) ||
        bind(fd, (const struct sockaddr *)&a->storage, a->len) != 0 ||
        (!shares_port && listen(fd, 1) != 0)) {
        int saved = errno;
        (void)close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static enum err explain(const char *address, int port, const char *port_setting, int error,
                        struct why *why)
{
    switch (error) {
    case EADDRINUSE:
        return why_set(why, ERR_IO, port_setting,
                       "port %d on %s is taken by another program: stop it, or choose another port "
                       "with --%s",
                       port, address, port_setting);
    case EACCES:
        return why_set(
            why, ERR_IO, port_setting,
            "port %d needs root or CAP_NET_BIND_SERVICE: choose one above 1023 with --%s", port,
            port_setting);
    case EADDRNOTAVAIL:
        return why_set(why, ERR_IO, NULL, "%s is no address of this machine", address);
    default:
        return why_set(why, ERR_IO, NULL, "cannot listen on %s port %d: %s", address, port,
                       strerror(error));
    }
}

static void set_port(struct address *a, int port)
{
    if (a->storage.ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)&a->storage)->sin6_port = htons((uint16_t)port);
    } else {
        ((struct sockaddr_in *)&a->storage)->sin_port = htons((uint16_t)port);
    }
}

/* Is the port free for us alone? Finds one when any will do. */
static enum err probe(struct address *a, const char *address, int *port, const char *port_setting,
                      struct why *why)
{
    int fd = bind_socket(a, false);
    if (fd < 0) {
        return explain(address, *port, port_setting, errno, why);
    }
    *port = listener_port(fd);
    set_port(a, *port);
    (void)close(fd);
    return ERR_OK;
}

enum err listener_open(const char *address, int port, const char *port_setting, int count, int *fds,
                       int *bound_port, struct why *why)
{
    struct address a;
    enum err e = resolve(address, port, &a, why);
    if (e == ERR_OK) {
        e = probe(&a, address, &port, port_setting, why);
    }
    int opened = 0;
    for (; e == ERR_OK && opened < count; opened++) {
        fds[opened] = bind_socket(&a, true);
        if (fds[opened] < 0 || listen(fds[opened], LISTENER_BACKLOG) != 0) {
            e = explain(address, port, port_setting, errno, why);
            break;
        }
    }
    if (e != ERR_OK) {
        while (opened-- > 0) {
            (void)close(fds[opened]);
        }
        return e;
    }
    *bound_port = port;
    return ERR_OK;
}

/* Packets that begin a handshake are matched with the interface they come by, those that end one
 * with the handshake. A filter (SO_ATTACH_FILTER) would drop them where this refuses them, and some
 * kernels let only a process with CAP_NET_ADMIN have one. */
bool listener_seal(int fd)
{
    static const int nowhere = INT_MAX; /* the number of no interface */
    return setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nowhere, sizeof nowhere) == 0;
}

/* A row of the kernel's table, all in hex: "SLOT: ADDRESS:PORT ADDRESS:PORT STATE ...". */
static bool is_handshake(char *row, int port)
{
    enum { SYN_RECV = 3 };
    char *rest = NULL;
    (void)strtok_r(row, " ", &rest);
    const char *local = strtok_r(NULL, " ", &rest);
    (void)strtok_r(NULL, " ", &rest);
    const char *state = strtok_r(NULL, " ", &rest);
    const char *local_port = local != NULL ? strchr(local, ':') : NULL;
    return state != NULL && local_port != NULL && strtol(local_port + 1, NULL, 16) == port &&
           strtol(state, NULL, 16) == SYN_RECV;
}

/* -1 without such a table. */
static int count_in_table(const char *path, int port)
{
    char row[512];
    int n = 0;
    FILE *table = fopen(path, "re");
    if (table == NULL) {
        return -1;
    }
    while (fgets(row, sizeof row, table) != NULL) {
        n += is_handshake(row, port);
    }
    (void)fclose(table);
    return n;
}

int listener_handshakes(int port)
{
    int of_ipv4 = count_in_table("/proc/self/net/tcp", port);
    int of_ipv6 = count_in_table("/proc/self/net/tcp6", port); /* not there without IPv6 */
    return of_ipv4 < 0 ? -1 : of_ipv4 + (of_ipv6 > 0 ? of_ipv6 : 0);
}
