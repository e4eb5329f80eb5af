#include "geo/ellipsoid.h"

#include <math.h>

#define DEG (M_PI / 180.0)

double ellipsoid_q(double lat_deg)
{
    const double e = sqrt(WGS84_E2);
    double s = sin(lat_deg * DEG);
    /* Snyder's -(1/2e) ln((1 - es) / (1 + es)) is atanh(es) / e, without its cancellation. */
    return (1.0 - WGS84_E2) * (s / (1.0 - WGS84_E2 * s * s) + atanh(e * s) / e);
}

double ellipsoid_area_km2(double dlon_deg, double q_south, double q_north)
{
    const double a_km = WGS84_A_M / 1000.0;
    return a_km * a_km * (dlon_deg * DEG) / 2.0 * (q_north - q_south);
}
