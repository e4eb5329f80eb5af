#include "http/handed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/listener.h"

#define NAME_MAX_BYTES 32 /* the names that mean something here are shorter */

/* A number of the environment; -1 = none. Whoever starts the program writes it, no client. */
static long number_of(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    if (text == NULL || text[0] == '\0') {
        return -1;
    }
    errno = 0;
    long value = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' && value >= 0 ? value : -1;
}

pid_t handed_predecessor(void)
{
    long said = number_of(HANDED_PREDECESSOR);
    return said > 1 && said == (long)getppid() ? (pid_t)said : 0;
}

bool handed_is_lent(void)
{
    return handed_is_offered() && (handed_predecessor() == 0 || number_of(HANDED_LENT) == 1);
}

bool handed_is_offered(void)
{
    bool is_ours = number_of("LISTEN_PID") == (long)getpid() || handed_predecessor() != 0;
    return is_ours && number_of("LISTEN_FDS") > 0;
}

/* The nth of names with colons between; "" when there are fewer. */
static void nth_name(const char *names, int n, char out[NAME_MAX_BYTES])
{
    out[0] = '\0';
    for (; names != NULL && n > 0; n--) {
        names = strchr(names, ':');
        names = names != NULL ? names + 1 : NULL;
    }
    size_t len = names != NULL ? strcspn(names, ":") : 0;
    if (len > 0 && len < NAME_MAX_BYTES) {
        memcpy(out, names, len);
        out[len] = '\0';
    }
}

static bool is_listening(int fd)
{
    int type = 0, listens = 0;
    socklen_t len = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0 && listens != 0;
}

static enum err take_one(int fd, const char *name, const struct settings *settings,
                         struct handed_socket *out, struct why *why)
{
    int flags = fcntl(fd, F_GETFL);
    int port = is_listening(fd) ? listener_port(fd) : -1;
    if (flags < 0 || port < 0) {
        return why_set(why, ERR_INPUT, "LISTEN_FDS",
                       "descriptor %d is no listening TCP socket: ListenStream= takes an address "
                       "and a port",
                       fd);
    }
    if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return why_set(why, ERR_IO, "LISTEN_FDS", "descriptor %d: %s", fd, strerror(errno));
    }
    out->fd = fd;
    out->port = port;
    out->is_admin = strcmp(name, HANDED_ADMIN) == 0 ||
                    (strcmp(name, HANDED_PUBLIC) != 0 && port == (int)settings->admin_port);
    return ERR_OK;
}

enum err handed_take(const struct settings *settings, struct handed *out, struct why *why)
{
    *out = (struct handed){.is_lent = handed_is_lent()};
    if (!handed_is_offered()) {
        return ERR_OK;
    }
    long count = number_of("LISTEN_FDS");
    if (count > HANDED_MAX) {
        return why_set(why, ERR_INPUT, "LISTEN_FDS", "%ld sockets are more than %d", count,
                       HANDED_MAX);
    }
    enum err e = ERR_OK;
    for (int i = 0; e == ERR_OK && i < (int)count; i++) {
        char name[NAME_MAX_BYTES];
        nth_name(getenv("LISTEN_FDNAMES"), i, name);
        e = take_one(HANDED_FIRST_FD + i, name, settings, &out->sockets[i], why);
    }
    out->count = e == ERR_OK ? (int)count : 0;
    return e;
}

int handed_count(const struct handed *h, bool is_admin)
{
    int n = 0;
    for (int i = 0; i < h->count; i++) {
        n += h->sockets[i].is_admin == is_admin;
    }
    return n;
}
