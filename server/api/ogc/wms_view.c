/* wms_view.c - the ground and the size of a picture. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"

#define BBOX_MAX 1e9

bool wms_version_is_old(const char *version)
{
    return strncmp(version, "1.3", 3) < 0;
}

bool wms_is_old(const struct http_request *r)
{
    const char *version = kvp_find(r, "VERSION");
    if (version == NULL) {
        version = kvp_find(r, "WMTVER");
    }
    return version != NULL && wms_version_is_old(version);
}

/* "EPSG:32642" */
static bool read_zone(const char *text, struct map_view *v)
{
    bool is_code = strncasecmp(text, "EPSG:", 5) == 0 && strlen(text) == 10 &&
                   strspn(text + 5, "0123456789") == 5;
    if (!is_code || !utm_of_epsg((int)strtol(text + 5, NULL, 10), &v->utm)) {
        return false;
    }
    v->crs = MAP_UTM;
    return true;
}

/* @param is_flipped  latitude comes first. */
static enum err read_crs(const struct http_request *r, struct map_view *v, bool *is_flipped,
                         struct why *why)
{
    static const struct {
        const char *name;
        enum map_crs crs;
        bool is_flipped; /* in 1.3.0 */
    } known[] = {{"EPSG:3857", MAP_WEB_MERCATOR, false},
                 {"EPSG:4326", MAP_DEGREES, true},
                 {"CRS:84", MAP_DEGREES, false}};
    bool is_old = wms_is_old(r);
    const char *name = is_old ? "SRS" : "CRS", *text;
    enum err e = kvp_need(r, name, &text, why);
    if (e != ERR_OK) {
        return e;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcasecmp(text, known[i].name) == 0) {
            v->crs = known[i].crs;
            *is_flipped = known[i].is_flipped && !is_old;
            return ERR_OK;
        }
    }
    if (read_zone(text, v)) {
        return ERR_OK;
    }
    (void)why_set(why, ERR_INPUT, name, "Maps are not made in this reference system.");
    why_kind(why, is_old ? "InvalidSRS" : "InvalidCRS");
    why_allow(why, "EPSG:3857, EPSG:4326, CRS:84, EPSG:32601 to 32660, EPSG:32701 to 32760");
    return ERR_INPUT;
}

/* Four finite numbers with commas between. */
static bool read_numbers(const char *text, double to[4])
{
    for (int i = 0; i < 4; i++) {
        char *end;
        to[i] = strtod(text, &end);
        if (end == text || !(fabs(to[i]) <= BBOX_MAX) || *end != (i < 3 ? ',' : '\0')) {
            return false;
        }
        text = end + 1;
    }
    return true;
}

static enum err read_box(const struct http_request *r, bool is_flipped, struct map_view *v,
                         struct why *why)
{
    const char *text;
    double box[4];
    enum err e = kvp_need(r, "BBOX", &text, why);
    if (e != ERR_OK) {
        return e;
    }
    int x = is_flipped ? 1 : 0, y = 1 - x;
    if (!read_numbers(text, box) || box[x] >= box[x + 2] || box[y] >= box[y + 2]) {
        return kvp_invalid(why, "BBOX", "This is no box.",
                           is_flipped ? "south,west,north,east" : "west,south,east,north");
    }
    v->west = box[x];
    v->south = box[y];
    v->east = box[x + 2];
    v->north = box[y + 2];
    return ERR_OK;
}

enum err wms_side_read(const struct http_request *r, const char *name, int *out, struct why *why)
{
    const char *text;
    enum err e = kvp_need(r, name, &text, why);
    if (e != ERR_OK) {
        return e;
    }
    size_t len = strlen(text);
    long value = len < 6 && strspn(text, "0123456789") == len ? strtol(text, NULL, 10) : 0;
    if (value < 1 || value > MAP_VIEW_MAX_SIDE_PX) {
        (void)kvp_invalid(why, name, "A picture has another number of pixels.", NULL);
        why_allow(why, "1 to %d", MAP_VIEW_MAX_SIDE_PX);
        return ERR_INPUT;
    }
    *out = (int)value;
    return ERR_OK;
}

enum err wms_view_read(const struct http_request *r, struct map_view *out, struct why *why)
{
    bool is_flipped = false;
    enum err e = read_crs(r, out, &is_flipped, why);
    if (e == ERR_OK) {
        e = read_box(r, is_flipped, out, why);
    }
    if (e == ERR_OK) {
        e = wms_side_read(r, "WIDTH", &out->width, why);
    }
    return e == ERR_OK ? wms_side_read(r, "HEIGHT", &out->height, why) : e;
}
