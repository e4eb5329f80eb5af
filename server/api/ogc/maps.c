#include "api/ogc/maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/endpoints.h"
#include "api/ogc/map_layer.h"

#define EARTH_RADIUS_M  6378137.0
#define LAT_MAX         85.0511287798066 /* of spherical Mercator's square */
#define COORDINATE_MAX  1e9
#define DEFAULT_SIDE_PX 1024 /* the longer side */

#define EPSG_4326 "http://www.opengis.net/def/crs/EPSG/0/4326"
#define EPSG_3857 "http://www.opengis.net/def/crs/EPSG/0/3857"
#define CRS84     "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

const char *const ogc_map_systems[] = {CRS84, EPSG_4326, EPSG_3857, NULL};

struct system {
    const char *uri, *curie, *code;
    enum map_crs crs;
    bool is_latitude_first;
};
static const struct system systems[] = {
    {CRS84, "[OGC:CRS84]", "OGC:CRS84", MAP_DEGREES, false},
    {EPSG_4326, "[EPSG:4326]", "EPSG:4326", MAP_DEGREES, true},
    {EPSG_3857, "[EPSG:3857]", "EPSG:3857", MAP_WEB_MERCATOR, false},
};

static bool is_system(const char *text, const struct system *s)
{
    static const char secure[] = "https://";
    if (strncmp(text, secure, sizeof secure - 1) == 0) /* OGC has both */
        return strcmp(text + sizeof secure - 1, s->uri + sizeof "http://" - 1) == 0;
    return strcmp(text, s->uri) == 0 || strcasecmp(text, s->curie) == 0 ||
           strcasecmp(text, s->code) == 0;
}

static enum err read_system(const struct http_request *r, const char *name,
                            const struct system **out, struct why *why)
{
    const char *text = http_query(r, name);
    *out = &systems[0];
    if (text == NULL)
        return ERR_OK;
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++) {
        if (is_system(text, &systems[i])) {
            *out = &systems[i];
            return ERR_OK;
        }
    }
    (void)why_set(why, ERR_INPUT, name, "Maps are not made in this reference system.");
    why_allow(why, CRS84 ", " EPSG_4326 ", " EPSG_3857 " or [OGC:CRS84], [EPSG:4326], [EPSG:3857]");
    return ERR_INPUT;
}

/* ---- ground ------------------------------------------------------------------------------- */

/* Finite numbers with commas between. @return how many; 0 = there is something else. */
static int read_numbers(const char *text, double *to, int most)
{
    for (int i = 0; i < most; i++) {
        char *end;
        to[i] = strtod(text, &end);
        if (end == text || !(fabs(to[i]) <= COORDINATE_MAX) || (*end != ',' && *end != '\0'))
            return 0;
        if (*end == '\0')
            return i + 1;
        text = end + 1;
    }
    return 0;
}

/* Two corners; of corners with heights these play no part. */
static bool read_corners(const char *text, double to[4])
{
    double sent[6];
    int count = read_numbers(text, sent, 6), second = count / 2;
    if (count != 4 && count != 6)
        return false;
    memcpy(to, sent, 2 * sizeof *to);
    memcpy(to + 2, sent + second, 2 * sizeof *to);
    return true;
}

static double metres_of_lat(double lat_deg)
{
    return EARTH_RADIUS_M * asinh(tan(fmax(-LAT_MAX, fmin(LAT_MAX, lat_deg)) * (M_PI / 180)));
}

static double lat_of_metres(double y_m)
{
    return atan(sinh(y_m / EARTH_RADIUS_M)) * (180 / M_PI);
}

/* A box of one system in another: meridians and parallels stay what they are. */
static void convert(enum map_crs from, enum map_crs to, double box[4])
{
    if (from == to)
        return;
    double metres_per_deg = EARTH_RADIUS_M * (M_PI / 180);
    double factor = to == MAP_WEB_MERCATOR ? metres_per_deg : 1 / metres_per_deg;
    for (int i = 0; i < 4; i += 2) {
        box[i] *= factor;
        box[i + 1] = to == MAP_WEB_MERCATOR ? metres_of_lat(box[i + 1]) : lat_of_metres(box[i + 1]);
    }
}

static enum err read_box(const struct http_request *r, const struct ogc_layer *l,
                         const struct system *to, double box[4], struct why *why)
{
    const struct system *from;
    const char *text = http_query(r, "bbox");
    enum err e = read_system(r, "bbox-crs", &from, why);
    if (e != ERR_OK)
        return e;
    if (text == NULL) {
        memcpy(box, l->box, 4 * sizeof *box);
        convert(MAP_DEGREES, to->crs, box);
        return ERR_OK;
    }
    double sent[4];
    bool is_read = read_corners(text, sent);
    int x = from->is_latitude_first ? 1 : 0;
    for (int i = 0; is_read && i < 4; i += 2) {
        box[i] = sent[i + x];
        box[i + 1] = sent[i + 1 - x];
    }
    if (is_read)
        convert(from->crs, to->crs, box);
    if (is_read && box[0] < box[2] && box[1] < box[3])
        return ERR_OK;
    (void)why_set(why, ERR_INPUT, "bbox", "This is no box with ground in it.");
    why_allow(why, from->is_latitude_first    ? "south,west,north,east in degrees"
                   : from->crs == MAP_DEGREES ? "west,south,east,north in degrees, west < east"
                                              : "west,south,east,north in metres");
    return ERR_INPUT;
}

