/* remap_apply: one horizontal pass per source row, added at once to the pixel rows it reaches, so
 * that only one row of scratch is in play and rows without data cost a memchr. */
#include "geo/remap.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/vector.h"

struct scratch {
    double *cell;   /* src_n + stride: one source row, no-data as 0, zeros behind it */
    int32_t *count; /* src_n + 1: how many cells before this one have data */
    double *pixel;  /* n_out: the row after the horizontal pass */
    uint8_t *any;   /* n_out: 1 where a pixel overlaps data in this row */
    uint8_t *full;  /* n_out: the same of a row whose every cell has data */
};

/* What is added to. */
struct pixels {
    double *mass;
    uint8_t *any;
    size_t across;
    int ready; /* rows that are zeroed, or were added to before */
};

static enum err scratch_get(struct scratch *s, const struct remap_axis *x, struct arena *arena)
{
    s->cell = arena_alloc(arena, (size_t)x->src_n + (size_t)x->stride, sizeof *s->cell);
    s->count = arena_alloc_unset(arena, (size_t)x->src_n + 1, sizeof *s->count);
    s->pixel = arena_alloc_unset(arena, (size_t)x->n_out, sizeof *s->pixel);
    s->any = arena_alloc_unset(arena, (size_t)x->n_out, sizeof *s->any);
    s->full = arena_alloc_unset(arena, (size_t)x->n_out, sizeof *s->full);
    if (!s->cell || !s->count || !s->pixel || !s->any || !s->full) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < x->n_out; i++) {
        s->full[i] = x->len[i] > 0;
    }
    return ERR_OK;
}

static void load_row(struct scratch *s, const struct remap_axis *x, const double *window,
                     const uint8_t *has)
{
    int32_t count = 0;
    s->count[0] = 0;
    for (int32_t j = 0; j < x->src_n; j++) {
        s->cell[j] = has[j] ? window[j] : 0.0;
        count += has[j] != 0;
        s->count[j + 1] = count;
    }
}

/* With a stride the compiler knows, the loop unrolls: weights past a pixel's own cells are 0 and
 * the row is padded, so every pixel takes the same path. */
static inline __attribute__((always_inline)) void
weigh(double *restrict to, const double *restrict cell, const struct remap_axis *x, int stride)
{
    const double *w = x->w;
    for (int i = 0; i < x->n_out; i++, w += stride) {
        const double *from = cell + x->start[i];
        double m = 0.0;
#pragma GCC unroll 8
        for (int k = 0; k < stride; k++) {
            m += w[k] * from[k];
        }
        to[i] = m;
    }
}

static void weigh_row(double *to, const double *cell, const struct remap_axis *x)
{
    switch (x->stride) {
    case 1:
        weigh(to, cell, x, 1);
        break;
    case 2:
        weigh(to, cell, x, 2);
        break;
    case 3:
        weigh(to, cell, x, 3);
        break;
    case 4:
        weigh(to, cell, x, 4);
        break;
    case 5:
        weigh(to, cell, x, 5);
        break;
    default:
        weigh(to, cell, x, x->stride);
        break;
    }
}

static void mark_row(uint8_t *any, const int32_t *count, const struct remap_axis *x)
{
    for (int i = 0; i < x->n_out; i++) {
        any[i] = count[x->start[i] + x->len[i]] > count[x->start[i]];
    }
}

/* Blocks of a length the compiler knows become vector code without any flag. */
FOR_THIS_CPU static void add_row(double *restrict mass, uint8_t *restrict any,
                                 const double *restrict pixel, const uint8_t *restrict mark,
                                 double weight, int n)
{
    enum { BLOCK = 16 };
    int i = 0;
    for (; i + BLOCK <= n; i += BLOCK) {
        for (int k = 0; k < BLOCK; k++) {
            mass[i + k] += weight * pixel[i + k];
        }
        for (int k = 0; k < BLOCK; k++) {
            any[i + k] |= mark[i + k];
        }
    }
    for (; i < n; i++) {
        mass[i] += weight * pixel[i];
        any[i] |= mark[i];
    }
}

/* Fills the scratch with the pixels of one source row.
 * @return where it has data: s->any or s->full. */
static const uint8_t *take_row(struct scratch *s, const struct remap_axis *x, const double *window,
                               const uint8_t *has)
{
    bool is_full = memchr(has, 0, (size_t)x->src_n) == NULL;
    if (is_full) {
        memcpy(s->cell, window, (size_t)x->src_n * sizeof *s->cell);
    } else {
        load_row(s, x, window, has);
        mark_row(s->any, s->count, x);
    }
    weigh_row(s->pixel, s->cell, x);
    return is_full ? s->full : s->any;
}

/* Zeroes pixel rows up to `end`, which no source row has reached yet. */
static void make_ready(struct pixels *p, int end)
{
    if (end > p->ready) {
        size_t at = (size_t)p->ready * p->across, n = (size_t)(end - p->ready) * p->across;
        memset(p->mass + at, 0, n * sizeof *p->mass);
        memset(p->any + at, 0, n);
        p->ready = end;
    }
}

/* Adds source row j to the pixel rows it overlaps; *first is the first of them, and stays so for
 * the rows to come. */
static void spread_row(const struct remap *r, const struct scratch *s, const uint8_t *mark,
                       int32_t j, int *first, struct pixels *to)
{
    const struct remap_axis *y = &r->y;
    while (*first < y->n_out && y->start[*first] + y->len[*first] <= j) {
        ++*first;
    }
    for (int i = *first; i < y->n_out && y->start[i] <= j; i++) {
        size_t at = (size_t)i * to->across;
        double weight = y->w[i * y->stride + (j - y->start[i])];
        make_ready(to, i + 1);
        add_row(to->mass + at, to->any + at, s->pixel, mark, weight, r->x.n_out);
    }
}

static enum err spread_rows(const struct remap *r, const double *window, const uint8_t *has,
                            struct pixels *to, struct arena *arena)
{
    const struct remap_axis *x = &r->x;
    struct scratch s;
    enum err e = scratch_get(&s, x, arena);
    if (e != ERR_OK) {
        return e;
    }
    int first = 0;
    for (int32_t j = 0; j < r->y.src_n; j++) {
        size_t at = (size_t)j * (size_t)x->src_n;
        if (memchr(has + at, 1, (size_t)x->src_n) == NULL) {
            continue;
        }
        const uint8_t *mark = take_row(&s, x, window + at, has + at);
        spread_row(r, &s, mark, j, &first, to);
    }
    return ERR_OK;
}

enum err remap_apply(const struct remap *r, const double *window, const uint8_t *has, double *mass,
                     uint8_t *any, struct arena *arena)
{
    struct pixels to = {.mass = mass,
                        .any = any,
                        .across = (size_t)r->x.n_out,
                        .ready = r->is_first ? 0 : r->y.n_out};
    bool touches = r->x.src_n > 0 && r->y.src_n > 0;
    enum err e = touches ? spread_rows(r, window, has, &to, arena) : ERR_OK;
    make_ready(&to, r->y.n_out);
    return e;
}
