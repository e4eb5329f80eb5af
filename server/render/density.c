/* density.c - what each grid gives (part.h) to the pixels of a tile. */
#include "render/density.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/vector.h"
#include "geo/sum.h"
#include "render/part.h"

double density_value(const struct density *d, int i)
{
    int row = d->row_of[i / d->size_px], col = d->col_of[i % d->size_px];
    size_t at = (size_t)row * (size_t)d->cols + (size_t)col;
    return d->has_data[at] ? d->mass_t[at] / d->row_area_km2[d->first_row[row]] : NAN;
}

FOR_THIS_CPU static void divide(const double *restrict mass_t, double area_km2, int n,
                                double *restrict values)
{
    int i = 0;
    for (; i + 4 <= n; i += 4) {
        four_doubles four;
        memcpy(&four, mass_t + i, sizeof four);
        four /= area_km2;
        memcpy(values + i, &four, sizeof four);
    }
    for (; i < n; i++) {
        values[i] = mass_t[i] / area_km2;
    }
}

void density_held_row(const struct density *d, int row, double *values)
{
    size_t at = (size_t)row * (size_t)d->cols;
    const uint8_t *has = d->has_data + at;
    divide(d->mass_t + at, d->row_area_km2[d->first_row[row]], d->cols, values);
    if (memchr(has, 0, (size_t)d->cols) == NULL) {
        return;
    }
    for (int col = 0; col < d->cols; col++) {
        if (!has[col]) {
            values[col] = NAN;
        }
    }
}

/* ---- runs of equal rows and columns ------------------------------------------------------- */

/* Numbers runs: of[i] = the run of pixel i, first[r] = the pixel a run begins with.
 * @return how many. */
static int number_runs(const uint8_t *repeats, int n, int32_t *of, int32_t *first)
{
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (i == 0 || !repeats[i]) {
            first[count++] = i;
        }
        of[i] = count - 1;
    }
    return count;
}

