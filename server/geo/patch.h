/* patch.h - the ground that a small polygon shares with the cells of a grid, fast.
 *
 * For the millions of cells of a projected grid (coverage.h takes any shape, one at a time, with a
 * sort). Edges are straight between the points given, in the plane (longitude, q), where equal
 * areas are equal ground (ellipsoid.h). The caller gives points in columns and q, so that four
 * neighbours share the work. Pure arithmetic; one thread per struct.
 */
#ifndef GEO_PATCH_H
#define GEO_PATCH_H

#include <stddef.h>

#include "base/err.h"
#include "geo/grid.h"

struct patch_point {
    double u; /* columns east of the grid's west edge */
    double q; /* ellipsoid_q() of its latitude */
    int32_t row;
};

struct patch {
    int32_t row0, col0, rows, cols; /* of the grid: the cells that are touched */
    double *share;                  /* rows x cols; they sum to 1 */
    double size;                    /* the area, in columns x q */
    size_t capacity;
    double *cover;
};

/** q of the grid's row edges, from north to south. @return ny + 1 numbers, the caller frees; NULL
 *  without memory. */
double *patch_row_edges(struct grid g);
/** Where a point lies. @param q_edges  of patch_row_edges(). */
struct patch_point patch_point_of(struct grid g, const double *q_edges, double lon_deg,
                                  double lat_deg);

/** Shares of a polygon of n points, in either direction, not closed, inside the grid.
 *  @return ERR_INPUT when it has no area or leaves the grid; ERR_NO_MEMORY. */
enum err patch_cover(struct patch *p, struct grid g, const double *q_edges,
                     const struct patch_point *points, int n) MUST_CHECK;
void patch_fini(struct patch *p);

#endif
