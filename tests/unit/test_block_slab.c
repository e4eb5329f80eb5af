/* test_block_slab.c - slots: apart, used again, and good after their slab has been closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "store/block_slab.h"

#define SLOTS      200 /* several chunks */
#define SLOT_BYTES 1000

static void take_all(struct block_slab *s, char *slots[SLOTS])
{
    for (int i = 0; i < SLOTS; i++) {
        slots[i] = block_slab_take(s);
        assert_non_null(slots[i]);
        memset(slots[i], i, SLOT_BYTES);
    }
}

static void slots_are_aligned_and_apart(void **state)
{
    (void)state;
    struct block_slab *s = block_slab_new(SLOT_BYTES);
    char *slots[SLOTS];
    take_all(s, slots);
    for (int i = 0; i < SLOTS; i++) {
        assert_int_equal((uintptr_t)slots[i] % 64, 0);
        for (int k = 0; k < SLOT_BYTES; k++)
            assert_int_equal((unsigned char)slots[i][k], i);
        block_slab_give(s, slots[i]);
    }
    block_slab_free(s);
}

static void a_slot_given_back_is_the_next_taken(void **state)
{
    (void)state;
    struct block_slab *s = block_slab_new(SLOT_BYTES);
    char *slots[SLOTS];
    take_all(s, slots);
    for (int i = 0; i < SLOTS; i++) {
        block_slab_give(s, slots[i]);
        assert_ptr_equal(block_slab_take(s), slots[i]);
    }
    for (int i = 0; i < SLOTS; i++)
        block_slab_give(s, slots[i]);
    for (int i = SLOTS - 1; i >= 0; i--)
        assert_ptr_equal(block_slab_take(s), slots[i]);
    for (int i = 0; i < SLOTS; i++)
        block_slab_give(s, slots[i]);
    block_slab_free(s);
}

static void slots_outlive_their_slab(void **state)
{
    (void)state;
    struct block_slab *s = block_slab_new(SLOT_BYTES);
    char *slots[SLOTS];
    take_all(s, slots);
    block_slab_free(s);
    for (int i = 0; i < SLOTS; i++) {
        assert_int_equal((unsigned char)slots[i][SLOT_BYTES - 1], i);
        block_slab_give(s, slots[i]); /* the last frees it: the leak checker watches */
    }
    block_slab_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_aligned_and_apart),
        cmocka_unit_test(a_slot_given_back_is_the_next_taken),
        cmocka_unit_test(slots_outlive_their_slab),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
