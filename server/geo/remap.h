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

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "geo/grid.h"
#include "geo/remap_axis.h"
#include "geo/tile.h"

struct remap {
    struct tile tile; /* zero when planned from edges */
    int size_px;      /* pixels along x */
    int level;
    struct remap_axis x;
    struct remap_axis y;
    double *row_area_km2; /* ground area of one pixel in row i */
    bool is_first;        /* remap_apply: nothing was added to the pixels before */
};

/** The coarsest level whose cell, in longitude and in latitude, is no larger than half a pixel's
 *  longitude, else 0. Depends on the zoom and the size alone and not on where the tile lies: tiles
 *  side by side must read one level, or mass would slip between them. */
int remap_level(struct grid g, struct tile t, int size_px);
/** The same for pixels of pixel_deg degrees. */
int remap_level_for(struct grid g, double pixel_deg);

/** Where the pixels of a tile lie: the same for every grid under it. Arena memory. */
struct remap_raster {
    int width, height;
    double *lon_deg;      /* width + 1 edges, west to east */
    double *south;        /* height + 1 edges as -q(latitude), north to south */
    double *row_area_km2; /* height: ground of one pixel */
    double pixel_deg;     /* longitude of one pixel */
    double level_deg; /* the pixel that the level of a grid is chosen for; pixel_deg unless set */
};

/** @return ERR_NO_MEMORY when the arena is full. */
enum err remap_raster_of_tile(struct remap_raster *out, struct tile t, int size_px,
                              struct arena *arena) MUST_CHECK;
/** Any raster whose columns are bounded by meridians and rows by parallels.
 *  @param lon_edges_deg  width + 1, west to east, of even width; borrowed.
 *  @param lat_edges_deg  height + 1, north to south, within -90..90; borrowed. Edges that coincide
 *         make a row without ground, which shows nothing. */
enum err remap_raster_of_edges(struct remap_raster *out, const double *lon_edges_deg, int width,
                               const double *lat_edges_deg, int height,
                               struct arena *arena) MUST_CHECK;
/** The native row edges of a grid as -q(latitude), ny + 1 of them: four transcendental functions
 *  each, so whoever keeps a grid keeps them with it. */
void remap_grid_south(struct grid g, double *south);
/** Plans a remap to a raster, whose row areas the plan borrows.
 *  @param grid_south  as of remap_grid_south; borrowed. NULL = compute those that are needed.
 *  @return ERR_NO_MEMORY when the arena is full. */
enum err remap_plan_raster(struct remap *out, struct grid g, int level, const double *grid_south,
                           const struct remap_raster *to, struct arena *arena) MUST_CHECK;

/** Plans a remap; weights live in the arena. ERR_NO_MEMORY when the arena is full. */
enum err remap_plan(struct remap *out, struct grid g, struct tile t, int size_px, int level,
                    struct arena *arena) MUST_CHECK;

/** Plans a remap to any raster whose columns are bounded by meridians and rows by parallels (WMS).
 *  @param lon_edges_deg  width + 1, west to east, of even width; borrowed.
 *  @param lat_edges_deg  height + 1, north to south; borrowed. */
enum err remap_plan_edges(struct remap *out, struct grid g, int level, const double *lon_edges_deg,
                          int width, const double *lat_edges_deg, int height,
                          struct arena *arena) MUST_CHECK;

/** Adds the window's mass to the pixels.
 *  @param window  y.src_n rows x x.src_n columns of tonnes, row 0 north; borrowed.
 *  @param has     same shape, 1 where the cell has data (may be zero mass), 0 = no data: its value
 *                 in the window is not looked at.
 *  @param mass    y.n_out x x.n_out tonnes per pixel; added to.
 *  @param any     y.n_out x x.n_out; set to 1 where a pixel overlaps a cell with data, by however
 *                 little.
 *                 Both hold anything before a remap that is_first: it zeroes a row of them as it
 *                 reaches it, while it is in the nearest cache.
 *  @return ERR_NO_MEMORY when scratch does not fit the arena. */
enum err remap_apply(const struct remap *r, const double *window, const uint8_t *has, double *mass,
                     uint8_t *any, struct arena *arena) MUST_CHECK;

#endif
