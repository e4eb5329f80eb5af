/* The remap against a brute-force oracle that shares no formula with it, and its conservation laws:
 * a zoom sums to the total, a parent pixel to its four children. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/ellipsoid.h"
#include "geo/remap.h"
#include "geo/sum.h"

#define ARENA_BYTES ((size_t)256 << 20)

static uint64_t random_state = 88172645463325252u;

static double random_unit(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (double)(random_state >> 11) / 9007199254740992.0;
}

static int random_int(int low, int high)
{
    return low + (int)(random_unit() * (high - low + 1));
}

/* ---- a field of cells, whole in memory, with its overviews ---- */

struct cells {
    struct grid grid;
    int level;
    int32_t nx, ny;
    double *mass; /* NaN = no data */
};

static struct cells cells_random(struct grid g, double hole_share)
{
    struct cells c = {g, 0, g.nx, g.ny, NULL};
    c.mass = malloc((size_t)g.nx * (size_t)g.ny * sizeof(double));
    for (int32_t i = 0; i < g.nx * g.ny; i++) {
        c.mass[i] = random_unit() < hole_share ? NAN : exp(4 * random_unit());
    }
    return c;
}

static struct cells cells_coarser(const struct cells *from)
{
    struct cells c = {from->grid, from->level + 1, (from->nx + 1) / 2, (from->ny + 1) / 2, NULL};
    c.mass = malloc((size_t)c.nx * (size_t)c.ny * sizeof(double));
    for (int32_t i = 0; i < c.nx * c.ny; i++) {
        c.mass[i] = NAN;
    }
    for (int32_t y = 0; y < from->ny; y++) {
        for (int32_t x = 0; x < from->nx; x++) {
            double m = from->mass[y * from->nx + x];
            double *to = &c.mass[y / 2 * c.nx + x / 2];
            *to = isnan(m) ? *to : isnan(*to) ? m : *to + m;
        }
    }
    return c;
}

static double cells_total(const struct cells *c)
{
    struct sum total = {0, 0};
    for (int32_t i = 0; i < c->nx * c->ny; i++) {
        sum_add(&total, isnan(c->mass[i]) ? 0.0 : c->mass[i]);
    }
    return sum_value(total);
}

/* ---- a tile of pixels by the code under test ---- */

struct pixels {
    int n;
    double *mass;
    uint8_t *any;
};

static void pixels_free(struct pixels *p)
{
    free(p->mass);
    free(p->any);
}

static void cut_window(const struct cells *c, const struct remap *r, double *window, uint8_t *has)
{
    for (int32_t y = 0; y < r->y.src_n; y++) {
        for (int32_t x = 0; x < r->x.src_n; x++) {
            double m = c->mass[(r->y.src0 + y) * c->nx + r->x.src0 + x];
            *window++ = m; /* NaN stays: has says not to look */
            *has++ = (uint8_t)!isnan(m);
        }
    }
}

/* The first remap of several finds anything in its pixels, and leaves what one over zeros does. */
static void check_first(const struct remap *r, const double *window, const uint8_t *has,
                        const struct pixels *want, struct arena *a)
{
    struct remap first = *r;
    size_t pixels = (size_t)r->x.n_out * (size_t)r->y.n_out;
    struct pixels p = {r->x.n_out, malloc(pixels * sizeof(double)), malloc(pixels)};
    memset(p.mass, 0xFF, pixels * sizeof *p.mass);
    memset(p.any, 0xFF, pixels);
    first.is_first = true;
    assert_int_equal(remap_apply(&first, window, has, p.mass, p.any, a), ERR_OK);
    assert_memory_equal(p.mass, want->mass, pixels * sizeof *p.mass);
    assert_memory_equal(p.any, want->any, pixels);
    pixels_free(&p);
}

static struct pixels render_planned(const struct cells *c, const struct remap *r, struct arena *a)
{
    size_t cells = (size_t)r->x.src_n * (size_t)r->y.src_n;
    size_t pixels = (size_t)r->x.n_out * (size_t)r->y.n_out;
    double *window = malloc(cells * sizeof *window + 1);
    uint8_t *has = malloc(cells + 1);
    struct pixels p = {r->x.n_out, calloc(pixels, sizeof(double)), calloc(pixels, 1)};
    cut_window(c, r, window, has);
    assert_int_equal(remap_apply(r, window, has, p.mass, p.any, a), ERR_OK);
    check_first(r, window, has, &p, a);
    free(window);
    free(has);
    return p;
}

