/* /v1/districts: the districts with their totals of one year, in pages by code. */
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/district_page.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "store/store.h"

static void add_next(struct doc *d, const struct answer *a, const struct district_page *page)
{
    if (!page->has_more) {
        doc_null(d, d->root, "next");
        return;
    }
    struct params next = a->params;
    next.after = a->catalog->districts[page->districts[page->count - 1]].code;
    const char *query = params_query(&next);
    if (query == NULL)
        d->failed = true;
    else
        doc_put(d, d->root, "next", json_sprintf("%s%s?%s", a->base_url, a->kind->path, query));
}

static enum err write_geojson(const struct doc *d, const struct answer *a, const json_t *rows,
                              const struct district_page *page, struct http_worker *worker,
                              struct http_reply *out, struct why *why)
{
    const char **shapes = NULL;
    if (page->count > 0) {
        enum err e = store_district_geojson(worker->db, a->catalog, page->districts, page->count,
                                            a->params.simplify_deg, worker->deadline_ms,
                                            worker->arena, &shapes, why);
        if (e != ERR_OK)
            return e;
    }
    return geojson_collection(d, rows, "district", shapes, &out->body);
}

static enum err write(const struct doc *d, const struct answer *a, const json_t *rows,
                      const struct district_page *page, struct http_worker *worker,
                      struct http_reply *out, struct why *why)
{
    static const char *const columns[] = {"district", "name",       "level", "parent",
                                          "area_km2", "population", "value", "lo",
                                          "hi",       "status",     NULL};
    switch (a->params.format) {
    case FORMAT_CSV:
        return answer_csv(d, a, rows, columns, out);
    case FORMAT_GEOJSON:
        return write_geojson(d, a, rows, page, worker, out, why);
    default:
        return doc_write(d, &out->body);
    }
}

static enum err build(struct doc *d, struct answer *a, const struct district_page *page,
                      struct http_worker *worker, struct http_reply *out, struct why *why)
{
    struct totals_request q = {.params = &a->params,
                               .year_from = a->params.year_from,
                               .year_to = a->params.year_to,
                               .districts = page->districts,
                               .district_count = page->count};
    struct totals t;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    doc_int(d, d->root, "matched", page->matched);
    json_t *rows = doc_array(d, d->root, "rows");
    district_page_rows(d, rows, a, page, &t);
    add_next(d, a, page);
    e = envelope_coverage(d, a, &q, worker, why);
    envelope_close(d, a, t.used, t.used_count);
    return e == ERR_OK ? write(d, a, rows, page, worker, out, why) : e;
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct district_page page;
    enum err e = district_page_read(&a->params, NULL, worker->arena, &page);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    e = build(&d, a, &page, worker, out, why);
    doc_fini(&d);
    return e;
}

static enum err check(struct answer *a, struct why *why)
{
    const struct params *p = &a->params;
    if (p->after == NULL || catalog_district(a->catalog, p->after) >= 0)
        return ERR_OK;
    enum err e = why_set(why, ERR_INPUT, "after", "no district has this code");
    why_allow(why, "what the link \"next\" says");
    return e;
}

enum err districts_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/districts",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_AFTER) | PARAM_BIT(PARAM_BBOX) |
                      PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) |
                      PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LEVEL) |
                      PARAM_BIT(PARAM_LIMIT) | PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) |
                      PARAM_BIT(PARAM_PARENT) | PARAM_BIT(PARAM_PER) | PARAM_BIT(PARAM_Q) |
                      PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) |
                      PARAM_BIT(PARAM_SIMPLIFY) | PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
