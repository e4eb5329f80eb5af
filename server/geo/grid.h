/* grid.h - a regular longitude/latitude grid, its overview levels and its blocks.
 *
 * Pure arithmetic, by value. A grid lies within -180..180 and -90..90 degrees; one that crosses the
 * antimeridian or counts from 0 to 360 has to be turned or cut before it gets here. Row 0 is in the
 * NORTH, column 0 in the west; dx and dy are both positive degrees. Level k has cells of 2^k x 2^k
 * native cells; its last row and column may stick out over the native edge (those cells then hold
 * the mass of fewer native cells, and their extent is cut at the native edge, so that mass never
 * lies outside the grid).
 */
#ifndef GEO_GRID_H
#define GEO_GRID_H

#include <stdbool.h>
#include <stdint.h>

#define GRID_BLOCK       64 /* cells along a block's side, at every level */
#define GRID_BLOCK_CELLS (GRID_BLOCK * GRID_BLOCK)
#define GRID_MAX_LEVELS  16

struct grid {
    double x0_deg; /* west edge */
    double y0_deg; /* north edge */
    double dx_deg; /* > 0 */
    double dy_deg; /* > 0 */
    int32_t nx;
    int32_t ny;
};

bool grid_equal(struct grid a, struct grid b);
/** Highest level: the first at which the grid fits one block (0 when it does natively). */
int grid_top_level(struct grid g);
int32_t grid_level_nx(struct grid g, int level); /* ceil(nx / 2^level) */
int32_t grid_level_ny(struct grid g, int level);
/** Edges in degrees of column/row boundary i at a level, i in 0..n; the last is the grid's own
 * edge. */
double grid_edge_lon_deg(struct grid g, int level, int32_t i);
double grid_edge_lat_deg(struct grid g, int level, int32_t i);
/** The native cell that holds a point; half-open: west and north edges belong to the cell.
 *  @return false when the point lies outside (or is NaN). */
bool grid_cell_of(struct grid g, double lon_deg, double lat_deg, int32_t *col, int32_t *row);

#endif
