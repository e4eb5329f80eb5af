/* utm.h - UTM zones on the WGS 84 ellipsoid, both ways.
 *
 * Krueger's series in the third flattening n to its fourth power (Krueger 1912; Karney 2011,
 * "Transverse Mercator with an accuracy of a few nanometers", eq. 35, 36): a few micrometres of
 * error at most within UTM_REACH_M. Pure arithmetic: safe from any thread. The tests hold it
 * against PROJ.
 */
#ifndef GEO_UTM_H
#define GEO_UTM_H

#include <stdbool.h>

struct utm {
    double meridian_deg; /* the central one */
    double north_0_m;    /* false northing: 0, or 10 000 000 in the south */
};

/** Within this distance of the central meridian, and to 84 degrees north and south, places have a
 *  position in a zone that is worth anything; what is beyond is moved to that edge. */
#define UTM_REACH_M 3300000.0
#define UTM_LAT_MAX 84.0

/** EPSG:32601 to 32660 (north), 32701 to 32760 (south). @return false for any other code. */
bool utm_of_epsg(int code, struct utm *out);
/** The zone that a meridian lies in, 1 to 60. @param lon_deg  -180..180. */
int utm_zone_of(double lon_deg);

/** Longitude and latitude in degrees of an easting and a northing in metres. The longitude may
 *  leave -180..180 in the outermost zones. */
void utm_inverse(struct utm u, double east_m, double north_m, double *lon_deg, double *lat_deg);
/** @param lon_deg  within 30 degrees of the central meridian. @param lat_deg  -84..84. */
void utm_forward(struct utm u, double lon_deg, double lat_deg, double *east_m, double *north_m);

#endif
