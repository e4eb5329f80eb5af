/* /v1/indicators: what planners make of totals, a row for each district (and sector). */
#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/indicators_facts.h"
#include "api/indicators_row.h"
#include "inventory/scope.h"
#include "store/store.h"

static int row_count(const struct indicators_facts *f)
{
    bool is_by_sector = (f->a->params.groupby & GROUP_SECTOR) != 0;
    return is_by_sector ? f->runs : 1;
}

/* The object of reasons as the text of one cell. */
static void flatten_reasons(struct doc *d, json_t *row, struct arena *arena)
{
    const char *text = "", *key;
    json_t *reason;
    json_object_foreach(json_object_get(row, "reasons"), key, reason)
    {
        if (text != NULL)
            text = arena_printf(arena, "%s%s%s: %s", text, text[0] != '\0' ? "; " : "", key,
                                json_string_value(reason));
    }
    d->failed |= text == NULL;
    doc_text(d, row, "reasons", text);
}

static enum err write_csv(struct doc *d, const struct answer *a, json_t *rows,
                          struct http_worker *worker, struct http_reply *out)
{
    for (size_t i = 0; i < json_array_size(rows); i++)
        flatten_reasons(d, json_array_get(rows, i), worker->arena);
    return answer_csv(d, a, rows, indicators_columns, out);
}

static enum err write_geojson(const struct doc *d, const struct indicators_facts *f,
                              const json_t *rows, struct http_worker *worker,
                              struct http_reply *out, struct why *why)
{
    const char **of_district = NULL;
    size_t count = json_array_size(rows);
    const char **of_row = arena_alloc(worker->arena, count + 1, sizeof *of_row);
    if (of_row == NULL)
        return ERR_NO_MEMORY;
    if (count > 0) {
        enum err e = store_district_geojson(worker->db, f->a->catalog, f->districts, f->count,
                                            f->a->params.simplify_deg, worker->deadline_ms,
                                            worker->arena, &of_district, why);
        if (e != ERR_OK)
            return e;
    }
    for (size_t i = 0; i < count; i++)
        of_row[i] = of_district[i / (size_t)row_count(f)];
    return geojson_collection(d, rows, "district", of_row, &out->body);
}

static enum err build(struct doc *d, const struct answer *a, const struct indicators_facts *f,
                      struct http_worker *worker, struct http_reply *out, struct why *why)
{
    envelope_open(d, a);
    indicators_units(d, a);
    json_t *rows = doc_array(d, d->root, "rows");
    for (int i = 0; i < f->count; i++) {
        for (int run = 0; run < row_count(f); run++)
            indicators_row(d, doc_object(d, rows, NULL), f, i, run);
    }
    enum err e = envelope_coverage(d, a, &f->now_request, worker, why);
    const struct totals *used = f->series.used_count > 0 ? &f->series : &f->now;
    envelope_close(d, a, used->used, used->used_count);
    if (e != ERR_OK)
        return e;
    if (a->params.format == FORMAT_CSV)
        return write_csv(d, a, rows, worker, out);
    if (a->params.format == FORMAT_GEOJSON)
        return write_geojson(d, f, rows, worker, out, why);
    return doc_write(d, &out->body);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct indicators_facts facts;
    enum err e = indicators_facts_read(a, worker, &facts, why);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    e = build(&d, a, &facts, worker, out, why);
    doc_fini(&d);
    return e;
}

static enum err check(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    bool is_grouped = (p->sent & PARAM_BIT(PARAM_GROUPBY)) != 0;
    if (is_grouped && p->groupby != GROUP_SECTOR) {
        why_allow(why, "sector, or none");
        return why_set(why, ERR_INPUT, "groupby",
                       "rows are of districts, the years are a trend: only sectors divide them");
    }
    if (!is_grouped)
        p->groupby = 0;
    if (!(p->sent & PARAM_BIT(PARAM_UNIT)))
        p->unit = UNIT_T; /* ratios leave few digits of larger ones */
    if (p->district < 0)
        p->district = scope_country(a->catalog, p->release);
    if (p->district >= 0 || p->level >= 0)
        return ERR_OK;
    why_allow(why, "district or level");
    return why_set(why, ERR_INPUT, "district", "the release is about several countries");
}

enum err indicators_plan(const struct http_request *r, const struct http_state *s,
                         struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/indicators",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BASIS) | PARAM_BIT(PARAM_BOUNDARIES) |
                      PARAM_BIT(PARAM_DISTRICT) | PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) |
                      PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GROUPBY) | PARAM_BIT(PARAM_GWP) |
                      PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LEVEL) | PARAM_BIT(PARAM_LULUCF) |
                      PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) |
                      PARAM_BIT(PARAM_SIMPLIFY) | PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV,
                  .has_year_range = true},
        .scope = SCOPE_RELEASE,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
