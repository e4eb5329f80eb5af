#include "render/density_utm.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "geo/ellipsoid.h"
#include "geo/quad.h"
#include "geo/sum.h"
#include "render/part.h"

#define M_PER_DEG  111700.0 /* the longest degree of a meridian */
#define TOUCH_MIN  1e-9     /* of a pixel: data on less of it is rounding */
#define M2_PER_KM2 1e6
#define CLOCK_ROWS 16

struct corner {
    double lon_deg, lat_deg;
    double south; /* -q(latitude) */
};

/* The cells of one grid under the raster, and where their edges are. */
struct layer {
    struct part part;
    struct quad_window cells;
    double *lon_deg;            /* nx + 1 */
    double *south;              /* ny + 1: -q(latitude) */
    double *cell_km2;           /* ny; of all but a last column that the grid's edge cuts */
    struct quad_point *line[2]; /* width + 1: the corners above and below a row of pixels */
};

struct job {
    const struct utm_raster *raster;
    struct layer *layers;
    int layer_count;
    struct corner *line[2]; /* width + 1 */
    double *mass_t;         /* width */
};

static struct corner corner_at(const struct utm_raster *r, int col, int row)
{
    struct corner c;
    double east_m = r->west_m + (r->east_m - r->west_m) * col / r->width;
    double north_m = r->north_m - (r->north_m - r->south_m) * row / r->height;
    utm_inverse(r->zone, east_m, north_m, &c.lon_deg, &c.lat_deg);
    c.south = -ellipsoid_q(c.lat_deg);
    return c;
}

/* ---- the ground in longitude and latitude --------------------------------------------------- */

static void widen(double box[4], struct corner c)
{
    box[0] = fmin(box[0], c.lon_deg);
    box[1] = fmin(box[1], c.lat_deg);
    box[2] = fmax(box[2], c.lon_deg);
    box[3] = fmax(box[3], c.lat_deg);
}

/* All corners lie within those of the rim: longitude and latitude have no extreme inside. */
static void ground_of(const struct utm_raster *r, double box[4])
{
    memcpy(box, (double[]){INFINITY, INFINITY, -INFINITY, -INFINITY}, 4 * sizeof *box);
    for (int col = 0; col <= r->width; col++) {
        widen(box, corner_at(r, col, 0));
        widen(box, corner_at(r, col, r->height));
    }
    for (int row = 0; row <= r->height; row++) {
        widen(box, corner_at(r, 0, row));
        widen(box, corner_at(r, r->width, row));
    }
}

/* One pixel over all of it, to find the cells below; the level is that of the true pixels. */
static enum err whole_ground(const struct utm_raster *r, struct arena *arena,
                             struct remap_raster *out)
{
    double box[4];
    ground_of(r, box);
    const double lon[2] = {box[0], box[2]}, lat[2] = {box[3], box[1]};
    enum err e = remap_raster_of_edges(out, lon, 1, lat, 1, arena);
    out->level_deg =
        fmin((r->east_m - r->west_m) / r->width, (r->north_m - r->south_m) / r->height) / M_PER_DEG;
    return e;
}

/* ---- grids ---------------------------------------------------------------------------------- */

static void find_edges(struct layer *l, struct grid g)
{
    int level = l->part.plan.level;
    for (int32_t i = 0; i <= l->cells.nx; i++) {
        l->lon_deg[i] = grid_edge_lon_deg(g, level, l->part.plan.x.src0 + i);
    }
    for (int32_t i = 0; i <= l->cells.ny; i++) {
        l->south[i] = -ellipsoid_q(grid_edge_lat_deg(g, level, l->part.plan.y.src0 + i));
    }
    for (int32_t i = 0; i < l->cells.ny; i++) {
        l->cell_km2[i] =
            ellipsoid_area_km2(l->lon_deg[1] - l->lon_deg[0], -l->south[i + 1], -l->south[i]);
    }
}

static enum err open_layer(struct layer *l, struct grid g, int width, struct arena *arena)
{
    int32_t nx = l->part.plan.x.src_n, ny = l->part.plan.y.src_n;
    size_t across = (size_t)nx + 1, down = (size_t)ny + 1, corners = (size_t)width + 1;
    l->lon_deg = arena_alloc(arena, across, sizeof *l->lon_deg);
    l->south = arena_alloc(arena, down, sizeof *l->south);
    l->cell_km2 = arena_alloc(arena, down, sizeof *l->cell_km2);
    l->line[0] = arena_alloc(arena, corners, sizeof *l->line[0]);
    l->line[1] = arena_alloc(arena, corners, sizeof *l->line[1]);
    double *scratch = arena_alloc(arena, across + 1, sizeof *scratch);
    if (!l->lon_deg || !l->south || !l->cell_km2 || !l->line[0] || !l->line[1] || !scratch) {
        return ERR_NO_MEMORY;
    }
    l->cells = (struct quad_window){nx, ny, l->part.cells, l->part.has, scratch};
    find_edges(l, g);
    return ERR_OK;
}

