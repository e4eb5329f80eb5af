/* test_http_cache.c - finished answers: bounded, evicted by age of use, shared by threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "http/response_cache.h"

static struct ready *make(size_t bytes, bool is_text)
{
    struct http_reply reply = {.content_type = "text/plain"};
    struct ready *a = NULL;
    struct why why = {0};
    buf_init(&reply.body, 1 << 22);
    for (size_t i = 0; i < bytes; i++) {
        buf_add_char(&reply.body, (char)('a' + i % 7));
    }
    assert_int_equal(ready_new("key", &reply, is_text, &a, &why), ERR_OK);
    return a;
}

static void keeps_and_finds(void **state)
{
    (void)state;
    struct response_cache *c = response_cache_new(1 << 20);
    struct ready *a = make(100, true);
    assert_null(response_cache_get(c, "k", true));
    response_cache_put(c, "k", a);
    struct ready *found = response_cache_get(c, "k", true);
    assert_ptr_equal(found, a);
    assert_int_equal(ready_body_len(found, CODING_IDENTITY), 100);
    assert_true(ready_body_len(found, CODING_GZIP) > 0);
    assert_string_not_equal(ready_etag(a, CODING_IDENTITY), ready_etag(a, CODING_GZIP));
    assert_null(response_cache_get(c, "K", true));
    assert_null(response_cache_get(c, "", false));
    struct response_cache_stats s;
    response_cache_stats(c, &s);
    assert_int_equal(s.hits, 1);
    assert_int_equal(s.misses, 2);
    assert_int_equal(s.entries, 1);
    ready_unref(found);
    ready_unref(a);
    response_cache_free(c);
}

static void the_least_used_goes_first(void **state)
{
    (void)state;
    struct response_cache *c = response_cache_new(1 << 20); /* one shard */
    char key[16];
    for (int i = 0; i < 40; i++) {
        struct ready *a = make(60000, false);
        (void)snprintf(key, sizeof key, "k%d", i);
        response_cache_put(c, key, a);
        ready_unref(a);
        ready_unref(response_cache_get(c, "k0", false)); /* always in use */
    }
    struct response_cache_stats s;
    response_cache_stats(c, &s);
    assert_true(s.bytes <= 1 << 20);
    assert_true(s.entries >= 14 && s.entries <= 17);
    assert_int_equal(s.evictions + s.entries, 40);
    struct ready *kept = response_cache_get(c, "k0", false);
    assert_non_null(kept);
    ready_unref(kept);
    assert_null(response_cache_get(c, "k1", false));
    kept = response_cache_get(c, "k39", false);
    assert_non_null(kept);
    ready_unref(kept);
    response_cache_free(c);
}

static void too_large_is_not_kept_and_zero_keeps_nothing(void **state)
{
    (void)state;
    struct response_cache *c = response_cache_new(1 << 20);
    struct response_cache *none = response_cache_new(0);
    struct ready *a = make(2 << 20, false);
    response_cache_put(c, "k", a);
    response_cache_put(none, "k", a);
    assert_null(response_cache_get(c, "k", false));
    assert_null(response_cache_get(none, "k", false));
    ready_unref(a);
    response_cache_free(c);
    response_cache_free(none);
}

static void a_reader_outlives_the_entry(void **state)
{
    (void)state;
    struct response_cache *c = response_cache_new(1 << 20);
    struct ready *a = make(10, false);
    response_cache_put(c, "k", a);
    struct ready *other = make(20, false);
    response_cache_put(c, "k", other); /* replaces it */
    struct ready *found = response_cache_get(c, "k", false);
    assert_ptr_equal(found, other);
    response_cache_free(c);
    assert_int_equal(ready_body_len(found, CODING_IDENTITY), 20);
    assert_int_equal(ready_body_len(a, CODING_IDENTITY), 10);
    ready_unref(found);
    ready_unref(other);
    ready_unref(a);
}

static void *churn(void *arg)
{
    struct response_cache *c = arg;
    char key[16];
    for (int i = 0; i < 3000; i++) {
        (void)snprintf(key, sizeof key, "k%d", i * 7919 % 97);
        struct ready *a = response_cache_get(c, key, true);
        if (a == NULL) {
            a = make(30000, false);
            response_cache_put(c, key, a);
        }
        ready_unref(a);
    }
    return NULL;
}

static void threads_share_it(void **state)
{
    (void)state;
    struct response_cache *c = response_cache_new(1 << 20);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, churn, c), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    struct response_cache_stats s;
    response_cache_stats(c, &s);
    assert_int_equal(s.hits + s.misses, 12000);
    assert_true(s.bytes <= 1 << 20);
    response_cache_free(c);
}

static void a_full_buffer_is_too_large(void **state)
{
    (void)state;
    struct http_reply reply = {.content_type = "text/plain"};
    struct ready *a = NULL;
    struct why why = {0};
    buf_init(&reply.body, 4);
    buf_add_str(&reply.body, "hello");
    assert_int_equal(ready_new("key", &reply, false, &a, &why), ERR_TOO_LARGE);
    assert_null(a);
    http_reply_header(&reply, "X-Tile-Mass-t", "%.3f", 1.5);
    assert_int_equal(reply.header_count, 1);
    assert_string_equal(reply.header_value[0], "1.500");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_and_finds),
        cmocka_unit_test(the_least_used_goes_first),
        cmocka_unit_test(too_large_is_not_kept_and_zero_keeps_nothing),
        cmocka_unit_test(a_reader_outlives_the_entry),
        cmocka_unit_test(threads_share_it),
        cmocka_unit_test(a_full_buffer_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
