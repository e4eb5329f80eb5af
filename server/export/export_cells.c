#include "export/export_cells.h"

#include <math.h>

#include "geo/ellipsoid.h"
#include "geo/sum.h"
#include "render/part.h"

#define WINDOW_ARENA_MAX ((size_t)256 << 20)
#define WINDOW_MAX_COLS  512
#define WINDOW_BLOCKS    2048 /* of all fields together: 32 MB */
#define SAME_EDGE        1e-6 /* of a cell: one edge, written in two grids */
#define SAME_MASS        1e-9

/* A rectangle of the export's cells. */
struct window {
    struct cell_box box;
    double *mass_t; /* rows x cols, arena memory */
    uint8_t *has;
};

/* ---- edges -------------------------------------------------------------------------------- */

/* The boundary of a grid's n cells that lies at `at` (in cells from its first edge), or -1. */
static int32_t boundary_at(double at, int32_t n, double cell_ratio)
{
    double near = round(at);
    bool is_same = near >= 0 && near <= n && fabs(at - near) * cell_ratio < SAME_EDGE;
    return is_same ? (int32_t)near : -1;
}

/* An edge that a grid has as well takes that grid's own number, to the last bit: else its cells
 * would reach into their neighbours by a rounding, and data into cells that have none. */
static double lon_edge(struct grid own, int32_t i, struct grid g)
{
    double lon_deg = grid_edge_lon_deg(own, 0, i);
    int32_t same = boundary_at((lon_deg - g.x0_deg) / g.dx_deg, g.nx, g.dx_deg / own.dx_deg);
    return same < 0 ? lon_deg : grid_edge_lon_deg(g, 0, same);
}

static double south_edge(struct grid own, int32_t i, struct grid g, const double *g_south)
{
    double lat_deg = fmax(-90, fmin(90, grid_edge_lat_deg(own, 0, i)));
    int32_t same = boundary_at((g.y0_deg - lat_deg) / g.dy_deg, g.ny, g.dy_deg / own.dy_deg);
    if (same < 0) {
        return -ellipsoid_q(lat_deg);
    }
    return g_south != NULL ? g_south[same] : -ellipsoid_q(grid_edge_lat_deg(g, 0, same));
}

/* The window as a raster in the terms of one grid. */
static enum err raster_of(struct remap_raster *out, const struct export_map *m,
                          const struct window *w, int grid, struct arena *arena)
{
    const struct catalog *c = m->catalog;
    const double *south = c->grid_souths == NULL ? NULL : c->grid_souths[grid];
    *out = (struct remap_raster){
        .width = w->box.cols, .height = w->box.rows, .pixel_deg = m->grid.dx_deg};
    out->lon_deg = arena_alloc(arena, (size_t)w->box.cols + 1, sizeof *out->lon_deg);
    out->south = arena_alloc(arena, (size_t)w->box.rows + 1, sizeof *out->south);
    if (out->lon_deg == NULL || out->south == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int32_t i = 0; i <= w->box.cols; i++) {
        out->lon_deg[i] = lon_edge(m->grid, w->box.col + i, c->grids[grid]);
    }
    for (int32_t i = 0; i <= w->box.rows; i++) {
        out->south[i] = south_edge(m->grid, w->box.row + i, c->grids[grid], south);
    }
    return ERR_OK;
}

/* ---- windows ------------------------------------------------------------------------------ */

static enum err add_grid(const struct export_map *m, struct window *w, int grid,
                         struct arena *arena, struct why *why)
{
    struct remap_raster raster;
    struct part part;
    enum err e = raster_of(&raster, m, w, grid, arena);
    if (e == ERR_OK) {
        e = part_plan(&part, m->catalog, m->combination, grid, 0, &raster, arena);
    }
    if (e != ERR_OK || !part_is_touched(&part)) {
        return e;
    }
    e = part_fill(&part, m->catalog, m->blocks, m->db, m->deadline_ms, arena, why);
    return e != ERR_OK ? e
                       : remap_apply(&part.plan, part.cells, part.has, w->mass_t, w->has, arena);
}

