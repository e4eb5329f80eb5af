/* tile_matrix_sets.c - their numbers, and the documents that say them.
 *
 * The definitions are those of OGC 17-083r4, annex D.
 */
#include "api/ogc/tile_matrix_sets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/endpoints.h"
#include "api/ogc/ogc.h"

#define EARTH_RADIUS_M 6378137.0
#define PIXEL_M        0.00028 /* of the display that a scale is said for */

static const struct definition {
    const char *id, *title, *crs, *scale_set, *axes[2];
    int levels;
    int columns;        /* of matrix 0, which has one row */
    double side;        /* of a tile of matrix 0, in the unit of the system */
    double west, north; /* the corner of origin */
    double unit_m;      /* metres in that unit, at the equator */
} definitions[TMS_COUNT] = {
    {"WebMercatorQuad",
     "Google Maps Compatible for the World",
     "http://www.opengis.net/def/crs/EPSG/0/3857",
     "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
     {"E", "N"},
     TILE_MAX_ZOOM + 1, /* there are two more, which /tiles has not */
     1,
     2 * M_PI *EARTH_RADIUS_M,
     -M_PI *EARTH_RADIUS_M,
     M_PI *EARTH_RADIUS_M,
     1},
    {"WorldCRS84Quad",
     "CRS84 for the World",
     "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
     "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
     {"Lon", "Lat"},
     18,
     2,
     180,
     -180,
     90,
     M_PI *EARTH_RADIUS_M / 180},
};

const char *tms_id(enum tms set)
{
    return definitions[set].id;
}

const char *tms_crs(enum tms set)
{
    return definitions[set].crs;
}

int tms_levels(enum tms set)
{
    return definitions[set].levels;
}

enum err tms_find(const char *id, int count, enum tms *out, struct why *why)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(id, definitions[i].id) == 0) {
            *out = (enum tms)i;
            return ERR_OK;
        }
    }
    (void)why_set(why, ERR_NOT_FOUND, "tileMatrixSet", "There is no such tile matrix set.");
    why_allow(why, "%s%s%s", definitions[0].id, count > 1 ? ", " : "",
              count > 1 ? definitions[1].id : "");
    return ERR_NOT_FOUND;
}

/* ---- tiles -------------------------------------------------------------------------------- */

struct tms_limits tms_limits(enum tms set, int level)
{
    int32_t rows = (int32_t)1 << level;
    return (struct tms_limits){.max_row = rows - 1, .max_col = rows * definitions[set].columns - 1};
}

/* Digits without a sign or a zero before them, so that one tile has one address; -1 else. */
static long number_of(const char *text)
{
    size_t len = strlen(text);
    bool is_plain = len > 0 && len < 9 && strspn(text, "0123456789") == len;
    return is_plain && (text[0] != '0' || len == 1) ? strtol(text, NULL, 10) : -1;
}

static enum err read_place(const char *text, const char *name, int32_t first, int32_t last,
                           int32_t *out, struct why *why)
{
    long place = number_of(text);
    if (place >= first && place <= last) {
        *out = (int32_t)place;
        return ERR_OK;
    }
    enum err e = place < 0 ? why_set(why, ERR_INPUT, name, "This is no number of a tile.")
                           : why_set(why, ERR_NOT_FOUND, name, "There is no such tile.");
    why_allow(why, "%ld to %ld in this matrix", (long)first, (long)last);
    return e;
}

enum err tms_address(enum tms set, const char *matrix, const char *row, const char *col,
                     struct tms_tile *out, struct why *why)
{
    long level = number_of(matrix);
    if (level < 0 || level >= tms_levels(set)) {
        (void)why_set(why, ERR_NOT_FOUND, "tileMatrix", "There is no such tile matrix.");
        why_allow(why, "0 to %d", tms_levels(set) - 1);
        return ERR_NOT_FOUND;
    }
    struct tms_limits l = tms_limits(set, (int)level);
    struct tms_tile t = {.set = set, .level = (int)level};
    enum err e = read_place(row, "tileRow", l.min_row, l.max_row, &t.row, why);
    if (e == ERR_OK)
        e = read_place(col, "tileCol", l.min_col, l.max_col, &t.col, why);
    if (e == ERR_OK)
        *out = t;
    return e;
}

struct map_view tms_view(struct tms_tile t)
{
    double side = ldexp(180, -t.level);
    double west = -180 + t.col * side, north = 90 - t.row * side;
    return (struct map_view){.crs = MAP_DEGREES,
                             .west = west,
                             .south = north - side,
                             .east = west + side,
                             .north = north,
                             .width = TMS_TILE_PX,
                             .height = TMS_TILE_PX};
}

/* ---- documents ---------------------------------------------------------------------------- */

