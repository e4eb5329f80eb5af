/* Sums under a shape: as shares cell by cell have them (coverage.h), and a shape plus the rest is
 * all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "geo/cover.h"
#include "geo/ellipsoid.h"

static const struct grid grid = {60, 42, 0.02, 0.01, 150, 210}; /* neither is a number of blocks */

static uint64_t seed;

static double draw(void)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(seed >> 11) / 9007199254740992.0;
}

struct field {
    int across, down;
    float *cells; /* block by block */
};

static float *block_of(const struct field *f, int bx, int by)
{
    return f->cells + (ptrdiff_t)(by * f->across + bx) * GRID_BLOCK_CELLS;
}

static float *cell_of(const struct field *f, int32_t col, int32_t row)
{
    return block_of(f, col / GRID_BLOCK, row / GRID_BLOCK) + (row % GRID_BLOCK) * GRID_BLOCK +
           col % GRID_BLOCK;
}

static struct field field_new(void)
{
    struct field f = {(grid.nx - 1) / GRID_BLOCK + 1, (grid.ny - 1) / GRID_BLOCK + 1, NULL};
    size_t n = (size_t)(f.across * f.down) * GRID_BLOCK_CELLS;
    f.cells = malloc(n * sizeof *f.cells);
    assert_non_null(f.cells);
    for (size_t i = 0; i < n; i++)
        f.cells[i] = NAN;
    for (int32_t row = 0; row < grid.ny; row++) {
        for (int32_t col = 0; col < grid.nx; col++) {
            if (draw() < 0.9)
                *cell_of(&f, col, row) = (float)exp(6 * draw());
        }
    }
    return f;
}

static struct cover_sum sum_of_shape(const struct field *f, const struct shape *s)
{
    struct cover c;
    struct cover_sum sum = {0};
    assert_int_equal(cover_build(&c, grid, s), ERR_OK);
    for (size_t i = 0; i < c.block_count; i++) {
        const struct cover_block *b = &c.blocks[i];
        if (i > 0) /* by row, then column, each once */
            assert_true(b->by > b[-1].by || (b->by == b[-1].by && b->bx > b[-1].bx));
        assert_true(b->bx >= 0 && b->bx < f->across && b->by >= 0 && b->by < f->down);
        cover_add_block(&c, b, block_of(f, b->bx, b->by), &sum);
    }
    cover_fini(&c);
    return sum;
}

static struct cover_sum sum_of_shares(const struct field *f, const struct shape *s)
{
    struct coverage c;
    double outside;
    struct cover_sum sum = {0};
    coverage_init(&c, grid);
    for (size_t r = 0; r < s->ring_count; r++)
        assert_int_equal(coverage_add_ring(&c, s->lonlat + 2 * s->rings[r].first, s->rings[r].count,
                                           s->rings[r].number > 0),
                         ERR_OK);
    double m2 = sum_value(c.size);
    assert_int_equal(coverage_finish(&c, &outside), ERR_OK);
    for (size_t i = 0; i < c.count; i++) {
        int32_t row = c.cells[i].cell / grid.nx;
        double share = c.cells[i].amount * m2 / coverage_cell_m2(grid, row);
        double cell = *cell_of(f, c.cells[i].cell % grid.nx, row);
        double part = isnan(cell) ? 0 : share * cell;
        sum.mass += part;
        sum.sum_sq += part * part;
        sum.cut += share < 1 - 1e-11 ? part : 0;
    }
    coverage_fini(&c);
    return sum;
}

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) <= 1e-11 * fmax(fabs(a), fabs(b)) + 1e-9))
        fail_msg("%.17g is not %.17g", a, b);
}

static void add_star(struct shape *s, int part, int number, double lon, double lat, double radius,
                     int n)
{
    double first[2] = {0, 0};
    assert_int_equal(shape_begin_ring(s, part, number), ERR_OK);
    for (int i = 0; i < n; i++) {
        double a = 2 * M_PI * i / n, r = radius * (0.4 + 0.6 * draw());
        double at[2] = {lon + r * cos(a), lat + r * sin(a)};
        assert_int_equal(shape_add(s, at[0], at[1]), ERR_OK);
        if (i == 0) {
            first[0] = at[0];
            first[1] = at[1];
        }
    }
    assert_int_equal(shape_add(s, first[0], first[1]), ERR_OK);
}