static struct pixels render(const struct cells *c, struct tile t, int size_px)
{
    struct arena a;
    struct remap r;
    arena_init(&a, ARENA_BYTES);
    assert_int_equal(remap_plan(&r, c->grid, t, size_px, c->level, &a), ERR_OK);
    struct pixels p = render_planned(c, &r, &a);
    arena_fini(&a);
    return p;
}

static double pixels_total(const struct pixels *p)
{
    return sum_of(p->mass, (size_t)p->n * (size_t)p->n);
}

/* ---- the oracle: pixels and cells as rectangles on the ground, every pair compared ---- */

struct rectangle {
    double west, south, east, north; /* degrees */
};

static const double PI = 3.14159265358979323846;

/* Ground area, up to a constant, by Gauss-Legendre over the ellipsoid's area element. */
static double strip_area(double south_deg, double north_deg)
{
    static const double at[] = {0.0, 0.5384693101056831, 0.9061798459386640};
    static const double weight[] = {0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
    const int panels = 8;
    double h = (north_deg - south_deg) / panels / 2;
    double sum = 0;
    for (int p = 0; p < panels; p++) {
        double middle = south_deg + (2 * p + 1) * h;
        for (int k = -2; k <= 2; k++) {
            double lat = middle + (k < 0 ? -1 : 1) * at[abs(k)] * h;
            double s = sin(lat * PI / 180);
            sum += weight[abs(k)] * h * cos(lat * PI / 180) / pow(1 - 0.00669437999014 * s * s, 2);
        }
    }
    return sum;
}

static double area_of(struct rectangle r)
{
    return (r.east - r.west) * strip_area(r.south, r.north);
}

static struct rectangle common(struct rectangle a, struct rectangle b)
{
    return (struct rectangle){fmax(a.west, b.west), fmax(a.south, b.south), fmin(a.east, b.east),
                              fmin(a.north, b.north)};
}

static double mercator_lat(double pixel, double pixels)
{
    return (2 * atan(exp(PI * (1 - 2 * pixel / pixels))) - PI / 2) * 180 / PI;
}

static struct rectangle pixel_ground(struct tile t, int size_px, int col, int row)
{
    double n = size_px * pow(2, t.z);
    double x = (double)t.x * size_px + col;
    double y = (double)t.y * size_px + row;
    return (struct rectangle){360 * x / n - 180, mercator_lat(y + 1, n), 360 * (x + 1) / n - 180,
                              mercator_lat(y, n)};
}

static struct rectangle cell_ground(const struct cells *c, int32_t col, int32_t row)
{
    struct grid g = c->grid;
    double step = pow(2, c->level);
    return (struct rectangle){g.x0_deg + fmin(g.nx, col * step) * g.dx_deg,
                              g.y0_deg - fmin(g.ny, (row + 1) * step) * g.dy_deg,
                              g.x0_deg + fmin(g.nx, (col + 1) * step) * g.dx_deg,
                              g.y0_deg - fmin(g.ny, row * step) * g.dy_deg};
}

struct truth {
    double mass;
    double largest_share; /* of a cell with data */
};

static struct truth pixel_truth(const struct cells *c, struct rectangle pixel)
{
    struct truth truth = {0, 0};
    for (int32_t row = 0; row < c->ny; row++) {
        for (int32_t col = 0; col < c->nx; col++) {
            double m = c->mass[row * c->nx + col];
            struct rectangle cell = cell_ground(c, col, row);
            struct rectangle both = common(pixel, cell);
            if (isnan(m) || both.west >= both.east || both.south >= both.north) {
                continue;
            }
            double share = area_of(both) / area_of(cell);
            truth.mass += m * share;
            truth.largest_share = fmax(truth.largest_share, share);
        }
    }
    return truth;
}

static void compare_to_truth(const struct cells *c, struct tile t, int size_px)
{
    struct pixels p = render(c, t, size_px);
    double tolerance = 1e-10 * cells_total(c);
    for (int row = 0; row < size_px; row++) {
        for (int col = 0; col < size_px; col++) {
            int i = row * size_px + col;
            struct truth truth = pixel_truth(c, pixel_ground(t, size_px, col, row));
            if (fabs(p.mass[i] - truth.mass) > tolerance) {
                fail_msg("%d/%d/%d pixel %d,%d: %.17g, not %.17g", t.z, t.x, t.y, col, row,
                         p.mass[i], truth.mass);
            }
            if (truth.largest_share > 1e-9 || truth.largest_share == 0) {
                assert_int_equal(p.any[i], truth.largest_share > 0);
            }
        }
    }
    pixels_free(&p);
}

static struct grid random_grid(void)
{
    struct grid g = {0};
    g.nx = random_int(1, 14);
    g.ny = random_int(1, 14);
    g.dx_deg = 0.05 + 5 * random_unit();
    g.dy_deg = 0.05 + 5 * random_unit();
    g.x0_deg = -180 + (360 - g.nx * g.dx_deg) * random_unit();
    g.y0_deg = 85 - (170 - g.ny * g.dy_deg) * random_unit();
    return g;
}

/* A tile that holds a random point of the grid. */
static struct tile random_tile(struct grid g, int z)
{
    double lon = g.x0_deg + g.nx * g.dx_deg * random_unit();
    double lat = g.y0_deg - g.ny * g.dy_deg * random_unit();
    double y = 0.5 - log(tan(PI / 4 + lat * PI / 360)) / (2 * PI);
    return (struct tile){z, (int32_t)ldexp((lon + 180) / 360, z), (int32_t)ldexp(y, z)};
}

static void random_grids_match_the_oracle(void **state)
{
    (void)state;
    for (int i = 0; i < 150; i++) {
        struct cells c = cells_random(random_grid(), i % 3 * 0.3);
        for (int level = 0; level < 3; level++) {
            compare_to_truth(&c, random_tile(c.grid, random_int(0, 9)), random_int(1, 12));
            struct cells coarser = cells_coarser(&c);
            free(c.mass);
            c = coarser;
        }
        free(c.mass);
    }
}

/* Pixel edges that fall on cell edges: a pixel takes nothing from the cell it only touches. */
static void aligned_edges_do_not_leak(void **state)
{
    (void)state;
    struct grid g = {-180, 45, 360.0 / 64, 360.0 / 64, 64, 16};
    struct cells c = cells_random(g, 1.0);
    c.mass[3 * 64 + 40] = 5; /* one cell of data */
    struct pixels p = render(&c, (struct tile){0, 0, 0}, 64);
    int touched = 0;
    for (int i = 0; i < 64 * 64; i++) {
        touched += p.any[i];
        assert_true(!p.any[i] || i % 64 == 40);
        assert_true((p.mass[i] > 0) == (p.any[i] == 1));
    }
    assert_in_range(touched, 1, 3);
    assert_true(fabs(pixels_total(&p) - 5) < 1e-13);
    pixels_free(&p);
    free(c.mass);
}

static const struct grid uzbek = {55.9, 45.7, 0.1, 0.1, 173, 86};

static void tile_range(struct grid g, int z, struct tile *first, struct tile *last)
{
    for (*first = (struct tile){z, 0, 0}; tile_edge_lon_deg(*first, 1, 1) <= g.x0_deg;) {
        first->x++;
    }
    while (tile_edge_lat_deg(*first, 1, 1) >= g.y0_deg) {
        first->y++;
    }
    *last = *first;
    while (tile_edge_lon_deg(*last, 1, 1) < grid_edge_lon_deg(g, 0, g.nx)) {
        last->x++;
    }
    while (tile_edge_lat_deg(*last, 1, 1) > grid_edge_lat_deg(g, 0, g.ny)) {
        last->y++;
    }
}

static double zoom_total(const struct cells *c, int z, int size_px)
{
    struct tile first, last;
    struct sum total = {0, 0};
    tile_range(c->grid, z, &first, &last);
    for (int32_t y = first.y; y <= last.y; y++) {
        for (int32_t x = first.x; x <= last.x; x++) {
            struct pixels p = render(c, (struct tile){z, x, y}, size_px);
            sum_add(&total, pixels_total(&p));
            pixels_free(&p);
        }
    }
    return sum_value(total);
}

static void every_zoom_sums_to_the_total(void **state)
{
    (void)state;
    struct cells c = cells_random(uzbek, 0.4);
    double total = cells_total(&c);
    for (int level = 0; level <= grid_top_level(uzbek); level++) {
        for (int z = 0; z <= 8; z++) {
            double sum = zoom_total(&c, z, z == 3 ? 512 : 256);
            if (fabs(sum - total) > 1e-13 * total) {
                fail_msg("level %d zoom %d: %.17g of %.17g", level, z, sum, total);
            }
        }
        struct cells coarser = cells_coarser(&c);
        free(c.mass);
        c = coarser;
    }
    free(c.mass);
}

static void expect_children(const struct cells *c, struct tile t)
{
    const int n = 64;
    struct pixels parent = render(c, t, n);
    struct pixels twice = render(c, t, 2 * n);
    for (int k = 0; k < 4; k++) {
        struct pixels child =
            render(c, (struct tile){t.z + 1, 2 * t.x + k % 2, 2 * t.y + k / 2}, n);
        for (int i = 0; i < n * n; i++) {
            int col = k % 2 * n + i % n;
            int row = k / 2 * n + i / n;
            /* equal but for the order in which a dot product is added */
            double m = twice.mass[row * 2 * n + col];
            assert_true(fabs(child.mass[i] - m) <= 1e-14 * m);
            assert_int_equal(child.any[i], twice.any[row * 2 * n + col]);
            parent.mass[row / 2 * n + col / 2] -= child.mass[i];
        }
        pixels_free(&child);
    }
    double tolerance = 1e-12 * cells_total(c);
    for (int i = 0; i < n * n; i++) {
        assert_true(fabs(parent.mass[i]) < tolerance);
    }
    pixels_free(&parent);
    pixels_free(&twice);
}

static void a_parent_is_its_four_children(void **state)
{
    (void)state;
    struct cells c = cells_random(uzbek, 0.2);
    for (int i = 0; i < 40; i++) {
        expect_children(&c, random_tile(uzbek, random_int(0, 14)));
    }
    free(c.mass);
}

/* The pixels of an axis that repeat none; which[] holds them. */
static int firsts(const struct remap_axis *a, int32_t *which)
{
    int count = 0;
    for (int i = 0; i < a->n_out; i++) {
        if (i == 0 || !a->repeats[i]) {
            which[count++] = i;
        }
    }
    return count;
}

static void expect_repeats(const struct cells *c, struct tile t, int n, int *repeats)
{
    struct arena arena;
    struct remap r, few;
    int32_t rows[256], cols[256];
    arena_init(&arena, ARENA_BYTES);
    assert_int_equal(remap_plan(&r, c->grid, t, n, c->level, &arena), ERR_OK);
    few = r;
    int row_count = firsts(&r.y, rows), col_count = firsts(&r.x, cols);
    assert_int_equal(remap_axis_pick(&few.x, &r.x, cols, col_count, &arena), ERR_OK);
    assert_int_equal(remap_axis_pick(&few.y, &r.y, rows, row_count, &arena), ERR_OK);
    struct pixels all = render_planned(c, &r, &arena), held = render_planned(c, &few, &arena);
    for (int row = 0, y = -1; row < n; row++) {
        y += row == 0 || !r.y.repeats[row];
        for (int col = 0, x = -1; col < n; col++) {
            x += col == 0 || !r.x.repeats[col];
            double m = all.mass[row * n + col], h = held.mass[y * col_count + x];
            double want = h / r.row_area_km2[rows[y]];
            assert_int_equal(all.any[row * n + col], held.any[y * col_count + x]);
            assert_true(fabs(m / r.row_area_km2[row] - want) <= 1e-9 * want);
            assert_true(row != rows[y] || col != cols[x] || m == h);
        }
    }
    *repeats += n - row_count + n - col_count;
    pixels_free(&all);
    pixels_free(&held);
    arena_fini(&arena);
}

/* 1e-9: at zoom 14 a pixel's edges differ in their last six digits or so. */
static void a_pixel_that_repeats_shows_the_density_of_the_one_before(void **state)
{
    (void)state;
    int repeats = 0, tiles = 0;
    for (int i = 0; i < 60; i++) {
        struct cells c = cells_random(i % 2 ? uzbek : random_grid(), i % 3 * 0.3);
        for (int z = 0; z <= 14; z += 2, tiles++) {
            expect_repeats(&c, random_tile(c.grid, z), i % 5 ? 64 : 256, &repeats);
        }
        free(c.mass);
    }
    assert_true(repeats > 30 * tiles);
}

static void far_away_there_is_nothing(void **state)
{
    (void)state;
    struct cells c = cells_random(uzbek, 0);
    const struct tile away[] = {{4, 0, 0}, {4, 15, 15}, {3, 5, 0}, {3, 0, 3}, {22, 0, 0}};
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
        struct pixels p = render(&c, away[i], 256);
        assert_true(pixels_total(&p) == 0);
        assert_null(memchr(p.any, 1, 256 * 256));
        pixels_free(&p);
    }
    free(c.mass);
}

