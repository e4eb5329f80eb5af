/* wmts.c - which tile, document or pixel a WMTS request means. */
#include "api/ogc/wmts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/map_request.h"
#include "api/ogc/dimensions.h"
#include "api/ogc/info.h"
#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/ogc/period.h"
#include "api/tiles.h"
#include "geo/tile.h"
#include "http/uri.h"

/* A tile as the protocol names it; borrowed from the request. */
struct wmts_tile {
    const char *release, *layer;
    const char *style, *time; /* NULL or "default" = the layer's own */
    const char *matrix_set, *matrix, *row, *col;
};

static bool is_default(const char *text)
{
    return text == NULL || strcmp(text, "default") == 0;
}

/* Digits without a sign or a zero before them, as tile addresses are; -1 for anything else. */
static long number_of(const char *text)
{
    size_t len = strlen(text);
    bool is_plain = len > 0 && len < 9 && strspn(text, "0123456789") == len;
    return is_plain && (text[0] != '0' || len == 1) ? strtol(text, NULL, 10) : -1;
}

static enum err read_place(const char *text, const char *name, long matrix, struct why *why)
{
    long place = number_of(text);
    if (place < 0) {
        return kvp_invalid(why, name, "This is no number of a tile.", NULL);
    }
    if (place >> matrix != 0) {
        (void)why_set(why, ERR_NOT_FOUND, name, "There is no such tile in this matrix.");
        why_kind(why, "TileOutOfRange");
        why_allow(why, "0 to %ld", (1L << matrix) - 1);
        return ERR_NOT_FOUND;
    }
    return ERR_OK;
}

static enum err check_place(const struct wmts_tile *t, struct why *why)
{
    if (strcmp(t->matrix_set, WMTS_MATRIX_SET) != 0) {
        (void)why_set(why, ERR_NOT_FOUND, "TileMatrixSet", "There is no such tile matrix set.");
        why_allow(why, WMTS_MATRIX_SET);
        return ERR_NOT_FOUND;
    }
    long matrix = number_of(t->matrix);
    if (matrix < 0 || matrix > WMTS_MAX_ZOOM) {
        (void)why_set(why, ERR_NOT_FOUND, "TileMatrix", "There is no such tile matrix.");
        why_allow(why, "0 to %d", WMTS_MAX_ZOOM);
        return ERR_NOT_FOUND;
    }
    enum err e = read_place(t->row, "TileRow", matrix, why);
    return e == ERR_OK ? read_place(t->col, "TileCol", matrix, why) : e;
}

/* The map that the tile is of, as /tiles/ has it: release and layer, style, period, dimensions. */
struct wmts_map {
    struct http_request request;
    const char *names[2 + OGC_DIMENSION_COUNT], *values[2 + OGC_DIMENSION_COUNT];
};

static enum err read_map(const struct http_request *r, const struct wmts_tile *t,
                         struct wmts_map *out)
{
    *out = (struct wmts_map){.request = *r};
    struct http_request *m = &out->request;
    m->segments[0] = t->release;
    m->segments[1] = t->layer;
    m->segment_count = 2;
    m->query_count = 0;
    m->query_names = out->names;
    m->query_values = out->values;
    if (!is_default(t->style)) {
        out->names[m->query_count] = "style";
        out->values[m->query_count++] = t->style;
    }
    if (!ogc_period_is_latest(t->time)) {
        const char *period = ogc_period_of(t->time, r->arena);
        if (period == NULL) {
            return ERR_NO_MEMORY;
        }
        out->names[m->query_count] = ogc_period_name(period);
        out->values[m->query_count++] = period;
    }
    for (int i = 0; i < OGC_DIMENSION_COUNT; i++) {
        const char *name, *value = ogc_dimension_asked(r, "", i, &name);
        if (value != NULL) {
            out->names[m->query_count] = name;
            out->values[m->query_count++] = value;
        }
    }
    return ERR_OK;
}

/* The request for the same tile that /tiles/ answers. */
static enum err plan_tile(const struct http_request *r, const struct http_state *s,
                          const struct wmts_tile *t, struct http_plan *out, struct why *why)
{
    struct wmts_map map;
    enum err e = check_place(t, why);
    if (e == ERR_OK) {
        e = read_map(r, t, &map);
    }
    if (e != ERR_OK) {
        return e;
    }
    map.request.segments[2] = t->matrix;
    map.request.segments[3] = t->col;
    map.request.segments[4] = arena_printf(r->arena, "%s.png", t->row);
    map.request.segment_count = 5;
    return map.request.segments[4] == NULL ? ERR_NO_MEMORY : tiles_plan(&map.request, s, out, why);
}

/* ---- what is known of a pixel --------------------------------------------------------------- */

/* A pixel of a tile as the protocol names it, and the form of the answer. */
struct wmts_pixel {
    const char *i, *j; /* from the west and from the north */
    int format;        /* of info.h; -1 = there is no such one */
};