static void add_box(struct shape *s, int part, int number, double w, double south, double e,
                    double n)
{
    const double at[5][2] = {{w, south}, {e, south}, {e, n}, {w, n}, {w, south}};
    assert_int_equal(shape_begin_ring(s, part, number), ERR_OK);
    for (int i = 0; i < 5; i++)
        assert_int_equal(shape_add(s, at[i][0], at[i][1]), ERR_OK);
}

static void sums_are_those_of_shares(void **state)
{
    (void)state;
    seed = 11;
    struct field f = field_new();
    for (int i = 0; i < 300; i++) {
        struct shape s;
        double lon = 60.6 + 1.8 * draw(), lat = 40.5 + draw();
        double radius = exp(-6 * draw()) * 0.4;
        shape_init(&s, 1000);
        add_star(&s, 0, 0, lon, lat, radius, 3 + (int)(60 * draw()));
        if (i % 3 == 0)
            add_star(&s, 0, 1, lon, lat, radius * 0.15, 5);
        if (i % 5 == 0)
            add_star(&s, 1, 0, lon, lat + 2.5 * radius, radius, 30);
        struct cover_sum got = sum_of_shape(&f, &s), want = sum_of_shares(&f, &s);
        assert_close(got.mass, want.mass);
        assert_close(got.sum_sq, want.sum_sq);
        assert_close(got.cut, want.cut);
        shape_fini(&s);
    }
    free(f.cells);
}

static void a_shape_and_the_rest_are_all(void **state)
{
    (void)state;
    seed = 12;
    struct field f = field_new();
    struct shape all;
    shape_init(&all, 100);
    add_box(&all, 0, 0, 55, 35, 70, 45);
    double whole = sum_of_shape(&f, &all).mass, want = 0;
    for (int i = 0; i < f.across * f.down * GRID_BLOCK_CELLS; i++)
        want += isnan(f.cells[i]) ? 0 : (double)f.cells[i];
    assert_close(whole, want);
    assert_true(sum_of_shape(&f, &all).cut == 0);
    int64_t cells = 0;
    for (int i = 0; i < f.across * f.down * GRID_BLOCK_CELLS; i++)
        cells += !isnan(f.cells[i]);
    assert_int_equal(sum_of_shape(&f, &all).cells, cells);
    for (int i = 0; i < 100; i++) {
        struct shape in, rest;
        uint64_t at = seed;
        shape_init(&in, 1000);
        add_star(&in, 0, 0, 61.5, 40.9, 2.5 * draw() + 0.01, 40);
        seed = at;
        shape_init(&rest, 1000);
        add_box(&rest, 0, 0, 55, 35, 70, 45);
        add_star(&rest, 0, 1, 61.5, 40.9, 2.5 * draw() + 0.01, 40);
        assert_close(sum_of_shape(&f, &in).mass + sum_of_shape(&f, &rest).mass, whole);
        shape_fini(&in);
        shape_fini(&rest);
    }
    shape_fini(&all);
    free(f.cells);
}

static void a_side_along_a_parallel_leaves_parts_of_cells(void **state)
{
    (void)state;
    seed = 13;
    struct field f = field_new();
    for (int32_t i = 0; i < grid.nx * grid.ny; i++)
        *cell_of(&f, i % grid.nx, i / grid.nx) = 1;
    struct shape s;
    shape_init(&s, 10);
    add_box(&s, 0, 0, 60.1, 40.505, 60.9, 40.515); /* 40 columns, two rows, about half of each */
    struct cover_sum sum = sum_of_shape(&f, &s);
    double q[] = {ellipsoid_q(40.50), ellipsoid_q(40.505), ellipsoid_q(40.51), ellipsoid_q(40.515),
                  ellipsoid_q(40.52)};
    double want = 40 * ((q[2] - q[1]) / (q[2] - q[0]) + (q[3] - q[2]) / (q[4] - q[2]));
    assert_true(fabs(sum.mass - want) < 1e-9 && fabs(sum.cut - want) < 1e-9);
    assert_true(fabs(cover_shape_km2(&s) - ellipsoid_area_km2(0.8, q[1], q[3])) <
                1e-9 * cover_shape_km2(&s));
    shape_fini(&s);
    free(f.cells);
}