/* What version 1 of the standard calls otherwise stands there under both names: GDAL before 3.8
 * reads version 1 alone (decision 0029). */
static void add_matrix(struct doc *d, json_t *list, const struct definition *of, int level)
{
    json_t *m = doc_object(d, list, NULL);
    double cell = ldexp(of->side, -level) / TMS_TILE_PX;
    static const char *const id[] = {"id", "identifier"};
    static const char *const corner[] = {"pointOfOrigin", "topLeftCorner"};
    for (int i = 0; i < 2; i++) {
        doc_put(d, m, id[i], json_sprintf("%d", level));
        json_t *origin = doc_array(d, m, corner[i]);
        doc_number(d, origin, NULL, of->west);
        doc_number(d, origin, NULL, of->north);
    }
    doc_number(d, m, "scaleDenominator", cell * of->unit_m / PIXEL_M);
    doc_number(d, m, "cellSize", cell);
    doc_text(d, m, "cornerOfOrigin", "topLeft");
    doc_int(d, m, "tileWidth", TMS_TILE_PX);
    doc_int(d, m, "tileHeight", TMS_TILE_PX);
    doc_int(d, m, "matrixWidth", (long long)of->columns << level);
    doc_int(d, m, "matrixHeight", 1LL << level);
}

static enum err write_one(const struct definition *of, const struct answer *a,
                          struct http_reply *out)
{
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "id", of->id);
    doc_text(&d, d.root, "type", "TileMatrixSetType"); /* this and the next are version 1's */
    doc_text(&d, d.root, "identifier", of->id);
    doc_text(&d, d.root, "supportedCRS", of->crs);
    doc_text(&d, d.root, "title", of->title);
    doc_put(&d, d.root, "uri", json_sprintf(TMS_URI "%s", of->id));
    doc_text(&d, d.root, "crs", of->crs);
    json_t *axes = doc_array(&d, d.root, "orderedAxes");
    doc_text(&d, axes, NULL, of->axes[0]);
    doc_text(&d, axes, NULL, of->axes[1]);
    doc_text(&d, d.root, "wellKnownScaleSet", of->scale_set);
    ogc_links(&d, a, OGC_JSON);
    json_t *list = doc_array(&d, d.root, "tileMatrices");
    for (int level = 0; level < of->levels; level++)
        add_matrix(&d, list, of, level);
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

static enum err run_web_mercator(struct answer *a, struct http_worker *worker,
                                 struct http_reply *out, struct why *why)
{
    (void)worker, (void)why;
    return write_one(&definitions[TMS_WEB_MERCATOR], a, out);
}

static enum err run_world_crs84(struct answer *a, struct http_worker *worker,
                                struct http_reply *out, struct why *why)
{
    (void)worker, (void)why;
    return write_one(&definitions[TMS_WORLD_CRS84], a, out);
}

static enum err run_all(struct answer *a, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    ogc_links(&d, a, OGC_JSON);
    json_t *list = doc_array(&d, d.root, "tileMatrixSets");
    for (int i = 0; i < TMS_COUNT; i++) {
        const struct definition *of = &definitions[i];
        json_t *o = doc_object(&d, list, NULL);
        char path[64];
        (void)snprintf(path, sizeof path, "/ogc/tileMatrixSets/%s", of->id);
        doc_text(&d, o, "id", of->id);
        doc_text(&d, o, "title", of->title);
        doc_put(&d, o, "uri", json_sprintf(TMS_URI "%s", of->id));
        doc_text(&d, o, "crs", of->crs);
        ogc_link(&d, doc_array(&d, o, "links"), a, path, "self", OGC_JSON, of->title);
    }
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

#define MATRIX_SET_KIND(at, how)                                                                   \
    {                                                                                              \
        .path = "/ogc/tileMatrixSets" at,                                                          \
        .rules = {.accepted = PARAM_BIT(PARAM_F), .formats = OGC_FORMATS}, .scope = SCOPE_CATALOG, \
        .has_links = true, .run = (how)                                                            \
    }

enum err ogc_matrix_sets_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = MATRIX_SET_KIND("", run_all);
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_matrix_set_plan(const struct http_request *r, const struct http_state *s,
                             struct http_plan *out, struct why *why)
{
    static const struct answer_kind kinds[TMS_COUNT] = {
        MATRIX_SET_KIND("/WebMercatorQuad", run_web_mercator),
        MATRIX_SET_KIND("/WorldCRS84Quad", run_world_crs84),
    };
    enum tms set;
    enum err e = tms_find(r->segments[0], TMS_COUNT, &set, why);
    return e == ERR_OK ? answer_plan(r, s, &kinds[set], out, why) : e;
}
