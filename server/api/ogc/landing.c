/* /ogc and /ogc/conformance: where a client of OGC API begins. */
#include "api/endpoints.h"
#include "api/ogc/ogc.h"

static enum err run_landing(struct answer *a, struct http_worker *worker, struct http_reply *out,
                            struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "title", "Fluxgrid");
    doc_text(&d, d.root, "description",
             "Greenhouse-gas inventories: districts and point sources with their amounts.");
    json_t *links = ogc_links(&d, a, OGC_JSON);
    ogc_link(&d, links, a, "/openapi.json", "service-desc",
             "application/vnd.oai.openapi+json;version=3.1", "The API, as OpenAPI 3.1");
    ogc_link(&d, links, a, "/docs", "service-doc", "text/html", "The API, for people");
    ogc_link(&d, links, a, "/ogc/conformance", "conformance", OGC_JSON, "What it conforms to");
    ogc_link(&d, links, a, "/ogc/collections", "data", OGC_JSON, "The collections");
    enum err e = doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

/* None: Features core asks that an interval of several years be answered, which is refused here,
 * and the other classes build on it (decision 0027). */
static enum err run_conformance(struct answer *a, struct http_worker *worker,
                                struct http_reply *out, struct why *why)
{
    (void)a, (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    doc_array(&d, d.root, "conformsTo");
    enum err e = doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

enum err ogc_landing_plan(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc",
        .rules = {.accepted = PARAM_BIT(PARAM_F), .formats = 1u << FORMAT_JSON},
        .scope = SCOPE_CATALOG,
        .has_links = true,
        .run = run_landing,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_conformance_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/conformance",
        .rules = {.accepted = PARAM_BIT(PARAM_F), .formats = 1u << FORMAT_JSON},
        .scope = SCOPE_CATALOG,
        .run = run_conformance,
    };
    return answer_plan(r, s, &kind, out, why);
}
