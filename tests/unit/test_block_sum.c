/* The sum of a block is found once, by however many ask at the same time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>

#include "store/block_sum.h"

static float cells[GRID_BLOCK_CELLS];
static struct block block;
static double want, want_sq;

static int set_up(void **state)
{
    (void)state;
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
        cells[i] = i % 7 == 0 ? NAN : (float)(i % 1000) - 300;
        want += i % 7 == 0 ? 0 : (double)cells[i];
        want_sq += i % 7 == 0 ? 0 : (double)cells[i] * (double)cells[i];
    }
    block = (struct block){.references = 1, .count = 1, .cells = cells, .row_to = GRID_BLOCK};
    return 0;
}

static void *ask(void *out)
{
    double *sums = out;
    block_sums(&block, &sums[0], &sums[1]);
    return NULL;
}

static void all_get_the_same(void **state)
{
    (void)state;
    pthread_t threads[4];
    double sums[4][2];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, sums[i]), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(sums[i][0] == want && sums[i][1] == want_sq); /* integers: no rounding */
    }
}

static void it_is_not_found_again(void **state)
{
    (void)state;
    double sum, sum_sq;
    block_sums(&block, &sum, &sum_sq);
    cells[1] += 1; /* no block in a cache does that */
    block_sums(&block, &sum, &sum_sq);
    assert_true(sum == want && sum_sq == want_sq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_get_the_same),
        cmocka_unit_test(it_is_not_found_again),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