static void nothing_is_covered_outside(void **state)
{
    (void)state;
    struct shape s;
    struct cover c;
    shape_init(&s, 10);
    add_box(&s, 0, 0, 10, 10, 20, 20);
    assert_int_equal(cover_build(&c, grid, &s), ERR_OK);
    assert_int_equal(c.block_count, 0);
    assert_true(cover_shape_km2(&s) > 1e6);
    cover_fini(&c);
    shape_fini(&s);
}

/* ---- from shares that are known ---- */

struct known { /* of all cells of the grid, row by row */
    double *shares;
    int32_t at;
};

static enum err next_known(void *of, int32_t *cell, double *share)
{
    struct known *k = of;
    while (k->at < grid.nx * grid.ny && k->shares[k->at] == 0)
        k->at++;
    *cell = k->at < grid.nx * grid.ny ? k->at : -1;
    if (*cell >= 0)
        *share = k->shares[k->at++];
    return ERR_OK;
}

static void put_shares(const struct cover *c, double *shares)
{
    double block[GRID_BLOCK_CELLS];
    for (size_t i = 0; i < c->block_count; i++) {
        const struct cover_block *b = &c->blocks[i];
        assert_ptr_equal(cover_block_at(c, b->bx, b->by), b);
        cover_block_shares(c, b, block);
        for (int k = 0; k < GRID_BLOCK_CELLS; k++) {
            int32_t col = b->bx * GRID_BLOCK + k % GRID_BLOCK,
                    row = b->by * GRID_BLOCK + k / GRID_BLOCK;
            if (col < grid.nx && row < grid.ny)
                shares[row * grid.nx + col] = block[k];
        }
    }
}

static void a_cover_is_made_again_of_its_shares(void **state)
{
    (void)state;
    struct shape s;
    struct cover first, again;
    struct known k = {0};
    size_t n = (size_t)grid.nx * (size_t)grid.ny;
    double *back = calloc(n, sizeof *back);
    k.shares = calloc(n, sizeof *k.shares);
    assert_non_null(back);
    assert_non_null(k.shares);
    shape_init(&s, 1000);
    add_star(&s, 0, 0, 61.5, 41, 0.9, 40);
    add_box(&s, 1, 0, 60, 40, 60.3, 40.2);
    assert_int_equal(cover_build(&first, grid, &s), ERR_OK);
    put_shares(&first, k.shares);
    assert_int_equal(cover_build_from(&again, grid, next_known, &k), ERR_OK);
    assert_int_equal(again.block_count, first.block_count);
    put_shares(&again, back);
    for (size_t i = 0; i < n; i++)
        assert_true(back[i] == k.shares[i]);
    for (size_t i = 0; i < first.block_count; i++)
        assert_int_equal(again.blocks[i].is_whole, first.blocks[i].is_whole);
    assert_null(cover_block_at(&first, 100, 100));
    cover_fini(&first);
    cover_fini(&again);
    free(k.shares);
    k = (struct known){.shares = back, .at = grid.nx * grid.ny};
    assert_int_equal(cover_build_from(&again, grid, next_known, &k), ERR_OK);
    assert_int_equal(again.block_count, 0);
    cover_fini(&again);
    shape_fini(&s);
    free(back);
}

static void an_endless_outline_is_refused(void **state)
{
    (void)state;
    const struct grid fine = {0, 80, 0.001, 0.001, 40000, 40000};
    struct shape s;
    struct cover c;
    shape_init(&s, 1000);
    assert_int_equal(shape_begin_ring(&s, 0, 0), ERR_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(shape_add(&s, i % 2 ? 39 : 1, 45 + 0.1 * i), ERR_OK);
    assert_int_equal(cover_build(&c, fine, &s), ERR_TOO_LARGE);
    shape_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_shares),
        cmocka_unit_test(a_shape_and_the_rest_are_all),
        cmocka_unit_test(a_side_along_a_parallel_leaves_parts_of_cells),
        cmocka_unit_test(nothing_is_covered_outside),
        cmocka_unit_test(a_cover_is_made_again_of_its_shares),
        cmocka_unit_test(an_endless_outline_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