/* What the pixels show is for the first part to write. */
static enum err hold_runs(struct density *d, const uint8_t *row_repeats, const uint8_t *col_repeats,
                          struct arena *arena)
{
    size_t across = (size_t)d->size_px, down = (size_t)d->height_px;
    int32_t *numbers = arena_alloc_unset(arena, 2 * (across + down), sizeof *numbers);
    if (numbers == NULL) {
        return ERR_NO_MEMORY;
    }
    d->row_of = numbers;
    d->first_row = numbers + down;
    d->col_of = numbers + 2 * down;
    d->first_col = numbers + 2 * down + across;
    d->rows = number_runs(row_repeats, d->height_px, d->row_of, d->first_row);
    d->cols = number_runs(col_repeats, d->size_px, d->col_of, d->first_col);
    size_t held = (size_t)d->rows * (size_t)d->cols;
    d->mass_t = arena_alloc_unset(arena, held, sizeof *d->mass_t);
    d->has_data = arena_alloc_unset(arena, held, sizeof *d->has_data);
    return d->mass_t == NULL || d->has_data == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* Where no grid is touched. */
static void hold_nothing(struct density *d)
{
    size_t held = (size_t)d->rows * (size_t)d->cols;
    memset(d->mass_t, 0, held * sizeof *d->mass_t);
    memset(d->has_data, 0, held);
}

/* How many pixels each held column shows. */
static void count_columns(const struct density *d, double *width)
{
    for (int col = 0; col < d->cols; col++) {
        int next = col + 1 < d->cols ? d->first_col[col + 1] : d->size_px;
        width[col] = next - d->first_col[col];
    }
}

/* A held row of first pixels' masses, summed over all pixels of its columns.
 * @param line  scratch, cols. */
static double sum_row(const struct density *d, int row, const double *width, double *line)
{
    const double *mass_t = d->mass_t + (size_t)row * (size_t)d->cols;
    if (d->cols == d->size_px) {
        return sum_of(mass_t, (size_t)d->cols);
    }
    for (int col = 0; col < d->cols; col++) {
        line[col] = mass_t[col] * width[col];
    }
    return sum_of(line, (size_t)d->cols);
}

/* A run shows one density, so its mass is its first pixel's by the ratio of their grounds. */
static enum err sum_runs(struct density *d, struct arena *arena)
{
    double *line = arena_alloc_unset(arena, (size_t)d->cols, sizeof *line);
    double *width = arena_alloc_unset(arena, (size_t)d->cols, sizeof *width);
    double *totals = arena_alloc_unset(arena, (size_t)d->rows, sizeof *totals);
    if (line == NULL || width == NULL || totals == NULL) {
        return ERR_NO_MEMORY;
    }
    count_columns(d, width);
    for (int row = 0; row < d->rows; row++) {
        int end = row + 1 < d->rows ? d->first_row[row + 1] : d->height_px;
        int first = d->first_row[row];
        totals[row] = sum_row(d, row, width, line);
        if (end - first > 1) {
            double area_km2 = sum_of(d->row_area_km2 + first, (size_t)(end - first));
            totals[row] *= area_km2 / d->row_area_km2[first];
        }
    }
    d->sum_t = sum_of(totals, (size_t)d->rows);
    return ERR_OK;
}

enum err density_blank_raster(const struct remap_raster *raster, struct arena *arena,
                              struct density *out)
{
    size_t most = (size_t)(raster->width > raster->height ? raster->width : raster->height);
    uint8_t *repeats = arena_alloc_unset(arena, most, sizeof *repeats);
    if (repeats == NULL) {
        return ERR_NO_MEMORY;
    }
    memset(repeats, 1, most);
    struct density d = {.size_px = raster->width,
                        .height_px = raster->height,
                        .is_empty = true,
                        .row_area_km2 = raster->row_area_km2};
    enum err e = hold_runs(&d, repeats, repeats, arena);
    if (e == ERR_OK) {
        hold_nothing(&d);
    }
    *out = d;
    return e;
}

enum err density_blank(struct tile t, int size_px, struct arena *arena, struct density *out)
{
    struct remap_raster raster;
    enum err e = remap_raster_of_tile(&raster, t, size_px, arena);
    return e != ERR_OK ? e : density_blank_raster(&raster, arena, out);
}

/* Plans the parts that touch the raster. @return how many, or -1 when the arena is full. */
static int parts_plan(struct part *parts, const struct catalog *c, const struct combination *m,
                      const struct remap_raster *raster, struct arena *arena)
{
    int count = 0;
    for (int grid = 0; grid < c->grid_count; grid++) {
        int level = remap_level_for(c->grids[grid], raster->level_deg);
        if (part_plan(&parts[count], c, m, grid, level, raster, arena) != ERR_OK) {
            return -1;
        }
        count += part_is_touched(&parts[count]);
    }
    return count;
}

/* A row repeats the one above if it does so in every grid; columns alike. */
static enum err hold_common_runs(struct density *d, const struct part *parts, int count,
                                 struct arena *arena)
{
    size_t across = (size_t)d->size_px, down = (size_t)d->height_px;
    uint8_t *rows = arena_alloc_unset(arena, across + down, sizeof *rows);
    if (rows == NULL) {
        return ERR_NO_MEMORY;
    }
    uint8_t *cols = rows + down;
    memset(rows, 1, across + down);
    for (int p = 0; p < count; p++) {
        for (size_t i = 0; i < down; i++) {
            rows[i] &= parts[p].plan.y.repeats[i];
        }
        for (size_t i = 0; i < across; i++) {
            cols[i] &= parts[p].plan.x.repeats[i];
        }
    }
    return hold_runs(d, rows, cols, arena);
}

/* Adds one part to the held pixels. */
static enum err part_add(struct part *p, struct density *d, const struct catalog *c,
                         struct block_cache *blocks, struct conn *db, int64_t deadline_ms,
                         struct arena *arena, struct why *why)
{
    struct remap held = p->plan;
    enum err e = part_fill(p, c, blocks, db, deadline_ms, arena, why);
    if (e == ERR_OK) {
        e = remap_axis_pick(&held.x, &p->plan.x, d->first_col, d->cols, arena);
    }
    if (e == ERR_OK) {
        e = remap_axis_pick(&held.y, &p->plan.y, d->first_row, d->rows, arena);
    }
    if (e == ERR_OK) {
        e = remap_apply(&held, p->cells, p->has, d->mass_t, d->has_data, arena);
        d->level = held.level > d->level ? held.level : d->level;
    }
    return e;
}

static enum err render_parts(struct density *d, const struct catalog *c,
                             const struct combination *m, const struct remap_raster *raster,
                             struct block_cache *blocks, struct conn *db, int64_t deadline_ms,
                             struct arena *arena, struct why *why)
{
    struct part *parts = arena_alloc(arena, (size_t)c->grid_count + 1, sizeof *parts);
    int count = parts == NULL ? -1 : parts_plan(parts, c, m, raster, arena);
    if (count < 0) {
        return ERR_NO_MEMORY;
    }
    d->row_area_km2 = raster->row_area_km2;
    enum err e = hold_common_runs(d, parts, count, arena);
    if (e == ERR_OK && count == 0) {
        hold_nothing(d);
    }
    for (int p = 0; e == ERR_OK && p < count; p++) {
        parts[p].plan.is_first = p == 0;
        e = part_add(&parts[p], d, c, blocks, db, deadline_ms, arena, why);
    }
    return e;
}

enum err density_render_raster(const struct catalog *c, const struct combination *m,
                               const struct remap_raster *raster, struct block_cache *blocks,
                               struct conn *db, int64_t deadline_ms, struct arena *arena,
                               struct density *out, struct why *why)
{
    struct density d = {.size_px = raster->width, .height_px = raster->height};
    enum err e = render_parts(&d, c, m, raster, blocks, db, deadline_ms, arena, why);
    if (e == ERR_OK) {
        d.is_empty = memchr(d.has_data, 1, (size_t)d.rows * (size_t)d.cols) == NULL;
        e = d.is_empty ? ERR_OK : sum_runs(&d, arena);
    }
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "this picture does not fit the memory of a request");
    }
    *out = d;
    return ERR_OK;
}

enum err density_render(const struct catalog *c, const struct combination *m, struct tile t,
                        int size_px, struct block_cache *blocks, struct conn *db,
                        int64_t deadline_ms, struct arena *arena, struct density *out,
                        struct why *why)
{
    struct remap_raster raster;
    enum err e = remap_raster_of_tile(&raster, t, size_px, arena);
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "this picture does not fit the memory of a request");
    }
    return density_render_raster(c, m, &raster, blocks, db, deadline_ms, arena, out, why);
}
