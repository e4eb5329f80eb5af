#include "api/map_view.h"

#include <math.h>

#define EARTH_RADIUS_M 6378137.0 /* of spherical Mercator */

/* To a micrometre: an edge that means the edge of a cell is that edge, so that a picture and the
 * tile of the same ground are the same. */
static double settle(double deg)
{
    return nearbyint(deg * 1e11) / 1e11;
}

double map_view_lon_deg(const struct map_view *v, double x_px)
{
    double x = v->west + (v->east - v->west) * (x_px / v->width);
    return settle(v->crs == MAP_DEGREES ? x : x / EARTH_RADIUS_M * (180.0 / M_PI));
}

double map_view_lat_deg(const struct map_view *v, double y_px)
{
    double y = v->north - (v->north - v->south) * (y_px / v->height);
    double lat = v->crs == MAP_DEGREES ? y : atan(sinh(y / EARTH_RADIUS_M)) * (180.0 / M_PI);
    return fmax(-90.0, fmin(90.0, settle(lat)));
}

void map_view_place(const struct map_view *v, double x_px, double y_px, double *lon_deg,
                    double *lat_deg)
{
    if (v->crs == MAP_UTM) {
        double east_m = v->west + (v->east - v->west) * (x_px / v->width);
        double north_m = v->north - (v->north - v->south) * (y_px / v->height);
        utm_inverse(v->utm, east_m, north_m, lon_deg, lat_deg);
        *lon_deg = remainder(*lon_deg, 360); /* the outermost zones reach beyond 180 degrees */
        return;
    }
    *lon_deg = map_view_lon_deg(v, x_px);
    *lat_deg = map_view_lat_deg(v, y_px);
}

enum err map_view_raster(const struct map_view *v, struct arena *arena, struct remap_raster *out)
{
    double *lon = arena_alloc(arena, (size_t)v->width + 1, sizeof *lon);
    double *lat = arena_alloc(arena, (size_t)v->height + 1, sizeof *lat);
    if (lon == NULL || lat == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i <= v->width; i++) {
        lon[i] = map_view_lon_deg(v, i);
    }
    for (int i = 0; i <= v->height; i++) {
        lat[i] = map_view_lat_deg(v, i);
    }
    enum err e = remap_raster_of_edges(out, lon, v->width, lat, v->height, arena);
    if (e == ERR_OK && v->crs == MAP_DEGREES) { /* pixels need not be square */
        /* of the view, not of its settled edges: tiles side by side must read one level */
        out->level_deg = fmin((v->east - v->west) / v->width, (v->north - v->south) / v->height);
    }
    return e;
}
