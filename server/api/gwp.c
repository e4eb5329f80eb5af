/* /v1/gwp: every global warming potential in use, each with its source. */
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
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

/* A line for each potential, with its set. */
static enum err write_csv(struct doc *d, const json_t *sets, struct http_reply *out)
{
    static const char *const columns[] = {"set",   "horizon_years", "gas", "origin",
                                          "value", "source",        NULL};
    json_t *rows = doc_array(d, d->root, "rows");
    for (size_t i = 0; i < json_array_size(sets); i++) {
        const json_t *set = json_array_get(sets, i);
        json_t *values = json_object_get(set, "values");
        for (size_t k = 0; k < json_array_size(values); k++) {
            json_t *row = json_array_get(values, k);
            doc_put(d, row, "set", json_incref(json_object_get(set, "code")));
            doc_put(d, row, "horizon_years", json_incref(json_object_get(set, "horizon_years")));
            doc_put(d, rows, NULL, json_incref(row));
        }
    }
    return answer_csv_table(d, rows, columns, NULL, &out->body);
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
    enum err e =
        a->params.format == FORMAT_CSV ? write_csv(&d, list, out) : doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

enum err gwp_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                  struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/gwp",
        .rules = {.accepted = PARAM_BIT(PARAM_FORMAT),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV},
        .scope = SCOPE_CATALOG,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
