/* /v1/gwp: every global warming potential in use, each with its source. */
#include <string.h>

#include "api/answer.h"
#include "api/doc.h"
#include "api/endpoints.h"

static void add_set(struct doc *d, json_t *o, const struct catalog *c, const struct gwp_set *set)
{
    doc_text(d, o, "code", set->code);
    doc_int(d, o, "horizon_years", set->horizon_years);
    json_t *values = doc_array(d, o, "values");
    for (int i = 0; i < c->gwp_count; i++) {
        const struct gwp *g = &c->gwps[i];
        if (strcmp(g->set, set->code) != 0)
            continue;
        json_t *v = doc_object(d, values, NULL);
        doc_text(d, v, "gas", c->gases[g->gas].code);
        doc_text(d, v, "origin", origin_word(g->origin));
        doc_number(d, v, "value", g->value);
        doc_text(d, v, "source", g->source);
    }
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    int chosen = a->params.gwp_set;
    if (chosen >= 0)
        doc_text(&d, d.root, "default", a->catalog->gwp_sets[chosen].code);
    json_t *list = doc_array(&d, d.root, "sets");
    for (int i = 0; i < a->catalog->gwp_set_count; i++)
        add_set(&d, doc_object(&d, list, NULL), a->catalog, &a->catalog->gwp_sets[i]);
    enum err e = doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

enum err gwp_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                  struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/gwp",
        .rules = {.formats = 1u << FORMAT_JSON},
        .scope = SCOPE_CATALOG,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
