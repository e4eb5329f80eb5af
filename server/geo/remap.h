/* remap.h - the conservative remap from grid cells to tile pixels.
 *
 * Mass is spread evenly over each cell's ground area; a pixel receives from each cell the share
 * of ground it overlaps. In (longitude, q) both are rectangles, so the share is the product of
 * two one-dimensional overlap fractions and the remap is  out = Wy . window . Wx'  (domain.md
 * 5.3). Exact at every zoom; no special case for over-zoom; neighbouring tiles share their edge
 * coordinates to the last bit, so no mass is lost or counted twice between them.
 * Pure: safe from any thread, memory from the caller's arena.
 */
#ifndef GEO_REMAP_H
#define GEO_REMAP_H

#include <stdint.h>

#include "base/arena.h"
#include "geo/grid.h"
#include "geo/tile.h"

/** One axis of the remap: for output pixel i, source cells start[i] .. start[i]+len[i]-1
 *  (relative to src0) contribute with weights w[i * stride + k] = overlap / cell size, 0..1. */
struct remap_axis {
    int n_out;
    int32_t src0;  /* first source cell of the window */
    int32_t src_n; /* cells in the window; 0 = the tile does not touch the grid */
    int32_t *start;
    int32_t *len;
    int stride;
    double *w;
};

struct remap {
    struct tile tile;
    int size_px;
    int level;
    struct remap_axis x;
    struct remap_axis y;
    double *row_area_km2; /* ground area of one pixel in row i */
};

/** The coarsest level whose cell is no larger than half a pixel in longitude, else 0. */
int remap_level(struct grid g, struct tile t, int size_px);

/** Plans a remap; weights live in the arena. ERR_NO_MEMORY when the arena is full. */
enum err remap_plan(struct remap *out, struct grid g, struct tile t, int size_px, int level,
                    struct arena *arena) MUST_CHECK;

/** Adds the window's mass to the pixels.
 *  @param window  y.src_n rows x x.src_n columns of tonnes, row 0 north; borrowed.
 *  @param has     same shape, 1 where the cell has data (may be zero mass), 0 = no data.
 *  @param mass    size_px x size_px tonnes per pixel; added to.
 *  @param any     size_px x size_px; set to 1 where a pixel overlaps a cell with data.
 *  @return ERR_NO_MEMORY when scratch does not fit the arena. */
enum err remap_apply(const struct remap *r, const double *window, const uint8_t *has, double *mass,
                     uint8_t *any, struct arena *arena) MUST_CHECK;

#endif
