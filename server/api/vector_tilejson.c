/* /tiles/districts.json and /tiles/sources.json: TileJSON 3.0 of the vector tiles.
 *
 * The address of the tiles names the release and the boundaries, so that every tile may be kept for
 * ever; this description is what a client asks for again.
 */
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/source_choice.h"
#include "api/vector_tile.h"
#include "inventory/scope.h"

struct tile_field {
    const char *name, *meaning;
};
struct tile_layer {
    const char *id, *description;
    const struct tile_field *fields;
};

static const struct tile_field district_fields[] = {
    {"code", "String: stable code."},
    {"name", "String: in the language asked for."},
    {"level", "Number: 0 country, 1 region, 2 district."},
    {"parent", "String: code of the district above."},
    {"value", "Number: as /v1/districts says it; left out where there is none."},
    {"unit", "String: of value, lo and hi."},
    {"lo", "Number: lower end of the 95 % interval."},
    {"hi", "Number: upper end of the 95 % interval."},
    {"status", "String: weakest method that contributes."},
    {NULL, NULL}};
static const struct tile_field source_fields[] = {
    {"code", "String: code of the source."},
    {"name", "String: its name."},
    {"sector", "String: code of its sector."},
    {"gas", "String: code of its gas; a source is a point for each."},
    {"operator", "String: who runs it, if known."},
    {"district", "String: finest district it counts in."},
    {"value", "Number: mass of the gas in the year, as /v1/sources says it."},
    {"unit", "String: of value."},
    {"year", "Number: the year."},
    {"status", "String: weakest method that contributes."},
    {NULL, NULL}};
static const struct tile_layer district_layers[] = {
    {"districts", "Outlines.", district_fields},
    {"district_labels", "A point inside each district.", district_fields},
    {NULL, NULL, NULL}};
static const struct tile_layer source_layers[] = {
    {"sources", "Where sources stand.", source_fields}, {NULL, NULL, NULL}};

static void add_layers(struct doc *d, const struct tile_layer *layers)
{
    json_t *list = doc_array(d, d->root, "vector_layers");
    for (const struct tile_layer *l = layers; l->id != NULL; l++) {
        json_t *layer = doc_object(d, list, NULL);
        doc_text(d, layer, "id", l->id);
        doc_text(d, layer, "description", l->description);
        doc_int(d, layer, "minzoom", 0);
        doc_int(d, layer, "maxzoom", VECTOR_TILE_MAX_ZOOM);
        json_t *fields = doc_object(d, layer, "fields");
        for (const struct tile_field *f = l->fields; f->name != NULL; f++)
            doc_text(d, fields, f->name, f->meaning);
    }
}

static void add_tiles(struct doc *d, const struct answer *a, const char *name)
{
    const char *query = params_query(&a->params);
    if (query == NULL)
        d->failed = true;
    else
        doc_put(d, doc_array(d, d->root, "tiles"), NULL,
                json_sprintf("%s/tiles/%s/{z}/{x}/{y}.mvt?%s", a->base_url, name, query));
}

static enum err describe(const struct answer *a, const char *name, const struct tile_layer *layers,
                         struct http_reply *out)
{
    const struct release *release = answer_release(a);
    double box[4];
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "tilejson", "3.0.0");
    doc_text(&d, d.root, "name", name);
    doc_text(&d, d.root, "scheme", "xyz");
    add_tiles(&d, a, name);
    add_layers(&d, layers);
    doc_int(&d, d.root, "minzoom", 0);
    doc_int(&d, d.root, "maxzoom", VECTOR_TILE_MAX_ZOOM);
    scope_box(a->catalog, a->params.release, box);
    doc_bbox(&d, d.root, "bounds", box[0], box[1], box[2], box[3]);
    doc_text(&d, d.root, "version", release->version);
    doc_text(&d, d.root, "attribution", release->attribution);
    doc_text(&d, d.root, "x-release", release->pinned);
    doc_text(&d, d.root, "x-licence", release->licence);
    doc_text(&d, d.root, "x-warning", release->warning[a->params.lang]);
    doc_text(&d, d.root, "x-unit", envelope_unit(a));
    enum err e = doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

static enum err run_districts(struct answer *a, struct http_worker *worker, struct http_reply *out,
                              struct why *why)
{
    (void)worker;
    (void)why;
    return describe(a, "districts", district_layers, out);
}

static enum err run_sources(struct answer *a, struct http_worker *worker, struct http_reply *out,
                            struct why *why)
{
    (void)worker;
    (void)why;
    return describe(a, "sources", source_layers, out);
}

enum err district_tilejson_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/tiles/districts.json",
        .rules = {.accepted = VECTOR_DISTRICT_PARAMS, .formats = 1u << FORMAT_JSON},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .run = run_districts,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err source_tilejson_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/tiles/sources.json",
        .rules = {.accepted = VECTOR_SOURCE_PARAMS, .formats = 1u << FORMAT_JSON},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .check = source_choice_settle,
        .run = run_sources,
    };
    return answer_plan(r, s, &kind, out, why);
}
