/* vector_tiles.c - /ogc/collections/{districts,sources}/tiles: tilesets, and tiles.
 *
 * A tile is the very answer of /tiles/{districts,sources}/...mvt; datetime takes the place of year.
 */
#include <string.h>

#include "api/endpoints.h"
#include "api/ogc/map_layer.h"
#include "api/ogc/ogc.h"
#include "api/ogc/tile_sets.h"
#include "api/source_choice.h"
#include "api/vector_tile.h"
#include "http/limits.h"
#include "inventory/scope.h"

#define QUERY_MAX (HTTP_QUERY_MAX + 1)
#define OF_TIME   (PARAM_BIT(PARAM_YEAR) | PARAM_BIT(PARAM_MONTH))
#define OF_OGC    (PARAM_BIT(PARAM_DATETIME) | PARAM_BIT(PARAM_F))

/* ---- tilesets ----------------------------------------------------------------------------- */

struct vector_layer {
    const char *id, *title;
    int dimension;
};

static const struct vector_set {
    const char *path, *title;
    const char *fields; /* document that describes the features' fields */
    struct vector_layer layers[3];
} district_set = {.path = "/ogc/collections/districts",
                  .title = "Districts",
                  .fields = "/tiles/districts.json",
                  .layers = {{"districts", "Outlines", 2},
                             {"district_labels", "A point inside each district", 0}}},
  source_set = {.path = "/ogc/collections/sources",
                .title = "Point sources",
                .fields = "/tiles/sources.json",
                .layers = {{"sources", "Where sources stand", 0}}};

static void add_layers(struct doc *d, const struct vector_layer *layers)
{
    json_t *list = doc_array(d, d->root, "layers");
    for (const struct vector_layer *l = layers; l->id != NULL; l++) {
        json_t *layer = doc_object(d, list, NULL);
        doc_text(d, layer, "id", l->id);
        doc_text(d, layer, "title", l->title);
        doc_text(d, layer, "dataType", "vector");
        doc_int(d, layer, "geometryDimension", l->dimension);
    }
}

/* What the links to tiles and tilesets carry on: all but the form of this document. */
static const char *carried_query(const struct answer *a)
{
    struct param_rules rules = *a->params.rules;
    struct params p = a->params;
    rules.accepted &= ~PARAM_BIT(PARAM_F);
    p.rules = &rules;
    return params_query(&p);
}

