/* Shares of lines and areas in cells: laws that hold whatever the geometry. tests/import checks
 * them against shapely and pyproj. */
#include "geo/coverage.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "geo/ellipsoid.h"

static const struct grid grid = {60, 42, 0.125, 0.125, 16, 8};

static void expect_near(double found, double wanted, double tolerance)
{
    if (!(fabs(found - wanted) <= tolerance)) {
        fail_msg("%.17g is not %.17g", found, wanted);
    }
}

static double total(const struct coverage *c)
{
    double sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        assert_true(i == 0 || c->cells[i].cell > c->cells[i - 1].cell);
        assert_true(c->cells[i].amount > 0 && c->cells[i].cell >= 0 && c->cells[i].cell < 128);
        sum += c->cells[i].amount;
    }
    return sum;
}

static double share_of(const struct coverage *c, int32_t cell)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->cells[i].cell == cell) {
            return c->cells[i].amount;
        }
    }
    return 0;
}

static double line(struct coverage *c, const double *at, size_t n)
{
    double outside = NAN;
    coverage_clear(c);
    assert_int_equal(coverage_add_line(c, at, n), ERR_OK);
    assert_int_equal(coverage_finish(c, &outside), ERR_OK);
    return outside;
}

static double ring(struct coverage *c, const double *at, size_t n)
{
    double outside = NAN;
    coverage_clear(c);
    assert_int_equal(coverage_add_ring(c, at, n, false), ERR_OK);
    assert_int_equal(coverage_finish(c, &outside), ERR_OK);
    return outside;
}

static void a_line_on_a_border_counts_once(void **state)
{
    (void)state;
    struct coverage c;
    coverage_init(&c, grid);
    const double down[] = {60.5, 41.9, 60.5, 41.3}; /* between columns 3 and 4 */
    expect_near(line(&c, down, 2), 0, 0);
    expect_near(total(&c), 1, 1e-15);
    for (size_t i = 0; i < c.count; i++) {
        assert_int_equal(c.cells[i].cell % 16, 4); /* the west border is the cell's own */
    }
    const double across[] = {60.1, 41.5, 61.9, 41.5}; /* between rows 3 and 4 */
    expect_near(line(&c, across, 2), 0, 0);
    expect_near(total(&c), 1, 1e-15);
    for (size_t i = 0; i < c.count; i++) {
        assert_int_equal(c.cells[i].cell / 16, 4); /* and so is the north one */
    }
    expect_near(share_of(&c, 4 * 16 + 5), 0.125 / 1.8, 1e-14);
    coverage_fini(&c);
}

static void a_meridian_is_as_long_as_it_is(void **state)
{
    (void)state;
    struct coverage c;
    coverage_init(&c, grid);
    const double quarter[] = {60.3, 0, 60.3, 90}; /* 10 001 965.729 m on WGS 84 */
    const double outside = line(&c, quarter, 2);
    expect_near(sum_value(c.size), 10001965.729, 0.001);
    expect_near(outside + total(&c), 1, 1e-12);
    assert_true(c.has_outside && outside > 0.98);
    coverage_fini(&c);
}

static void a_box_is_as_large_as_it_is(void **state)
{
    (void)state;
    struct coverage c;
    coverage_init(&c, grid);
    /* a cell and a half across, two and a half down; against the clock and with it */
    const double box[] = {60.125,  41.75,  60.3125, 41.75,  60.3125,
                          41.4375, 60.125, 41.4375, 60.125, 41.75};
    const double turned[] = {60.125,  41.75,   60.125, 41.4375, 60.3125,
                             41.4375, 60.3125, 41.75,  60.125,  41.75};
    double km2 = ellipsoid_area_km2(0.1875, ellipsoid_q(41.4375), ellipsoid_q(41.75));
    double cell_km2 = ellipsoid_area_km2(0.0625, ellipsoid_q(41.5), ellipsoid_q(41.625));
    for (int i = 0; i < 2; i++) {
        expect_near(ring(&c, i == 0 ? box : turned, 5), 0, 0);
        assert_int_equal(c.count, 6);
        expect_near(total(&c), 1, 1e-14);
        expect_near(sum_value(c.size), km2 * 1e6, km2 * 1e-6);
        expect_near(share_of(&c, 3 * 16 + 2), cell_km2 / km2, 1e-12);
    }
    coverage_fini(&c);
}

