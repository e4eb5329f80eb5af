/* /v1/sources: point sources in pages, chosen by place, sector, gas, operator and size. */
#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/source_row.h"
#include "api/values.h"
#include "store/store.h"

#define SECTORS_MAX_BYTES (1u << 20)

/* An id as a key of a page: 1..2^53, digits only. */
static bool read_id(const char *text, int64_t *out)
{
    size_t len = strlen(text);
    if (len == 0 || len > 15 || strspn(text, "0123456789") != len || text[0] == '0')
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

/* The codes that sector= stands for, as a selection takes them: memo items only by their own code.
 */
static enum err sector_list(const struct answer *a, struct arena *arena, const char **out)
{
    const struct catalog *c = a->catalog;
    struct selection selection = params_selection(&a->params, a->params.year_to);
    struct buf list;
    *out = NULL;
    if (a->params.sector_count == 0)
        return ERR_OK;
    buf_init(&list, SECTORS_MAX_BYTES);
    for (int i = 0; i < c->sector_count; i++) {
        if (selection_takes_sector(c, &selection, i))
            buf_printf(&list, "%s%s", list.len > 0 ? "\n" : "", c->sectors[i].code);
    }
    if (!list.failed)
        *out = arena_strndup(arena, list.data != NULL ? list.data : "", list.len);
    buf_fini(&list);
    return *out != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err filter_of(const struct answer *a, struct arena *arena, struct source_filter *out)
{
    const struct params *p = &a->params;
    double tonnes = unit_tonnes(p->unit);
    *out = (struct source_filter){.release = p->release,
                                  .district = p->district,
                                  .limit = p->limit,
                                  .year = p->year_to,
                                  .has_bbox = p->has_bbox,
                                  .west = p->bbox[0],
                                  .south = p->bbox[1],
                                  .east = p->bbox[2],
                                  .north = p->bbox[3],
                                  .gas = p->gas >= 0 ? a->catalog->gases[p->gas].code : NULL,
                                  .operator_name = p->operator_name,
                                  .q = p->q,
                                  .has_min = p->has_min,
                                  .has_max = p->has_max,
                                  .min_t = p->min * tonnes,
                                  .max_t = p->max * tonnes};
    if (p->after != NULL && !read_id(p->after, &out->after_id))
        out->after_id = 0; /* refused by check() */
    return sector_list(a, arena, &out->sectors);
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

/* The slices of the year that the rows are shares of, ascending. */
static enum err list_used(const struct answer *a, const struct source_row *sources, int count,
                          struct arena *arena, int **out, int *used_count)
{
    const struct catalog *c = a->catalog;
    int first, end;
    catalog_slices_of_year(c, a->params.release, a->params.year_to, &first, &end);
    bool *is_field = arena_alloc(arena, (size_t)c->field_count + 1, sizeof *is_field);
    int *used = arena_alloc(arena, (size_t)(end - first) + 1, sizeof *used);
    if (is_field == NULL || used == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < sources[i].share_count; k++)
            is_field[sources[i].shares[k].field] = true;
    }
    *used_count = 0;
    for (int i = first; i < end; i++) {
        if (c->slices[i].field >= 0 && is_field[c->slices[i].field])
            used[(*used_count)++] = i;
    }
    *out = used;
    return ERR_OK;
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct source_filter filter;
    struct source_row *sources;
    int count;
    enum err e = filter_of(a, worker->arena, &filter);
    if (e == ERR_OK)
        e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                          &sources, &count, why);
    if (e != ERR_OK)
        return e;
    int *used, used_count;
    e = list_used(a, sources, count, worker->arena, &used, &used_count);
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
    if ((p->sent & PARAM_BIT(PARAM_GAS)) && p->gas < 0) {
        why_allow(why, "the code of one gas, or no gas");
        return why_set(why, ERR_INPUT, "gas", "a source is a row for each of its gases");
    }
    if (p->gas < 0)
        p->gas = SELECTION_ALL_GASES; /* each in its own mass */
    p->gwp_set = -1;
    return ERR_OK;
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
