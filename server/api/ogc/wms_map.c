/* wms_map.c - GetMap: what is asked for in WMS's words. */

#include "api/map_picture.h"
#include "api/ogc/wms_internal.h"

enum err wms_get_map(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "month", "style", "sector", "gwp", NULL};
    struct wms_map map;
    struct map_picture p = {.request = &map.request, .allowed = allowed, .size_name = "WIDTH"};
    enum err e = wms_map_read(r, "LAYERS", "STYLES", &map, why);
    if (e == ERR_OK) {
        e = wms_view_read(r, &p.view, why);
    }
    if (e == ERR_OK) {
        e = wms_format_read(r, &p.look.format, why);
    }
    if (e == ERR_OK) {
        e = wms_look_read(r, &p.look, why);
    }
    return e == ERR_OK ? map_picture_plan(&p, s, out, why) : e;
}
