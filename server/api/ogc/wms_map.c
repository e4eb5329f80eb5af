/* wms_map.c - GetMap: what is asked for in WMS's words. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/map_picture.h"
#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"

static enum err read_format(const struct http_request *r, struct why *why)
{
    const char *format;
    enum err e = kvp_need(r, "FORMAT", &format, why);
    if (e != ERR_OK || strncasecmp(format, "image/png", 9) == 0) {
        return e; /* "image/png; mode=8bit" too: a palette it is anyway */
    }
    (void)why_set(why, ERR_INPUT, "FORMAT", "Maps have another format.");
    why_kind(why, "InvalidFormat");
    why_allow(why, "image/png");
    return ERR_INPUT;
}

static enum err read_look(const struct http_request *r, struct map_look *look, struct why *why)
{
    const char *transparent = kvp_find(r, "TRANSPARENT"), *colour = kvp_find(r, "BGCOLOR");
    look->is_transparent = transparent != NULL && strcasecmp(transparent, "TRUE") == 0;
    look->background = (struct rgba){255, 255, 255, 255};
    if (transparent != NULL && !look->is_transparent && strcasecmp(transparent, "FALSE") != 0) {
        return kvp_invalid(why, "TRANSPARENT", "This is neither yes nor no.", "TRUE, FALSE");
    }
    if (colour == NULL) {
        return ERR_OK;
    }
    if (strlen(colour) != 8 || strncasecmp(colour, "0x", 2) != 0 ||
        strspn(colour + 2, "0123456789abcdefABCDEF") != 6) {
        return kvp_invalid(why, "BGCOLOR", "This is no colour.", "0xRRGGBB");
    }
    unsigned long rgb = strtoul(colour + 2, NULL, 16);
    look->background = (struct rgba){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
    return ERR_OK;
}

enum err wms_get_map(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "style", NULL};
    struct wms_map map;
    struct map_picture p = {.request = &map.request, .allowed = allowed, .size_name = "WIDTH"};
    enum err e = wms_map_read(r, "LAYERS", "STYLES", &map, why);
    if (e == ERR_OK) {
        e = wms_view_read(r, &p.view, why);
    }
    if (e == ERR_OK) {
        e = read_format(r, why);
    }
    if (e == ERR_OK) {
        e = read_look(r, &p.look, why);
    }
    return e == ERR_OK ? map_picture_plan(&p, s, out, why) : e;
}
