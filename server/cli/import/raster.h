/* raster.h - a raster file seen through GDAL: its grid, its bands, its rows.
 *
 * Accepted here: north-up, WGS 84 longitude/latitude (EPSG:4326), square to the axes, one value per
 * cell. No GDAL type leaves this file's .c; GDAL's own messages become part of `why`. One thread.
 */
#ifndef IMPORT_RASTER_H
#define IMPORT_RASTER_H

#include "cli/import/issues.h"
#include "geo/grid.h"

struct raster;

/** Opens and checks the grid. @return ERR_INPUT with file and rule; ERR_IO. */
enum err raster_open(const char *path, const char *name, struct raster **out,
                     struct why *why) MUST_CHECK;
void raster_close(struct raster *r); /* accepts NULL */
struct grid raster_grid(const struct raster *r);
/** Number from 1 of the band with this description, or of this number; 0 = none. */
int raster_band(const struct raster *r, const char *band);
/** Reads one row as double; no-data (the band's no-data value, or NaN when that is declared)
 * becomes NaN.
 *  @param values  grid.nx numbers. @param is_nodata  the same count: 1 where the file says no data.
 *  @return ERR_IO for a truncated or damaged file. */
enum err raster_row(struct raster *r, int band, int32_t row, double *values,
                    unsigned char *is_nodata, struct why *why) MUST_CHECK;

/** Called for each polygon of equal value; wkb is EWKB-compatible, borrowed for the call. */
typedef void raster_polygon(void *context, int32_t value, const unsigned char *wkb, int len);
/** Turns band 1 into polygons along cell edges (4-connected); no-data and 0 have none.
 *  @return ERR_INPUT when the band does not hold whole numbers; ERR_IO. */
enum err raster_polygons(struct raster *r, raster_polygon *each, void *context,
                         struct why *why) MUST_CHECK;

#endif
