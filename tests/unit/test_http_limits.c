/* test_http_limits.c - the bucket of a client, with a clock that is made, and the count of its
 * connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "http/admission.h"
#include "http/client_count.h"
#include "http/rate_limit.h"

#define SECOND_US 1000000
#define SET       8192 /* clients so far apart share a place of the table */

static uint64_t state_of_chance;

/* The same numbers at each run. */
static int chance(int below)
{
    state_of_chance ^= state_of_chance << 13;
    state_of_chance ^= state_of_chance >> 7;
    state_of_chance ^= state_of_chance << 17;
    return (int)(state_of_chance % (uint64_t)below);
}

static int taken(struct rate_limit *r, uint64_t client, int64_t cost, int64_t now_us, int tries)
{
    int n = 0;
    for (int i = 0; i < tries; i++) {
        n += rate_limit_take(r, client, cost, now_us) == 0 ? 1 : 0;
    }
    return n;
}

static void a_full_bucket_gives_its_burst(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(10, 25);
    assert_int_equal(taken(r, 7, 1, 5 * SECOND_US, 1000), 25);
    assert_int_equal(rate_limit_take(r, 7, 1, 5 * SECOND_US), SECOND_US / 10);
    assert_int_equal(rate_limit_take(r, 7, 4, 5 * SECOND_US), 4 * SECOND_US / 10);
    rate_limit_free(r);
}

static void it_fills_at_its_rate_and_no_further(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(10, 25);
    (void)taken(r, 7, 1, SECOND_US, 25);
    assert_int_equal(taken(r, 7, 1, SECOND_US + 99999, 10), 0);
    assert_int_equal(taken(r, 7, 1, SECOND_US + 100000, 10), 1);
    assert_int_equal(taken(r, 7, 1, 2 * SECOND_US, 100), 9);
    assert_int_equal(taken(r, 7, 1, 3600LL * SECOND_US, 100), 25);
    rate_limit_free(r);
}

static void the_wait_that_is_told_is_enough(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(7, 100);
    int64_t now_us = 123456;
    state_of_chance = 88172645463325252ULL;
    for (int i = 0; i < 10000; i++) {
        int64_t cost = 1 + chance(200);
        int64_t wait_us = rate_limit_take(r, 9, cost, now_us);
        if (wait_us > 0) {
            assert_true(wait_us <= 101LL * SECOND_US / 7);
            assert_int_not_equal(rate_limit_take(r, 9, cost, now_us + wait_us / 2), 0);
            assert_int_equal(rate_limit_take(r, 9, cost, now_us + wait_us), 0);
            now_us += wait_us;
        }
        now_us += chance(SECOND_US);
    }
    rate_limit_free(r);
}

static void what_is_over_the_burst_counts_as_the_burst(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(1000000, 5);
    assert_int_equal(rate_limit_take(r, 7, 200, SECOND_US), 0);
    assert_int_equal(rate_limit_take(r, 7, 1, SECOND_US), 1);
    rate_limit_free(r);
}

static void a_clock_that_lags_gives_nothing_away(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(10, 10);
    (void)taken(r, 7, 1, 10 * SECOND_US, 10);
    assert_int_equal(taken(r, 7, 1, 9 * SECOND_US, 10), 0);
    assert_int_equal(taken(r, 7, 1, 11 * SECOND_US, 100), 10);
    rate_limit_free(r);
}

static void clients_do_not_disturb_each_other(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(10, 10);
    (void)taken(r, 1, 1, SECOND_US, 1000);
    for (uint64_t client = 2; client < 2000; client++) {
        assert_int_equal(taken(r, client, 1, SECOND_US, 11), 10);
    }
    rate_limit_free(r);
}

/* One who owns many addresses, and even knows which of them share a place, gets no fresh bucket by
 * them: he pays with each what he has used with the least of them. */
