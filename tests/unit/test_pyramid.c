/* Levels of a field: sums against plain loops, and levels that add up to the last digit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/field/pyramid.h"
#include "geo/sum.h"

#define MAX_BLOCKS 64

struct kept {
    int count;
    struct spool_block blocks[MAX_BLOCKS];
};

static enum err keep(void *context, const struct spool_block *block, struct why *why)
{
    (void)why;
    struct kept *to = context;
    assert_true(to->count < MAX_BLOCKS);
    to->blocks[to->count++] = *block;
    return ERR_OK;
}

static enum err refuse(void *context, const struct spool_block *block, struct why *why)
{
    (void)context;
    (void)block;
    return why_set(why, ERR_IO, NULL, "full");
}

static struct grid grid_of(int32_t nx, int32_t ny)
{
    return (struct grid){0, 40, 0.01, 0.01, nx, ny};
}

static struct kept *new_kept(void)
{
    struct kept *kept = calloc(1, sizeof *kept);
    assert_non_null(kept);
    return kept;
}

static struct pyramid *build(struct grid g, const float *cells, struct kept *kept)
{
    struct pyramid *p;
    assert_int_equal(pyramid_new(g, keep, kept, &p), ERR_OK);
    for (int32_t y = 0; y < g.ny; y++) {
        assert_int_equal(pyramid_row(p, cells + (size_t)y * (size_t)g.nx, NULL), ERR_OK);
    }
    return p;
}

/* Masses over eight orders of magnitude, with holes. */
static float *draw(struct grid g, uint64_t random)
{
    size_t n = (size_t)g.nx * (size_t)g.ny;
    float *cells = malloc(n * sizeof *cells);
    assert_non_null(cells);
    for (size_t i = 0; i < n; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        double u = (double)(random >> 11) / 9007199254740992.0;
        cells[i] = random >> 62 == 0 ? NAN : (float)pow(10, u * 8 - 3);
    }
    return cells;
}

static float cell_of(const struct kept *kept, int level, int32_t col, int32_t row)
{
    for (int i = 0; i < kept->count; i++) {
        const struct spool_block *b = &kept->blocks[i];
        if (b->level == level && b->bx == col / GRID_BLOCK && b->by == row / GRID_BLOCK) {
            return b->cells[row % GRID_BLOCK * GRID_BLOCK + col % GRID_BLOCK];
        }
    }
    return NAN;
}

/* The sum of the native cells below a cell, straight from the input. */
static double below(struct grid g, const float *cells, int level, int32_t col, int32_t row)
{
    double sum = NAN;
    for (int32_t y = row << level; y < (row + 1) << level && y < g.ny; y++) {
        for (int32_t x = col << level; x < (col + 1) << level && x < g.nx; x++) {
            double v = (double)cells[(size_t)y * (size_t)g.nx + (size_t)x];
            sum = isnan(v) ? sum : isnan(sum) ? v : sum + v;
        }
    }
    return sum;
}

static double level_sum(const struct kept *kept, int level)
{
    struct sum sum = {0, 0};
    for (int i = 0; i < kept->count; i++) {
        for (int k = 0; kept->blocks[i].level == level && k < GRID_BLOCK_CELLS; k++) {
            if (!isnan(kept->blocks[i].cells[k])) {
                sum_add(&sum, (double)kept->blocks[i].cells[k]);
            }
        }
    }
    return sum_value(sum);
}

static float smallest(const struct kept *kept, int level)
{
    float found = INFINITY;
    for (int i = 0; i < kept->count; i++) {
        for (int k = 0; kept->blocks[i].level == level && k < GRID_BLOCK_CELLS; k++) {
            found = fminf(found, kept->blocks[i].cells[k]);
        }
    }
    return found;
}

static void check_sums(struct grid g)
{
    float *cells = draw(g, (uint64_t)g.nx * 7919 + (uint64_t)g.ny);
    struct kept *kept = new_kept();
    struct pyramid *p = build(g, cells, kept);
    for (int level = 0; level <= grid_top_level(g); level++) {
        for (int32_t y = 0; y < grid_level_ny(g, level); y++) {
            for (int32_t x = 0; x < grid_level_nx(g, level); x++) {
                double wanted = below(g, cells, level, x, y);
                double got = (double)cell_of(kept, level, x, y);
                assert_true(isnan(wanted) == isnan(got));
                assert_true(isnan(wanted) || fabs(got - wanted) <= 6.1e-8 * wanted);
            }
        }
    }
    pyramid_free(p);
    free(kept);
    free(cells);
}

