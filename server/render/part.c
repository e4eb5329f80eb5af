/* part.c - blocks to cells.
 *
 * Work is ordered block by block, all fields of a grid inside: 64 x 64 doubles stay in the first
 * level cache while the fields stream past. "No data in any field" needs no mask of its own: an
 * untouched cell holds negative zero, which no sum of products that had 0.0 added can become.
 */
#include "render/part.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

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
static struct extent shown_of(const struct part *p, int32_t bx, int32_t by)
{
    const struct remap_axis *x = &p->plan.x, *y = &p->plan.y;
    int32_t col0 = bx * GRID_BLOCK - x->src0, row0 = by * GRID_BLOCK - y->src0;
    return (struct extent){.col_from = at_least(0, -col0),
                           .col_to = at_most(GRID_BLOCK, x->src_n - col0),
                           .row_from = at_least(0, -row0),
                           .row_to = at_most(GRID_BLOCK, y->src_n - row0)};
}

/* @param is_full  every cell of it has data. */
static void copy_block(struct part *p, int32_t bx, int32_t by, struct extent of, const double *tile,
                       bool is_full)
{
    const struct remap_axis *x = &p->plan.x, *y = &p->plan.y;
    int32_t col0 = bx * GRID_BLOCK - x->src0, row0 = by * GRID_BLOCK - y->src0;
    size_t n = (size_t)(of.col_to - of.col_from);
    for (int32_t row = of.row_from; row < of.row_to; row++) {
        size_t at = (size_t)(row0 + row) * (size_t)x->src_n + (size_t)(col0 + of.col_from);
        const double *line = tile + (ptrdiff_t)row * GRID_BLOCK + of.col_from;
        memcpy(p->cells + at, line, n * sizeof *line);
        if (is_full) {
            memset(p->has + at, 1, n);
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            p->has[at + i] = !is_untouched(line[i]);
        }
    }
}

/* @param of  its columns in fours. */
FOR_THIS_CPU static void clear(double *tile, struct extent of)
{
    const four_doubles nothing = {-0.0, -0.0, -0.0, -0.0};
    for (int32_t row = of.row_from; row < of.row_to; row++) {
        for (int32_t i = row * GRID_BLOCK + of.col_from; i < row * GRID_BLOCK + of.col_to; i += 4) {
            memcpy(tile + i, &nothing, sizeof nothing);
        }
    }
}

/* Sums what is shown of one block over all fields; where there is no data the window keeps what it
 * had, which nobody looks at. */
static void fill_block(struct part *p, int place)
{
    double tile[GRID_BLOCK_CELLS];
    int32_t bx = p->bx0 + place % p->across, by = p->by0 + place / p->across;
    struct extent shown = shown_of(p, bx, by), summed = shown;
    summed.col_from = shown.col_from / 4 * 4;
    summed.col_to = (shown.col_to + 3) / 4 * 4;
    bool is_started = false, is_full = false;
    for (int i = 0; i < p->count; i++) {
        const struct block *b = p->blocks[(ptrdiff_t)i * p->across * p->down + place];
        if (b->count == 0) {
            continue;
        }
        if (!is_started) {
            clear(tile, summed);
        }
        is_started = true;
        is_full = is_full || b->count == GRID_BLOCK_CELLS;
        add_block(tile, b->cells, p->terms[i]->coefficient, summed);
    }
    if (is_started) {
        copy_block(p, bx, by, shown, tile, is_full);
    }
}

bool part_is_touched(const struct part *p)
{
    return p->count > 0 && p->plan.x.src_n > 0 && p->plan.y.src_n > 0;
}

static enum err plan_window(struct part *p, struct grid g, const double *grid_south, int level,
                            const struct remap_raster *raster, struct arena *arena)
{
    int top = grid_top_level(g);
    enum err e =
        remap_plan_raster(&p->plan, g, level < top ? level : top, grid_south, raster, arena);
    const struct remap_axis *x = &p->plan.x, *y = &p->plan.y;
    if (e != ERR_OK || !part_is_touched(p)) {
        return e;
    }
    p->bx0 = x->src0 / GRID_BLOCK;
    p->by0 = y->src0 / GRID_BLOCK;
    p->across = (x->src0 + x->src_n - 1) / GRID_BLOCK - p->bx0 + 1;
    p->down = (y->src0 + y->src_n - 1) / GRID_BLOCK - p->by0 + 1;
    size_t cells = (size_t)x->src_n * (size_t)y->src_n;
    p->cells = arena_alloc_unset(arena, cells, sizeof *p->cells);
    p->has = arena_alloc(arena, cells, sizeof *p->has);
    return p->cells == NULL || p->has == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* The combination's terms on one grid, without those that count nothing. */
static enum err choose_terms(struct part *p, const struct catalog *c, const struct combination *m,
                             int grid, struct arena *arena)
{
    p->terms = arena_alloc(arena, (size_t)m->term_count + 1, sizeof *p->terms);
    if (p->terms == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < m->term_count; i++) {
        if (m->terms[i].coefficient != 0 && c->fields[m->terms[i].field].grid == grid) {
            p->terms[p->count++] = &m->terms[i];
        }
    }
    return ERR_OK;
}

enum err part_plan(struct part *out, const struct catalog *c, const struct combination *m, int grid,
                   int level, const struct remap_raster *raster, struct arena *arena)
{
    *out = (struct part){.count = 0};
    enum err e = choose_terms(out, c, m, grid, arena);
    if (e == ERR_OK && out->count > 0) {
        const double *south = c->grid_souths == NULL ? NULL : c->grid_souths[grid];
        e = plan_window(out, c->grids[grid], south, level, raster, arena);
    }
    return e;
}

/* @return references in p->blocks, count x across x down of them, on success. */
static enum err fetch(struct part *p, const struct catalog *c, struct block_cache *blocks,
                      struct conn *db, int64_t deadline_ms, struct arena *arena, struct why *why)
{
    size_t places = (size_t)p->across * (size_t)p->down;
    int64_t *ids = arena_alloc(arena, (size_t)p->count, sizeof *ids);
    p->blocks = arena_alloc(arena, (size_t)p->count * places, sizeof(struct block *));
    if (p->blocks == NULL || ids == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < p->count; i++) {
        ids[i] = c->fields[p->terms[i]->field].id;
    }
    struct block_range range = {
        .level = p->plan.level,
        .bx0 = p->bx0,
        .bx1 = p->bx0 + p->across - 1,
        .by0 = p->by0,
        .by1 = p->by0 + p->down - 1,
        .row_from = p->plan.y.src0,
        .row_to = p->plan.y.src0 + p->plan.y.src_n,
    };
    return block_cache_get_fields(blocks, db, ids, p->count, range, deadline_ms, p->blocks, why);
}

enum err part_fill(struct part *p, const struct catalog *c, struct block_cache *blocks,
                   struct conn *db, int64_t deadline_ms, struct arena *arena, struct why *why)
{
    enum err e = fetch(p, c, blocks, db, deadline_ms, arena, why);
    if (e != ERR_OK) {
        return e;
    }
    int places = p->across * p->down;
    for (int place = 0; place < places; place++) {
        fill_block(p, place);
    }
    for (int i = 0; i < p->count * places; i++) {
        block_unref(p->blocks[i]);
    }
    return ERR_OK;
}
