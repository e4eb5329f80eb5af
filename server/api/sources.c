/* /v1/sources: point sources in pages; /v1/sources/{code}: one of them. */
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

#define SOURCE_ROWS_MAX 100 /* of one code */

/* An id as a key of a page: 1..2^53, digits only. */
static bool read_id(const char *text, int64_t *out)
{
    size_t len = strlen(text);
    if (len == 0 || len > 15 || strspn(text, "0123456789") != len || text[0] == '0')
        return false;
    *out = strtoll(text, NULL, 10);
    return true;
}

static struct source_filter filter_of(const struct params *p)
{
    struct source_filter f = {
        .release = p->release, .district = p->district, .limit = p->limit, .year = p->year_to};
    f.has_bbox = p->has_bbox;
    f.west = p->bbox[0];
    f.south = p->bbox[1];
    f.east = p->bbox[2];
    f.north = p->bbox[3];
    if (p->after != NULL && !read_id(p->after, &f.after_id))
        f.after_id = 0; /* refused by check() */
    return f;
}

static const char *point_text(const struct source_row *s, struct arena *arena)
{
    return arena_printf(arena, "{\"type\":\"Point\",\"coordinates\":[%.9g,%.9g]}", s->lon, s->lat);
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

/* A tidy line holds one fact: the first value of a source is that of its own gas. */
static void flatten_values(struct doc *d, json_t *row)
{
    json_t *first = json_array_get(json_object_get(row, "values"), 0);
    if (first == NULL)
        return;
    static const char *const keys[] = {"value", "year", "status"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        doc_put(d, row, keys[i], json_incref(json_object_get(first, keys[i])));
}

static enum err write_list(struct doc *d, const struct answer *a, json_t *rows,
                           const struct source_row *sources, int count, struct http_worker *worker,
                           struct http_reply *out)
{
    if (a->params.format == FORMAT_JSON)
        return doc_write(d, &out->body);
    if (a->params.format == FORMAT_CSV) {
        for (int i = 0; i < count; i++)
            flatten_values(d, json_array_get(rows, (size_t)i));
        return write_csv(d, a, rows, out);
    }
    const char **points = arena_alloc(worker->arena, (size_t)count + 1, sizeof *points);
    if (points == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++)
        points[i] = point_text(&sources[i], worker->arena);
    return geojson_collection(d, rows, "code", points, &out->body);
}

static void open_list(struct doc *d, const struct answer *a)
{
    envelope_open(d, a);
    json_object_del(d->root, "gwp"); /* masses of each source's own gas */
    doc_null(d, d->root, "gwp");
}

static enum err run_list(struct answer *a, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    struct source_filter filter = filter_of(&a->params);
    struct source_row *sources;
    int count;
    enum err e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                               &sources, &count, why);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    open_list(&d, a);
    json_t *rows = doc_array(&d, d.root, "rows");
    for (int i = 0; i < count; i++)
        source_row(&d, doc_object(&d, rows, NULL), a, &sources[i]);
    add_next(&d, a, sources, count);
    envelope_close(&d, a, NULL, 0);
    e = write_list(&d, a, rows, sources, count, worker, out);
    doc_fini(&d);
    return e;
}

/* A row for each of its gases (and fuels, and years' descriptions): the first describes it. */
static enum err find_source(const struct answer *a, struct http_worker *worker,
                            struct source_row **out, int *count, struct why *why)
{
    struct source_filter filter = {.release = a->params.release,
                                   .district = -1,
                                   .limit = SOURCE_ROWS_MAX,
                                   .year = a->params.year_to,
                                   .code = a->subject_text};
    enum err e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                               out, count, why);
    if (e != ERR_OK || *count > 0)
        return e;
    why_allow(why, "a code of /v1/sources");
    return why_set(why, ERR_NOT_FOUND, "source", "this release has no source of this code");
}

static enum err run_one(struct answer *a, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    struct source_row *source;
    int count;
    enum err e = find_source(a, worker, &source, &count, why);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    open_list(&d, a);
    json_t *o = doc_object(&d, d.root, "source");
    source_row(&d, o, a, source);
    for (int i = 1; i < count; i++)
        source_row_values(&d, json_object_get(o, "values"), a, &source[i]);
    envelope_close(&d, a, NULL, 0);
    if (a->params.format == FORMAT_GEOJSON)
        e = geojson_feature(&d, o, "code", point_text(source, worker->arena), &out->body);
    else
        e = doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

static enum err check_list(struct answer *a, struct why *why)
{
    int64_t id;
    if (a->params.after == NULL || read_id(a->params.after, &id))
        return ERR_OK;
    enum err e = why_set(why, ERR_INPUT, "after", "it is no key of a page");
    why_allow(why, "what the link \"next\" says");
    return e;
}

enum err sources_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/sources",
        .rules = {.accepted = PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_AFTER) |
                              PARAM_BIT(PARAM_BBOX) | PARAM_BIT(PARAM_DISTRICT) |
                              PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG) |
                              PARAM_BIT(PARAM_LIMIT) | PARAM_BIT(PARAM_RELEASE) |
                              PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV,
                  .preferred = FORMAT_GEOJSON},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .check = check_list,
        .run = run_list,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err source_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/sources/",
        .rules = {.accepted = PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_FORMAT) |
                              PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_RELEASE) |
                              PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON,
                  .preferred = FORMAT_GEOJSON},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_SOURCE,
        .run = run_one,
    };
    return answer_plan(r, s, &kind, out, why);
}
