/* /ogc: where a client of OGC API begins. */
#include "api/endpoints.h"
#include "api/ogc/ogc.h"

/* Where it leads; one row for each. */
static const struct {
    const char *path, *rel, *type, *title;
} leads[] = {
    {"/openapi.json", "service-desc", "application/vnd.oai.openapi+json;version=3.1",
     "The API, as OpenAPI 3.1"},
    {"/docs", "service-doc", "text/html", "The API, for people"},
    {"/ogc/conformance", "conformance", OGC_JSON, "What it conforms to"},
    {"/ogc/collections", "data", OGC_JSON, "The collections"},
    {"/ogc/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", OGC_JSON,
     "How tiles are cut"},
};

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "title", "Fluxgrid");
    doc_text(&d, d.root, "description",
             "Greenhouse-gas inventories: districts and point sources with their amounts.");
    json_t *links = ogc_links(&d, a, OGC_JSON);
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        ogc_link(&d, links, a, leads[i].path, leads[i].rel, leads[i].type, leads[i].title);
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

enum err ogc_landing_plan(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc",
        .rules = {.accepted = PARAM_BIT(PARAM_F), .formats = OGC_FORMATS},
        .scope = SCOPE_CATALOG,
        .has_links = true,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