static enum err read_pixel(const char *text, const char *name, int *out, struct why *why)
{
    long value = number_of(text);
    if (value < 0) {
        return kvp_invalid(why, name, "This is no number of a pixel.", NULL);
    }
    if (value >= WMTS_TILE_PX) {
        (void)why_set(why, ERR_NOT_FOUND, name, "There is no such pixel in a tile.");
        why_kind(why, "PointIJOutOfRange");
        why_allow(why, "0 to %d", WMTS_TILE_PX - 1);
        return ERR_NOT_FOUND;
    }
    *out = (int)value;
    return ERR_OK;
}

/* @param place  out: the middle of the pixel, longitude and latitude in degrees. */
static enum err place_of(const struct wmts_tile *t, const struct wmts_pixel *p, double place[2],
                         struct why *why)
{
    int i = 0, j = 0;
    enum err e = check_place(t, why);
    if (e == ERR_OK) {
        e = read_pixel(p->j, "J", &j, why);
    }
    if (e == ERR_OK) {
        e = read_pixel(p->i, "I", &i, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    struct tile tile = {(int)number_of(t->matrix), (int32_t)number_of(t->col),
                        (int32_t)number_of(t->row)};
    place[0] = tile_edge_lon_deg(tile, 2 * WMTS_TILE_PX, 2 * i + 1);
    place[1] = tile_edge_lat_deg(tile, 2 * WMTS_TILE_PX, 2 * j + 1);
    return ERR_OK;
}

static enum err no_info_format(struct why *why)
{
    (void)why_set(why, ERR_NOT_FOUND, "InfoFormat", "There is no such form of what is known.");
    why_allow(why, "application/json, application/geo+json, text/csv, text/plain, text/html");
    return ERR_NOT_FOUND;
}

static enum err plan_info(const struct http_request *r, const struct http_state *s,
                          const struct wmts_tile *t, const struct wmts_pixel *p,
                          struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "month", "style", "sector", "gwp", NULL};
    struct wmts_map map;
    struct map_request m;
    double place[2];
    enum err e = place_of(t, p, place, why);
    if (e == ERR_OK) {
        e = read_map(r, t, &map);
    }
    if (e == ERR_OK) {
        e = map_request_read(&m, &map.request, s, t->release, t->layer, allowed, r->arena, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    return p->format < 0 ? no_info_format(why)
                         : info_ask(r, s, &m, NULL, place, p->format, out, why);
}

/* ---- by KVP --------------------------------------------------------------------------------- */

struct needed {
    const char *name;
    const char **to;
};

static enum err need_all(const struct http_request *r, const struct needed *needed, size_t count,
                         struct why *why)
{
    for (size_t i = 0; i < count; i++) {
        enum err e = kvp_need(r, needed[i].name, needed[i].to, why);
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

/* What both operations are asked by. */
static enum err need_tile(const struct http_request *r, struct wmts_tile *t, struct why *why)
{
    const char *layer;
    const struct needed needed[] = {
        {"Layer", &layer},          {"TileMatrixSet", &t->matrix_set},
        {"TileMatrix", &t->matrix}, {"TileRow", &t->row},
        {"TileCol", &t->col},
    };
    *t = (struct wmts_tile){.style = kvp_find(r, "Style"), .time = kvp_find(r, "Time")};
    enum err e = need_all(r, needed, sizeof needed / sizeof needed[0], why);
    return e == ERR_OK ? ogc_layer_split(layer, r->arena, &t->release, &t->layer, why) : e;
}

static enum err check_format(const char *format, struct why *why)
{
    return strcasecmp(format, "image/png") == 0
               ? ERR_OK
               : kvp_invalid(why, "Format", "Tiles have another format.", "image/png");
}

static enum err get_tile(const struct http_request *r, const struct http_state *s,
                         struct http_plan *out, struct why *why)
{
    struct wmts_tile t;
    const char *format;
    enum err e = kvp_need(r, "Format", &format, why);
    if (e == ERR_OK) {
        e = need_tile(r, &t, why);
    }
    if (e == ERR_OK) {
        e = check_format(format, why);
    }
    return e == ERR_OK ? plan_tile(r, s, &t, out, why) : e;
}

/* The format of the tile is not needed: no client sends what does not matter here. */
static enum err get_info(const struct http_request *r, const struct http_state *s,
                         struct http_plan *out, struct why *why)
{
    struct wmts_tile t;
    struct wmts_pixel p;
    const char *type, *format = kvp_find(r, "Format");
    const struct needed needed[] = {{"J", &p.j}, {"I", &p.i}, {"InfoFormat", &type}};
    enum err e = need_tile(r, &t, why);
    if (e == ERR_OK) {
        e = need_all(r, needed, sizeof needed / sizeof needed[0], why);
    }
    if (e == ERR_OK && format != NULL) {
        e = check_format(format, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    p.format = info_of_type(type);
    return plan_info(r, s, &t, &p, out, why);
}

static bool is_in_list(const char *list, const char *item)
{
    size_t len = strlen(item);
    for (; list != NULL; list = strchr(list, ',')) {
        list += *list == ',';
        if (strncmp(list, item, len) == 0 && (list[len] == ',' || list[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* ACCEPTVERSIONS is a list in the order of preference; VERSION is one. */
static enum err check_version(const struct http_request *r, struct why *why)
{
    const char *accepted = kvp_find(r, "AcceptVersions"), *version = kvp_find(r, "Version");
    if (accepted != NULL && !is_in_list(accepted, "1.0.0")) {
        /* without a locator: OGC 06-121r3, table 25 */
        (void)why_set(why, ERR_INPUT, NULL, "No version of AcceptVersions is spoken here.");
        why_kind(why, "VersionNegotiationFailed");
        why_allow(why, "1.0.0");
        return ERR_INPUT;
    }
    if (version != NULL && strcmp(version, "1.0.0") != 0) {
        return kvp_invalid(why, "Version", "There is no such version here.", "1.0.0");
    }
    return ERR_OK;
}

static enum err check_service(const struct http_request *r, const char **request, struct why *why)
{
    const char *service;
    enum err e = kvp_no_doubles(r, why);
    if (e == ERR_OK) {
        e = kvp_need(r, "Service", &service, why);
    }
    if (e == ERR_OK && strcasecmp(service, "WMTS") != 0) {
        e = kvp_invalid(why, "Service", "This is another service.", "WMTS");
    }
    if (e == ERR_OK) {
        e = kvp_need(r, "Request", request, why);
    }
    return e == ERR_OK ? check_version(r, why) : e;
}

enum err wmts_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                   struct why *why)
{
    const char *request = NULL;
    enum err e = check_service(r, &request, why);
    if (e != ERR_OK) {
        return e;
    }
    if (strcasecmp(request, "GetCapabilities") == 0) {
        return wmts_capabilities(r, s, kvp_find(r, "Sections"), kvp_find(r, "UpdateSequence"), out,
                                 why);
    }
    bool is_tile = strcasecmp(request, "GetTile") == 0;
    if (is_tile || strcasecmp(request, "GetFeatureInfo") == 0) {
        e = is_tile ? get_tile(r, s, out, why) : get_info(r, s, out, why);
        return e == ERR_NOT_FOUND ? ERR_INPUT : e; /* by KVP a wrong value is 400: 07-057r7, 7.2 */
    }
    /* The locator is the operation's name: OGC 06-121r3, table 25. */
    (void)why_set(why, ERR_UNSUPPORTED, uri_is_plain_name(request) ? request : "Request",
                  "There is no such operation.");
    why_kind(why, "OperationNotSupported");
    why_allow(why, "GetCapabilities, GetTile, GetFeatureInfo");
    return ERR_UNSUPPORTED;
}

/* ---- by REST -------------------------------------------------------------------------------- */

/* The tile that an address names in its first segments; its column is the caller's to add. */
static struct wmts_tile tile_of_path(const struct http_request *r)
{
    return (struct wmts_tile){.release = r->segments[0],
                              .layer = r->segments[1],
                              .style = r->segments[2],
                              .time = r->segments[3],
                              .matrix_set = r->segments[4],
                              .matrix = r->segments[5],
                              .row = r->segments[6],
                              .col = r->segments[7]};
}

enum err wmts_tile_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why)
{
    static const char *const nothing[] = {NULL};
    const char *file = r->segments[7];
    size_t len = strlen(file);
    enum err e = http_query_only(r, nothing, why);
    if (e != ERR_OK) {
        return e;
    }
    if (len <= 4 || strcmp(file + len - 4, ".png") != 0) {
        (void)why_set(why, ERR_NOT_FOUND, "Format", "A tile is a .png.");
        return ERR_NOT_FOUND;
    }
    struct wmts_tile t = tile_of_path(r);
    t.col = arena_strndup(r->arena, file, len - 4);
    return t.col == NULL ? ERR_NO_MEMORY : plan_tile(r, s, &t, out, why);
}

enum err wmts_info_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why)
{
    static const char *const nothing[] = {NULL};
    const char *file = r->segments[9], *dot = strchr(file, '.');
    enum err e = http_query_only(r, nothing, why);
    if (e != ERR_OK) {
        return e;
    }
    struct wmts_tile t = tile_of_path(r);
    size_t len = dot == NULL ? strlen(file) : (size_t)(dot - file);
    struct wmts_pixel p = {.i = arena_strndup(r->arena, file, len),
                           .j = r->segments[8],
                           .format = dot == NULL ? -1 : info_of_suffix(dot + 1)};
    return p.i == NULL ? ERR_NO_MEMORY : plan_info(r, s, &t, &p, out, why);
}
