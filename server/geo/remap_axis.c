#include "geo/remap_axis.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* How many boundaries lie before x, or at it when it is inclusive. */
static int32_t count_edges(struct remap_source s, double x, bool is_inclusive)
{
    int32_t low = 0;
    int32_t high = s.n + 1;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        double edge = s.edge(s.of, middle);
        if (edge < x || (is_inclusive && edge == x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The cells that overlap [from, to] by more than a point. */
static void find_window(struct remap_axis *a, struct remap_source s, double from, double to)
{
    int32_t passed = count_edges(s, from, true);
    int32_t reached = count_edges(s, to, false);
    int32_t first = passed > 0 ? passed - 1 : 0;
    int32_t end = reached < s.n ? reached : s.n;
    a->src0 = first;
    a->src_n = end > first ? end - first : 0;
}

static double *window_edges(const struct remap_axis *a, struct remap_source s, struct arena *arena)
{
    double *edges = arena_alloc_unset(arena, (size_t)a->src_n + 1, sizeof *edges);
    for (int32_t j = 0; edges != NULL && j <= a->src_n; j++) {
        edges[j] = s.edge(s.of, a->src0 + j);
    }
    return edges;
}

/* Sweeps both rows of edges once; returns the longest span. */
static int32_t find_spans(struct remap_axis *a, const double *pixel, const double *cell)
{
    int32_t first = 0;
    int32_t longest = 0;
    for (int i = 0; i < a->n_out; i++) {
        while (first < a->src_n && cell[first + 1] <= pixel[i]) {
            first++;
        }
        int32_t end = first;
        while (end < a->src_n && cell[end] < pixel[i + 1]) {
            end++;
        }
        a->start[i] = first;
        a->len[i] = end - first;
        longest = a->len[i] > longest ? a->len[i] : longest;
    }
    return longest;
}

/* Within one cell: over both of its edges is beside it, and over one is cut by it. */
static bool is_within(const struct remap_axis *a, const double *pixel, const double *cell, int i)
{
    int32_t j = a->start[i];
    return a->len[i] == 1 && pixel[i] >= cell[j] && pixel[i + 1] <= cell[j + 1];
}

static void find_repeats(struct remap_axis *a, const double *pixel, const double *cell)
{
    bool was_within = false;
    for (int i = 0; i < a->n_out; i++) {
        bool within = is_within(a, pixel, cell, i);
        bool is_same_cell = was_within && within && a->start[i] == a->start[i - 1];
        a->repeats[i] = is_same_cell || (i > 0 && a->len[i] == 0 && a->len[i - 1] == 0);
        was_within = within;
    }
}

/* Differences of near edges are exact and the sum over a cell telescopes: its weights add up to 1
 * within a rounding or two, whoever computes them. */
static void fill_weights(struct remap_axis *a, const double *pixel, const double *cell)
{
    for (int i = 0; i < a->n_out; i++) {
        for (int32_t k = 0; k < a->len[i]; k++) {
            int32_t j = a->start[i] + k;
            double from = pixel[i] > cell[j] ? pixel[i] : cell[j];
            double to = pixel[i + 1] < cell[j + 1] ? pixel[i + 1] : cell[j + 1];
            a->w[i * a->stride + k] = (to - from) / (cell[j + 1] - cell[j]);
        }
    }
}

enum err remap_axis_plan(struct remap_axis *out, const double *edges, int n_out,
                         struct remap_source source, struct arena *arena)
{
    assert(n_out > 0 && source.n > 0);
    struct remap_axis a = {.n_out = n_out};
    find_window(&a, source, edges[0], edges[n_out]);
    double *cell = window_edges(&a, source, arena);
    a.start = arena_alloc_unset(arena, (size_t)n_out, sizeof *a.start);
    a.len = arena_alloc_unset(arena, (size_t)n_out, sizeof *a.len);
    a.repeats = arena_alloc_unset(arena, (size_t)n_out, sizeof *a.repeats);
    if (cell == NULL || a.start == NULL || a.len == NULL || a.repeats == NULL) {
        return ERR_NO_MEMORY;
    }
    a.stride = (int)find_spans(&a, edges, cell);
    a.w = arena_alloc(arena, (size_t)n_out * (size_t)a.stride, sizeof *a.w);
    if (a.w == NULL) {
        return ERR_NO_MEMORY;
    }
    fill_weights(&a, edges, cell);
    find_repeats(&a, edges, cell);
    *out = a;
    return ERR_OK;
}

enum err remap_axis_pick(struct remap_axis *out, const struct remap_axis *of, const int32_t *which,
                         int count, struct arena *arena)
{
    struct remap_axis a = *of;
    size_t stride = (size_t)of->stride;
    a.n_out = count;
    a.start = arena_alloc_unset(arena, (size_t)count, sizeof *a.start);
    a.len = arena_alloc_unset(arena, (size_t)count, sizeof *a.len);
    a.w = arena_alloc_unset(arena, (size_t)count * stride, sizeof *a.w);
    a.repeats = arena_alloc(arena, (size_t)count, sizeof *a.repeats);
    if (a.start == NULL || a.len == NULL || a.w == NULL || a.repeats == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < count; i++) {
        a.start[i] = of->start[which[i]];
        a.len[i] = of->len[which[i]];
        memcpy(a.w + (size_t)i * stride, of->w + (size_t)which[i] * stride, stride * sizeof *a.w);
    }
    *out = a;
    return ERR_OK;
}
