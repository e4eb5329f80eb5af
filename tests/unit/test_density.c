/* test_density.c - fields to pixels, over blocks from a table instead of a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/ellipsoid.h"
#include "geo/sum.h"
#include "render/density.h"

/* ---- three fields on two grids, made of a formula ------------------------------------------ */

static const struct grid grids[] = {
    {.x0_deg = 55.9, .y0_deg = 45.7, .dx_deg = 0.01, .dy_deg = 0.01, .nx = 330, .ny = 210},
    {.x0_deg = 56.0, .y0_deg = 46.0, .dx_deg = 0.1, .dy_deg = 0.1, .nx = 40, .ny = 30},
};
enum { DENSE, SPARSE, COARSE, EMPTY, FIELDS };
static const struct field fields[FIELDS] = {
    {.id = 100, .grid = 0}, {.id = 101, .grid = 0}, {.id = 102, .grid = 1}, {.id = 103, .grid = 0}};

static float native_cell(int field, int row, int col)
{
    switch (field) {
    case DENSE: /* with a hole */
        return row > 50 && row < 60 ? NAN : (float)((row * 31 + col * 17) % 97);
    case SPARSE: /* one source in a while; no data elsewhere */
        return (row * 330 + col) % 4001 == 7 ? 1000.0F : NAN;
    case COARSE:
        return (float)(1 + (row + col) % 5);
    default:
        return NAN;
    }
}

/* Sum of the native cells below a cell of a level; NaN when none has data. */
static float cell_at(int field, int level, int row, int col)
{
    struct grid g = grids[fields[field].grid];
    int span = 1 << level;
    double sum = 0;
    bool has = false;
    for (int r = row * span; r < (row + 1) * span && r < g.ny; r++) {
        for (int c = col * span; c < (col + 1) * span && c < g.nx; c++) {
            float v = native_cell(field, r, c);
            sum += isnan(v) ? 0 : (double)v;
            has = has || !isnan(v);
        }
    }
    return has ? (float)sum : NAN;
}

/* ---- the block cache's place is taken by this --------------------------------------------- */

static int held, calls, fail_at;

static struct block *make_block(int field, int level, int by, int bx)
{
    struct block *b = calloc(1, sizeof *b);
    float *cells = malloc(GRID_BLOCK_CELLS * sizeof *cells);
    assert_true(b != NULL && cells != NULL);
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
        cells[i] = cell_at(field, level, by * GRID_BLOCK + i / GRID_BLOCK,
                           bx * GRID_BLOCK + i % GRID_BLOCK);
        b->count += !isnan(cells[i]);
    }
    if (b->count == 0) {
        free(cells);
        cells = NULL;
    }
    b->cells = cells;
    held++;
    return b;
}

enum err block_cache_get(struct block_cache *c, struct conn *db, struct block_range r,
                         int64_t deadline_ms, struct block **out, struct why *why)
{
    (void)c, (void)db, (void)deadline_ms;
    if (++calls == fail_at)
        return why_set(why, ERR_UNAVAILABLE, NULL, "gone");
    for (int by = r.by0; by <= r.by1; by++)
        for (int bx = r.bx0; bx <= r.bx1; bx++)
            *out++ = make_block((int)(r.field_id - 100), r.level, by, bx);
    return ERR_OK;
}

