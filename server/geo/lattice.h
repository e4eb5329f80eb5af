/* lattice.h - one grid for what lies on several: the coarsest of them, carried on as far as all go.
 *
 * Bringing fine cells together invents nothing; cutting coarse ones up would. A cell of another
 * grid gives each cell of the lattice its share of ground. Pure; memory from the caller's arena.
 */
#ifndef GEO_LATTICE_H
#define GEO_LATTICE_H

#include "base/arena.h"
#include "geo/grid.h"
#include "geo/remap_axis.h"

/** @param grids  n >= 1 of them.
 *  @param coarsest  which one it is, by the size of its cells in degrees; the first of equals.
 *  @return the lattice; its cells may stick out over all grids. */
struct grid lattice_of(const struct grid *grids, int n, int *coarsest);

/** Are the cells of a grid cells of the lattice too? @param col0,row0  of the grid's first one. */
bool lattice_holds(struct grid lattice, struct grid g, int32_t *col0, int32_t *row0);

/** What a window of the lattice gets of each cell of a grid: w = share of that cell's ground.
 *  Shares below LATTICE_SLIVER are rounding.
 *  @param col,row,cols,rows  the window.
 *  @param south  of the grid, as of remap_grid_south(). @return ERR_NO_MEMORY. */
#define LATTICE_SLIVER 1e-9
struct lattice_plan {
    struct remap_axis x, y;
};
enum err lattice_window(struct lattice_plan *out, struct grid lattice, int32_t col, int32_t row,
                        int32_t cols, int32_t rows, struct grid g, const double *south,
                        struct arena *arena) MUST_CHECK;

#endif
