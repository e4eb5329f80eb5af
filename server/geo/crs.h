/* crs.h - the coordinate reference systems that features are asked for in, by their OGC names.
 *
 * Pure. Coordinates are in the order of the system's own axes: longitude first in CRS84, latitude
 * first in EPSG:4326, easting first in EPSG:3857.
 */
#ifndef GEO_CRS_H
#define GEO_CRS_H

#include <stdbool.h>

enum crs { CRS_84, CRS_4326, CRS_3857, CRS_COUNT };

/** "http://www.opengis.net/def/crs/OGC/1.3/CRS84" ... */
const char *crs_uri(enum crs crs);
/** @return the system; CRS_COUNT = none that is known. */
enum crs crs_find(const char *uri);
/** "EPSG:4326": how people call it. */
const char *crs_name(enum crs crs);
/** The largest coordinate of each axis, either side of zero, in the system's unit. */
void crs_limits(enum crs crs, double limits[2]);

/** A box as degrees: west, south, east, north. It is exactly the same ground, since meridians and
 *  parallels are straight in all of them. West > east spans the antimeridian.
 *  @param box  least and greatest corner, in the system's axes and unit.
 *  @return false when it is upside down. */
bool crs_box_deg(enum crs crs, const double box[4], double out[4]);

#endif
