/* geotiff.h - an export as a cloud-optimised GeoTIFF.
 *
 * Masses are doubles without overviews: a viewer would take the mean of four cells for a mass of
 * one. Densities are floats with overviews, whose pixels are the mass over the ground of the cells
 * with data below them. NaN is no data. The same map gives the same bytes. Thread-safe.
 */
#ifndef EXPORT_GEOTIFF_H
#define EXPORT_GEOTIFF_H

#include "export/export.h"
#include "export/out.h"

/** @param scratch  holds the tiles until their order is known.
 *  @return as export_cells_read(); ERR_IO, ERR_TOO_LARGE of either store. */
enum err geotiff_write(const struct export_map *m, struct export_scratch *scratch,
                       struct export_out *to, struct export_total *out, struct why *why) MUST_CHECK;

#endif
