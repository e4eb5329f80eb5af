/* test_http_memo.c - plans kept by the exact bytes of what they looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "http/memo.h"

static struct memo_plan plan_of(const char *key)
{
    return (struct memo_plan){.key = key, .key_len = strlen(key), .key_hash = 7, .route = 3};
}

static void keeps_a_plan_by_its_target(void **state)
{
    (void)state;
    struct memo *m = memo_new();
    char target[] = "/a?b=c";
    char key[] = "key";
    char link[] = "/a@1";
    struct memo_question q = {.target = target, .target_len = strlen(target)};
    struct memo_plan plan = plan_of(key);
    plan.shape.link = link;
    assert_null(memo_find(m, &q));
    memo_put(m, &q, &plan);
    memset(key, 'x', 3); /* it holds copies */
    memset(link, 'x', 4);
    const struct memo_plan *found = memo_find(m, &q);
    assert_non_null(found);
    assert_string_equal(found->key, "key");
    assert_string_equal(found->shape.link, "/a@1");
    assert_int_equal(found->route, 3);
    assert_int_equal(found->key_hash, 7);
    target[1] = 'A';
    assert_null(memo_find(m, &q));
    memo_free(m);
}

static void looks_at_no_header_the_plan_did_not(void **state)
{
    (void)state;
    struct memo *m = memo_new();
    struct memo_question q = {"/t", 2, NULL, "host-1", "text/csv", "ru"};
    struct memo_question other = {"/t", 2, NULL, "host-2", NULL, "ko"};
    struct memo_plan plan = plan_of("k");
    memo_put(m, &q, &plan);
    assert_non_null(memo_find(m, &other));
    memo_free(m);
}

/* One header at a time decides when the plan looked at it; absent is as good as empty. */
static void looks_at_every_header_the_plan_did(void **state)
{
    (void)state;
    const struct memo_question same = {"/t", 2, "b", "h", "a", "l"};
    const struct memo_question others[] = {{"/t", 2, "b", "H", "a", "l"},
                                           {"/t", 2, "b", "h", "A", "l"},
                                           {"/t", 2, "b", "h", "a", "L"}};
    for (int i = 0; i < 3; i++) {
        struct memo *m = memo_new();
        struct memo_plan plan = plan_of("k");
        plan.uses_base_url = i == 0;
        plan.shape.varies_accept = i == 1;
        plan.shape.varies_language = i == 2;
        memo_put(m, &same, &plan);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(memo_find(m, &others[k]) == NULL, i == k);
        }
        assert_non_null(memo_find(m, &same));
        memo_free(m);
    }
}

/* Its Link header is absolute then, whatever the answer holds. */
static void what_a_proxy_told_is_always_looked_at(void **state)
{
    (void)state;
    struct memo *m = memo_new();
    struct memo_question plain = {.target = "/t", .target_len = 2}, told = plain, other = plain;
    struct memo_plan plan = plan_of("k");
    told.told_base = "https://a";
    other.told_base = "https://b";
    memo_put(m, &plain, &plan);
    assert_null(memo_find(m, &told));
    memo_put(m, &told, &plan);
    assert_non_null(memo_find(m, &told));
    assert_null(memo_find(m, &other));
    assert_non_null(memo_find(m, &plain));
    memo_free(m);
}

static void an_absent_header_is_an_empty_one(void **state)
{
    (void)state;
    struct memo *m = memo_new();
    struct memo_question q = {.target = "/t", .target_len = 2}, empty = {"/t", 2, "", "", "", ""};
    struct memo_plan plan = plan_of("k");
    plan.shape.varies_language = true;
    memo_put(m, &q, &plan);
    assert_non_null(memo_find(m, &q));
    assert_non_null(memo_find(m, &empty));
    memo_free(m);
}

static void forgets_when_told(void **state)
{
    (void)state;
    struct memo *m = memo_new();
    struct memo_question q = {.target = "/t", .target_len = 2};
    struct memo_plan plan = plan_of("k");
    memo_put(m, &q, &plan);
    memo_clear(m);
    assert_null(memo_find(m, &q));
    memo_put(m, &q, &plan);
    assert_non_null(memo_find(m, &q));
    memo_free(m);
}

static void is_bounded_and_never_wrong(void **state)
{
    (void)state;
    enum { COUNT = 4 * MEMO_SETS * MEMO_WAYS };
    struct memo *m = memo_new();
    char target[24], key[24];
    int kept = 0;
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(target, sizeof target, "/t/%d", i);
        struct memo_question q = {.target = target, .target_len = strlen(target)};
        (void)snprintf(key, sizeof key, "key-%d", i);
        struct memo_plan plan = plan_of(key);
        memo_put(m, &q, &plan);
        assert_string_equal(memo_find(m, &q)->key, key);
    }
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(target, sizeof target, "/t/%d", i);
        struct memo_question q = {.target = target, .target_len = strlen(target)};
        (void)snprintf(key, sizeof key, "key-%d", i);
        const struct memo_plan *found = memo_find(m, &q);
        kept += found != NULL;
        assert_true(found == NULL || strcmp(found->key, key) == 0);
    }
    assert_in_range(kept, MEMO_SETS, MEMO_SETS * MEMO_WAYS);
    memo_free(m);
}

static void long_ones_are_not_kept(void **state)
{
    (void)state;
    struct memo *m = memo_new();
    char target[MEMO_ENTRY_BYTES + 1];
    memset(target, 'a', sizeof target - 1);
    target[sizeof target - 1] = '\0';
    struct memo_question q = {.target = target, .target_len = strlen(target)};
    struct memo_plan plan = plan_of("k");
    memo_put(m, &q, &plan);
    assert_null(memo_find(m, &q));
    memo_free(m);
    memo_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_a_plan_by_its_target),
        cmocka_unit_test(looks_at_no_header_the_plan_did_not),
        cmocka_unit_test(looks_at_every_header_the_plan_did),
        cmocka_unit_test(what_a_proxy_told_is_always_looked_at),
        cmocka_unit_test(an_absent_header_is_an_empty_one),
        cmocka_unit_test(forgets_when_told),
        cmocka_unit_test(is_bounded_and_never_wrong),
        cmocka_unit_test(long_ones_are_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
