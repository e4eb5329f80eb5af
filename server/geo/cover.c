#include "geo/cover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define IS_WHOLE 1e-11 /* a share so close to 0 or 1 differs by rounding alone */

struct span { /* of cells of one row of the grid with one share */
    int32_t row, col, count;
    double share;
};

struct builder {
    struct cover *cover;
    struct grid grid;
    struct span *spans; /* of one row of blocks */
    size_t span_count, span_capacity;
    size_t block_capacity, run_capacity;
    uint32_t *whole; /* by column of blocks: cells that lie inside; then the runs to come */
};

static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity > 0 ? *capacity * 2 : 256;
    void *larger = realloc(items, wanted * size);
    *capacity = larger != NULL ? wanted : *capacity;
    return larger;
}

/* ---- pieces of the outline ---- */

static double borders_between(double from, double to, double origin, double step, int32_t n)
{
    double a = fmin(fmax((from - origin) / step, 0), n);
    double b = fmin(fmax((to - origin) / step, 0), n);
    return fabs(floor(a) - floor(b));
}

/* About how many pieces the grid makes of the outline: nothing is built that would not fit. */
static bool is_too_long(struct grid g, const struct shape *s)
{
    double pieces = 0;
    for (size_t r = 0; r < s->ring_count; r++) {
        const double *at = s->lonlat + 2 * s->rings[r].first;
        for (size_t i = 1; i < s->rings[r].count; i++, at += 2)
            pieces += 1 + borders_between(at[0], at[2], g.x0_deg, g.dx_deg, g.nx) +
                      borders_between(-at[1], -at[3], -g.y0_deg, g.dy_deg, g.ny);
    }
    return pieces > COVER_PIECES_MAX;
}

static enum err add_rings(struct coverage *c, const struct shape *s)
{
    enum err e = ERR_OK;
    for (size_t r = 0; r < s->ring_count && e == ERR_OK; r++) {
        const struct shape_ring *ring = &s->rings[r];
        e = coverage_add_ring(c, s->lonlat + 2 * ring->first, ring->count, ring->number > 0);
    }
    return e;
}

/* ---- spans of one row of blocks ---- */

static enum err put_span(struct builder *b, int32_t row, int32_t col, int32_t count, double share)
{
    if (count <= 0 || share < IS_WHOLE)
        return ERR_OK;
    if (share > 1 - IS_WHOLE)
        share = 1;
    struct span *last = b->span_count > 0 ? &b->spans[b->span_count - 1] : NULL;
    if (last != NULL && last->row == row && last->col + last->count == col && share == 1 &&
        last->share == 1) {
        last->count += count;
        return ERR_OK;
    }
    struct span *spans = grow(b->spans, b->span_count, &b->span_capacity, sizeof *spans);
    if (spans == NULL)
        return ERR_NO_MEMORY;
    b->spans = spans;
    b->spans[b->span_count++] = (struct span){row, col, count, share};
    return ERR_OK;
}

/* One row of the grid: cells with a piece of outline, and those between them, which are all alike:
 * inside, outside, or cut by an edge along a parallel, which leaves no piece. @return the first
 * entry behind the row. */
static size_t scan_row(struct builder *b, const struct coverage *c, size_t i, enum err *e)
{
    int32_t nx = b->grid.nx;
    int32_t row = c->cells[i].cell / nx;
    double cell_m2 = coverage_cell_m2(b->grid, row);
    double cover = 0;
    for (; i < c->count && c->cells[i].cell / nx == row && *e == ERR_OK; i++) {
        int32_t col = c->cells[i].cell % nx;
        *e = put_span(b, row, col, 1, c->cells[i].amount / cell_m2 + cover);
        cover += c->cells[i].cover;
        bool is_last = i + 1 == c->count || c->cells[i + 1].cell / nx != row;
        int32_t next = is_last ? nx : c->cells[i + 1].cell % nx;
        if (*e == ERR_OK)
            *e = put_span(b, row, col + 1, next - col - 1, cover);
    }
    return i;
}

/* ---- blocks ---- */

static uint32_t cells_of_block(struct grid g, int32_t bx, int32_t by)
{
    int32_t across = g.nx - bx * GRID_BLOCK, down = g.ny - by * GRID_BLOCK;
    across = across < GRID_BLOCK ? across : GRID_BLOCK;
    down = down < GRID_BLOCK ? down : GRID_BLOCK;
    return (uint32_t)(across * down);
}

/* Calls for each part of a span that lies in one block. */
typedef enum err take_part(struct builder *b, int32_t bx, struct span part);

static enum err each_part(struct builder *b, take_part *take)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < b->span_count && e == ERR_OK; i++) {
        struct span s = b->spans[i];
        while (s.count > 0 && e == ERR_OK) {
            int32_t bx = s.col / GRID_BLOCK;
            int32_t room = (bx + 1) * GRID_BLOCK - s.col;
            struct span part = s;
            part.count = s.count < room ? s.count : room;
            e = take(b, bx, part);
            s.col += part.count;
            s.count -= part.count;
        }
    }
    return e;
}

#define TOUCHED (1u << 31) /* in builder.whole: beside the number of whole cells */

static enum err count_part(struct builder *b, int32_t bx, struct span part)
{
    b->whole[bx] += part.share == 1 ? (uint32_t)part.count : 0;
    b->whole[bx] |= TOUCHED;
    return ERR_OK;
}

#define NO_RUNS UINT32_MAX

