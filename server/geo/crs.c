#include "geo/crs.h"

#include <math.h>
#include <string.h>

#define EARTH_RADIUS_M 6378137.0 /* of spherical Mercator */
#define WIDE_M         1e9       /* programs ask for more than the world, and get the world */

static const struct {
    const char *uri, *name;
} systems[CRS_COUNT] = {
    [CRS_84] = {"http://www.opengis.net/def/crs/OGC/1.3/CRS84", "CRS84"},
    [CRS_4326] = {"http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326"},
    [CRS_3857] = {"http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857"},
};

const char *crs_uri(enum crs crs)
{
    return systems[crs].uri;
}

const char *crs_name(enum crs crs)
{
    return systems[crs].name;
}

enum crs crs_find(const char *uri)
{
    int crs = 0;
    while (crs < CRS_COUNT && strcmp(systems[crs].uri, uri) != 0)
        crs++;
    return (enum crs)crs;
}

void crs_limits(enum crs crs, double limits[2])
{
    limits[0] = crs == CRS_84 ? 180 : crs == CRS_4326 ? 90 : WIDE_M;
    limits[1] = crs == CRS_84 ? 90 : crs == CRS_4326 ? 180 : WIDE_M;
}

static double lon_deg(double x_m)
{
    return fmax(-180, fmin(180, x_m / EARTH_RADIUS_M * (180 / M_PI)));
}

static double lat_deg(double y_m)
{
    return atan(sinh(y_m / EARTH_RADIUS_M)) * (180 / M_PI);
}

bool crs_box_deg(enum crs crs, const double box[4], double out[4])
{
    int x = crs == CRS_4326 ? 1 : 0;
    for (int i = 0; i < 4; i += 2) {
        double east = box[i + x], north = box[i + 1 - x];
        out[i] = crs == CRS_3857 ? lon_deg(east) : east;
        out[i + 1] = crs == CRS_3857 ? lat_deg(north) : north;
    }
    return out[1] <= out[3];
}
