/* test_listener.c - listening sockets: a sealed one lets nobody begin, and ends what has begun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture_client.h"
#include "http/handed.h"
#include "http/listener.h"

#define PATIENT_MS 10000 /* only ends a hang */
#define NOBODY     65534

static int open_one(int *port)
{
    int fd = -1;
    struct why why = {0};
    assert_int_equal(listener_open("127.0.0.1", 0, "port", 1, &fd, port, &why), ERR_OK);
    assert_int_equal(listener_port(fd), *port);
    return fd;
}

/* As the server does, which never runs as root. */
static bool seal_without_privileges(int fd)
{
    bool was_root = geteuid() == 0;
    assert_true(!was_root || seteuid(NOBODY) == 0);
    bool is_sealed = listener_seal(fd);
    assert_true(!was_root || seteuid(0) == 0);
    return is_sealed;
}

static void a_sealed_queue_can_be_emptied(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    int early = client_dial(port);
    assert_int_equal(client_connected(early, PATIENT_MS), 0);
    assert_true(seal_without_privileges(listener));
    int late = client_dial(port);
    assert_int_equal(client_connected(late, PATIENT_MS), ECONNREFUSED);
    int taken = accept(listener, NULL, NULL);
    assert_true(taken >= 0);
    assert_int_equal(accept(listener, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(close(listener), 0);
    char byte = 0;
    struct pollfd p = {.fd = early, .events = POLLIN};
    assert_int_equal(send(taken, "x", 1, MSG_NOSIGNAL), 1); /* the connection outlives the socket */
    assert_int_equal(poll(&p, 1, PATIENT_MS), 1);
    assert_int_equal(recv(early, &byte, 1, 0), 1);
    assert_int_equal(byte, 'x');
    (void)close(taken);
    (void)close(early);
    (void)close(late);
}

static void a_handshake_is_seen_until_it_ends(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    assert_int_equal(listener_handshakes(port), 0);
    int deaf = client_dial_deaf(port);
    assert_int_equal(listener_handshakes(port), 1);
    assert_true(seal_without_privileges(listener));
    int late = client_dial(port);
    assert_int_equal(listener_handshakes(port), 1); /* the late one has not begun */
    client_hears(deaf);
    assert_int_equal(client_connected(deaf, PATIENT_MS), 0);
    struct pollfd p = {.fd = listener, .events = POLLIN};
    assert_int_equal(poll(&p, 1, PATIENT_MS), 1);
    assert_int_equal(listener_handshakes(port), 0);
    (void)close(deaf);
    (void)close(late);
    (void)close(listener);
}

static void set_number(const char *name, long value)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%ld", value);
    assert_int_equal(setenv(name, text, 1), 0);
}

/* It must not be sealed then, neither by the successor of whom it was lent to. */
static void who_else_holds_a_socket_is_known(void **state)
{
    (void)state;
    assert_false(handed_is_lent());
    set_number("LISTEN_FDS", 1);
    set_number("LISTEN_PID", (long)getpid());
    assert_true(handed_is_lent());
    assert_int_equal(unsetenv("LISTEN_PID"), 0);
    set_number(HANDED_PREDECESSOR, (long)getppid());
    assert_false(handed_is_lent());
    set_number(HANDED_LENT, 1);
    assert_true(handed_is_lent());
    assert_int_equal(unsetenv(HANDED_PREDECESSOR), 0);
    assert_false(handed_is_lent());
    assert_int_equal(unsetenv(HANDED_LENT), 0);
    assert_int_equal(unsetenv("LISTEN_FDS"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_queue_can_be_emptied),
        cmocka_unit_test(a_handshake_is_seen_until_it_ends),
        cmocka_unit_test(who_else_holds_a_socket_is_known),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
