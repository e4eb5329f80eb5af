/* text_grid.h - a grid that comes as text, held whole in memory.
 *
 * Cells are 8 bytes and the row they came from 4, so that TEXT_GRID_MAX_CELLS stay below 400 MB.
 */
#ifndef IMPORT_TEXT_GRID_H
#define IMPORT_TEXT_GRID_H

#include "cli/import/raster/raster_source.h"

#define TEXT_GRID_MAX_CELLS ((int64_t)32 << 20)

struct text_grid {
    double *values;     /* NaN = no data; north first */
    uint32_t *from_row; /* of the file; 0 = none */
    double x0, y0;      /* first coordinate: the west, and the north */
    double dx, dy;
};

/** Cells for s->nx x s->ny; all without data. */
enum err text_grid_make(struct raster_source *s, struct text_grid *g, struct why *why) MUST_CHECK;
/** Longitudes, latitudes and values, a place a line (EDGAR's text form). */
enum err text_table_read(struct raster_source *s, struct text_grid *g, struct why *why) MUST_CHECK;
/** Nothing but values, from the north-west, row by row (CDIAC's form). */
enum err text_list_read(struct raster_source *s, struct text_grid *g, struct why *why) MUST_CHECK;

#endif
