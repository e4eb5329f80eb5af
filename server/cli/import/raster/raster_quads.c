#include "cli/import/raster/raster_quads.h"

#include <math.h>
#include <stdlib.h>

#include "cli/import/raster/raster_quads_internal.h"
#include "geo/ellipsoid.h"

static void clear_row(struct raster_quads *q, int32_t target)
{
    double *row = q->window + (size_t)(target % q->window_rows) * (size_t)q->grid.nx;
    for (int32_t i = 0; i < q->grid.nx; i++) {
        row[i] = NAN;
    }
}

static void rewind_to_start(struct raster_quads *q)
{
    q->next_source = 0;
    q->next_target = 0;
    q->has_line = false;
    for (int32_t i = 0; i < q->window_rows; i++) {
        clear_row(q, i);
    }
}

static enum err make_room(struct raster_quads *q)
{
    size_t points = (size_t)q->source->nx * (size_t)q->segments + 1;
    size_t sides = ((size_t)q->source->nx + 1) * (size_t)q->segments;
    size_t most = points > sides ? points : sides;
    q->q_edges = patch_row_edges(q->grid);
    q->window = malloc((size_t)q->window_rows * (size_t)q->grid.nx * sizeof *q->window);
    q->side = malloc(sides * sizeof *q->side);
    bool is_made = q->q_edges != NULL && q->window != NULL && q->side != NULL;
    for (int i = 0; i < 2; i++) {
        q->xy[i] = malloc(most * sizeof *q->xy[i]);
        q->line[i] = malloc(points * sizeof *q->line[i]);
        is_made = is_made && q->xy[i] != NULL && q->line[i] != NULL;
    }
    return is_made ? ERR_OK : ERR_NO_MEMORY;
}

enum err raster_quads_new(struct raster_source *source, struct raster_crs *crs,
                          struct raster_strip *strip, bool is_density, struct raster_quads **out,
                          struct why *why)
{
    struct raster_quads *q = calloc(1, sizeof *q);
    if (q == NULL) {
        return ERR_NO_MEMORY;
    }
    q->source = source;
    q->crs = crs;
    q->strip = strip;
    q->is_density = is_density;
    enum err e = quads_plan(q, why);
    if (e == ERR_OK) {
        e = make_room(q);
    }
    if (e != ERR_OK) {
        raster_quads_free(q);
        return e;
    }
    rewind_to_start(q);
    *out = q;
    return ERR_OK;
}

void raster_quads_free(struct raster_quads *q)
{
    if (q == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        free(q->xy[i]);
        free(q->line[i]);
    }
    free(q->q_edges);
    free(q->first_row);
    free(q->window);
    free(q->side);
    patch_fini(&q->patch);
    free(q);
}

struct grid raster_quads_grid(const struct raster_quads *q)
{
    return q->grid;
}

int raster_quads_segments(const struct raster_quads *q)
{
    return q->segments;
}

static enum err transform_into(struct raster_quads *q, size_t n, struct patch_point *to,
                               struct why *why)
{
    enum err e = quads_transform(q, n, q->xy[0], q->xy[1], why);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        to[i] = patch_point_of(q->grid, q->q_edges, q->xy[0][i], q->xy[1][i]);
    }
    return e;
}

/* The points of the edge north of file row `row` (row ny: the grid's last edge). */
static enum err make_line(struct raster_quads *q, int32_t row, struct patch_point *to,
                          struct why *why)
{
    int32_t nx = q->source->nx;
    size_t n = 0;
    for (int32_t c = 0; c < nx; c++) {
        for (int k = 0; k < q->segments; k++) {
            quads_place(q->source, c + (double)k / q->segments, row, &q->xy[0][n], &q->xy[1][n]);
            n++;
        }
    }
    quads_place(q->source, nx, row, &q->xy[0][n], &q->xy[1][n]);
    return transform_into(q, n + 1, to, why);
}

/* The inner points of the edges between columns, from the line at hand to the next. */
static enum err make_sides(struct raster_quads *q, int32_t row, struct why *why)
{
    size_t n = 0;
    for (int32_t c = 0; c <= q->source->nx; c++) {
        for (int k = 1; k < q->segments; k++) {
            double part = (double)k / q->segments;
            double down = q->is_upward ? row + 1 - part : row + part;
            quads_place(q->source, c, down, &q->xy[0][n], &q->xy[1][n]);
            n++;
        }
    }
    return n > 0 ? transform_into(q, n, q->side, why) : ERR_OK;
}

