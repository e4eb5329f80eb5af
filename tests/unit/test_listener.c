/* test_listener.c - listening sockets: a sealed one lets nobody begin, and ends what has begun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fixture_client.h"
#include "http/listener.h"

#define A_WHILE_MS 50
#define PATIENT_MS 10000 /* only ends a hang */

static int open_one(int *port)
{
    int fd = -1;
    struct why why = {0};
    assert_int_equal(listener_open("127.0.0.1", 0, "port", 1, &fd, port, &why), ERR_OK);
    assert_int_equal(listener_port(fd), *port);
    return fd;
}

static void a_sealed_queue_can_be_emptied(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    int early = client_dial(port);
    assert_int_equal(client_connected(early, PATIENT_MS), 0);
    assert_true(listener_seal(listener));
    int late = client_dial(port);
    assert_int_equal(client_connected(late, A_WHILE_MS), -1);
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

static void an_unsealed_one_is_open_again(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    assert_true(listener_seal(listener));
    listener_unseal(listener);
    listener_unseal(listener); /* nothing to undo is no error */
    int fd = client_dial(port);
    assert_int_equal(client_connected(fd, PATIENT_MS), 0);
    (void)close(fd);
    (void)close(listener);
}

static void a_handshake_is_seen_until_it_ends(void **state)
{
    (void)state;
    int port = 0;
    int listener = open_one(&port);
    assert_int_equal(listener_handshakes(port), 0);
    int deaf = client_dial_deaf(port);
    assert_int_equal(listener_handshakes(port), 1);
    assert_true(listener_seal(listener));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_queue_can_be_emptied),
        cmocka_unit_test(an_unsealed_one_is_open_again),
        cmocka_unit_test(a_handshake_is_seen_until_it_ends),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
