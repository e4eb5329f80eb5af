/* test_deflate.c - what either effort deflates, zlib inflates to the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "render/deflate.h"

#define ROW_BYTES 129
#define ROWS      256
#define BYTES     ((size_t)ROW_BYTES * ROWS)

static uint8_t noise(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return (uint8_t)(*state >> 24);
}

/* The pixels of a tile that shows cells so many bytes wide and twice as many rows high. */
static void fill_cells(uint8_t *bytes, int width)
{
    uint32_t state = 7;
    for (int row = 0; row < ROWS; row++) {
        uint8_t *line = bytes + (size_t)row * ROW_BYTES;
        for (int i = 0; i < ROW_BYTES; i++) {
            bool is_new = row % (2 * width) == 0 && i % width == 0;
            line[i] = is_new          ? noise(&state) % 8 * 0x11
                      : i % width > 0 ? line[i - 1]
                                      : line[i - ROW_BYTES];
        }
    }
}

static void fill_noise(uint8_t *bytes)
{
    uint32_t state = 11;
    for (size_t i = 0; i < BYTES; i++) {
        bytes[i] = noise(&state);
    }
}

/* @return the bytes it took. */
static size_t there_and_back(enum deflate_effort effort, const uint8_t *bytes, size_t len)
{
    size_t room = deflate_bound(len);
    uint8_t *deflated = malloc(room), *inflated = malloc(len + 1);
    assert_non_null(deflated);
    assert_non_null(inflated);
    size_t taken = deflate_bytes(effort, bytes, len, deflated, room);
    assert_in_range(taken, 1, room);
    uLongf back = len + 1;
    assert_int_equal(uncompress(inflated, &back, deflated, taken), Z_OK);
    assert_int_equal(back, len);
    assert_memory_equal(inflated, bytes, len);
    free(deflated);
    free(inflated);
    return taken;
}

static void test_every_effort_keeps_every_byte(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(BYTES);
    assert_non_null(bytes);
    for (int turn = 0; turn < 2; turn++) { /* a compressor is used again */
        for (enum deflate_effort effort = 0; effort < DEFLATE_EFFORTS; effort++) {
            there_and_back(effort, bytes, 0);
            fill_noise(bytes);
            assert_true(there_and_back(effort, bytes, BYTES) > BYTES); /* there is nothing in it */
            fill_cells(bytes, 8);
            there_and_back(effort, bytes, 1);
            assert_true(there_and_back(effort, bytes, BYTES) < BYTES / 20);
        }
    }
    free(bytes);
}

static void test_the_thorough_one_takes_fewer_bytes(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(BYTES);
    assert_non_null(bytes);
    fill_cells(bytes, 12);
    assert_true(there_and_back(DEFLATE_THOROUGH, bytes, BYTES) <
                there_and_back(DEFLATE_QUICK, bytes, BYTES));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_effort_keeps_every_byte),
        cmocka_unit_test(test_the_thorough_one_takes_fewer_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
