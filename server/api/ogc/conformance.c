/* /ogc/conformance: which classes of the standards are kept. One row for each; a class is claimed
 * once the abstract tests of its standard stand in tests/http/test_ogc_abstract_*.py and pass
 * (docs/decisions/0028). */
#include "api/endpoints.h"
#include "api/ogc/ogc.h"

#define FEATURES "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
#define CRS      "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"
#define TILES    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
#define MAPS     "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf/"

static const char *const classes[] = {
    FEATURES "core",
    FEATURES "oas30",
    FEATURES "geojson",
    FEATURES "html",
    CRS "crs",
    TILES "core",
    TILES "tileset",
    TILES "tilesets-list",
    TILES "geodata-tilesets",
    TILES "png",
    TILES "mvt",
    MAPS "core",
    MAPS "collection-map",
    MAPS "tilesets",
    MAPS "crs",
    MAPS "png",
    NULL, /* ends the table */
};

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "title", "Conformance");
    ogc_links(&d, a, OGC_JSON);
    json_t *list = doc_array(&d, d.root, "conformsTo");
    for (const char *const *c = classes; *c != NULL; c++)
        doc_text(&d, list, NULL, *c);
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

enum err ogc_conformance_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/conformance",
        .rules = {.accepted = PARAM_BIT(PARAM_F), .formats = OGC_FORMATS},
        .scope = SCOPE_CATALOG,
        .has_links = true,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
