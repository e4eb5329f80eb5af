/* map_view.h - the ground a picture of a map shows, and its size.
 *
 * Whatever protocol it was asked in. Pure, by value; safe from any thread.
 */
#ifndef API_MAP_VIEW_H
#define API_MAP_VIEW_H

#include "base/arena.h"
#include "geo/remap.h"
#include "geo/utm.h"

#define MAP_VIEW_MAX_SIDE_PX 4096

enum map_crs { MAP_WEB_MERCATOR, MAP_DEGREES, MAP_UTM };

struct map_view {
    enum map_crs crs;
    struct utm utm;                  /* of MAP_UTM */
    double west, south, east, north; /* metres or degrees, by crs */
    int width, height;               /* pixels, 1 to MAP_VIEW_MAX_SIDE_PX */
};

/** Longitude and latitude in degrees of a place in the picture, in pixels from its north-western
 *  corner. The latitude is within -90..90, the longitude of MAP_UTM within -180..180; that of the
 *  others may be anything. */
void map_view_place(const struct map_view *v, double x_px, double y_px, double *lon_deg,
                    double *lat_deg);
/** The same by axis, where columns are meridians and rows parallels: not of MAP_UTM. */
double map_view_lon_deg(const struct map_view *v, double x_px);
double map_view_lat_deg(const struct map_view *v, double y_px);
/** Where its pixels lie, not of MAP_UTM; arena memory. @return ERR_NO_MEMORY. */
enum err map_view_raster(const struct map_view *v, struct arena *arena,
                         struct remap_raster *out) MUST_CHECK;

#endif