static void zero_mass_is_data(void **state)
{
    (void)state;
    struct cells c = cells_random(uzbek, 0);
    memset(c.mass, 0, (size_t)c.nx * (size_t)c.ny * sizeof(double));
    struct pixels p = render(&c, (struct tile){6, 43, 24}, 256);
    assert_true(pixels_total(&p) == 0);
    assert_non_null(memchr(p.any, 1, 256 * 256));
    pixels_free(&p);
    free(c.mass);
}

static void levels_follow_the_zoom(void **state)
{
    (void)state;
    struct grid g = {55.9, 45.7, 0.01, 0.01, 1730, 860};
    int before = grid_top_level(g);
    for (int z = 0; z <= TILE_MAX_ZOOM; z++) {
        int level = remap_level(g, (struct tile){z, 0, 0}, 256);
        double pixel_deg = 360.0 / 256 / pow(2, z);
        assert_true(level <= before && level <= grid_top_level(g));
        assert_true(level == 0 || 0.01 * pow(2, level) <= pixel_deg / 2);
        assert_true(level == grid_top_level(g) || 0.01 * pow(2, level + 1) > pixel_deg / 2);
        assert_int_equal(level, remap_level_for(g, pixel_deg));
        before = level;
    }
    assert_int_equal(remap_level(g, (struct tile){5, 1, 1}, 256), 1);
    assert_int_equal(remap_level(g, (struct tile){4, 1, 1}, 512), 1);
    assert_int_equal(remap_level(g, (struct tile){6, 1, 1}, 256), 0);
    g.dy_deg = 0.04; /* the longer side counts */
    assert_int_equal(remap_level(g, (struct tile){4, 1, 1}, 256), 0);
}

