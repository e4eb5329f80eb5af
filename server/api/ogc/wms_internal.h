/* wms_internal.h - between the files of WMS. */
#ifndef API_OGC_WMS_INTERNAL_H
#define API_OGC_WMS_INTERNAL_H

#include "api/map_picture.h"
#include "api/ogc/wms.h"

/** "1.1.1" asks for the older form of everything. */
bool wms_is_old(const struct http_request *r);
bool wms_version_is_old(const char *version);
/** Reads CRS or SRS, BBOX, WIDTH, HEIGHT. @return ERR_INPUT. */
enum err wms_view_read(const struct http_request *r, struct map_view *out,
                       struct why *why) MUST_CHECK;
/** Reads FORMAT. @return ERR_INPUT. */
enum err wms_format_read(const struct http_request *r, enum map_format *out,
                         struct why *why) MUST_CHECK;
/** Reads TRANSPARENT and BGCOLOR. @return ERR_INPUT. */
enum err wms_look_read(const struct http_request *r, struct map_look *out,
                       struct why *why) MUST_CHECK;
/** Reads WIDTH or HEIGHT. @return ERR_INPUT. */
enum err wms_side_read(const struct http_request *r, const char *name, int *out,
                       struct why *why) MUST_CHECK;
/** The names of the forms that EXCEPTIONS takes, in a version. @return NULL behind the last. */
const char *wms_exceptions_name(int i, bool is_old);
/** A picture that says what is wrong, or an empty one, where EXCEPTIONS asks for it and the rest of
 *  the request says how large it is. @return false: the fault has to be said in XML. */
bool wms_fault_picture(const struct http_request *r, const struct why *why, struct http_plan *out);

/** The request for the layer, style, time and dimensions that this one names, as /tiles has it:
 *  segments are release and layer, the query is year or month, style, sector and gwp. Memory of the
 *  request's arena. */
struct wms_map {
    struct http_request request;
    const char *names[12], *values[12];
};
/** @param layers  name of the parameter with the layer. @return ERR_INPUT. */
enum err wms_map_read(const struct http_request *r, const char *layers, const char *styles,
                      struct wms_map *out, struct why *why) MUST_CHECK;
void wms_map_add(struct wms_map *m, const char *name, const char *value);

enum err wms_get_map(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why) MUST_CHECK;
enum err wms_get_info(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why) MUST_CHECK;
enum err wms_capabilities(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why) MUST_CHECK;

#endif
