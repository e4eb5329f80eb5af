/* density.c - blocks to pixels.
 *
 * Work is ordered block by block, all fields of a grid inside: 64 x 64 doubles stay in the first
 * level cache while the fields stream past. "No data in any field" needs no mask of its own: an
 * untouched cell holds negative zero, which no sum of products that had 0.0 added can become.
 */
#include "render/density.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/vector.h"
#include "geo/sum.h"

/* The window of one grid under one tile, in blocks and in cells. */
struct window {
    struct remap plan;
    int32_t bx0, by0;     /* first block */
    int32_t across, down; /* blocks */
    double *cells;        /* y.src_n x x.src_n tonnes */
    uint8_t *has;
};

/* The fields of one grid that count, and their blocks: blocks[term * across * down + place]. */
struct layers {
    int count;
    const struct term **terms;
    struct block **blocks;
    int held; /* references in blocks[] */
};

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

static enum err hold_runs(struct density *d, const uint8_t *row_repeats, const uint8_t *col_repeats,
                          struct arena *arena)
{
    size_t size = (size_t)d->size_px;
    int32_t *numbers = arena_alloc(arena, 4 * size, sizeof *numbers);
    if (numbers == NULL) {
        return ERR_NO_MEMORY;
    }
    d->row_of = numbers;
    d->col_of = numbers + size;
    d->first_row = numbers + 2 * size;
    d->first_col = numbers + 3 * size;
    d->rows = number_runs(row_repeats, d->size_px, d->row_of, d->first_row);
    d->cols = number_runs(col_repeats, d->size_px, d->col_of, d->first_col);
    size_t held = (size_t)d->rows * (size_t)d->cols;
    d->mass_t = arena_alloc(arena, held, sizeof *d->mass_t);
    d->has_data = arena_alloc(arena, held, sizeof *d->has_data);
    return d->mass_t == NULL || d->has_data == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* A run shows one density, so its mass is its first pixel's by the ratio of their grounds. */
static enum err sum_runs(struct density *d, struct arena *arena)
{
    double *line = arena_alloc(arena, (size_t)d->cols, sizeof *line);
    double *totals = arena_alloc(arena, (size_t)d->rows, sizeof *totals);
    if (line == NULL || totals == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int row = 0; row < d->rows; row++) {
        const double *mass_t = d->mass_t + (size_t)row * (size_t)d->cols;
        int end = row + 1 < d->rows ? d->first_row[row + 1] : d->size_px;
        int first = d->first_row[row];
        double area_km2 = sum_of(d->row_area_km2 + first, (size_t)(end - first));
        for (int col = 0; col < d->cols; col++) {
            int next = col + 1 < d->cols ? d->first_col[col + 1] : d->size_px;
            line[col] = mass_t[col] * (next - d->first_col[col]);
        }
        double sum_t = sum_of(line, (size_t)d->cols);
        totals[row] = end - first == 1 ? sum_t : sum_t * (area_km2 / d->row_area_km2[first]);
    }
    d->sum_t = sum_of(totals, (size_t)d->rows);
    return ERR_OK;
}

enum err density_blank(struct tile t, int size_px, struct arena *arena, struct density *out)
{
    struct remap_raster raster;
    uint8_t *repeats = arena_alloc(arena, (size_t)size_px, sizeof *repeats);
    enum err e = remap_raster_of_tile(&raster, t, size_px, arena);
    if (e != ERR_OK || repeats == NULL) {
        return ERR_NO_MEMORY;
    }
    memset(repeats, 1, (size_t)size_px);
    struct density d = {.size_px = size_px, .is_empty = true, .row_area_km2 = raster.row_area_km2};
    e = hold_runs(&d, repeats, repeats, arena);
    *out = d;
    return e;
}

/* A part of a block: columns and rows from .. to - 1. */
struct extent {
    int32_t col_from, col_to;
    int32_t row_from, row_to;
};

/* tile += coefficient x cells; a cell without data adds nothing.
 * @param of  its columns in fours. */
FOR_THIS_CPU static void add_block(double *restrict tile, const float *restrict cells,
                                   double coefficient, struct extent of)
{
    const four_doubles nothing = {-0.0, -0.0, -0.0, -0.0};
    for (int32_t row = of.row_from; row < of.row_to; row++) {
        for (int32_t i = row * GRID_BLOCK + of.col_from; i < row * GRID_BLOCK + of.col_to; i += 4) {
            four_floats narrow;
            four_doubles sum;
            memcpy(&narrow, cells + i, sizeof narrow);
            memcpy(&sum, tile + i, sizeof sum);
            four_doubles value = __builtin_convertvector(narrow, four_doubles);
            four_doubles product = coefficient * value + 0.0; /* + 0.0: never negative zero */
            four_masks is_data = value == value;
            sum +=
                (four_doubles)(((four_masks)product & is_data) | ((four_masks)nothing & ~is_data));
            memcpy(tile + i, &sum, sizeof sum);
        }
    }
}

static bool is_untouched(double value)
{
    return value == 0 && signbit(value);
}

static int32_t at_least(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t at_most(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* What the window shows of a block. */
static struct extent shown_of(const struct window *w, int32_t bx, int32_t by)
{
    const struct remap_axis *x = &w->plan.x, *y = &w->plan.y;
    int32_t col0 = bx * GRID_BLOCK - x->src0, row0 = by * GRID_BLOCK - y->src0;
    return (struct extent){.col_from = at_least(0, -col0),
                           .col_to = at_most(GRID_BLOCK, x->src_n - col0),
                           .row_from = at_least(0, -row0),
                           .row_to = at_most(GRID_BLOCK, y->src_n - row0)};
}

static void copy_block(struct window *w, int32_t bx, int32_t by, struct extent of,
                       const double *tile)
{
    const struct remap_axis *x = &w->plan.x, *y = &w->plan.y;
    int32_t col0 = bx * GRID_BLOCK - x->src0, row0 = by * GRID_BLOCK - y->src0;
    for (int32_t row = of.row_from; row < of.row_to; row++) {
        size_t at = (size_t)(row0 + row) * (size_t)x->src_n + (size_t)(col0 + of.col_from);
        const double *line = tile + (ptrdiff_t)row * GRID_BLOCK;
        for (int32_t col = of.col_from; col < of.col_to; col++, at++) {
            w->has[at] = !is_untouched(line[col]);
            w->cells[at] = line[col];
        }
    }
}

static void clear(double *tile, struct extent of)
{
    for (int32_t row = of.row_from; row < of.row_to; row++) {
        for (int32_t col = of.col_from; col < of.col_to; col++) {
            tile[row * GRID_BLOCK + col] = -0.0;
        }
    }
}

/* Sums what is shown of one block over all fields; places without any data stay zero and unset. */
static void fill_block(struct window *w, const struct layers *l, int place)
{
    double tile[GRID_BLOCK_CELLS];
    int32_t bx = w->bx0 + place % w->across, by = w->by0 + place / w->across;
    struct extent shown = shown_of(w, bx, by), summed = shown;
    summed.col_from = shown.col_from / 4 * 4;
    summed.col_to = (shown.col_to + 3) / 4 * 4;
    bool is_started = false;
    for (int i = 0; i < l->count; i++) {
        const struct block *b = l->blocks[(ptrdiff_t)i * w->across * w->down + place];
        if (b->count == 0) {
            continue;
        }
        if (!is_started) {
            clear(tile, summed);
        }
        is_started = true;
        add_block(tile, b->cells, l->terms[i]->coefficient, summed);
    }
    if (is_started) {
        copy_block(w, bx, by, shown, tile);
    }
}

static bool is_touched(const struct window *w)
{
    return w->plan.x.src_n > 0 && w->plan.y.src_n > 0;
}

static enum err window_plan(struct window *w, struct grid g, const double *grid_south,
                            struct tile t, const struct remap_raster *raster, struct arena *arena)
{
    int level = remap_level(g, t, raster->width), top = grid_top_level(g);
    enum err e =
        remap_plan_raster(&w->plan, g, level < top ? level : top, grid_south, raster, arena);
    const struct remap_axis *x = &w->plan.x, *y = &w->plan.y;
    if (e != ERR_OK || !is_touched(w)) {
        return e;
    }
    w->bx0 = x->src0 / GRID_BLOCK;
    w->by0 = y->src0 / GRID_BLOCK;
    w->across = (x->src0 + x->src_n - 1) / GRID_BLOCK - w->bx0 + 1;
    w->down = (y->src0 + y->src_n - 1) / GRID_BLOCK - w->by0 + 1;
    size_t cells = (size_t)x->src_n * (size_t)y->src_n;
    w->cells = arena_alloc(arena, cells, sizeof *w->cells);
    w->has = arena_alloc(arena, cells, sizeof *w->has);
    return w->cells == NULL || w->has == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* The combination's terms on one grid, without those that count nothing. */
static enum err layers_choose(struct layers *l, const struct catalog *c,
                              const struct combination *m, int grid, struct arena *arena)
{
    l->terms = arena_alloc(arena, (size_t)m->term_count + 1, sizeof *l->terms);
    if (l->terms == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < m->term_count; i++) {
        if (m->terms[i].coefficient != 0 && c->fields[m->terms[i].field].grid == grid) {
            l->terms[l->count++] = &m->terms[i];
        }
    }
    return ERR_OK;
}

static enum err layers_fetch(struct layers *l, const struct catalog *c, const struct window *w,
                             struct block_cache *blocks, struct conn *db, int64_t deadline_ms,
                             struct arena *arena, struct why *why)
{
    int places = w->across * w->down;
    int64_t *ids = arena_alloc(arena, (size_t)l->count, sizeof *ids);
    l->blocks = arena_alloc(arena, (size_t)l->count * (size_t)places, sizeof(struct block *));
    if (l->blocks == NULL || ids == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < l->count; i++) {
        ids[i] = c->fields[l->terms[i]->field].id;
    }
    struct block_range range = {
        .level = w->plan.level,
        .bx0 = w->bx0,
        .bx1 = w->bx0 + w->across - 1,
        .by0 = w->by0,
        .by1 = w->by0 + w->down - 1,
    };
    enum err e =
        block_cache_get_fields(blocks, db, ids, l->count, range, deadline_ms, l->blocks, why);
    l->held = e == ERR_OK ? l->count * places : 0;
    return e;
}

static void layers_release(struct layers *l)
{
    for (int i = 0; i < l->held; i++) {
        block_unref(l->blocks[i]);
    }
    l->held = 0;
}

/* What one grid gives to a tile. */
struct part {
    struct layers layers;
    struct window window;
};

/* Plans the parts that touch the tile. @return how many, or -1 when the arena is full. */
static int parts_plan(struct part *parts, const struct catalog *c, const struct combination *m,
                      struct tile t, const struct remap_raster *raster, struct arena *arena)
{
    int count = 0;
    for (int grid = 0; grid < c->grid_count; grid++) {
        struct part *p = &parts[count];
        *p = (struct part){.layers = {.count = 0}};
        enum err e = layers_choose(&p->layers, c, m, grid, arena);
        if (e == ERR_OK && p->layers.count > 0) {
            const double *south = c->grid_souths == NULL ? NULL : c->grid_souths[grid];
            e = window_plan(&p->window, c->grids[grid], south, t, raster, arena);
        }
        if (e != ERR_OK) {
            return -1;
        }
        count += p->layers.count > 0 && is_touched(&p->window);
    }
    return count;
}

/* A row repeats the one above if it does so in every grid; columns alike. */
static enum err hold_common_runs(struct density *d, const struct part *parts, int count,
                                 struct arena *arena)
{
    size_t size = (size_t)d->size_px;
    uint8_t *rows = arena_alloc(arena, 2 * size, sizeof *rows);
    if (rows == NULL) {
        return ERR_NO_MEMORY;
    }
    uint8_t *cols = rows + size;
    memset(rows, 1, 2 * size);
    for (int p = 0; p < count; p++) {
        for (size_t i = 0; i < size; i++) {
            rows[i] &= parts[p].window.plan.y.repeats[i];
            cols[i] &= parts[p].window.plan.x.repeats[i];
        }
    }
    return hold_runs(d, rows, cols, arena);
}

/* Adds one part to the held pixels. */
static enum err part_add(struct part *p, struct density *d, const struct catalog *c,
                         struct block_cache *blocks, struct conn *db, int64_t deadline_ms,
                         struct arena *arena, struct why *why)
{
    struct window *w = &p->window;
    struct remap held = w->plan;
    enum err e = layers_fetch(&p->layers, c, w, blocks, db, deadline_ms, arena, why);
    if (e == ERR_OK) {
        for (int place = 0; place < w->across * w->down; place++) {
            fill_block(w, &p->layers, place);
        }
        e = remap_axis_pick(&held.x, &w->plan.x, d->first_col, d->cols, arena);
    }
    if (e == ERR_OK) {
        e = remap_axis_pick(&held.y, &w->plan.y, d->first_row, d->rows, arena);
    }
    if (e == ERR_OK) {
        e = remap_apply(&held, w->cells, w->has, d->mass_t, d->has_data, arena);
        d->level = held.level > d->level ? held.level : d->level;
    }
    layers_release(&p->layers);
    return e;
}

static enum err render_parts(struct density *d, const struct catalog *c,
                             const struct combination *m, struct tile t, struct block_cache *blocks,
                             struct conn *db, int64_t deadline_ms, struct arena *arena,
                             struct why *why)
{
    struct remap_raster raster;
    struct part *parts = arena_alloc(arena, (size_t)c->grid_count + 1, sizeof *parts);
    enum err e = remap_raster_of_tile(&raster, t, d->size_px, arena);
    int count = e != ERR_OK || parts == NULL ? -1 : parts_plan(parts, c, m, t, &raster, arena);
    if (count < 0) {
        return ERR_NO_MEMORY;
    }
    d->row_area_km2 = raster.row_area_km2;
    e = hold_common_runs(d, parts, count, arena);
    for (int p = 0; e == ERR_OK && p < count; p++) {
        e = part_add(&parts[p], d, c, blocks, db, deadline_ms, arena, why);
    }
    return e;
}

enum err density_render(const struct catalog *c, const struct combination *m, struct tile t,
                        int size_px, struct block_cache *blocks, struct conn *db,
                        int64_t deadline_ms, struct arena *arena, struct density *out,
                        struct why *why)
{
    struct density d = {.size_px = size_px};
    enum err e = render_parts(&d, c, m, t, blocks, db, deadline_ms, arena, why);
    if (e == ERR_OK) {
        d.is_empty = memchr(d.has_data, 1, (size_t)d.rows * (size_t)d.cols) == NULL;
        e = d.is_empty ? ERR_OK : sum_runs(&d, arena);
    }
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "this tile does not fit the memory of a request");
    }
    *out = d;
    return ERR_OK;
}