enum err block_cache_get_fields(struct block_cache *c, struct conn *db, const int64_t *ids,
                                int count, struct block_range r, int64_t deadline_ms,
                                struct block **out, struct why *why)
{
    int places = (r.bx1 - r.bx0 + 1) * (r.by1 - r.by0 + 1);
    for (int i = 0; i < count; i++) {
        r.field_id = ids[i];
        enum err e = block_cache_get(c, db, r, deadline_ms, out + (ptrdiff_t)i * places, why);
        for (int k = 0; e != ERR_OK && k < i * places; k++)
            block_unref(out[k]);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

void block_unref(struct block *b)
{
    free(b->cells);
    free(b);
    held--;
}

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    held = calls = fail_at = 0;
    arena_init(&arena, 256u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    assert_int_equal(held, 0);
    return 0;
}

static enum err render(const struct term *terms, int n, struct tile t, int size_px,
                       struct density *out)
{
    struct catalog c = {.grid_count = 2, .grids = grids, .field_count = FIELDS, .fields = fields};
    struct combination m = {.term_count = n};
    struct term copy[FIELDS];
    struct why why = {0};
    memcpy(copy, terms, (size_t)n * sizeof *terms);
    m.terms = copy;
    return density_render(&c, &m, t, size_px, NULL, NULL, 0, &arena, out, &why);
}

static double native_total(const struct term *terms, int n)
{
    struct sum sum = {0};
    for (int i = 0; i < n; i++) {
        struct grid g = grids[fields[terms[i].field].grid];
        for (int r = 0; r < g.ny; r++) {
            for (int c = 0; c < g.nx; c++) {
                float v = native_cell(terms[i].field, r, c);
                sum_add(&sum, isnan(v) ? 0 : terms[i].coefficient * (double)v);
            }
        }
    }
    return sum_value(sum);
}

static void the_world_holds_everything(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, 2}, {SPARSE, -3}, {COARSE, 0.5}};
    double want = native_total(terms, 3);
    for (int size_px = 256; size_px <= 512; size_px *= 2) {
        struct density d;
        assert_int_equal(render(terms, 3, (struct tile){0, 0, 0}, size_px, &d), ERR_OK);
        assert_false(d.is_empty);
        assert_true(d.level > 0);
        assert_true(fabs(d.sum_t - want) < 1e-9 * fabs(want));
    }
}

/* Zoomed in, a pixel inside a cell has the cell's own density, and no neighbour's. */
static void a_pixel_inside_a_cell_has_its_density(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, 2}, {SPARSE, 3}};
    struct tile t = {14, (int32_t)((57.234 + 180) / 360 * 16384), 0};
    for (t.y = 5800; tile_edge_lat_deg(t, 1, 0) > 45.0; t.y++) {
    }
    struct density d;
    assert_int_equal(render(terms, 2, t, 256, &d), ERR_OK);
    assert_int_equal(d.level, 0);
    int inside = 0;
    for (int i = 0; i < 256 * 256; i++) {
        double w = tile_edge_lon_deg(t, 256, i % 256), e = tile_edge_lon_deg(t, 256, i % 256 + 1);
        double n = tile_edge_lat_deg(t, 256, i / 256), s = tile_edge_lat_deg(t, 256, i / 256 + 1);
        int col, row, col2, row2;
        assert_true(grid_cell_of(grids[0], w, n, &col, &row));
        assert_true(grid_cell_of(grids[0], e, s, &col2, &row2));
        if (col != col2 || row != row2)
            continue;
        float a = native_cell(DENSE, row, col), b = native_cell(SPARSE, row, col);
        double area = ellipsoid_area_km2(0.01, ellipsoid_q(grid_edge_lat_deg(grids[0], 0, row + 1)),
                                         ellipsoid_q(grid_edge_lat_deg(grids[0], 0, row)));
        double want = (2 * (isnan(a) ? 0 : (double)a) + 3 * (isnan(b) ? 0 : (double)b)) / area;
        if (isnan(a) && isnan(b))
            assert_true(isnan(density_value(&d, i)));
        else
            assert_true(fabs(density_value(&d, i) - want) <= 1e-7 * fabs(want));
        inside++;
    }
    assert_true(inside > 30000);
}

