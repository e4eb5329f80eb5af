/* remap_axis.h - one axis of a conservative remap: which share of each source cell falls into
 * each output pixel.
 *
 * Works on any coordinate that ascends along the axis and in which a cell's mass is even: the
 * longitude from west to east, -q(latitude) from north to south. Pure; memory from the arena.
 */
#ifndef GEO_REMAP_AXIS_H
#define GEO_REMAP_AXIS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/** For output pixel i, source cells start[i] .. start[i]+len[i]-1 (relative to src0) contribute
 *  with weights w[i * stride + k] = overlap / cell size, 0 < w <= 1; w is 0 for k >= len[i].
 *  start never descends. A pixel beside the source has len 0. */
struct remap_axis {
    int n_out;
    int32_t src0;  /* first source cell of the window */
    int32_t src_n; /* cells in the window; 0 = the pixels do not touch the source */
    int32_t *start;
    int32_t *len;
    int stride;
    double *w;
    /* n_out: 1 where the pixel lies within the same single cell as the one before it, or beside the
     * source like that one. What is spread evenly in a cell has one density in both. */
    uint8_t *repeats;
};

/** The cells along the axis: boundary i, 0 <= i <= n, strictly ascending. */
struct remap_source {
    int32_t n;
    double (*edge)(const void *of, int32_t i);
    const void *of;
};

/** @param edges  n_out + 1 pixel edges, ascending; borrowed.
 *  @return ERR_NO_MEMORY when the arena is full. */
enum err remap_axis_plan(struct remap_axis *out, const double *edges, int n_out,
                         struct remap_source source, struct arena *arena) MUST_CHECK;

/** The axis of some of its pixels only.
 *  @param which  count numbers of pixels of `of`, ascending; borrowed.
 *  @return ERR_NO_MEMORY when the arena is full. */
enum err remap_axis_pick(struct remap_axis *out, const struct remap_axis *of, const int32_t *which,
                         int count, struct arena *arena) MUST_CHECK;

#endif