static void neighbours_share_their_cells(void **state)
{
    (void)state;
    struct coverage whole;
    struct coverage west;
    struct coverage east;
    coverage_init(&whole, grid);
    coverage_init(&west, grid);
    coverage_init(&east, grid);
    const double w[] = {60.1, 41.1, 61.03, 41.2, 60.77, 41.83, 60.2, 41.9, 60.1, 41.1};
    const double e[] = {61.03, 41.2, 61.9, 41.15, 61.8, 41.95, 60.77, 41.83, 61.03, 41.2};
    const double all[] = {60.1,  41.1,  61.03, 41.2, 61.9, 41.15, 61.8,
                          41.95, 60.77, 41.83, 60.2, 41.9, 60.1,  41.1};
    expect_near(ring(&west, w, 5) + ring(&east, e, 5) + ring(&whole, all, 7), 0, 0);
    double m2 = sum_value(whole.size);
    expect_near(sum_value(west.size) + sum_value(east.size), m2, 1e-12 * m2);
    for (int32_t cell = 0; cell < 128; cell++) {
        double parts = share_of(&west, cell) * sum_value(west.size) +
                       share_of(&east, cell) * sum_value(east.size);
        expect_near(parts, share_of(&whole, cell) * m2, 1e-11 * m2);
    }
    coverage_fini(&whole);
    coverage_fini(&west);
    coverage_fini(&east);
}

static void a_hole_is_taken_off_and_the_grid_may_be_smaller(void **state)
{
    (void)state;
    struct coverage c;
    coverage_init(&c, grid);
    const double around[] = {59, 40, 63, 40, 63, 43, 59, 43, 59, 40}; /* the whole grid inside */
    double outside = ring(&c, around, 5);
    double km2 = ellipsoid_area_km2(4, ellipsoid_q(40), ellipsoid_q(43));
    double grid_km2 = ellipsoid_area_km2(2, ellipsoid_q(41), ellipsoid_q(42));
    assert_int_equal(c.count, 128);
    expect_near(outside, 1 - grid_km2 / km2, 1e-12);
    expect_near(total(&c), 1 - outside, 1e-12);

    const double hole[] = {60.25, 41.25, 61.75, 41.25, 61.75, 41.75, 60.25, 41.75, 60.25, 41.25};
    const double box[] = {60, 41, 62, 41, 62, 42, 60, 42, 60, 41};
    coverage_clear(&c);
    assert_int_equal(coverage_add_ring(&c, box, 5, false), ERR_OK);
    assert_int_equal(coverage_add_ring(&c, hole, 5, true), ERR_OK);
    assert_int_equal(coverage_finish(&c, &outside), ERR_OK);
    expect_near(outside, 0, 0);
    assert_int_equal(c.count, 128 - 12 * 4);
    expect_near(total(&c), 1, 1e-14);
    coverage_fini(&c);
}

static void what_has_no_size_is_refused(void **state)
{
    (void)state;
    struct coverage c;
    coverage_init(&c, grid);
    double outside = 7;
    const double dot[] = {60.5, 41.5, 60.5, 41.5};
    assert_int_equal(coverage_add_line(&c, dot, 2), ERR_OK);
    assert_int_equal(coverage_finish(&c, &outside), ERR_INPUT);
    coverage_clear(&c);
    const double flat[] = {60.1, 41.1, 60.9, 41.1, 60.1, 41.1, 60.1, 41.1};
    assert_int_equal(coverage_add_ring(&c, flat, 4, false), ERR_OK);
    assert_int_equal(coverage_finish(&c, &outside), ERR_INPUT);
    expect_near(outside, 7, 0);
    coverage_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_on_a_border_counts_once),
        cmocka_unit_test(a_meridian_is_as_long_as_it_is),
        cmocka_unit_test(a_box_is_as_large_as_it_is),
        cmocka_unit_test(neighbours_share_their_cells),
        cmocka_unit_test(a_hole_is_taken_off_and_the_grid_may_be_smaller),
        cmocka_unit_test(what_has_no_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
