/* export_grid.h - the grid an export is written on.
 *
 * The cells are those of the finest grid of the combination, carried on over the ground of all its
 * grids, so that nothing is averaged away and nothing is left out. Pure.
 */
#ifndef EXPORT_EXPORT_GRID_H
#define EXPORT_EXPORT_GRID_H

#include "inventory/combination.h"

/** Longest side and most cells of any export. */
#define EXPORT_MAX_SIDE  200000
#define EXPORT_MAX_CELLS ((int64_t)4000000000)

/** @param box  west, south, east, north in degrees: every cell that lies in it or is cut by it;
 *              NULL = all ground.
 *  @param max_cells  at most EXPORT_MAX_CELLS.
 *  @return ERR_NOT_FOUND when nothing has a place, or nothing in the box; ERR_TOO_LARGE with how
 *          many cells are too many. */
enum err export_grid_choose(const struct catalog *c, const struct combination *m, const double *box,
                            int64_t max_cells, struct grid *out, struct why *why) MUST_CHECK;

#endif
