/* raster.h - a raster file seen through GDAL: its grid, its bands, its rows.
 *
 * Accepted here: north-up, WGS 84 longitude/latitude (EPSG:4326), square to the axes, one value per
 * cell. No GDAL type leaves this file's .c; GDAL's own messages become part of `why`. One thread.
 */
#ifndef IMPORT_RASTER_H
#define IMPORT_RASTER_H

#include "cli/import/issues.h"
#include "cli/import/raster_spec.h"
#include "geo/grid.h"

struct raster;

/** Opens and checks the grid, and finds the band.
 *  @param spec  borrowed for the raster's life. @param issues  borrowed likewise: takes faulty
 * cells.
 *  @return ERR_INPUT with file and rule; ERR_IO. */
enum err raster_open(const struct raster_spec *spec, struct issues *issues, struct raster **out,
                     struct why *why) MUST_CHECK;
void raster_close(struct raster *r); /* accepts NULL */
struct grid raster_grid(const struct raster *r);
/** Tonnes in one unit of a row's numbers; 1 for weights. Apart from them, so that cells are stored
 *  with the file's own digits. */
double raster_tonnes_per_unit(const struct raster *r);
/** Reads one row, masses or weights of whole cells; rows are asked for from 0 on, and again from 0.
 * No-data (the band's no-data value, or NaN when that is declared) becomes NaN.
 *  @param values  grid.nx numbers. @param is_nodata  the same count: 1 where the file says no data.
 *  @return ERR_IO for a truncated or damaged file. */
enum err raster_row(struct raster *r, int32_t row, double *values, unsigned char *is_nodata,
                    struct why *why) MUST_CHECK;

/** Called for each polygon of equal value; wkb is EWKB-compatible, borrowed for the call. */
typedef void raster_polygon(void *context, int32_t value, const unsigned char *wkb, int len);
/** Turns band 1 into polygons along cell edges (4-connected); no-data and 0 have none.
 *  @return ERR_INPUT when the band does not hold whole numbers; ERR_IO. */
enum err raster_polygons(struct raster *r, raster_polygon *each, void *context,
                         struct why *why) MUST_CHECK;

#endif
