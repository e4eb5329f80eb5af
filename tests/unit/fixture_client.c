#include "fixture_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>

/* Drops what has the flag SYN: of all that a client receives, the answer to its own. */
static void deafen(int fd)
{
    enum { FLAGS_AT = 13, WHOLE = 0x7fffffff };
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, FLAGS_AT),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_SYN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, WHOLE),
    };
    const struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
}

static int dial(int port, bool is_deaf)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (is_deaf) {
        deafen(fd);
    }
    int e = connect(fd, (struct sockaddr *)&to, sizeof to);
    assert_true(e == 0 || errno == EINPROGRESS || errno == ECONNREFUSED);
    return fd;
}

int client_dial(int port)
{
    return dial(port, false);
}

int client_dial_deaf(int port)
{
    return dial(port, true);
}

void client_hears(int fd)
{
    int unused = 0;
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused), 0);
}

int client_connected(int fd, int timeout_ms)
{
    int error = 0;
    socklen_t len = sizeof error;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    if (poll(&p, 1, timeout_ms) != 1) {
        return -1;
    }
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error : errno;
}
