/* Shares of small polygons: closed, exact where they can be told, and as coverage.h has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "geo/coverage.h"
#include "geo/ellipsoid.h"
#include "geo/patch.h"

static const struct grid grid = {60, 42, 0.1, 0.05, 12, 16};

/* A fixed sequence: a failure can be looked at again. */
static double next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

static double sum_of_shares(const struct patch *p)
{
    double sum = 0;
    for (int i = 0; i < p->rows * p->cols; i++) {
        sum += p->share[i];
    }
    return sum;
}

static double share_at(const struct patch *p, int32_t col, int32_t row)
{
    int32_t c = col - p->col0;
    int32_t r = row - p->row0;
    bool is_in = c >= 0 && c < p->cols && r >= 0 && r < p->rows;
    return is_in ? p->share[r * p->cols + c] : 0;
}

static void take(struct patch *p, const double *q, const double (*lonlat)[2], int n)
{
    struct patch_point points[64];
    for (int i = 0; i < n; i++) {
        points[i] = patch_point_of(grid, q, lonlat[i][0], lonlat[i][1]);
    }
    assert_int_equal(patch_cover(p, grid, q, points, n), ERR_OK);
}

static void a_cell_is_itself(void **state)
{
    (void)state;
    double *q = patch_row_edges(grid);
    struct patch p = {0};
    for (int32_t i = 0; i < grid.nx * grid.ny; i++) {
        int32_t col = i % grid.nx;
        int32_t row = i / grid.nx;
        double w = grid_edge_lon_deg(grid, 0, col);
        double e = grid_edge_lon_deg(grid, 0, col + 1);
        double n = grid_edge_lat_deg(grid, 0, row);
        double s = grid_edge_lat_deg(grid, 0, row + 1);
        const double corners[4][2] = {{w, n}, {e, n}, {e, s}, {w, s}};
        take(&p, q, corners, 4);
        assert_true(fabs(share_at(&p, col, row) - 1) < 1e-9);
        double km2 = ellipsoid_area_km2(grid.dx_deg, 0, p.size);
        assert_true(fabs(km2 / ellipsoid_area_km2(e - w, ellipsoid_q(s), ellipsoid_q(n)) - 1) <
                    1e-9);
    }
    patch_fini(&p);
    free(q);
}

/* Both work in (longitude, q), but coverage.h's edges are straight in latitude: with many points an
 * edge the two are one. */
static void quadrangles_are_as_coverage_has_them(void **state)
{
    (void)state;
    uint64_t seed = 1;
    double *q = patch_row_edges(grid);
    struct patch p = {0};
    struct coverage c;
    coverage_init(&c, grid);
    for (int round = 0; round < 300; round++) {
        double lon = 60.3 + 0.5 * next_random(&seed);
        double lat = 41.4 + 0.35 * next_random(&seed);
        double size = round % 3 == 0 ? 0.3 : 0.04;
        double corners[4][2];
        for (int k = 0; k < 4; k++) { /* around the middle, so that edges do not cross */
            double angle = (k + 0.2 + 0.6 * next_random(&seed)) * M_PI / 2;
            double radius = size * (0.4 + 0.6 * next_random(&seed));
            corners[k][0] = lon + radius * cos(angle);
            corners[k][1] = lat + 0.8 * radius * sin(angle);
        }
        double dense[40][2];
        double ring[41][2];
        for (int i = 0; i < 40; i++) {
            const double *a = corners[i / 10];
            const double *b = corners[(i / 10 + 1) % 4];
            dense[i][0] = ring[i][0] = a[0] + (b[0] - a[0]) * (i % 10) / 10;
            dense[i][1] = ring[i][1] = a[1] + (b[1] - a[1]) * (i % 10) / 10;
        }
        ring[40][0] = ring[0][0];
        ring[40][1] = ring[0][1];
        take(&p, q, (const double(*)[2])dense, 40);
        assert_true(fabs(sum_of_shares(&p) - 1) < 1e-12);
        double outside;
        coverage_clear(&c);
        assert_int_equal(coverage_add_ring(&c, &ring[0][0], 41, false), ERR_OK);
        assert_int_equal(coverage_finish(&c, &outside), ERR_OK);
        assert_true(outside == 0);
        for (size_t i = 0; i < c.count; i++) {
            int32_t cell = c.cells[i].cell;
            double share = share_at(&p, cell % grid.nx, cell / grid.nx);
            if (!(fabs(share - c.cells[i].amount) < 1e-6)) {
                fail_msg("round %d cell %d: %.12g is not %.12g", round, (int)cell, share,
                         c.cells[i].amount);
            }
        }
    }
    coverage_fini(&c);
    patch_fini(&p);
    free(q);
}

static void direction_does_not_matter(void **state)
{
    (void)state;
    double *q = patch_row_edges(grid);
    struct patch a = {0};
    struct patch b = {0};
    const double forth[4][2] = {{60.21, 41.83}, {60.47, 41.81}, {60.44, 41.62}, {60.23, 41.61}};
    const double back[4][2] = {{60.23, 41.61}, {60.44, 41.62}, {60.47, 41.81}, {60.21, 41.83}};
    take(&a, q, forth, 4);
    take(&b, q, back, 4);
    assert_true(fabs(a.size - b.size) < 1e-12 * a.size);
    for (int32_t i = 0; i < grid.nx * grid.ny; i++) {
        assert_true(fabs(share_at(&a, i % grid.nx, i / grid.nx) -
                         share_at(&b, i % grid.nx, i / grid.nx)) < 1e-12);
    }
    patch_fini(&a);
    patch_fini(&b);
    free(q);
}

static void what_has_no_area_or_leaves_the_grid_is_refused(void **state)
{
    (void)state;
    double *q = patch_row_edges(grid);
    struct patch p = {0};
    const double flat[3][2] = {{60.1, 41.9}, {60.4, 41.9}, {60.2, 41.9}};
    const double gone[3][2] = {{59.9, 41.9}, {60.4, 41.9}, {60.2, 41.5}};
    struct patch_point points[3];
    for (int i = 0; i < 3; i++) {
        points[i] = patch_point_of(grid, q, flat[i][0], flat[i][1]);
    }
    assert_int_equal(patch_cover(&p, grid, q, points, 3), ERR_INPUT);
    for (int i = 0; i < 3; i++) {
        points[i] = patch_point_of(grid, q, gone[i][0], gone[i][1]);
    }
    assert_int_equal(patch_cover(&p, grid, q, points, 3), ERR_INPUT);
    patch_fini(&p);
    free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_itself),
        cmocka_unit_test(quadrangles_are_as_coverage_has_them),
        cmocka_unit_test(direction_does_not_matter),
        cmocka_unit_test(what_has_no_area_or_leaves_the_grid_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