static void nobody_crowds_out_his_own_bucket(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(10, 100);
    int64_t all = taken(r, 1, 1, SECOND_US, 1000);
    for (uint64_t i = 1; i < 1000; i++) {
        all += taken(r, 1 + i * SET, 1, SECOND_US, 1);
        all += taken(r, 1, 1, SECOND_US, 1);
    }
    assert_true(all <= 8 * 100); /* the eight places, each once */
    assert_int_equal(taken(r, 1, 1, SECOND_US, 10), 0);
    rate_limit_free(r);
}

/* A flood of addresses that ask once each costs a stranger next to nothing. */
static void a_flood_of_addresses_leaves_a_stranger_his_bucket(void **state)
{
    (void)state;
    struct rate_limit *r = rate_limit_new(2000, 20000);
    state_of_chance = 88172645463325252ULL;
    for (int i = 0; i < 1000000; i++) {
        (void)chance(1);
        (void)rate_limit_take(r, state_of_chance, 1, SECOND_US);
    }
    assert_true(taken(r, 4711, 1, SECOND_US, 30000) > 20000 - 50);
    rate_limit_free(r);
}

/* ---- who is one client ---- */

static uint64_t client(const char *text)
{
    struct address a;
    assert_true(address_read(text, strlen(text), &a));
    return admission_client_of(&a);
}

static void a_v6_network_is_one_client_and_a_v4_address_is(void **state)
{
    (void)state;
    assert_true(client("2001:db8:1:2::1") == client("2001:db8:1:2:ffff::9"));
    assert_false(client("2001:db8:1:2::1") == client("2001:db8:1:3::1"));
    assert_true(client("192.0.2.1") == client("::ffff:192.0.2.1"));
    assert_false(client("192.0.2.1") == client("192.0.2.2"));
    assert_false(client("::1") == client("127.0.0.1"));
    assert_true(client("0.0.0.0") != 0 && client("::") != 0);
}

/* ---- connections ---- */

#define CLIENTS 300

static void connections_are_counted_exactly(void **state)
{
    (void)state;
    struct client_count *c = client_count_new(4000);
    int truth[CLIENTS] = {0};
    int open = 0;
    state_of_chance = 88172645463325252ULL;
    for (int i = 0; i < 200000; i++) {
        int who = chance(CLIENTS);
        uint64_t key = (uint64_t)(who % 20 + 1) + (uint64_t)(who / 20) * 8192; /* many collide */
        if (chance(2) == 0 && open < 4000) {
            client_count_add(c, key);
            truth[who]++;
            open++;
        } else if (truth[who] > 0) {
            client_count_remove(c, key);
            truth[who]--;
            open--;
        }
        assert_int_equal(client_count_of(c, key), truth[who]);
    }
    client_count_free(c);
}

static void more_than_there_is_room_for_is_not_counted(void **state)
{
    (void)state;
    struct client_count *c = client_count_new(1);
    for (uint64_t key = 1; key <= 1000; key++) {
        client_count_add(c, key);
    }
    for (uint64_t key = 1; key <= 1000; key++) {
        client_count_remove(c, key);
        assert_int_equal(client_count_of(c, key), 0);
    }
    client_count_add(c, 5);
    assert_int_equal(client_count_of(c, 5), 1);
    client_count_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_gives_its_burst),
        cmocka_unit_test(it_fills_at_its_rate_and_no_further),
        cmocka_unit_test(the_wait_that_is_told_is_enough),
        cmocka_unit_test(what_is_over_the_burst_counts_as_the_burst),
        cmocka_unit_test(a_clock_that_lags_gives_nothing_away),
        cmocka_unit_test(clients_do_not_disturb_each_other),
        cmocka_unit_test(nobody_crowds_out_his_own_bucket),
        cmocka_unit_test(a_flood_of_addresses_leaves_a_stranger_his_bucket),
        cmocka_unit_test(a_v6_network_is_one_client_and_a_v4_address_is),
        cmocka_unit_test(connections_are_counted_exactly),
        cmocka_unit_test(more_than_there_is_room_for_is_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