/* The grids that have something under the raster, with their cells. */
static enum err open_layers(struct job *j, const struct catalog *c, const struct combination *m,
                            struct block_cache *blocks, struct conn *db, int64_t deadline_ms,
                            struct arena *arena, struct why *why)
{
    struct remap_raster whole;
    enum err e = whole_ground(j->raster, arena, &whole);
    j->layers = arena_alloc(arena, (size_t)c->grid_count + 1, sizeof *j->layers);
    e = e == ERR_OK && j->layers == NULL ? ERR_NO_MEMORY : e;
    for (int grid = 0; e == ERR_OK && grid < c->grid_count; grid++) {
        struct layer *l = &j->layers[j->layer_count];
        int level = remap_level_for(c->grids[grid], whole.level_deg);
        e = part_plan(&l->part, c, m, grid, level, &whole, arena);
        if (e != ERR_OK || !part_is_touched(&l->part)) {
            continue;
        }
        e = part_fill(&l->part, c, blocks, db, deadline_ms, arena, why);
        if (e == ERR_OK) {
            e = open_layer(l, c->grids[grid], j->raster->width, arena);
        }
        j->layer_count++;
    }
    return e;
}

/* ---- pixels --------------------------------------------------------------------------------- */

/* Where a value lies among n + 1 ascending edges nearly `step` apart, in cells: below 0 or above n
 * when it is beyond them. */
static double place_among(const double *edges, int32_t n, double value)
{
    double step = (edges[n] - edges[0]) / n;
    if (value < edges[0] || value > edges[n]) {
        return value < edges[0] ? (value - edges[0]) / step : n + (value - edges[n]) / step;
    }
    int32_t at = (int32_t)fmin((value - edges[0]) / step, n - 1);
    while (at > 0 && value < edges[at]) {
        at--;
    }
    while (at < n - 1 && value >= edges[at + 1]) {
        at++;
    }
    return at + (value - edges[at]) / (edges[at + 1] - edges[at]);
}

static void place_corners(const struct layer *l, const struct corner *from, int count,
                          struct quad_point *to)
{
    for (int i = 0; i < count; i++) {
        to[i].x = place_among(l->lon_deg, l->cells.nx, from[i].lon_deg);
        to[i].y = place_among(l->south, l->cells.ny, from[i].south);
    }
}

static void next_line(struct job *j, int row)
{
    int width = j->raster->width;
    struct corner *above = j->line[0];
    j->line[0] = j->line[1];
    j->line[1] = above;
    for (int col = 0; col <= width; col++) {
        above[col] = corner_at(j->raster, col, row);
    }
    for (int i = 0; i < j->layer_count; i++) {
        struct layer *l = &j->layers[i];
        struct quad_point *old = l->line[0];
        l->line[0] = l->line[1];
        l->line[1] = old;
        place_corners(l, above, width + 1, old);
    }
}

static double pixel_km2(const struct corner *above, const struct corner *below)
{
    const struct quad_point p[4] = {{above[0].lon_deg, above[0].south},
                                    {above[1].lon_deg, above[1].south},
                                    {below[1].lon_deg, below[1].south},
                                    {below[0].lon_deg, below[0].south}};
    return ellipsoid_area_km2(quad_area(p), 0, 1);
}

/* Within one cell all pixels show that cell's density, to the last bit but one. */
static bool is_within_cell(const struct quad_window *w, const struct quad_point p[4], int32_t *col,
                           int32_t *row)
{
    double x = floor(p[0].x), y = floor(p[0].y);
    if (x < 0 || y < 0 || x >= w->nx || y >= w->ny) {
        return false;
    }
    for (int i = 1; i < 4; i++) {
        if (floor(p[i].x) != x || floor(p[i].y) != y) {
            return false;
        }
    }
    *col = (int32_t)x;
    *row = (int32_t)y;
    return true;
}

static struct quad_sum add_pixel(const struct layer *l, int col, double km2)
{
    const struct quad_point *above = l->line[0] + col, *below = l->line[1] + col;
    const struct quad_point p[4] = {above[0], above[1], below[1], below[0]};
    int32_t x = 0, y = 0;
    if (!is_within_cell(&l->cells, p, &x, &y) || x == l->cells.nx - 1) {
        return quad_add(&l->cells, p);
    }
    int64_t at = (int64_t)y * l->cells.nx + x;
    bool has = l->cells.has[at] != 0;
    return (struct quad_sum){has ? l->cells.mass_t[at] * (km2 / l->cell_km2[y]) : 0, has ? 1 : 0};
}

