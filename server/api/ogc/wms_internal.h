/* wms_internal.h - between the files of WMS. */
#ifndef API_OGC_WMS_INTERNAL_H
#define API_OGC_WMS_INTERNAL_H

#include "api/ogc/wms.h"

enum wms_crs { WMS_WEB_MERCATOR, WMS_DEGREES };

/** What a picture shows, whatever the version and the reference system it was asked in. */
struct wms_view {
    enum wms_crs crs;
    const char *crs_name;
    double west, south, east, north; /* metres or degrees, by crs */
    int width, height;               /* pixels */
};

/** "1.1.1" asks for the older form of everything. */
bool wms_is_old(const struct http_request *r);
/** Reads CRS or SRS, BBOX, WIDTH, HEIGHT. @return ERR_INPUT. */
enum err wms_view_read(const struct http_request *r, struct wms_view *out,
                       struct why *why) MUST_CHECK;
/** Longitude and latitude in degrees of a place in the picture, in pixels from its north-western
 *  corner. */
double wms_view_lon_deg(const struct wms_view *v, double x_px);
double wms_view_lat_deg(const struct wms_view *v, double y_px);

/** The request for the layer, style and time that this one names, as /tiles has it: segments are
 *  release and layer, the query is year and style. Memory of the request's arena. */
struct wms_map {
    struct http_request request;
    const char *names[8], *values[8];
};
/** @param layers  name of the parameter with the layer. @return ERR_INPUT. */
enum err wms_map_read(const struct http_request *r, const char *layers, const char *styles,
                      struct wms_map *out, struct why *why) MUST_CHECK;
void wms_map_add(struct wms_map *m, const char *name, const char *value);

enum err wms_get_map(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why) MUST_CHECK;
enum err wms_capabilities(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why) MUST_CHECK;

#endif
