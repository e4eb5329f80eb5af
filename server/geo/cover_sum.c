/* Sums of the cells under a cover. Four lanes, so that the order of additions is the same with
 * every compiler; a cell without data adds nothing. */
#include "geo/cover.h"

#include <math.h>
#include <stdlib.h>

struct lanes {
    double mass[4], squares[4];
    int cells;
};

static void add_cells(struct lanes *l, const float *cells, int n)
{
    for (int i = 0; i < n; i++) {
        double v = cells[i] == cells[i] ? (double)cells[i] : 0;
        l->mass[i % 4] += v;
        l->squares[i % 4] += v * v;
        l->cells += cells[i] == cells[i];
    }
}

static double fold(const double lanes[4])
{
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

void cover_sum_cells(const float *cells, int n, double *sum, double *sum_sq)
{
    struct lanes l = {{0}, {0}, 0};
    add_cells(&l, cells, n);
    *sum = fold(l.mass);
    *sum_sq = fold(l.squares);
}

void cover_add_block(const struct cover *c, const struct cover_block *b, const float *cells,
                     struct cover_sum *to)
{
    struct lanes inside = {{0}, {0}, 0};
    double cut = 0, cut_squares = 0;
    if (b->is_whole)
        add_cells(&inside, cells, GRID_BLOCK_CELLS);
    for (uint32_t i = b->first; i < b->first + b->count; i++) {
        const struct cover_run *r = &c->runs[i];
        const float *at = cells + r->row * GRID_BLOCK + r->col;
        if (r->share == 1) {
            add_cells(&inside, at, r->count);
            continue;
        }
        for (int k = 0; k < r->count; k++) {
            double part = isnan(at[k]) ? 0 : r->share * (double)at[k];
            cut += part;
            cut_squares += part * part;
            to->cells += !isnan(at[k]);
        }
    }
    to->mass += fold(inside.mass) + cut;
    to->sum_sq += fold(inside.squares) + cut_squares;
    to->cut += cut;
    to->cells += inside.cells;
}

static int compare_places(const void *pa, const void *pb)
{
    const struct cover_block *a = pa, *b = pb;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    return (a->bx > b->bx) - (a->bx < b->bx);
}

const struct cover_block *cover_block_at(const struct cover *c, int32_t bx, int32_t by)
{
    struct cover_block key = {.bx = bx, .by = by};
    return c->block_count > 0 ? bsearch(&key, c->blocks, c->block_count, sizeof key, compare_places)
                              : NULL;
}

void cover_block_shares(const struct cover *c, const struct cover_block *b, double *out)
{
    for (int i = 0; i < GRID_BLOCK_CELLS; i++)
        out[i] = b->is_whole ? 1 : 0;
    for (uint32_t i = b->first; i < b->first + b->count; i++) {
        const struct cover_run *r = &c->runs[i];
        for (int k = 0; k < r->count; k++)
            out[r->row * GRID_BLOCK + r->col + k] = r->share;
    }
}
