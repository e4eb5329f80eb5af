/* raster_crs.h - a coordinate reference system, and the way from it to WGS 84.
 *
 * x is east or longitude, y north or latitude, whatever the authority's order. One thread.
 */
#ifndef IMPORT_RASTER_CRS_H
#define IMPORT_RASTER_CRS_H

#include <stddef.h>

#include "base/err.h"

struct raster_crs;

/** @param text  "EPSG:32642", WKT or PROJ text; never a file or an address.
 *  @return ERR_INPUT when it names nothing that is known. */
enum err raster_crs_new(const char *text, const char *file, struct raster_crs **out,
                        struct why *why) MUST_CHECK;
void raster_crs_free(struct raster_crs *crs); /* accepts NULL */
bool raster_crs_is_geographic(const struct raster_crs *crs);
bool raster_crs_same(const struct raster_crs *a, const struct raster_crs *b);
/** "EPSG:32642", or its name. */
const char *raster_crs_label(const struct raster_crs *crs);
/** To degrees of WGS 84, in place. @return ERR_INPUT when a point has no place there. */
enum err raster_crs_to_wgs84(struct raster_crs *crs, size_t n, double *x, double *y) MUST_CHECK;

#endif
