/* wms_look.c - what a picture is to look like: its format, what lies behind it. */
#include <string.h>
#include <strings.h>

#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"

enum err wms_format_read(const struct http_request *r, enum map_format *out, struct why *why)
{
    static const struct {
        const char *name;
        enum map_format format;
    } known[] = {{"image/png", MAP_PNG},
                 {"image/png; mode=8bit", MAP_PNG}, /* a palette it is anyway */
                 {"image/png;mode=8bit", MAP_PNG},
                 {"image/png8", MAP_PNG},
                 {"image/jpeg", MAP_JPEG},
                 {"image/jpg", MAP_JPEG}};
    const char *format;
    enum err e = kvp_need(r, "FORMAT", &format, why);
    if (e != ERR_OK) {
        return e;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcasecmp(format, known[i].name) == 0) {
            *out = known[i].format;
            return ERR_OK;
        }
    }
    (void)why_set(why, ERR_INPUT, "FORMAT", "Maps have another format.");
    why_kind(why, "InvalidFormat");
    why_allow(why, "image/png, image/jpeg");
    return ERR_INPUT;
}

enum err wms_look_read(const struct http_request *r, struct map_look *look, struct why *why)
{
    const char *transparent = kvp_find(r, "TRANSPARENT"), *colour = kvp_find(r, "BGCOLOR");
    look->is_transparent = transparent != NULL && strcasecmp(transparent, "TRUE") == 0;
    look->background = (struct rgba){255, 255, 255, 255};
    if (transparent != NULL && !look->is_transparent && strcasecmp(transparent, "FALSE") != 0) {
        return kvp_invalid(why, "TRANSPARENT", "This is neither yes nor no.", "TRUE, FALSE");
    }
    if (colour != NULL && !map_look_colour(colour, &look->background)) {
        return kvp_invalid(why, "BGCOLOR", "This is no colour.", "0xRRGGBB");
    }
    return ERR_OK;
}