static void pixel_areas_are_ground_areas(void **state)
{
    (void)state;
    struct arena a;
    struct remap r;
    arena_init(&a, ARENA_BYTES);
    assert_int_equal(remap_plan(&r, uzbek, (struct tile){0, 0, 0}, 256, 0, &a), ERR_OK);
    double total = 256 * sum_of(r.row_area_km2, 256);
    double world =
        ellipsoid_area_km2(360, ellipsoid_q(-85.0511287798066), ellipsoid_q(85.0511287798066));
    assert_true(fabs(total - world) < 1e-12 * world);
    arena_fini(&a);
}

/* The plate carree of a WMS client, on the grid's own edges: the pixels are the cells. */
static void edges_of_any_raster(void **state)
{
    (void)state;
    struct cells c = cells_random(uzbek, 0.3);
    double lon[101];
    double lat[51];
    for (int i = 0; i <= 100; i++) {
        lon[i] = grid_edge_lon_deg(uzbek, 0, 20 + i);
        lat[i / 2] = grid_edge_lat_deg(uzbek, 0, 10 + i / 2);
    }
    struct arena a;
    struct remap r;
    arena_init(&a, ARENA_BYTES);
    assert_int_equal(remap_plan_edges(&r, uzbek, 0, lon, 100, lat, 50, &a), ERR_OK);
    struct pixels p = render_planned(&c, &r, &a);
    for (int i = 0; i < 5000; i++) {
        double m = c.mass[(10 + i / 100) * c.nx + 20 + i % 100];
        assert_int_equal(p.any[i], !isnan(m));
        assert_true(p.mass[i] == (isnan(m) ? 0 : m));
    }
    pixels_free(&p);
    arena_fini(&a);
    free(c.mass);
}

