/* wmts.c - which tile or document a WMTS request means. */
#include "api/ogc/wmts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/tiles.h"

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

/* The request for the same tile that /tiles/ answers. */
static enum err plan_tile(const struct http_request *r, const struct http_state *s,
                          const struct wmts_tile *t, struct http_plan *out, struct why *why)
{
    enum err e = check_place(t, why);
    if (e != ERR_OK) {
        return e;
    }
    const char *names[2], *values[2];
    struct http_request tile = *r;
    tile.segments[0] = t->release;
    tile.segments[1] = t->layer;
    tile.segments[2] = t->matrix;
    tile.segments[3] = t->col;
    tile.segments[4] = arena_printf(r->arena, "%s.png", t->row);
    tile.segment_count = 5;
    tile.query_count = 0;
    tile.query_names = names;
    tile.query_values = values;
    if (!is_default(t->style)) {
        names[tile.query_count] = "style";
        values[tile.query_count++] = t->style;
    }
    if (!is_default(t->time)) {
        names[tile.query_count] = "year";
        values[tile.query_count++] = t->time;
    }
    return tile.segments[4] == NULL ? ERR_NO_MEMORY : tiles_plan(&tile, s, out, why);
}

static enum err need_tile(const struct http_request *r, struct wmts_tile *t, const char **layer,
                          const char **format, struct why *why)
{
    const struct {
        const char *name;
        const char **to;
    } needed[] = {
        {"Layer", layer},           {"Format", format},   {"TileMatrixSet", &t->matrix_set},
        {"TileMatrix", &t->matrix}, {"TileRow", &t->row}, {"TileCol", &t->col},
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        enum err e = kvp_need(r, needed[i].name, needed[i].to, why);
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

static enum err get_tile(const struct http_request *r, const struct http_state *s,
                         struct http_plan *out, struct why *why)
{
    struct wmts_tile t = {.style = kvp_find(r, "Style"), .time = kvp_find(r, "Time")};
    const char *layer, *format;
    enum err e = need_tile(r, &t, &layer, &format, why);
    if (e == ERR_OK && strcasecmp(format, "image/png") != 0) {
        e = kvp_invalid(why, "Format", "Tiles have another format.", "image/png");
    }
    if (e == ERR_OK) {
        e = ogc_layer_split(layer, r->arena, &t.release, &t.layer, why);
    }
    return e == ERR_OK ? plan_tile(r, s, &t, out, why) : e;
}

/* ACCEPTVERSIONS is a list in the order of preference; VERSION is one. */
static enum err check_version(const struct http_request *r, struct why *why)
{
    const char *accepted = kvp_find(r, "AcceptVersions"), *version = kvp_find(r, "Version");
    if (accepted != NULL && strstr(accepted, "1.0.0") == NULL) {
        (void)why_set(why, ERR_INPUT, "AcceptVersions", "There is no such version here.");
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
        return wmts_capabilities_plan(r, s, out, why);
    }
    if (strcasecmp(request, "GetTile") == 0) {
        e = get_tile(r, s, out, why);
        return e == ERR_NOT_FOUND ? ERR_INPUT : e; /* by KVP a wrong value is 400: 07-057r7, 7.2 */
    }
    (void)why_set(why, ERR_INPUT, "Request", "There is no such operation.");
    why_kind(why, "OperationNotSupported");
    why_allow(why, "GetCapabilities, GetTile");
    return ERR_INPUT;
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
    struct wmts_tile t = {.release = r->segments[0],
                          .layer = r->segments[1],
                          .style = r->segments[2],
                          .time = r->segments[3],
                          .matrix_set = r->segments[4],
                          .matrix = r->segments[5],
                          .row = r->segments[6],
                          .col = arena_strndup(r->arena, file, len - 4)};
    return t.col == NULL ? ERR_NO_MEMORY : plan_tile(r, s, &t, out, why);
}