/* ---- size --------------------------------------------------------------------------------- */

static enum err too_large(struct why *why, const char *name)
{
    (void)why_set(why, ERR_TOO_LARGE, name, "A picture has fewer pixels.");
    why_allow(why, "1 to %d", MAP_VIEW_MAX_SIDE_PX);
    return ERR_TOO_LARGE;
}

/* @param out  0 when it was not sent. */
static enum err read_side(const struct http_request *r, const char *name, int *out, struct why *why)
{
    const char *text = http_query(r, name);
    *out = 0;
    if (text == NULL)
        return ERR_OK;
    size_t len = strlen(text);
    if (len == 0 || strspn(text, "0123456789") != len || strspn(text, "0") == len) {
        (void)why_set(why, ERR_INPUT, name, "This is no number of pixels.");
        why_allow(why, "1 to %d", MAP_VIEW_MAX_SIDE_PX);
        return ERR_INPUT;
    }
    long value = len < 9 ? strtol(text, NULL, 10) : MAP_VIEW_MAX_SIDE_PX + 1L;
    if (value > MAP_VIEW_MAX_SIDE_PX)
        return too_large(why, name);
    *out = (int)value;
    return ERR_OK;
}

/* The side that was not sent, so that pixels are squares in the unit of the system. */
static enum err other_side(double pixels, const char *blamed, int *out, struct why *why)
{
    double rounded = fmax(1, nearbyint(pixels));
    if (rounded > MAP_VIEW_MAX_SIDE_PX)
        return too_large(why, blamed);
    *out = (int)rounded;
    return ERR_OK;
}

static enum err read_size(const struct http_request *r, struct map_view *v, struct why *why)
{
    double wide = v->east - v->west, high = v->north - v->south;
    enum err e = read_side(r, "width", &v->width, why);
    if (e == ERR_OK)
        e = read_side(r, "height", &v->height, why);
    if (e != ERR_OK || (v->width != 0 && v->height != 0))
        return e;
    if (v->width == 0 && v->height == 0) {
        v->width = wide >= high ? DEFAULT_SIDE_PX : 0;
        v->height = wide >= high ? 0 : DEFAULT_SIDE_PX;
    }
    return v->height == 0 ? other_side(v->width * (high / wide), "width", &v->height, why)
                          : other_side(v->height * (wide / high), "height", &v->width, why);
}

/* ---- look --------------------------------------------------------------------------------- */

static enum err read_colour(const struct http_request *r, struct rgba *out, bool *is_sent,
                            struct why *why)
{
    const char *text = http_query(r, "bgcolor");
    *out = (struct rgba){255, 255, 255, 255};
    *is_sent = text != NULL;
    if (text == NULL)
        return ERR_OK;
    if (!map_look_colour(text, out)) {
        (void)why_set(why, ERR_INPUT, "bgcolor", "This is no colour.");
        why_allow(why, "0xRRGGBB");
        return ERR_INPUT;
    }
    return ERR_OK;
}

/* Without either, a picture is transparent; with a colour alone it is not (OGC 20-058, 8). */
static enum err read_look(const struct http_request *r, struct map_look *out, struct why *why)
{
    const char *text = http_query(r, "transparent");
    bool has_colour = false;
    enum err e = read_colour(r, &out->background, &has_colour, why);
    if (e != ERR_OK)
        return e;
    out->is_transparent = text == NULL ? !has_colour : strcasecmp(text, "true") == 0;
    if (text != NULL && !out->is_transparent && strcasecmp(text, "false") != 0) {
        (void)why_set(why, ERR_INPUT, "transparent", "This is neither yes nor no.");
        why_allow(why, "true, false");
        return ERR_INPUT;
    }
    return ERR_OK;
}

enum err ogc_maps_read(const struct http_request *r, const struct ogc_layer *l,
                       struct map_picture *out, struct why *why)
{
    const struct system *to;
    double box[4];
    enum err e = read_system(r, "crs", &to, why);
    if (e == ERR_OK)
        e = read_box(r, l, to, box, why);
    if (e != ERR_OK)
        return e;
    out->view = (struct map_view){
        .crs = to->crs, .west = box[0], .south = box[1], .east = box[2], .north = box[3]};
    out->crs_uri = to->uri;
    out->is_latitude_first = to->is_latitude_first;
    e = read_size(r, &out->view, why);
    return e == ERR_OK ? read_look(r, &out->look, why) : e;
}

enum err ogc_map_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {
        OGC_MAP_PARAMETERS, "f",       "bbox",        "bbox-crs", "crs", "width",
        "height",           "bgcolor", "transparent", NULL};
    struct ogc_map m;
    struct map_picture p = {.allowed = ogc_map_tile_parameters, .size_name = "width"};
    enum err e = ogc_map_read(r, s, allowed, &m, why);
    if (e == ERR_OK)
        e = ogc_maps_read(r, &m.layer, &p, why);
    if (e == ERR_OK)
        e = ogc_form_only(r, "png", "image/png", why);
    p.request = &m.request;
    if (e == ERR_OK)
        e = map_picture_plan(&p, s, out, why);
    if (e == ERR_OK)
        out->varies_accept = http_query(r, "f") == NULL;
    return e;
}
