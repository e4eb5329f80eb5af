/* wms_internal.h - between the files of WMS. */
#ifndef API_OGC_WMS_INTERNAL_H
#define API_OGC_WMS_INTERNAL_H

#include "api/map_view.h"
#include "api/ogc/wms.h"

/** "1.1.1" asks for the older form of everything. */
bool wms_is_old(const struct http_request *r);
/** Reads CRS or SRS, BBOX, WIDTH, HEIGHT. @return ERR_INPUT. */
enum err wms_view_read(const struct http_request *r, struct map_view *out,
                       struct why *why) MUST_CHECK;

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