/* A cell of value 0 is data; a cell no field has is none, even under a negative coefficient. */
static void zero_is_data_and_a_hole_is_not(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, -2}};
    struct tile t = {11, 0, 0};
    int zeros = 0, holes = 0;
    struct density d;
    t.x = (int32_t)((56.2 + 180) / 360 * 2048);
    for (t.y = 600; tile_edge_lat_deg(t, 1, 1) > 45.2; t.y++) {
    }
    assert_int_equal(render(terms, 1, t, 256, &d), ERR_OK);
    for (int i = 0; i < 256 * 256; i++) {
        zeros += density_value(&d, i) == 0;
        holes += isnan(density_value(&d, i));
    }
    assert_true(holes > 0);
    assert_true(zeros > 0);
}

static void coefficient_zero_is_not_even_fetched(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, 0}, {SPARSE, 0}, {COARSE, -0.0}};
    struct density d;
    assert_int_equal(render(terms, 3, (struct tile){6, 42, 22}, 256, &d), ERR_OK);
    assert_true(d.is_empty);
    assert_int_equal(calls, 0);
    assert_true(d.sum_t == 0);
    assert_true(isnan(density_value(&d, 100)));
    assert_true(d.row_area_km2[0] > 0);
}

static void outside_the_grid_nothing_is_fetched(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, 1}, {COARSE, 1}};
    struct density d;
    assert_int_equal(render(terms, 2, (struct tile){6, 3, 3}, 256, &d), ERR_OK);
    assert_true(d.is_empty);
    assert_int_equal(calls, 0);
}

static void a_field_without_blocks_is_empty(void **state)
{
    (void)state;
    const struct term terms[] = {{EMPTY, 1}};
    struct density d;
    assert_int_equal(render(terms, 1, (struct tile){6, 42, 22}, 256, &d), ERR_OK);
    assert_true(d.is_empty);
}

static void a_lost_database_leaves_no_block_behind(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, 1}, {SPARSE, 1}, {COARSE, 1}};
    struct density d;
    for (int k = 1; k <= 3; k++) {
        calls = 0;
        fail_at = k;
        assert_int_equal(render(terms, 3, (struct tile){3, 5, 2}, 256, &d), ERR_UNAVAILABLE);
        assert_int_equal(held, 0);
    }
}

static void a_small_arena_is_reported(void **state)
{
    (void)state;
    const struct term terms[] = {{DENSE, 1}};
    struct density d;
    enum err e = ERR_NO_MEMORY;
    for (size_t max = 0; e != ERR_OK; max += 100000) {
        assert_true(max < 4u << 20);
        arena_fini(&arena);
        arena_init(&arena, max);
        e = render(terms, 1, (struct tile){7, 84, 45}, 256, &d);
        assert_true(e == ERR_OK || e == ERR_NO_MEMORY);
        assert_true(e == ERR_NO_MEMORY || max >= (size_t)d.rows * (size_t)d.cols * 9);
        assert_int_equal(held, 0);
    }
}

static void a_difference_turned_round_changes_sign(void **state)
{
    (void)state;
    const struct term plus[] = {{DENSE, 1.25}, {SPARSE, -0.75}, {COARSE, 0.1}};
    const struct term minus[] = {{DENSE, -1.25}, {SPARSE, 0.75}, {COARSE, -0.1}};
    struct density a, b;
    assert_int_equal(render(plus, 3, (struct tile){8, 168, 91}, 256, &a), ERR_OK);
    assert_int_equal(render(minus, 3, (struct tile){8, 168, 91}, 256, &b), ERR_OK);
    for (int i = 0; i < 256 * 256; i++) {
        assert_int_equal(isnan(density_value(&a, i)), isnan(density_value(&b, i)));
        assert_true(isnan(density_value(&a, i)) || density_value(&a, i) == -density_value(&b, i));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_world_holds_everything),
        TEST(a_pixel_inside_a_cell_has_its_density),
        TEST(zero_is_data_and_a_hole_is_not),
        TEST(coefficient_zero_is_not_even_fetched),
        TEST(outside_the_grid_nothing_is_fetched),
        TEST(a_field_without_blocks_is_empty),
        TEST(a_lost_database_leaves_no_block_behind),
        TEST(a_small_arena_is_reported),
        TEST(a_difference_turned_round_changes_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
