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

#include "geo/ellipsoid.h"
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
    return d->has_data[i] ? d->mass_t[i] / d->row_area_km2[i / d->size_px] : NAN;
}

enum err density_blank(struct tile t, int size_px, struct arena *arena, struct density *out)
{
    size_t size = (size_t)size_px;
    struct density d = {.size_px = size_px, .is_empty = true};
    d.mass_t = arena_alloc(arena, size * size, sizeof *d.mass_t);
    d.has_data = arena_alloc(arena, size * size, sizeof *d.has_data);
    d.row_area_km2 = arena_alloc(arena, size, sizeof *d.row_area_km2);
    if (d.mass_t == NULL || d.has_data == NULL || d.row_area_km2 == NULL) {
        return ERR_NO_MEMORY;
    }
    double dlon = tile_edge_lon_deg(t, size_px, 1) - tile_edge_lon_deg(t, size_px, 0);
    double q_north = ellipsoid_q(tile_edge_lat_deg(t, size_px, 0));
    for (int i = 0; i < size_px; i++) {
        double q_south = ellipsoid_q(tile_edge_lat_deg(t, size_px, i + 1));
        d.row_area_km2[i] = ellipsoid_area_km2(dlon, q_south, q_north);
        q_north = q_south;
    }
    *out = d;
    return ERR_OK;
}

/* Four cells at a time, in the compiler's own vectors; the sanitizers' start-up and the resolver
 * of clones do not go together, so there it stays with the plain form. */
typedef double four_doubles __attribute__((vector_size(32)));
typedef int64_t four_masks __attribute__((vector_size(32)));
typedef float four_floats __attribute__((vector_size(16)));
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_THIS_CPU __attribute__((target_clones("avx2", "default")))
#else
#define FOR_THIS_CPU
#endif

/* tile += coefficient x cells for a whole block; a cell without data adds nothing. No fused
 * multiply-add in either clone, so the result does not depend on the processor. */
FOR_THIS_CPU static void add_block(double *restrict tile, const float *restrict cells,
                                   double coefficient)
{
    const four_doubles nothing = {-0.0, -0.0, -0.0, -0.0};
    for (int i = 0; i < GRID_BLOCK_CELLS; i += 4) {
        four_floats narrow;
        four_doubles sum;
        memcpy(&narrow, cells + i, sizeof narrow);
        memcpy(&sum, tile + i, sizeof sum);
        four_doubles value = __builtin_convertvector(narrow, four_doubles);
        four_doubles product = coefficient * value + 0.0; /* + 0.0: never negative zero */
        four_masks is_data = value == value;
        sum += (four_doubles)(((four_masks)product & is_data) | ((four_masks)nothing & ~is_data));
        memcpy(tile + i, &sum, sizeof sum);
    }
}

static bool is_untouched(double value)
{
    return value == 0 && signbit(value);
}

/* Copies what the window shows of a block's sums. */
static void copy_block(struct window *w, int32_t bx, int32_t by, const double *tile)
{
    const struct remap_axis *x = &w->plan.x, *y = &w->plan.y;
    int32_t col0 = bx * GRID_BLOCK - x->src0, row0 = by * GRID_BLOCK - y->src0;
    int32_t from = col0 < 0 ? -col0 : 0;
    int32_t to = x->src_n - col0 < GRID_BLOCK ? x->src_n - col0 : GRID_BLOCK;
    for (int32_t r = row0 < 0 ? -row0 : 0; r < GRID_BLOCK && row0 + r < y->src_n; r++) {
        size_t at = (size_t)(row0 + r) * (size_t)x->src_n + (size_t)(col0 + from);
        const double *line = tile + (ptrdiff_t)r * GRID_BLOCK + from;
        for (int32_t i = 0; i < to - from; i++, at++) {
            w->has[at] = !is_untouched(line[i]);
            w->cells[at] = line[i];
        }
    }
}

