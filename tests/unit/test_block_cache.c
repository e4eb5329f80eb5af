/* test_block_cache.c - the decoder of blocks: everything a database could answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/block_cache.h"
#include "store/block_decode.h"

static unsigned char bytes[BLOCK_BYTES];
static float cells[GRID_BLOCK_CELLS];

static void put_bits(int cell, uint32_t bits)
{
    for (int i = 0; i < 4; i++)
        bytes[cell * 4 + i] = (unsigned char)(bits >> (24 - 8 * i));
}

static void put_float(int cell, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_bits(cell, bits);
}

static void fill_with_nan(void)
{
    for (int i = 0; i < GRID_BLOCK_CELLS; i++)
        put_bits(i, 0x7fc00000);
}

static void decodes_big_endian_in_rows(void **state)
{
    (void)state;
    fill_with_nan();
    put_float(0, 1.5f);
    put_float(65, -0.25f);
    put_float(4095, 3e38f);
    put_bits(7, 0x00000001); /* the least subnormal is a number */
    put_bits(8, 0x80000000); /* so is minus zero */
    assert_int_equal(block_decode(bytes, BLOCK_BYTES, GRID_BLOCK, 5, cells, NULL), ERR_OK);
    assert_true(cells[0] == 1.5f && cells[65] == -0.25f && cells[4095] == 3e38f);
    assert_true(cells[7] > 0 && cells[8] == 0 && isnan(cells[1]));
}

static void decodes_any_nan_as_no_data(void **state)
{
    (void)state;
    static const uint32_t nans[] = {0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff};
    fill_with_nan();
    put_float(9, 1);
    for (int i = 0; i < 4; i++)
        put_bits(i, nans[i]);
    assert_int_equal(block_decode(bytes, BLOCK_BYTES, GRID_BLOCK, 1, cells, NULL), ERR_OK);
    for (int i = 0; i < 4; i++)
        assert_true(isnan(cells[i]));
}

static void refuses_what_is_no_block(void **state)
{
    (void)state;
    static const int lengths[] = {0, 1, BLOCK_BYTES - 1, -1};
    fill_with_nan();
    put_float(0, 1);
    for (int i = 0; i < 4; i++)
        assert_int_equal(block_decode(bytes, lengths[i], GRID_BLOCK, 1, cells, NULL), ERR_INTERNAL);
    assert_int_equal(block_decode(NULL, 0, GRID_BLOCK, 1, cells, NULL), ERR_INTERNAL);
    static const int64_t counts[] = {0, -1, 2, 4096, INT64_MAX, INT64_MIN, 0x100000001};
    for (int i = 0; i < 7; i++)
        assert_int_equal(block_decode(bytes, BLOCK_BYTES, GRID_BLOCK, counts[i], cells, NULL),
                         ERR_INTERNAL);
    put_bits(5, 0x7f800000);
    assert_int_equal(block_decode(bytes, BLOCK_BYTES, GRID_BLOCK, 2, cells, NULL), ERR_INTERNAL);
    put_bits(5, 0xff800000);
    assert_int_equal(block_decode(bytes, BLOCK_BYTES, GRID_BLOCK, 2, cells, NULL), ERR_INTERNAL);
    fill_with_nan();
    assert_int_equal(block_decode(bytes, BLOCK_BYTES, GRID_BLOCK, 0, cells, NULL), ERR_INTERNAL);
}

/* Of rows alone: no more numbers than the block has, and no fewer than what is not seen leaves. */
static void decodes_some_rows(void **state)
{
    (void)state;
    fill_with_nan();
    put_float(0, 1.5f);
    put_float(2 * GRID_BLOCK - 1, -0.25f);
    cells[2 * GRID_BLOCK] = 7;
    static const int64_t good[] = {2, 3, 2 + 62 * GRID_BLOCK}, bad[] = {1, 3 + 62 * GRID_BLOCK};
    for (int i = 0; i < 3; i++)
        assert_int_equal(block_decode(bytes, 2 * BLOCK_ROW_BYTES, 2, good[i], cells, NULL), ERR_OK);
    assert_true(cells[0] == 1.5f && cells[2 * GRID_BLOCK - 1] == -0.25f);
    assert_true(cells[2 * GRID_BLOCK] == 7);
    for (int i = 0; i < 2; i++)
        assert_int_equal(block_decode(bytes, 2 * BLOCK_ROW_BYTES, 2, bad[i], cells, NULL),
                         ERR_INTERNAL);
    static const int rows[] = {0, 1, 3, GRID_BLOCK, GRID_BLOCK + 1, -1};
    for (int i = 0; i < 6; i++)
        assert_int_equal(block_decode(bytes, 2 * BLOCK_ROW_BYTES, rows[i], 2, cells, NULL),
                         ERR_INTERNAL);
}

static void a_cache_without_blocks(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(1 << 20);
    struct block_cache_stats stats = {1, 1, 1, 1, 1};
    block_cache_stats(c, &stats);
    assert_true(stats.hits == 0 && stats.misses == 0 && stats.bytes == 0 && stats.blocks == 0);
    block_cache_free(c);
    block_cache_free(NULL);
    block_unref(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_big_endian_in_rows), cmocka_unit_test(decodes_any_nan_as_no_data),
        cmocka_unit_test(refuses_what_is_no_block),   cmocka_unit_test(decodes_some_rows),
        cmocka_unit_test(a_cache_without_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
