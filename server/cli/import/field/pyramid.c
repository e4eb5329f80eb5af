#include "cli/import/field/pyramid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/sum.h"

/* One row of blocks of a level while it fills. */
struct strip {
    int32_t nx, ny; /* of the level */
    int32_t rows;   /* filled */
    int32_t by;     /* the row of blocks */
    double *cells;  /* GRID_BLOCK x nx; NaN = no data */
    struct sum sum; /* of the rounded cells so far */
    int64_t by_exponent[256];
};

struct pyramid {
    int top;
    pyramid_block *each;
    void *context;
    struct strip strips[GRID_MAX_LEVELS];
    struct spool_block block;
};

static void strip_clear(struct strip *s)
{
    size_t n = (size_t)s->nx * GRID_BLOCK;
    for (size_t i = 0; i < n; i++) {
        s->cells[i] = NAN;
    }
    s->rows = 0;
}

enum err pyramid_new(struct grid g, pyramid_block *each, void *context, struct pyramid **out)
{
    struct pyramid *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return ERR_NO_MEMORY;
    }
    p->top = grid_top_level(g);
    p->each = each;
    p->context = context;
    for (int level = 0; level <= p->top; level++) {
        struct strip *s = &p->strips[level];
        s->nx = grid_level_nx(g, level);
        s->ny = grid_level_ny(g, level);
        s->cells = malloc((size_t)s->nx * GRID_BLOCK * sizeof *s->cells);
        if (s->cells == NULL) {
            pyramid_free(p);
            return ERR_NO_MEMORY;
        }
        strip_clear(s);
    }
    *out = p;
    return ERR_OK;
}

void pyramid_free(struct pyramid *p)
{
    for (int level = 0; p != NULL && level < GRID_MAX_LEVELS; level++) {
        free(p->strips[level].cells);
    }
    free(p);
}

static int exponent_of(float cell)
{
    uint32_t bits;
    memcpy(&bits, &cell, sizeof bits);
    return (int)(bits >> 23 & 255);
}

/* Rounds one block of a strip. @return whether it holds data. */
static bool round_block(struct strip *s, int32_t bx, float *cells)
{
    bool has_data = false;
    int32_t x0 = bx * GRID_BLOCK;
    int32_t width = s->nx - x0 < GRID_BLOCK ? s->nx - x0 : GRID_BLOCK;
    for (int32_t i = 0; i < GRID_BLOCK_CELLS; i++) {
        int32_t col = i % GRID_BLOCK;
        int32_t row = i / GRID_BLOCK;
        double cell = col < width && row < s->rows
                          ? s->cells[(size_t)row * (size_t)s->nx + (size_t)(x0 + col)]
                          : NAN;
        cells[i] = (float)cell;
        if (!isnan(cell)) {
            has_data = true;
            s->by_exponent[exponent_of(cells[i])]++;
            sum_add(&s->sum, (double)cells[i]);
        }
    }
    return has_data;
}

static enum err emit(struct pyramid *p, int level, struct why *why)
{
    struct strip *s = &p->strips[level];
    enum err e = ERR_OK;
    for (int32_t bx = 0; bx * GRID_BLOCK < s->nx && e == ERR_OK; bx++) {
        if (round_block(s, bx, p->block.cells)) {
            p->block.level = level;
            p->block.bx = bx;
            p->block.by = s->by;
            e = p->each(p->context, &p->block, why);
        }
    }
    return e;
}

/* Adds a whole strip to the half of the strip above that it makes. */
static void fold(const struct strip *from, struct strip *to)
{
    int32_t first = from->by % 2 * (GRID_BLOCK / 2);
    for (int32_t y = 0; y < from->rows; y++) {
        const double *cells = from->cells + (size_t)y * (size_t)from->nx;
        double *sums = to->cells + (size_t)(first + y / 2) * (size_t)to->nx;
        for (int32_t x = 0; x < from->nx; x++) {
            if (!isnan(cells[x])) {
                sums[x / 2] = isnan(sums[x / 2]) ? cells[x] : sums[x / 2] + cells[x];
            }
        }
    }
    to->rows = first + (from->rows + 1) / 2;
}

/* A strip is whole: out with it, and up. */
static enum err complete(struct pyramid *p, int level, struct why *why)
{
    struct strip *s = &p->strips[level];
    bool is_last = s->by * GRID_BLOCK + s->rows == s->ny;
    enum err e = emit(p, level, why);
    if (e == ERR_OK && level < p->top) {
        struct strip *above = &p->strips[level + 1];
        fold(s, above);
        if (above->rows == GRID_BLOCK || is_last) {
            e = complete(p, level + 1, why);
        }
    }
    strip_clear(s);
    s->by++;
    return e;
}

enum err pyramid_row(struct pyramid *p, const float *cells, struct why *why)
{
    struct strip *s = &p->strips[0];
    double *to = s->cells + (size_t)s->rows * (size_t)s->nx;
    for (int32_t x = 0; x < s->nx; x++) {
        to[x] = (double)cells[x];
    }
    s->rows++;
    bool is_whole = s->rows == GRID_BLOCK || s->by * GRID_BLOCK + s->rows == s->ny;
    return is_whole ? complete(p, 0, why) : ERR_OK;
}

static double unit_of(int exponent)
{
    return ldexp(1.0, exponent - 127 - 23);
}

static void close_level(const struct strip *s, double total, struct pyramid_closing *out)
{
    double off_by = sum_value(s->sum) - total;
    for (int e = 254; e > 0 && fabs(off_by) > 1e-13 * fabs(total); e--) {
        double wanted = floor(fabs(off_by) / unit_of(e) + 0.5);
        double moved = fmin(wanted, (double)s->by_exponent[e]);
        out->left[e] = (int64_t)moved;
        out->is_down[e] = off_by > 0;
        off_by -= copysign(moved * unit_of(e), off_by);
    }
}

void pyramid_close(const struct pyramid *p, double total,
                   struct pyramid_closing out[GRID_MAX_LEVELS])
{
    memset(out, 0, GRID_MAX_LEVELS * sizeof *out);
    for (int level = 1; level <= p->top; level++) {
        close_level(&p->strips[level], total, &out[level]);
    }
}

void pyramid_close_block(struct pyramid_closing *closing, struct spool_block *block)
{
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
        float cell = block->cells[i];
        int e = exponent_of(cell);
        if (closing->left[e] > 0 && !isnan(cell)) {
            closing->left[e]--;
            double step = closing->is_down[e] ? -unit_of(e) : unit_of(e);
            block->cells[i] = (float)((double)cell + step);
        }
    }
}
