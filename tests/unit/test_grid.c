/* Grids: counts and edges of every level, and the one cell a point is in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "geo/grid.h"

static const struct grid demo = {55.9, 45.7, 0.01, 0.01, 1730, 860};

static void levels_of_the_demonstration(void **state)
{
    (void)state;
    assert_int_equal(grid_top_level(demo), 5); /* 1730 / 32 = 54.1 */
    assert_int_equal(grid_level_nx(demo, 5), 55);
    assert_int_equal(grid_level_ny(demo, 5), 27);
    assert_int_equal(grid_level_nx(demo, 0), 1730);
}

static void a_grid_of_one_block_has_one_level(void **state)
{
    (void)state;
    assert_int_equal(grid_top_level((struct grid){0, 0, 1, 1, 64, 64}), 0);
    assert_int_equal(grid_top_level((struct grid){0, 0, 1, 1, 65, 1}), 1);
    assert_int_equal(grid_top_level((struct grid){0, 0, 1, 1, 1, 65}), 1);
    assert_int_equal(grid_top_level((struct grid){0, 0, 1, 1, 1, 1}), 0);
    assert_int_equal(grid_top_level((struct grid){0, 0, 1, 1, INT32_MAX, 1}), GRID_MAX_LEVELS - 1);
}

static void edges_of_all_levels_are_native_edges(void **state)
{
    (void)state;
    for (int level = 0; level <= 5; level++) {
        int32_t nx = grid_level_nx(demo, level);
        int32_t ny = grid_level_ny(demo, level);
        for (int32_t i = 0; i <= nx; i++) {
            int32_t native = i << level < demo.nx ? i << level : demo.nx;
            assert_true(grid_edge_lon_deg(demo, level, i) == grid_edge_lon_deg(demo, 0, native));
        }
        for (int32_t i = 0; i <= ny; i++) {
            int32_t native = i << level < demo.ny ? i << level : demo.ny;
            assert_true(grid_edge_lat_deg(demo, level, i) == grid_edge_lat_deg(demo, 0, native));
        }
        assert_true(grid_edge_lon_deg(demo, level, nx) == 55.9 + 1730 * 0.01);
        assert_true(grid_edge_lat_deg(demo, level, ny) == 45.7 - 860 * 0.01);
    }
}

static void expect_cell(struct grid g, double lon, double lat, int32_t col, int32_t row)
{
    int32_t c = -1;
    int32_t r = -1;
    assert_true(grid_cell_of(g, lon, lat, &c, &r));
    assert_int_equal(c, col);
    assert_int_equal(r, row);
}

/* Also where x0 + i dx is no round number and the division lands beside it. */
static void west_and_north_edges_belong_to_the_cell(void **state)
{
    (void)state;
    for (int32_t i = 0; i < demo.ny; i++) {
        double lon = grid_edge_lon_deg(demo, 0, i);
        double lat = grid_edge_lat_deg(demo, 0, i);
        expect_cell(demo, lon, lat, i, i);
        expect_cell(demo, lon + 0.005, lat - 0.005, i, i);
        if (i > 0) {
            expect_cell(demo, nextafter(lon, -999), nextafter(lat, 999), i - 1, i - 1);
        }
    }
}

static void outside_is_no_cell(void **state)
{
    (void)state;
    int32_t c = 7;
    int32_t r = 7;
    double east = grid_edge_lon_deg(demo, 0, demo.nx);
    double south = grid_edge_lat_deg(demo, 0, demo.ny);
    const double points[][2] = {{nextafter(55.9, 0), 45},
                                {east, 45},
                                {60, nextafter(45.7, 99)},
                                {60, south},
                                {NAN, 45},
                                {60, NAN},
                                {INFINITY, 45},
                                {60, -INFINITY},
                                {1e300, 45},
                                {60, -1e300}};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        assert_false(grid_cell_of(demo, points[i][0], points[i][1], &c, &r));
    }
    assert_true(c == 7 && r == 7);
    expect_cell(demo, nextafter(east, 0), nextafter(south, 99), demo.nx - 1, demo.ny - 1);
}

static void equality_looks_at_everything(void **state)
{
    (void)state;
    assert_true(grid_equal(demo, demo));
    struct grid others[6] = {demo, demo, demo, demo, demo, demo};
    others[0].x0_deg += 1;
    others[1].y0_deg += 1;
    others[2].dx_deg *= 2;
    others[3].dy_deg *= 2;
    others[4].nx++;
    others[5].ny++;
    for (int i = 0; i < 6; i++) {
        assert_false(grid_equal(demo, others[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_of_the_demonstration),
        cmocka_unit_test(a_grid_of_one_block_has_one_level),
        cmocka_unit_test(edges_of_all_levels_are_native_edges),
        cmocka_unit_test(west_and_north_edges_belong_to_the_cell),
        cmocka_unit_test(outside_is_no_cell),
        cmocka_unit_test(equality_looks_at_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
