/* /v1/gases: the gases the server knows, with their names. */
#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/doc.h"
#include "api/endpoints.h"

static void add_gas(struct doc *d, json_t *o, const struct gas *g, enum lang lang)
{
    doc_text(d, o, "code", g->code);
    doc_text(d, o, "name", doc_name(g->name, lang));
    json_t *names = doc_object(d, o, "names");
    for (int i = 0; i < LANG_COUNT; i++)
        doc_text(d, names, lang_word((enum lang)i), doc_name(g->name, (enum lang)i));
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    (void)worker, (void)why;
    static const char *const columns[] = {"code", "name", NULL};
    struct doc d;
    doc_init(&d);
    json_t *list = doc_array(&d, d.root, "gases");
    for (int i = 0; i < a->catalog->gas_count; i++)
        add_gas(&d, doc_object(&d, list, NULL), &a->catalog->gases[i], a->params.lang);
    enum err e = answer_list(&d, a, list, columns, out);
    doc_fini(&d);
    return e;
}

enum err gases_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                    struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/gases",
        .rules = {.accepted = PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV},
        .scope = SCOPE_CATALOG,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