/* Around the cell: along the first line, down the east side, back along the second, up again. */
static int outline(const struct raster_quads *q, int32_t col, struct patch_point *points)
{
    int k = q->segments;
    size_t at = (size_t)col * (size_t)k;
    const struct patch_point *west = q->side + (size_t)col * (size_t)(k - 1);
    const struct patch_point *east = west + (k - 1);
    int n = 0;
    for (int i = 0; i <= k; i++) {
        points[n++] = q->line[0][at + (size_t)i];
    }
    for (int i = 0; i < k - 1; i++) {
        points[n++] = east[i];
    }
    for (int i = k; i >= 0; i--) {
        points[n++] = q->line[1][at + (size_t)i];
    }
    for (int i = k - 2; i >= 0; i--) {
        points[n++] = west[i];
    }
    return n;
}

static enum err add_cell(struct raster_quads *q, int32_t col, double value, struct why *why)
{
    struct patch_point points[4 * QUADS_MAX_SEGMENTS + 4];
    int n = outline(q, col, points);
    struct patch *p = &q->patch;
    enum err e = patch_cover(p, q->grid, q->q_edges, points, n);
    bool is_in_window = e == ERR_OK && p->row0 >= q->next_target &&
                        p->row0 + p->rows <= q->next_target + q->window_rows;
    if (!is_in_window) {
        return e == ERR_NO_MEMORY ? e
                                  : why_set(why, ERR_INTERNAL, q->source->spec->name,
                                            "%s: a cell of column %d lies where it was not "
                                            "expected; report this file",
                                            q->source->spec->name, (int)col);
    }
    double mass = q->is_density ? value * ellipsoid_area_km2(q->grid.dx_deg, 0, p->size) : value;
    for (int32_t r = 0; r < p->rows; r++) {
        size_t slot = (size_t)((p->row0 + r) % q->window_rows) * (size_t)q->grid.nx;
        double *to = q->window + slot + p->col0;
        const double *share = p->share + (size_t)r * (size_t)p->cols;
        for (int32_t c = 0; c < p->cols; c++) {
            if (share[c] > 0) {
                to[c] = isnan(to[c]) ? mass * share[c] : to[c] + mass * share[c];
            }
        }
    }
    return ERR_OK;
}

static bool has_data(const unsigned char *is_nodata, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        if (!is_nodata[i]) {
            return true;
        }
    }
    return false;
}

/* One source row into the window; one without data costs nothing. */
static enum err add_source_row(struct raster_quads *q, struct why *why)
{
    const struct raster_source *s = q->source;
    int32_t row = q->is_upward ? s->ny - 1 - q->next_source : q->next_source;
    const double *values;
    const unsigned char *is_nodata;
    enum err e = raster_strip_row(q->strip, row, &values, &is_nodata, why);
    q->next_source++;
    if (e != ERR_OK || !has_data(is_nodata, s->nx)) {
        q->has_line = false;
        return e;
    }
    if (!q->has_line) {
        e = make_line(q, q->is_upward ? row + 1 : row, q->line[0], why);
    }
    if (e == ERR_OK) {
        e = make_line(q, q->is_upward ? row : row + 1, q->line[1], why);
    }
    if (e == ERR_OK) {
        e = make_sides(q, row, why);
    }
    for (int32_t c = 0; c < s->nx && e == ERR_OK; c++) {
        e = is_nodata[c] ? ERR_OK : add_cell(q, c, values[c], why);
    }
    struct patch_point *used = q->line[0];
    q->line[0] = q->line[1];
    q->line[1] = used;
    q->has_line = true;
    return e;
}

enum err raster_quads_row(struct raster_quads *q, int32_t row, double *values,
                          unsigned char *is_nodata, struct why *why)
{
    if (row != q->next_target) {
        rewind_to_start(q);
    }
    enum err e = row == q->next_target ? ERR_OK
                                       : why_set(why, ERR_INTERNAL, q->source->spec->name,
                                                 "rows were asked for out of order");
    while (e == ERR_OK && q->next_source < q->source->ny && q->first_row[q->next_source] <= row) {
        e = add_source_row(q, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    const double *from = q->window + (size_t)(row % q->window_rows) * (size_t)q->grid.nx;
    for (int32_t i = 0; i < q->grid.nx; i++) {
        bool is_empty = isnan(from[i]);
        is_nodata[i] = is_empty;
        values[i] = is_empty ? 0 : from[i];
    }
    clear_row(q, row);
    q->next_target++;
    return ERR_OK;
}
