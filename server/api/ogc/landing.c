/* /ogc: where a client of OGC API begins. */
#include "api/endpoints.h"
#include "api/ogc/ogc.h"

/* Where it leads; one row for each. What has both forms is told of in the form of this page, but
 * for the definition of the API, which programs look for by its type. */
static const struct {
    const char *path, *rel, *type, *title;
    bool has_page;
} leads[] = {
    {"/ogc/api?f=json", "service-desc", OGC_API, "The definition of this API", false},
    {"/ogc/api?f=html", "service-doc", OGC_HTML, "The definition of this API, for people", false},
    {"/ogc/conformance", "conformance", OGC_JSON, "What it conforms to", true},
    {"/ogc/collections", "data", OGC_JSON, "The collections", true},
    {"/ogc/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", OGC_JSON,
     "How tiles are cut", false},
};

static void add_lead(struct doc *d, json_t *links, const struct answer *a, size_t i)
{
    const char *form = !leads[i].has_page ? "" : ogc_is_html(a) ? "?f=html" : "?f=json";
    const char *path = arena_printf(a->params.arena, "%s%s", leads[i].path, form);
    if (path == NULL)
        d->failed = true;
    else
        ogc_link(d, links, a, path, leads[i].rel,
                 leads[i].has_page ? ogc_type(a, leads[i].type) : leads[i].type, leads[i].title);
}

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
        add_lead(&d, links, a, i);
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

#define LANDING_KIND(address)                                                                      \
    {                                                                                              \
        .path = address, .rules = {.accepted = PARAM_BIT(PARAM_F), .formats = OGC_FORMATS},        \
        .scope = SCOPE_CATALOG, .has_links = true, .run = run                                      \
    }

enum err ogc_landing_plan(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = LANDING_KIND("/ogc");
    return answer_plan(r, s, &kind, out, why);
}

/* The standards write {root}/, and some clients ask for just that. */
enum err ogc_root_plan(const struct http_request *r, const struct http_state *s,
                       struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = LANDING_KIND("/ogc/");
    return answer_plan(r, s, &kind, out, why);
}