/* From here on whole[bx] is the place of the block in the list. */
static enum err list_block(struct builder *b, int32_t bx, int32_t by)
{
    struct cover *c = b->cover;
    struct cover_block *blocks =
        grow(c->blocks, c->block_count, &b->block_capacity, sizeof *blocks);
    if (blocks == NULL)
        return ERR_NO_MEMORY;
    c->blocks = blocks;
    bool is_whole = (b->whole[bx] & ~TOUCHED) == cells_of_block(b->grid, bx, by);
    c->blocks[c->block_count] = (struct cover_block){.bx = bx, .by = by, .is_whole = is_whole};
    b->whole[bx] = is_whole ? NO_RUNS : (uint32_t)c->block_count;
    c->block_count++;
    return ERR_OK;
}

static enum err count_run(struct builder *b, int32_t bx, struct span part)
{
    (void)part;
    if (b->whole[bx] != NO_RUNS)
        b->cover->blocks[b->whole[bx]].count++;
    return ERR_OK;
}

static enum err put_run(struct builder *b, int32_t bx, struct span part)
{
    if (b->whole[bx] == NO_RUNS)
        return ERR_OK;
    struct cover_block *block = &b->cover->blocks[b->whole[bx]];
    b->cover->runs[block->first + block->count++] =
        (struct cover_run){.row = (uint8_t)(part.row % GRID_BLOCK),
                           .col = (uint8_t)(part.col % GRID_BLOCK),
                           .count = (uint8_t)part.count,
                           .share = part.share};
    return ERR_OK;
}

/* Room for the runs of the blocks from `first` on, which know their counts. */
static enum err place_runs(struct builder *b, size_t first)
{
    struct cover *c = b->cover;
    size_t end = c->run_count;
    for (size_t i = first; i < c->block_count; i++) {
        c->blocks[i].first = (uint32_t)end;
        end += c->blocks[i].count;
        c->blocks[i].count = 0;
    }
    if (end > b->run_capacity) {
        size_t wanted = end + end / 2;
        struct cover_run *larger = realloc(c->runs, wanted * sizeof *larger);
        if (larger == NULL)
            return ERR_NO_MEMORY;
        c->runs = larger;
        b->run_capacity = wanted;
    }
    c->run_count = end;
    return ERR_OK;
}

/* The spans of one row of blocks become blocks with runs. */
static enum err end_strip(struct builder *b, int32_t by)
{
    int32_t across = (b->grid.nx - 1) / GRID_BLOCK + 1;
    size_t first = b->cover->block_count;
    memset(b->whole, 0, (size_t)across * sizeof *b->whole);
    enum err e = each_part(b, count_part);
    for (int32_t bx = 0; bx < across && e == ERR_OK; bx++) {
        if (b->whole[bx] & TOUCHED)
            e = list_block(b, bx, by);
    }
    if (e == ERR_OK)
        e = each_part(b, count_run);
    if (e == ERR_OK)
        e = place_runs(b, first);
    if (e == ERR_OK)
        e = each_part(b, put_run);
    b->span_count = 0;
    return e;
}

static enum err scan(struct builder *b, const struct coverage *c)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < c->count && e == ERR_OK;) {
        int32_t by = c->cells[i].cell / b->grid.nx / GRID_BLOCK;
        while (i < c->count && c->cells[i].cell / b->grid.nx / GRID_BLOCK == by && e == ERR_OK)
            i = scan_row(b, c, i, &e);
        if (e == ERR_OK)
            e = end_strip(b, by);
    }
    return e;
}

static enum err begin(struct builder *b)
{
    b->whole = calloc((size_t)(b->grid.nx - 1) / GRID_BLOCK + 1, sizeof *b->whole);
    return b->whole != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err end(struct builder *b, struct cover *out, enum err e)
{
    free(b->spans);
    free(b->whole);
    if (e != ERR_OK)
        cover_fini(b->cover);
    else
        *out = *b->cover;
    return e;
}

enum err cover_build(struct cover *out, struct grid g, const struct shape *s)
{
    struct cover made = {0};
    struct builder b = {.cover = &made, .grid = g};
    struct coverage c;
    if (is_too_long(g, s))
        return ERR_TOO_LARGE;
    coverage_init(&c, g);
    enum err e = add_rings(&c, s);
    if (e == ERR_OK)
        e = begin(&b);
    if (e == ERR_OK) {
        coverage_sort(&c);
        e = scan(&b, &c);
    }
    coverage_fini(&c);
    return end(&b, out, e);
}

enum err cover_build_from(struct cover *out, struct grid g, cover_next *next, void *of)
{
    struct cover made = {0};
    struct builder b = {.cover = &made, .grid = g};
    int32_t cell = -1;
    double share;
    enum err e = begin(&b);
    if (e == ERR_OK)
        e = next(of, &cell, &share);
    while (cell >= 0 && e == ERR_OK) {
        int32_t by = cell / g.nx / GRID_BLOCK;
        while (cell >= 0 && cell / g.nx / GRID_BLOCK == by && e == ERR_OK) {
            e = put_span(&b, cell / g.nx, cell % g.nx, 1, share);
            if (e == ERR_OK)
                e = next(of, &cell, &share);
        }
        if (e == ERR_OK)
            e = end_strip(&b, by);
    }
    return end(&b, out, e);
}

double cover_shape_km2(const struct shape *s)
{
    struct sum m2 = {0, 0};
    for (size_t r = 0; r < s->ring_count; r++) {
        const struct shape_ring *ring = &s->rings[r];
        double size = fabs(coverage_ring_m2(s->lonlat + 2 * ring->first, ring->count));
        sum_add(&m2, ring->number > 0 ? -size : size);
    }
    return sum_value(m2) / 1e6;
}

void cover_fini(struct cover *c)
{
    free(c->blocks);
    free(c->runs);
    *c = (struct cover){0};
}