static enum err fill_tileset(const struct answer *a, struct tileset *t)
{
    const struct vector_set *set = a->kind->about;
    *t = (struct tileset){
        .base_url = a->base_url,
        .path = set->path,
        .query = carried_query(a),
        .title = set->title,
        .data_type = "vector",
        .format = "mvt",
        .type = VECTOR_TILE_TYPE,
        .release = answer_release(a),
    };
    scope_box(a->catalog, a->params.release, t->box);
    return t->query == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static void write_tilesets(struct doc *d, const struct answer *a, const struct tileset *t)
{
    ogc_links(d, a, OGC_JSON);
    json_t *list = doc_array(d, d->root, "tilesets");
    tileset_brief(d, doc_object(d, list, NULL), t, TMS_WEB_MERCATOR);
}

static void write_tileset(struct doc *d, const struct answer *a, const struct tileset *t)
{
    const struct vector_set *set = a->kind->about;
    json_t *links = tileset_full(d, d->root, t, TMS_WEB_MERCATOR);
    tileset_link(d, links, "describedby", OGC_JSON, "The fields of its features", "%s%s",
                 a->base_url, set->fields);
    add_layers(d, set->layers);
}

static enum err answer_with(struct answer *a, struct http_reply *out,
                            void (*write)(struct doc *, const struct answer *,
                                          const struct tileset *))
{
    struct tileset t;
    struct doc d;
    enum err e = fill_tileset(a, &t);
    if (e != ERR_OK)
        return e;
    doc_init(&d);
    write(&d, a, &t);
    e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

static enum err run_tilesets(struct answer *a, struct http_worker *worker, struct http_reply *out,
                             struct why *why)
{
    (void)worker, (void)why;
    return answer_with(a, out, write_tilesets);
}

static enum err run_tileset(struct answer *a, struct http_worker *worker, struct http_reply *out,
                            struct why *why)
{
    (void)worker, (void)why;
    return answer_with(a, out, write_tileset);
}

#define TILESET_KIND(at, set, params, settle, how)                                                 \
    {                                                                                              \
        .path = "/ogc/collections/" at,                                                            \
        .rules = {.accepted = ((params) & ~OF_TIME) | OF_OGC, .formats = OGC_FORMATS},             \
        .scope = SCOPE_RELEASE, .has_links = true, .about = &(set), .check = (settle),             \
        .run = (how)                                                                               \
    }

enum err ogc_district_tilesets_plan(const struct http_request *r, const struct http_state *s,
                                    struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind =
        TILESET_KIND("districts/tiles", district_set, VECTOR_DISTRICT_PARAMS, NULL, run_tilesets);
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_source_tilesets_plan(const struct http_request *r, const struct http_state *s,
                                  struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = TILESET_KIND(
        "sources/tiles", source_set, VECTOR_SOURCE_PARAMS, source_choice_settle, run_tilesets);
    return answer_plan(r, s, &kind, out, why);
}

static enum err check_set(const char *id, struct why *why)
{
    enum tms set;
    return tms_find(id, 1, &set, why);
}

enum err ogc_district_tileset_plan(const struct http_request *r, const struct http_state *s,
                                   struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = TILESET_KIND(
        "districts/tiles/WebMercatorQuad", district_set, VECTOR_DISTRICT_PARAMS, NULL, run_tileset);
    enum err e = check_set(r->segments[0], why);
    return e == ERR_OK ? answer_plan(r, s, &kind, out, why) : e;
}

enum err ogc_source_tileset_plan(const struct http_request *r, const struct http_state *s,
                                 struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind =
        TILESET_KIND("sources/tiles/WebMercatorQuad", source_set, VECTOR_SOURCE_PARAMS,
                     source_choice_settle, run_tileset);
    enum err e = check_set(r->segments[0], why);
    return e == ERR_OK ? answer_plan(r, s, &kind, out, why) : e;
}

/* ---- tiles -------------------------------------------------------------------------------- */

struct vector_request {
    struct http_request request; /* as /tiles has it */
    const char *names[QUERY_MAX], *values[QUERY_MAX];
};

static void add(struct vector_request *v, const char *name, const char *value)
{
    int n = v->request.query_count++;
    v->names[n] = name;
    v->values[n] = value;
}

/* Without one parameter, and without Accept, which is read here. */
static void copy_request(struct vector_request *to, const struct http_request *r,
                         const char *without)
{
    to->request = *r;
    to->request.accept = "";
    to->request.query_count = 0;
    to->request.query_names = to->names;
    to->request.query_values = to->values;
    for (int i = 0; i < r->query_count; i++) {
        if (strcmp(r->query_names[i], without) != 0)
            add(to, r->query_names[i], r->query_values[i]);
    }
}

static const struct vector_kind {
    struct param_rules rules; /* of what is sent here */
    enum err (*plan)(const struct http_request *, const struct http_state *, struct http_plan *,
                     struct why *);
} district_kind = {{.accepted =
                        (VECTOR_DISTRICT_PARAMS & ~OF_TIME) | OF_OGC | PARAM_BIT(PARAM_CITE),
                    .formats = 1u << FORMAT_JSON},
                   district_tile_plan},
  source_kind = {{.accepted = (VECTOR_SOURCE_PARAMS & ~OF_TIME) | OF_OGC | PARAM_BIT(PARAM_CITE),
                  .formats = 1u << FORMAT_JSON},
                 source_tile_plan};

/* Reads what was sent as this route has it, for the sake of its faults and of the year meant. */
static enum err read_params(const struct http_request *r, const struct http_state *s,
                            const struct vector_kind *kind, int *year, struct why *why)
{
    struct vector_request own;
    struct params p;
    copy_request(&own, r, "f");
    enum err e = params_read(&p, &own.request, s, &kind->rules, NULL, r->arena, why);
    if (e == ERR_OK)
        *year = http_query(r, "datetime") == NULL ? 0 : p.year_to;
    return e;
}

static enum err check_tile(const struct http_request *r, struct why *why)
{
    struct tms_tile t;
    enum err e = check_set(r->segments[0], why);
    if (e == ERR_OK)
        e = tms_address(TMS_WEB_MERCATOR, r->segments[1], r->segments[2], r->segments[3], &t, why);
    return e == ERR_OK ? ogc_form_only(r, "mvt", VECTOR_TILE_TYPE, why) : e;
}

/* The request for the same tile that /tiles answers. */
static enum err write_request(struct vector_request *v, const struct http_request *r, int year)
{
    struct vector_request without_f;
    copy_request(&without_f, r, "f");
    copy_request(v, &without_f.request, "datetime");
    const char *file = arena_printf(r->arena, "%s.mvt", r->segments[2]);
    const char *text = arena_printf(r->arena, "%d", year);
    if (file == NULL || text == NULL)
        return ERR_NO_MEMORY;
    if (year != 0)
        add(v, "year", text);
    v->request.segments[0] = r->segments[1];
    v->request.segments[1] = r->segments[3];
    v->request.segments[2] = file;
    v->request.segment_count = 3;
    return ERR_OK;
}

static enum err plan_tile(const struct http_request *r, const struct http_state *s,
                          const struct vector_kind *kind, struct http_plan *out, struct why *why)
{
    struct vector_request v;
    int year = 0;
    if (s->catalog == NULL)
        return why_set(why, ERR_UNAVAILABLE, NULL, "The inventory has not been read yet.");
    enum err e = check_tile(r, why);
    if (e == ERR_OK)
        e = read_params(r, s, kind, &year, why);
    if (e == ERR_OK)
        e = write_request(&v, r, year);
    if (e == ERR_OK)
        e = kind->plan(&v.request, s, out, why);
    if (e == ERR_OK)
        out->varies_accept = http_query(r, "f") == NULL;
    return e;
}

enum err ogc_district_tile_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    return plan_tile(r, s, &district_kind, out, why);
}

enum err ogc_source_tile_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    return plan_tile(r, s, &source_kind, out, why);
}
