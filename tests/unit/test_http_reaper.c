/* test_http_reaper.c - absolute deadlines and eviction, on socket pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "http/reaper.h"

static const int64_t timeouts_ms[LINK_PHASES] = {
    [LINK_HEADER] = 100, [LINK_IDLE] = 200, [LINK_BODY] = 300, [LINK_RESPONSE] = 400};

struct pair {
    struct link link;
    int ours, theirs;
};

static void open_pair(struct reaper *r, struct pair *p, int64_t now_ms)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    p->ours = fds[0];
    p->theirs = fds[1];
    reaper_add(r, &p->link, p->ours, now_ms);
}

static bool is_shut(const struct pair *p)
{
    char byte;
    return recv(p->theirs, &byte, 1, MSG_DONTWAIT) == 0;
}

static void close_pair(struct reaper *r, struct pair *p)
{
    reaper_remove(r, &p->link);
    (void)close(p->ours);
    (void)close(p->theirs);
}

static void each_phase_has_its_deadline(void **state)
{
    (void)state;
    static const struct {
        enum link_phase phase;
        int64_t timeout_ms;
    } cases[] = {{LINK_HEADER, 100},
                 {LINK_IDLE, 200},
                 {LINK_BODY, 300},
                 {LINK_RESPONSE, 400},
                 {LINK_WORK, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reaper r;
        struct pair p;
        reaper_init(&r, timeouts_ms, 10);
        open_pair(&r, &p, 0);
        reaper_move(&r, &p.link, cases[i].phase, 1000);
        assert_false(reaper_tick(&r, 1000 + cases[i].timeout_ms - 1));
        assert_false(is_shut(&p));
        assert_false(
            reaper_tick(&r, 1000 + (cases[i].timeout_ms > 0 ? cases[i].timeout_ms : 1000000)));
        assert_int_equal(is_shut(&p), cases[i].timeout_ms > 0);
        assert_int_equal(r.reaped, cases[i].timeout_ms > 0);
        close_pair(&r, &p);
        assert_int_equal(r.count, 0);
    }
}

static void a_crowd_that_is_due_goes_in_parts(void **state)
{
    (void)state;
    static struct pair p[2 * REAPER_TICK_MAX];
    struct reaper r;
    reaper_init(&r, timeouts_ms, 10 * REAPER_TICK_MAX);
    for (int i = 0; i < 2 * REAPER_TICK_MAX; i++) {
        open_pair(&r, &p[i], 0);
        reaper_move(&r, &p[i].link, i % 3 == 0 ? LINK_IDLE : LINK_BODY, i);
    }
    assert_true(reaper_tick(&r, 1000));
    assert_int_equal(r.reaped, REAPER_TICK_MAX);
    assert_true(is_shut(&p[0]) && !is_shut(&p[2 * REAPER_TICK_MAX - 1]));
    assert_false(reaper_tick(&r, 1000));
    assert_int_equal(r.reaped, 2 * REAPER_TICK_MAX);
    for (int i = 0; i < 2 * REAPER_TICK_MAX; i++) {
        assert_true(is_shut(&p[i]));
        close_pair(&r, &p[i]);
    }
}

static void a_phase_that_ends_goes_in_parts(void **state)
{
    (void)state;
    static struct pair p[REAPER_TICK_MAX + 1];
    struct reaper r;
    reaper_init(&r, timeouts_ms, 10 * REAPER_TICK_MAX);
    for (int i = 0; i <= REAPER_TICK_MAX; i++) {
        open_pair(&r, &p[i], 0);
    }
    assert_true(reaper_shut_phase(&r, LINK_HEADER));
    assert_true(is_shut(&p[0]) && !is_shut(&p[REAPER_TICK_MAX]));
    assert_false(reaper_shut_phase(&r, LINK_HEADER));
    for (int i = 0; i <= REAPER_TICK_MAX; i++) {
        assert_true(is_shut(&p[i]));
        close_pair(&r, &p[i]);
    }
}

static void what_was_shut_stays_shut(void **state)
{
    (void)state;
    struct reaper r;
    struct pair p;
    reaper_init(&r, timeouts_ms, 10);
    open_pair(&r, &p, 0);
    assert_false(reaper_tick(&r, 100));
    assert_true(is_shut(&p));
    reaper_move(&r, &p.link, LINK_RESPONSE, 100);
    assert_int_equal(p.link.phase, LINK_SHUT);
    assert_false(reaper_tick(&r, 100000));
    assert_int_equal(r.reaped, 1);
    close_pair(&r, &p);
}

static void the_oldest_idle_one_makes_room(void **state)
{
    (void)state;
    struct reaper r;
    struct pair p[12];
    reaper_init(&r, timeouts_ms, 10); /* crowded from 9 on */
    for (int i = 0; i < 9; i++) {
        open_pair(&r, &p[i], i);
        reaper_move(&r, &p[i].link, i == 0 ? LINK_WORK : i < 3 ? LINK_HEADER : LINK_IDLE, i);
    }
    open_pair(&r, &p[9], 50);
    assert_true(is_shut(&p[3]));
    for (int i = 4; i < 9; i++) {
        reaper_move(&r, &p[i].link, LINK_RESPONSE, 60);
    }
    open_pair(&r, &p[10], 70);
    assert_true(is_shut(&p[1])); /* no idle one: the longest on its headers */
    assert_false(is_shut(&p[0]));
    assert_int_equal(r.evicted, 2);
    assert_false(reaper_shut_phase(&r, LINK_RESPONSE));
    for (int i = 4; i < 9; i++) {
        assert_true(is_shut(&p[i]));
    }
    assert_int_equal(reaper_count_phase(&r, LINK_HEADER), 3);
    for (int i = 0; i < 11; i++) {
        close_pair(&r, &p[i]);
    }
    assert_int_equal(r.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_phase_has_its_deadline),
        cmocka_unit_test(a_crowd_that_is_due_goes_in_parts),
        cmocka_unit_test(a_phase_that_ends_goes_in_parts),
        cmocka_unit_test(what_was_shut_stays_shut),
        cmocka_unit_test(the_oldest_idle_one_makes_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
