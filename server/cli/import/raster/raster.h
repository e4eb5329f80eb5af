/* raster.h - a raster of masses or weights as rows of a regular WGS 84 longitude/latitude grid.
 *
 * Whatever the file is (raster_source.h: GDAL's bands and arrays, texts), it is opened by what the
 * manifest says (raster_spec.h), turned, rolled, cut at the world's edge or regridded on ground
 * area, and read row by row, from the north. No GDAL type leaves the .c files; GDAL's own messages
 * become part of `why`. One thread.
 */
#ifndef IMPORT_RASTER_H
#define IMPORT_RASTER_H

#include "base/buf.h"
#include "cli/import/issues.h"
#include "cli/import/raster/raster_spec.h"
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
/** The sum of the file's own cells, taken as they were read and before anything was made of them:
 *  what a grid's rows must sum to. NaN for densities, and before all rows were asked for. */
double raster_file_sum(const struct raster *r);
/** What was detected, declared and done, as a JSON object, for the report. */
void raster_note(const struct raster *r, struct buf *out);
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
