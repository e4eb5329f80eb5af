/* /ogc/collections and one of them: districts, sources. */
#include <string.h>

#include "api/endpoints.h"
#include "api/ogc/map_collections.h"
#include "api/ogc/ogc.h"
#include "api/ogc/tile_sets.h"
#include "inventory/scope.h"

const struct ogc_collection ogc_districts = {
    "districts",
    "Districts",
    "Country, regions and districts, with the amount of one year.",
    "/ogc/collections/districts",
    "/ogc/collections/districts/items",
    "/ogc/collections/districts/queryables",
    "/ogc/collections/districts/tiles"};
const struct ogc_collection ogc_sources = {"sources",
                                           "Point sources",
                                           "Plants and other sources, a feature for each gas.",
                                           "/ogc/collections/sources",
                                           "/ogc/collections/sources/items",
                                           "/ogc/collections/sources/queryables",
                                           "/ogc/collections/sources/tiles"};

/* Of the release's districts; the world when it has none. */
static void add_space(struct doc *d, json_t *extent, const struct answer *a)
{
    const struct catalog *c = a->catalog;
    double box[4];
    scope_box(c, a->params.release, box);
    json_t *space = doc_object(d, extent, "spatial");
    doc_bbox(d, doc_array(d, space, "bbox"), NULL, box[0], box[1], box[2], box[3]);
    doc_text(d, space, "crs", crs_uri(CRS_84));
}

static void add_time(struct doc *d, json_t *extent, const struct answer *a)
{
    const struct release *r = answer_release(a);
    int first = selection_latest_year(a->catalog, a->params.release), last = first;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        int year = a->catalog->slices[i].year;
        first = year < first ? year : first;
    }
    json_t *time = doc_object(d, extent, "temporal");
    json_t *interval = doc_array(d, doc_array(d, time, "interval"), NULL);
    doc_put(d, interval, NULL, json_sprintf("%04d-01-01T00:00:00Z", first));
    doc_put(d, interval, NULL, json_sprintf("%04d-12-31T23:59:59Z", last));
    doc_text(d, time, "trs", "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian");
}

/* With the release that the extent is of, so that what is linked agrees with what is said. */
static void link_to(struct doc *d, json_t *links, const struct answer *a, const char *path,
                    const char *rel, const char *type, const char *title)
{
    const char *form = strcmp(type, OGC_HTML) == 0 ? "html" : "json";
    const char *full =
        arena_printf(a->params.arena, "%s?f=%s&release=%s", path, form, answer_release(a)->pinned);
    if (full == NULL)
        d->failed = true;
    else
        ogc_link(d, links, a, full, rel, type, title);
}

static void add_links(struct doc *d, json_t *links, const struct answer *a,
                      const struct ogc_collection *of)
{
    bool is_html = ogc_is_html(a);
    link_to(d, links, a, of->path, "self", is_html ? OGC_HTML : OGC_JSON, of->title);
    link_to(d, links, a, of->path, "alternate", is_html ? OGC_JSON : OGC_HTML,
            is_html ? "The same as JSON" : "The same as HTML");
    link_to(d, links, a, of->items, "items", OGC_GEOJSON, "The features");
    link_to(d, links, a, of->items, "items", OGC_HTML, "The features as HTML");
    link_to(d, links, a, of->queryables, OGC_REL "queryables", OGC_SCHEMA,
            "What features are asked by");
    link_to(d, links, a, of->queryables, OGC_REL "queryables", OGC_HTML,
            "What features are asked by, as HTML");
    link_to(d, links, a, of->tiles, OGC_REL "tilesets-vector", OGC_JSON, "Its vector tiles");
}

/* Stored in degrees; the others are computed. */
static void add_crs(struct doc *d, json_t *o)
{
    json_t *list = doc_array(d, o, "crs");
    for (int i = 0; i < CRS_COUNT; i++)
        doc_text(d, list, NULL, crs_uri((enum crs)i));
    doc_text(d, o, "storageCrs", crs_uri(CRS_84));
}

static void add_collection(struct doc *d, json_t *o, const struct answer *a,
                           const struct ogc_collection *of)
{
    doc_text(d, o, "id", of->id);
    doc_text(d, o, "title", of->title);
    doc_text(d, o, "description", of->description);
    doc_text(d, o, "itemType", "feature");
    add_crs(d, o);
    json_t *extent = doc_object(d, o, "extent");
    add_space(d, extent, a);
    add_time(d, extent, a);
    doc_text(d, o, "attribution", answer_release(a)->attribution);
    add_links(d, doc_array(d, o, "links"), a, of);
}

static void list_features(struct doc *d, json_t *list, const struct answer *a)
{
    add_collection(d, doc_object(d, list, NULL), a, &ogc_districts);
    add_collection(d, doc_object(d, list, NULL), a, &ogc_sources);
}

/* Who has collections appends them to the list; one row for each kind of them. */
static void (*const lists[])(struct doc *d, json_t *list, const struct answer *a) = {
    list_features,
    ogc_map_collections,
};

static enum err run_all(struct answer *a, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "title", "Collections");
    ogc_links(&d, a, OGC_JSON);
    json_t *list = doc_array(&d, d.root, "collections");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        lists[i](&d, list, a);
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

static enum err run_one(struct answer *a, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    add_collection(&d, d.root, a, a->kind->about);
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

#define COLLECTION_RULES                                                                           \
    {                                                                                              \
        .accepted = PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_F) | PARAM_BIT(PARAM_RELEASE),   \
        .formats = OGC_FORMATS                                                                     \
    }

enum err ogc_collections_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {.path = "/ogc/collections",
                                            .rules = COLLECTION_RULES,
                                            .scope = SCOPE_RELEASE,
                                            .has_links = true,
                                            .run = run_all};
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_districts_plan(const struct http_request *r, const struct http_state *s,
                            struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {.path = "/ogc/collections/districts",
                                            .rules = COLLECTION_RULES,
                                            .scope = SCOPE_RELEASE,
                                            .has_links = true,
                                            .about = &ogc_districts,
                                            .run = run_one};
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_sources_plan(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {.path = "/ogc/collections/sources",
                                            .rules = COLLECTION_RULES,
                                            .scope = SCOPE_RELEASE,
                                            .has_links = true,
                                            .about = &ogc_sources,
                                            .run = run_one};
    return answer_plan(r, s, &kind, out, why);
}
