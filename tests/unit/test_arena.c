/* The arena: zeroed, aligned, bounded; what it hands out never overlaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"

/* Checked memory that is no longer zero afterwards. */
static unsigned char *take(struct arena *a, size_t len)
{
    unsigned char *p = arena_alloc(a, 1, len);
    assert_non_null(p);
    assert_int_equal((uintptr_t)p % 16, 0);
    for (size_t k = 0; k < len; k++) {
        assert_int_equal(p[k], 0);
    }
    memset(p, 0xAA, len);
    return p;
}

static void memory_is_zero_aligned_and_apart(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 64 << 20);
    unsigned char *before = NULL;
    size_t before_len = 0;
    for (size_t i = 1; i < 3000; i++) {
        size_t len = i * 7919 % 5000 + 1;
        unsigned char *p = take(&a, len);
        if (before != NULL) {
            assert_int_equal(before[0], 0xAA);
            assert_int_equal(before[before_len - 1], 0xAA);
        }
        before = p;
        before_len = len;
    }
    arena_fini(&a);
}

/* Memory that is handed out as it is does not make the memory behind it dirty, nor less aligned. */
static void unset_memory_leaves_the_rest_zero(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 64 << 20);
    for (size_t turn = 0; turn < 30; turn++) {
        for (size_t piece = 0; piece < turn % 5 * 8; piece++) {
            size_t len = (turn * 7919 + piece * 104729) % 300000 + 1;
            unsigned char *p = arena_alloc_unset(&a, 1, len);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            memset(p, 0xBB, len);
            (void)take(&a, len % 5000 + 1);
            assert_int_equal(p[0], 0xBB);
            assert_int_equal(p[len - 1], 0xBB);
        }
        arena_reset(&a);
    }
    assert_null(arena_alloc_unset(&a, SIZE_MAX / 2, 4));
    assert_true(a.is_over);
    arena_fini(&a);
}

static void the_maximum_holds(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1024);
    assert_null(arena_alloc(&a, 1, 1025));
    assert_non_null(arena_alloc(&a, 1, 1000));
    assert_non_null(arena_alloc(&a, 1, 16));
    assert_null(arena_alloc(&a, 1, 1));
    arena_fini(&a);
    assert_non_null(arena_alloc(&a, 1, 1024)); /* ready for the next request */
    arena_fini(&a);
}

/* Whatever the request before wrote, and however much of it: the next one finds zeros. */
static void a_reset_arena_is_zero_again(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 2 << 20);
    for (size_t turn = 0; turn < 40; turn++) {
        for (size_t piece = 0; piece < turn % 7 * 6; piece++) {
            (void)take(&a, (turn * 7919 + piece * 104729) % 30000 + 1);
        }
        assert_true(turn % 7 == 0 || a.used > 0);
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    assert_null(arena_alloc(&a, 1, (2 << 20) + 1));
    assert_true(a.is_over);
    arena_reset(&a);
    assert_false(a.is_over);
    assert_false(a.has_failed);
    assert_non_null(arena_alloc(&a, 1, 2 << 20)); /* what is kept does not count */
    arena_fini(&a);
    arena_fini(&a);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_null(arena_alloc(&a, SIZE_MAX, 2));
    assert_null(arena_alloc(&a, SIZE_MAX / 8 + 2, 8));
    assert_null(arena_alloc(&a, 1, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX, 1));
    assert_int_equal(a.used, 0);
    assert_non_null(arena_alloc(&a, 0, 8)); /* nothing is something one may point at */
    arena_fini(&a);
}

static void large_pieces_get_their_own_chunk(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 16 << 20);
    char *small = arena_strndup(&a, "small", 5);
    char *large = arena_alloc(&a, 4 << 20, 1);
    assert_non_null(large);
    memset(large, 1, 4 << 20);
    assert_string_equal(small, "small");
    arena_fini(&a);
}

static void texts_are_copies(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 4096);
    assert_string_equal(arena_strndup(&a, "district", 4), "dist");
    assert_string_equal(arena_strndup(&a, "ab", 100), "ab"); /* never reads past the NUL */
    assert_string_equal(arena_strndup(&a, "", 0), "");
    assert_string_equal(arena_printf(&a, "%s@%d.%d", "uzbekistan", 1, 0), "uzbekistan@1.0");
    assert_null(arena_printf(&a, "%*d", 5000, 1));
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zero_aligned_and_apart),
        cmocka_unit_test(unset_memory_leaves_the_rest_zero),
        cmocka_unit_test(the_maximum_holds),
        cmocka_unit_test(a_reset_arena_is_zero_again),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(large_pieces_get_their_own_chunk),
        cmocka_unit_test(texts_are_copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