/* @param to  rows of `stride` numbers. */
static void copy_window(const struct window *w, double *to, int32_t stride)
{
    for (int32_t row = 0; row < w->box.rows; row++, to += stride) {
        const double *from = w->mass_t + (ptrdiff_t)row * w->box.cols;
        const uint8_t *has = w->has + (ptrdiff_t)row * w->box.cols;
        for (int32_t col = 0; col < w->box.cols; col++) {
            to[col] = has[col] ? from[col] : NAN;
        }
    }
}

static enum err fill_window(const struct export_map *m, struct window w, double *to, int32_t stride,
                            struct why *why)
{
    struct arena arena;
    arena_init(&arena, WINDOW_ARENA_MAX);
    size_t cells = (size_t)w.box.rows * (size_t)w.box.cols;
    w.mass_t = arena_alloc(&arena, cells, sizeof *w.mass_t);
    w.has = arena_alloc(&arena, cells, sizeof *w.has);
    enum err e = w.mass_t == NULL || w.has == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (int grid = 0; e == ERR_OK && grid < m->catalog->grid_count; grid++) {
        e = add_grid(m, &w, grid, &arena, why);
    }
    if (e == ERR_OK) {
        copy_window(&w, to, stride);
    }
    arena_fini(&arena);
    return e;
}

/* Of GRID_BLOCK rows, whose blocks lie in up to two rows of blocks. */
static int32_t window_cols(const struct combination *m)
{
    int32_t across = WINDOW_BLOCKS / 2 / (m->term_count > 0 ? m->term_count : 1) - 1;
    int32_t cols = across * GRID_BLOCK;
    return cols < GRID_BLOCK ? GRID_BLOCK : cols > WINDOW_MAX_COLS ? WINDOW_MAX_COLS : cols;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void count(struct cells *x, const double *mass_t, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isnan(mass_t[i])) {
            sum_add(&x->mass, mass_t[i]);
            x->filled++;
        }
    }
}

enum err export_cells_read(struct cells *x, struct cell_box box, double *mass_t, struct why *why)
{
    int32_t wide = window_cols(x->map->combination);
    enum err e = ERR_OK;
    for (int32_t row = 0; e == ERR_OK && row < box.rows; row += GRID_BLOCK) {
        for (int32_t col = 0; e == ERR_OK && col < box.cols; col += wide) {
            struct window w = {
                .box = {.col = box.col + col,
                        .cols = smaller(box.cols - col, wide),
                        .row = box.row + row,
                        .rows = smaller(box.rows - row, GRID_BLOCK)},
            };
            e = fill_window(x->map, w, mass_t + (ptrdiff_t)row * box.cols + col, box.cols, why);
        }
    }
    if (e == ERR_OK) {
        count(x, mass_t, (size_t)box.rows * (size_t)box.cols);
    }
    return e == ERR_NO_MEMORY ? why_set(why, e, NULL, "out of memory") : e;
}

/* ---- sums --------------------------------------------------------------------------------- */

double export_cells_row_km2(const struct export_map *m, int32_t row)
{
    double north = -south_edge(m->grid, row, m->grid, NULL);
    double south = -south_edge(m->grid, row + 1, m->grid, NULL);
    return ellipsoid_area_km2(m->grid.dx_deg, south, north);
}

/* A check of everything above: what the cells sum to against what the catalog says. */
enum err export_cells_end(const struct cells *x, struct export_total *out, struct why *why)
{
    const struct export_map *m = x->map;
    double mass_t = sum_value(x->mass);
    double expected_t = m->combination->total_t - m->combination->unallocated_t;
    struct sum entering = {0};
    for (int i = 0; i < m->combination->term_count; i++) {
        const struct term *t = &m->combination->terms[i];
        sum_add(&entering, fabs(t->coefficient * m->catalog->fields[t->field].total));
    }
    if (m->is_whole && !(fabs(mass_t - expected_t) <= SAME_MASS * sum_value(entering))) {
        return why_set(why, ERR_INTERNAL, NULL,
                       "the cells sum to %.12g t, the inventory says %.12g t", mass_t, expected_t);
    }
    *out = (struct export_total){.mass_t = mass_t, .filled = x->filled};
    return ERR_OK;
}
