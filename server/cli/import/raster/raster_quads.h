/* raster_quads.h - a projected, turned or other-datum raster, regridded on true ground area.
 *
 * Each source cell is a quadrangle whose edges, densified, go to WGS 84. Its mass is shared out to
 * longitude/latitude cells no coarser than half of it, in proportion to the ground they have in
 * common; the shares of a cell sum to 1. Source rows are worked through from north to south and
 * masses gather in a window of target rows, so that memory does not grow with the grid's height.
 */
#ifndef IMPORT_RASTER_QUADS_H
#define IMPORT_RASTER_QUADS_H

#include "cli/import/raster/raster_crs.h"
#include "cli/import/raster/raster_strip.h"
#include "geo/grid.h"

struct raster_quads;

/** Chooses the target grid. @param source, crs, strip  borrowed.
 *  @param is_density  values are per km2.
 *  @return ERR_INPUT, ERR_TOO_LARGE with the rule; ERR_NO_MEMORY. */
enum err raster_quads_new(struct raster_source *source, struct raster_crs *crs,
                          struct raster_strip *strip, bool is_density, struct raster_quads **out,
                          struct why *why) MUST_CHECK;
void raster_quads_free(struct raster_quads *q); /* accepts NULL */
struct grid raster_quads_grid(const struct raster_quads *q);
int raster_quads_segments(const struct raster_quads *q); /* of an edge of a cell */
/** The rows of the target, in order from 0, and again from 0. */
enum err raster_quads_row(struct raster_quads *q, int32_t row, double *values,
                          unsigned char *is_nodata, struct why *why) MUST_CHECK;

#endif