static void cells_are_sums_of_those_below(void **state)
{
    (void)state;
    const int32_t sizes[][2] = {{1, 1},   {64, 64}, {65, 64},   {64, 65}, {63, 130},
                                {129, 1}, {1, 129}, {200, 131}, {257, 70}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_sums(grid_of(sizes[i][0], sizes[i][1]));
    }
}

static void levels_close_on_the_total(void **state)
{
    (void)state;
    struct grid g = grid_of(300, 200);
    float *cells = draw(g, 11);
    struct kept *kept = new_kept();
    struct pyramid *p = build(g, cells, kept);
    struct kept *before = new_kept();
    *before = *kept;
    double total = level_sum(kept, 0);
    struct pyramid_closing closings[GRID_MAX_LEVELS];
    pyramid_close(p, total, closings);
    for (int i = 0; i < kept->count; i++) {
        struct spool_block *b = &kept->blocks[i];
        pyramid_close_block(&closings[b->level], b);
        for (int k = 0; k < GRID_BLOCK_CELLS; k++) {
            float was = before->blocks[i].cells[k];
            float is = b->cells[k];
            assert_true(isnan(was) ? isnan(is)
                                   : is == was || nextafterf(was, is) == is); /* one step at most */
            assert_true(b->level > 0 || isnan(was) || is == was);
        }
    }
    for (int level = 1; level <= grid_top_level(g); level++) {
        double unit = (double)smallest(kept, level) * 1.2e-7;
        assert_true(fabs(level_sum(kept, level) - total) <= fmax(1e-13 * total, unit / 2));
    }
    pyramid_free(p);
    free(before);
    free(kept);
    free(cells);
}

/* What nothing can close stays as it is, and nothing is moved twice. */
static void one_cell_is_left_within_its_unit(void **state)
{
    (void)state;
    struct grid g = grid_of(65, 1);
    float cells[65];
    for (int i = 0; i < 65; i++) {
        cells[i] = i == 3 ? 1.0f : i == 4 ? 1e-9f : NAN;
    }
    struct kept *kept = new_kept();
    struct pyramid *p = build(g, cells, kept);
    struct pyramid_closing closings[GRID_MAX_LEVELS];
    pyramid_close(p, 1.0 + 1e-9, closings);
    for (int i = 0; i < kept->count; i++) {
        pyramid_close_block(&closings[kept->blocks[i].level], &kept->blocks[i]);
    }
    assert_true(fabs(level_sum(kept, 1) - (1.0 + 1e-9)) <= 1.2e-9);
    pyramid_free(p);
    free(kept);
}

static void empty_blocks_do_not_exist(void **state)
{
    (void)state;
    struct grid g = grid_of(200, 200);
    float *cells = malloc(200 * 200 * sizeof *cells);
    assert_non_null(cells);
    for (int i = 0; i < 200 * 200; i++) {
        cells[i] = NAN;
    }
    cells[199 * 200 + 199] = 0.0f; /* zero is data */
    struct kept *kept = new_kept();
    struct pyramid *p = build(g, cells, kept);
    assert_int_equal(kept->count, grid_top_level(g) + 1);
    for (int level = 0; level <= grid_top_level(g); level++) {
        assert_true(cell_of(kept, level, 199 >> level, 199 >> level) == 0.0f);
    }
    pyramid_free(p);
    free(kept);
    free(cells);
}

static void a_taker_that_fails_ends_it(void **state)
{
    (void)state;
    struct pyramid *p;
    struct why why = {0};
    const float cell = 1;
    assert_int_equal(pyramid_new(grid_of(1, 1), refuse, NULL, &p), ERR_OK);
    assert_int_equal(pyramid_row(p, &cell, &why), ERR_IO);
    assert_string_equal(why.reason, "full");
    pyramid_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_sums_of_those_below),
        cmocka_unit_test(levels_close_on_the_total),
        cmocka_unit_test(one_cell_is_left_within_its_unit),
        cmocka_unit_test(empty_blocks_do_not_exist),
        cmocka_unit_test(a_taker_that_fails_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