static enum err plan_and_apply(size_t arena_bytes)
{
    static double window[173 * 86];
    static uint8_t has[173 * 86];
    static double mass[64 * 64];
    static uint8_t any[64 * 64];
    memset(has, 1, sizeof has);
    struct arena a;
    struct remap r;
    arena_init(&a, arena_bytes);
    enum err e = remap_plan(&r, uzbek, (struct tile){5, 22, 12}, 64, 0, &a);
    if (e == ERR_OK) {
        e = remap_apply(&r, window, has, mass, any, &a);
    }
    arena_fini(&a);
    return e;
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    size_t bytes = 0;
    int refusals = 0;
    while (plan_and_apply(bytes) != ERR_OK) {
        assert_int_equal(plan_and_apply(bytes), ERR_NO_MEMORY);
        bytes += 64;
        refusals++;
    }
    assert_in_range(refusals, 20, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_grids_match_the_oracle),
        cmocka_unit_test(aligned_edges_do_not_leak),
        cmocka_unit_test(every_zoom_sums_to_the_total),
        cmocka_unit_test(a_parent_is_its_four_children),
        cmocka_unit_test(a_pixel_that_repeats_shows_the_density_of_the_one_before),
        cmocka_unit_test(far_away_there_is_nothing),
        cmocka_unit_test(zero_mass_is_data),
        cmocka_unit_test(levels_follow_the_zoom),
        cmocka_unit_test(pixel_areas_are_ground_areas),
        cmocka_unit_test(edges_of_any_raster),
        cmocka_unit_test(a_full_arena_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
