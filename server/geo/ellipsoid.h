/* ellipsoid.h - true ground area on the WGS 84 ellipsoid.
 *
 * Pure arithmetic: safe from any thread. The authalic function q(phi) is chosen so that equal
 * steps of q between two meridians are equal areas (Snyder 1987, USGS PP 1395, eq. 3-12).
 */
#ifndef GEO_ELLIPSOID_H
#define GEO_ELLIPSOID_H

#define WGS84_A_M 6378137.0
#define WGS84_E2  0.00669437999014

/** q(phi), dimensionless, in [-1.9955..., 1.9955...]; odd and strictly increasing.
 *  @param lat_deg geodetic latitude, -90..90. */
double ellipsoid_q(double lat_deg);

/** Area in km2 between two meridians dlon_deg apart and two values of q. */
double ellipsoid_area_km2(double dlon_deg, double q_south, double q_north);

#endif