/* @return the true mass of the row. */
static double render_row(struct job *j, double *mass_t, uint8_t *has, double row_km2)
{
    int width = j->raster->width;
    for (int col = 0; col < width; col++) {
        double km2 = pixel_km2(j->line[0] + col, j->line[1] + col);
        struct quad_sum all = {0, 0};
        for (int i = 0; i < j->layer_count; i++) {
            struct quad_sum one = add_pixel(&j->layers[i], col, km2);
            all.mass_t += one.mass_t;
            all.covered += one.covered;
        }
        has[col] = all.covered > TOUCH_MIN && km2 > 0;
        j->mass_t[col] = all.mass_t;
        mass_t[col] = has[col] ? all.mass_t * (row_km2 / km2) : 0;
    }
    return sum_of(j->mass_t, (size_t)width);
}

/* The clock is looked at every few rows: 16 million pixels take longer than a client waits. */
static enum err render_rows(struct job *j, struct density *d, int64_t deadline_ms, struct why *why)
{
    struct sum total = {0};
    next_line(j, 0);
    for (int row = 0; row < d->height_px; row++) {
        if (row % CLOCK_ROWS == 0 && clock_ms() >= deadline_ms) {
            return why_set(why, ERR_TIMEOUT, NULL, "this picture takes too long: ask for less");
        }
        next_line(j, row + 1);
        size_t at = (size_t)row * (size_t)d->size_px;
        sum_add(&total, render_row(j, d->mass_t + at, d->has_data + at, d->row_area_km2[row]));
    }
    d->sum_t = sum_value(total);
    return ERR_OK;
}

/* ---- the raster ----------------------------------------------------------------------------- */

/* A density that holds every pixel by itself. */
static enum err hold_all(struct density *d, const struct utm_raster *r, struct arena *arena)
{
    size_t across = (size_t)r->width, down = (size_t)r->height;
    int32_t *numbers = arena_alloc(arena, across + down, sizeof *numbers);
    d->mass_t = arena_alloc(arena, across * down, sizeof *d->mass_t);
    d->has_data = arena_alloc(arena, across * down, sizeof *d->has_data);
    d->row_area_km2 = arena_alloc(arena, down, sizeof *d->row_area_km2);
    if (numbers == NULL || d->mass_t == NULL || d->has_data == NULL || d->row_area_km2 == NULL) {
        return ERR_NO_MEMORY;
    }
    d->row_of = d->first_row = numbers;
    d->col_of = d->first_col = numbers + down;
    d->rows = d->height_px = r->height;
    d->cols = d->size_px = r->width;
    double width_m = (r->east_m - r->west_m) / r->width,
           height_m = (r->north_m - r->south_m) / r->height;
    for (int i = 0; i < r->height; i++) {
        d->row_of[i] = i;
        d->row_area_km2[i] = width_m * height_m / M2_PER_KM2;
    }
    for (int i = 0; i < r->width; i++) {
        d->col_of[i] = i;
    }
    return ERR_OK;
}

static enum err open_job(struct job *j, struct arena *arena)
{
    size_t corners = (size_t)j->raster->width + 1;
    j->line[0] = arena_alloc(arena, corners, sizeof *j->line[0]);
    j->line[1] = arena_alloc(arena, corners, sizeof *j->line[1]);
    j->mass_t = arena_alloc(arena, corners, sizeof *j->mass_t);
    return j->line[0] == NULL || j->line[1] == NULL || j->mass_t == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err density_render_utm(const struct catalog *c, const struct combination *m,
                            const struct utm_raster *raster, struct block_cache *blocks,
                            struct conn *db, int64_t deadline_ms, struct arena *arena,
                            struct density *out, struct why *why)
{
    struct density d = {0};
    struct job j = {.raster = raster};
    enum err e = hold_all(&d, raster, arena);
    if (e == ERR_OK) {
        e = open_job(&j, arena);
    }
    if (e == ERR_OK) {
        e = open_layers(&j, c, m, blocks, db, deadline_ms, arena, why);
    }
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "this picture does not fit the memory of a request");
    }
    for (int i = 0; i < j.layer_count; i++) {
        d.level = j.layers[i].part.plan.level > d.level ? j.layers[i].part.plan.level : d.level;
    }
    e = render_rows(&j, &d, deadline_ms, why);
    if (e != ERR_OK) {
        return e;
    }
    d.is_empty = memchr(d.has_data, 1, (size_t)d.rows * (size_t)d.cols) == NULL;
    *out = d;
    return ERR_OK;
}
