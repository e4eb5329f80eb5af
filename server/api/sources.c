/* /v1/sources: point sources in pages, chosen by place, sector, gas, operator and size. */
#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/source_choice.h"
#include "api/source_row.h"
#include "store/store.h"

/* An id as a key of a page: 1..2^53, digits only. */
static bool read_id(const char *text, int64_t *out)
{
    size_t len = strlen(text);
    if (len == 0 || len > 15 || strspn(text, "0123456789") != len || text[0] == '0')
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

static void add_next(struct doc *d, const struct answer *a, const struct source_row *sources,
                     int count)
{
    if (count < a->params.limit) {
        doc_null(d, d->root, "next");
        return;
    }
    struct params next = a->params;
    next.after = arena_printf(next.arena, "%lld", (long long)sources[count - 1].id);
    const char *query = next.after != NULL ? params_query(&next) : NULL;
    if (query == NULL)
        d->failed = true;
    else
        doc_put(d, d->root, "next", json_sprintf("%s%s?%s", a->base_url, a->kind->path, query));
}

static enum err write_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                          struct http_reply *out)
{
    static const char *const columns[] = {
        "code",         "name",     "sector",        "gas",
        "fuel",         "operator", "district",      "lon",
        "lat",          "capacity", "capacity_unit", "commissioned_year",
        "value",        "year",     "status",        "operating_status",
        "commissioned", "retired",  "method",        NULL};
    return answer_csv(d, a, rows, columns, out);
}

static enum err write_list(struct doc *d, const struct answer *a, json_t *rows,
                           const struct source_row *sources, int count, struct http_worker *worker,
                           struct http_reply *out)
{
    if (a->params.format == FORMAT_JSON)
        return doc_write(d, &out->body);
    if (a->params.format == FORMAT_CSV)
        return write_csv(d, a, rows, out);
    const char **points = arena_alloc(worker->arena, (size_t)count + 1, sizeof *points);
    if (points == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++)
        points[i] = source_row_point(&sources[i], worker->arena);
    return geojson_collection(d, rows, "code", points, &out->body);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct source_filter filter;
    struct source_row *sources;
    int count;
    enum err e = source_choice_filter(a, worker->arena, &filter);
    if (a->params.after != NULL && !read_id(a->params.after, &filter.after_id))
        filter.after_id = 0; /* refused by check() */
    if (e == ERR_OK)
        e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                          &sources, &count, why);
    if (e != ERR_OK)
        return e;
    int *used, used_count;
    e = source_row_used(a, sources, count, worker->arena, &used, &used_count);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    envelope_open(&d, a);
    json_t *rows = doc_array(&d, d.root, "rows");
    for (int i = 0; i < count; i++) {
        json_t *row = doc_object(&d, rows, NULL);
        source_row(&d, row, a, &sources[i]);
        source_row_total(&d, row, a, &sources[i]);
    }
    add_next(&d, a, sources, count);
    envelope_close(&d, a, used, used_count);
    e = write_list(&d, a, rows, sources, count, worker, out);
    doc_fini(&d);
    return e;
}

static enum err check(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    int64_t id;
    if (p->after != NULL && !read_id(p->after, &id)) {
        why_allow(why, "what the link \"next\" says");
        return why_set(why, ERR_INPUT, "after", "it is no key of a page");
    }
    if (p->has_min && p->has_max && p->min > p->max) {
        why_allow(why, "min <= max");
        return why_set(why, ERR_INPUT, "min", "it is above max: no source is so large");
    }
    return source_choice_settle(a, why);
}

enum err sources_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/sources",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_AFTER) | PARAM_BIT(PARAM_BBOX) |
                      PARAM_BIT(PARAM_DISTRICT) | PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) |
                      PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LIMIT) | PARAM_BIT(PARAM_MAX) |
                      PARAM_BIT(PARAM_MIN) | PARAM_BIT(PARAM_OPERATOR) | PARAM_BIT(PARAM_Q) |
                      PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_UNIT) |
                      PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV,
                  .preferred = FORMAT_GEOJSON},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
