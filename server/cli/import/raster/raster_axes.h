/* raster_axes.h - one axis of a longitude/latitude raster, turned into an axis of a regular grid.
 *
 * Turns what counts from the south, from the east or from 0 to 360; cuts what reaches over the
 * world's edge; shares out irregular or halved cells in proportion to ground (longitude is even,
 * latitude is measured by q). Where the cells are regular already every target cell is one source
 * cell, untouched. Pure.
 */
#ifndef IMPORT_RASTER_AXES_H
#define IMPORT_RASTER_AXES_H

#include <stdint.h>

#include "base/err.h"

struct raster_axis {
    double first, step; /* of the target: west or north edge, and the cells' size, above 0 */
    int32_t n;          /* target cells, from the west or the north */
    int32_t *start;     /* n + 1: where the entries of a target cell begin */
    int32_t *source;    /* of an entry: source cell, in file order */
    double *weight;     /* of an entry: share of the source cell (of its part in the world) */
    double *extent;     /* of a source cell, in the world: degrees, or q */
    bool is_direct;     /* one entry of weight 1 each */
    bool is_rolled, is_turned, is_clipped;
};

/** @param edges  n + 1, ascending or descending, file order; borrowed.
 *  @param is_computed  they come from rounded coordinates, and may be tidied.
 *  @param is_whole  a cell that occurs twice (180 W and 180 E) would count twice.
 *  @return ERR_INPUT with the rule; ERR_NO_MEMORY. */
enum err raster_axis_lon(const double *edges, int32_t n, bool is_computed, bool is_whole,
                         const char *file, struct raster_axis *out, struct why *why) MUST_CHECK;
enum err raster_axis_lat(const double *edges, int32_t n, bool is_computed, const char *file,
                         struct raster_axis *out, struct why *why) MUST_CHECK;
void raster_axis_fini(struct raster_axis *a);

#endif