/* Sums one block place over all fields; places without any data stay zero and unset. */
static void fill_block(struct window *w, const struct layers *l, int place)
{
    double tile[GRID_BLOCK_CELLS];
    int32_t bx = w->bx0 + place % w->across, by = w->by0 + place / w->across;
    bool is_started = false;
    for (int i = 0; i < l->count; i++) {
        const struct block *b = l->blocks[(ptrdiff_t)i * w->across * w->down + place];
        if (b->count == 0) {
            continue;
        }
        for (int c = 0; !is_started && c < GRID_BLOCK_CELLS; c++) {
            tile[c] = -0.0;
        }
        is_started = true;
        add_block(tile, b->cells, l->terms[i]->coefficient);
    }
    if (is_started) {
        copy_block(w, bx, by, tile);
    }
}

static enum err window_plan(struct window *w, struct grid g, struct tile t, int size_px,
                            struct arena *arena)
{
    int level = remap_level(g, t, size_px), top = grid_top_level(g);
    enum err e = remap_plan(&w->plan, g, t, size_px, level < top ? level : top, arena);
    const struct remap_axis *x = &w->plan.x, *y = &w->plan.y;
    if (e != ERR_OK || x->src_n == 0 || y->src_n == 0) {
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
    l->blocks = arena_alloc(arena, (size_t)l->count * (size_t)places, sizeof(struct block *));
    if (l->blocks == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < l->count; i++) {
        struct block_range range = {
            .field_id = c->fields[l->terms[i]->field].id,
            .level = w->plan.level,
            .bx0 = w->bx0,
            .bx1 = w->bx0 + w->across - 1,
            .by0 = w->by0,
            .by1 = w->by0 + w->down - 1,
        };
        enum err e = block_cache_get(blocks, db, range, deadline_ms, l->blocks + l->held, why);
        if (e != ERR_OK) {
            return e;
        }
        l->held += places;
    }
    return ERR_OK;
}

static void layers_release(struct layers *l)
{
    for (int i = 0; i < l->held; i++) {
        block_unref(l->blocks[i]);
    }
    l->held = 0;
}

/* Adds one grid's part of the combination to the pixels. */
static enum err add_grid(struct density *d, struct tile t, const struct catalog *c,
                         const struct combination *m, int grid, struct block_cache *blocks,
                         struct conn *db, int64_t deadline_ms, struct arena *arena, struct why *why)
{
    struct layers l = {.count = 0};
    struct window w = {.across = 0};
    enum err e = layers_choose(&l, c, m, grid, arena);
    if (e != ERR_OK || l.count == 0) {
        return e;
    }
    e = window_plan(&w, c->grids[grid], t, d->size_px, arena);
    if (e != ERR_OK || w.across == 0) {
        return e;
    }
    e = layers_fetch(&l, c, &w, blocks, db, deadline_ms, arena, why);
    if (e == ERR_OK) {
        for (int place = 0; place < w.across * w.down; place++) {
            fill_block(&w, &l, place);
        }
        e = remap_apply(&w.plan, w.cells, w.has, d->mass_t, d->has_data, arena);
        d->level = w.plan.level > d->level ? w.plan.level : d->level;
    }
    layers_release(&l);
    return e;
}

enum err density_render(const struct catalog *c, const struct combination *m, struct tile t,
                        int size_px, struct block_cache *blocks, struct conn *db,
                        int64_t deadline_ms, struct arena *arena, struct density *out,
                        struct why *why)
{
    struct density d;
    enum err e = density_blank(t, size_px, arena, &d);
    for (int grid = 0; e == ERR_OK && grid < c->grid_count; grid++) {
        e = add_grid(&d, t, c, m, grid, blocks, db, deadline_ms, arena, why);
    }
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "this tile does not fit the memory of a request");
    }
    size_t pixels = (size_t)size_px * (size_t)size_px;
    d.is_empty = memchr(d.has_data, 1, pixels) == NULL;
    d.sum_t = d.is_empty ? 0 : sum_of(d.mass_t, pixels);
    *out = d;
    return ERR_OK;
}
