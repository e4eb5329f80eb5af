/* /ogc/collections/{id}/queryables: by which properties of a feature a list of them is asked, as a
 * JSON Schema. The names are those of the parameters of items, and what is asked is equality but
 * where the description says otherwise. */
#include "api/endpoints.h"
#include "api/ogc/ogc.h"

struct queryable {
    const char *name, *type, *title, *description;
};

struct queryables {
    const struct ogc_collection *of;
    struct queryable list[6];
};

static const struct queryables of_districts = {
    &ogc_districts,
    {{"level", "integer", "Level", "0 (country), 1 (region), 2 (district)."},
     {"name", "string", "Name", "In any of its languages."},
     {"parent", "string", "Parent", "Code of the district that it is part of."}},
};
static const struct queryables of_sources = {
    &ogc_sources,
    {{"district", "string", "District", "Code of the district that it stands in, of any level."},
     {"gas", "string", "Gas", "Code of one gas."},
     {"name", "string", "Name", "As it is written."},
     {"operator", "string", "Operator", "How the name begins, in any letter case."},
     {"sector", "string", "Sector",
      "Codes with commas between; a code stands for everything below it."}},
};

static void add_property(struct doc *d, json_t *all, const struct queryable *q)
{
    json_t *one = doc_object(d, all, q->name);
    doc_text(d, one, "title", q->title);
    doc_text(d, one, "type", q->type);
    doc_text(d, one, "description", q->description);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    (void)worker, (void)why;
    const struct queryables *one = a->kind->about;
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "$schema", "https://json-schema.org/draft/2020-12/schema");
    doc_put(&d, d.root, "$id", json_sprintf("%s%s", a->base_url, one->of->queryables));
    doc_text(&d, d.root, "title", one->of->title);
    doc_text(&d, d.root, "type", "object");
    json_t *all = doc_object(&d, d.root, "properties");
    for (const struct queryable *q = one->list; q->name != NULL; q++)
        add_property(&d, all, q);
    doc_bool(&d, d.root, "additionalProperties", false);
    if (!ogc_is_html(a))
        out->content_type = OGC_SCHEMA;
    enum err e = ogc_write(&d, a, out);
    doc_fini(&d);
    return e;
}

#define QUERYABLES_RULES                                                                           \
    {                                                                                              \
        .accepted = PARAM_BIT(PARAM_F) | PARAM_BIT(PARAM_RELEASE), .formats = OGC_FORMATS          \
    }

enum err ogc_district_queryables_plan(const struct http_request *r, const struct http_state *s,
                                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {.path = "/ogc/collections/districts/queryables",
                                            .rules = QUERYABLES_RULES,
                                            .scope = SCOPE_CATALOG,
                                            .has_links = true,
                                            .about = &of_districts,
                                            .run = run};
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_source_queryables_plan(const struct http_request *r, const struct http_state *s,
                                    struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {.path = "/ogc/collections/sources/queryables",
                                            .rules = QUERYABLES_RULES,
                                            .scope = SCOPE_CATALOG,
                                            .has_links = true,
                                            .about = &of_sources,
                                            .run = run};
    return answer_plan(r, s, &kind, out, why);
}
