/* test_listener.c - listening sockets: a sealed one lets nobody begin, and ends what has begun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/listener.h"

#define A_WHILE_MS 50

static int open_one(int *port)
{
    int fd = -1;
    struct why why = {0};
    assert_int_equal(listener_open("127.0.0.1", 0, "port", 1, &fd, port, &why), ERR_OK);
    assert_int_equal(listener_port(fd), *port);
    return fd;
}

/* A client that has begun to connect. */
static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    int e = connect(fd, (struct sockaddr *)&to, sizeof to);
    assert_true(e == 0 || errno == EINPROGRESS);
    return fd;
}

static bool is_connected(int fd, int timeout_ms)
{
    int error = 0;
    socklen_t len = sizeof error;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return poll(&p, 1, timeout_ms) == 1 &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0;
}

static void a_sealed_queue_can_be_emptied(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    int early = dial(port);
    assert_true(is_connected(early, 10000));
    assert_true(listener_seal(listener));
    int late = dial(port);
    assert_false(is_connected(late, A_WHILE_MS));
    int taken = accept(listener, NULL, NULL);
    assert_true(taken >= 0);
    assert_int_equal(accept(listener, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(close(listener), 0);
    char byte = 0;
    struct pollfd p = {.fd = early, .events = POLLIN};
    assert_int_equal(send(taken, "x", 1, MSG_NOSIGNAL), 1); /* the connection outlives the socket */
    assert_int_equal(poll(&p, 1, 10000), 1);
    assert_int_equal(recv(early, &byte, 1, 0), 1);
    assert_int_equal(byte, 'x');
    (void)close(taken);
    (void)close(early);
    (void)close(late);
}

static void an_unsealed_one_is_open_again(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    assert_true(listener_seal(listener));
    listener_unseal(listener);
    listener_unseal(listener); /* nothing to undo is no error */
    int fd = dial(port);
    assert_true(is_connected(fd, 10000));
    (void)close(fd);
    (void)close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_queue_can_be_emptied),
        cmocka_unit_test(an_unsealed_one_is_open_again),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
