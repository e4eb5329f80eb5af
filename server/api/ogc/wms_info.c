/* wms_info.c - GetFeatureInfo of WMS: which place is meant, in which form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/map_request.h"
#include "api/ogc/info.h"
#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"

static enum err read_pixel(const struct http_request *r, const char *name, const char *old_name,
                           int most, int *out, struct why *why)
{
    const char *text;
    const char *asked = wms_is_old(r) ? old_name : name;
    enum err e = kvp_need(r, asked, &text, why);
    if (e != ERR_OK) {
        return e;
    }
    size_t len = strlen(text);
    long value = len < 6 && strspn(text, "0123456789") == len ? strtol(text, NULL, 10) : -1;
    if (value < 0 || value >= most) {
        (void)why_set(why, ERR_INPUT, asked, "There is no such pixel in the picture.");
        why_kind(why, "InvalidPoint");
        return ERR_INPUT;
    }
    *out = (int)value;
    return ERR_OK;
}

/* A window that is wider than the world shows nothing there, and nothing is known of it. */
static enum err check_ground(const double place[2], const char *asked, struct why *why)
{
    if (fabs(place[0]) <= 180) {
        return ERR_OK;
    }
    (void)why_set(why, ERR_INPUT, asked, "There is no ground at this pixel.");
    why_kind(why, "InvalidPoint");
    why_allow(why, "longitudes from -180 to 180 degrees");
    return ERR_INPUT;
}

static enum err read_format(const struct http_request *r, int *out, struct why *why)
{
    const char *asked = kvp_find(r, "INFO_FORMAT");
    *out = asked == NULL ? 0 : info_of_type(asked);
    if (*out >= 0) {
        return ERR_OK;
    }
    (void)why_set(why, ERR_INPUT, "INFO_FORMAT", "There is no such format of what is known.");
    why_kind(why, "InvalidFormat");
    why_allow(why, "application/json, application/geo+json, text/csv, text/plain, text/html");
    return ERR_INPUT;
}

enum err wms_get_info(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "month", "style", "sector", "gwp", NULL};
    struct wms_map map;
    struct map_view v = {0};
    struct map_request m;
    int column = 0, row = 0, format = 0;
    enum err e = wms_map_read(r, "QUERY_LAYERS", "STYLES", &map, why);
    if (e == ERR_OK) {
        e = map_request_read(&m, &map.request, s, map.request.segments[0], map.request.segments[1],
                             allowed, r->arena, why);
    }
    if (e == ERR_OK) {
        e = wms_view_read(r, &v, why);
    }
    if (e == ERR_OK) {
        e = read_pixel(r, "I", "X", v.width, &column, why);
    }
    if (e == ERR_OK) {
        e = read_pixel(r, "J", "Y", v.height, &row, why);
    }
    if (e == ERR_OK) {
        e = read_format(r, &format, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    double place[2];
    map_view_place(&v, column + 0.5, row + 0.5, &place[0], &place[1]);
    e = check_ground(place, wms_is_old(r) ? "X" : "I", why);
    return e == ERR_OK ? info_ask(r, s, &m, "DIM_", place, format, out, why) : e;
}
