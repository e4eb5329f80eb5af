/* /v1/districts/{code}: one district, with its sectors, its years and its rank. */
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/district_row.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "inventory/scope.h"
#include "store/store.h"

static struct totals_request request_of(const struct answer *a)
{
    return (struct totals_request){.params = &a->params,
                                   .year_from = a->params.year_from,
                                   .year_to = a->params.year_to,
                                   .districts = &a->subject,
                                   .district_count = 1};
}

static enum err add_sectors(struct doc *d, const struct answer *a, struct http_worker *worker,
                            struct why *why)
{
    struct totals_request q = request_of(a);
    q.groupby = GROUP_SECTOR | GROUP_GAS | GROUP_FLOW;
    struct totals t;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    json_t *list = doc_array(d, d->root, "sectors");
    for (int i = 0; i < t.row_count; i++) {
        const struct sector *s = &a->catalog->sectors[t.rows[i].sector];
        json_t *row = doc_object(d, list, NULL);
        doc_text(d, row, "sector", s->code);
        doc_text(d, row, "name", doc_name(s->name, a->params.lang));
        doc_text(d, row, "gas", a->catalog->gases[t.rows[i].gas].code);
        doc_text(d, row, "flow", flow_word(t.rows[i].flow));
        envelope_interval(d, row, a, t.rows[i].total);
        doc_text(d, row, "status", t.rows[i].status);
    }
    return ERR_OK;
}

static enum err add_years(struct doc *d, const struct answer *a, struct http_worker *worker,
                          struct why *why)
{
    struct params yearly = a->params;
    yearly.month = 0;
    struct totals_request q = request_of(a);
    q.params = &yearly;
    q.year_from = 0;
    q.year_to = 9999;
    q.groupby = GROUP_YEAR;
    struct totals t;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    json_t *list = doc_array(d, d->root, "years");
    for (int i = 0; i < t.row_count; i++) {
        json_t *row = doc_object(d, list, NULL);
        doc_int(d, row, "year", t.rows[i].year);
        envelope_value(d, row, a, a->subject, t.rows[i].year, t.rows[i].total, t.rows[i].status);
    }
    return ERR_OK;
}

static enum err peers_of(const struct answer *a, struct arena *arena, int **out, int *count)
{
    const struct catalog *c = a->catalog;
    int *list = arena_alloc(arena, (size_t)c->district_count + 1, sizeof *list);
    if (list == NULL)
        return ERR_NO_MEMORY;
    *count = 0;
    for (int i = 0; i < c->district_count; i++) {
        if (c->districts[i].level == c->districts[a->subject].level &&
            scope_has(c, a->params.release, i))
            list[(*count)++] = i;
    }
    *out = list;
    return ERR_OK;
}

/* The value of the year asked, and its place among the districts of the same level. */
static enum err add_rank(struct doc *d, struct answer *a, struct http_worker *worker,
                         struct why *why)
{
    struct totals_request q = request_of(a);
    int *peers, count;
    struct totals t;
    enum err e = peers_of(a, worker->arena, &peers, &count);
    q.districts = peers;
    q.district_count = count;
    if (e == ERR_OK)
        e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    const struct totals_row *own = NULL;
    for (int i = 0; i < t.row_count; i++) {
        if (t.rows[i].district == a->subject)
            own = &t.rows[i];
    }
    if (own == NULL) {
        doc_null(d, d->root, "rank");
        return ERR_OK;
    }
    int position = 1;
    for (int i = 0; i < t.row_count; i++)
        position += t.rows[i].total.value > own->total.value;
    json_t *rank = doc_object(d, d->root, "rank");
    doc_int(d, rank, "position", position);
    doc_int(d, rank, "of", count);
    doc_put(d, rank, "among", json_sprintf("level %d", a->catalog->districts[a->subject].level));
    return ERR_OK;
}

static enum err add_rows(struct doc *d, const struct answer *a, json_t *properties,
                         struct http_worker *worker, struct totals *t, struct why *why)
{
    struct totals_request q = request_of(a);
    q.groupby = GROUP_YEAR;
    enum err e = totals_compute(&q, worker, t, why);
    if (e != ERR_OK)
        return e;
    json_t *rows = doc_array(d, d->root, "rows");
    for (int i = 0; i < t->row_count; i++) {
        json_t *row = doc_object(d, rows, NULL);
        doc_int(d, row, "year", t->rows[i].year);
        envelope_value(d, row, a, a->subject, t->rows[i].year, t->rows[i].total, t->rows[i].status);
        envelope_value(d, properties, a, a->subject, t->rows[i].year, t->rows[i].total,
                       t->rows[i].status);
    }
    q.groupby = 0;
    return envelope_coverage(d, a, &q, worker, why);
}

static enum err build(struct doc *d, struct answer *a, json_t *properties,
                      struct http_worker *worker, struct why *why)
{
    struct totals used = {0};
    envelope_open(d, a);
    json_t *facts = doc_object(d, d->root, "district");
    district_row(d, facts, a, a->subject, true);
    doc_text(d, facts, "code", a->catalog->districts[a->subject].code);
    enum err e = add_rows(d, a, properties, worker, &used, why);
    if (e == ERR_OK)
        e = add_sectors(d, a, worker, why);
    if (e == ERR_OK)
        e = add_years(d, a, worker, why);
    if (e == ERR_OK)
        e = add_rank(d, a, worker, why);
    envelope_close(d, a, used.used, used.used_count);
    return e;
}

static enum err write_feature(struct doc *d, const struct answer *a, json_t *properties,
                              struct http_worker *worker, struct http_reply *out, struct why *why)
{
    const char **shapes;
    enum err e =
        store_district_geojson(worker->db, a->catalog, &a->subject, 1, a->params.simplify_deg,
                               worker->deadline_ms, worker->arena, &shapes, why);
    return e == ERR_OK ? geojson_feature(d, properties, "district", shapes[0], &out->body) : e;
}

/* Its years, the month if one is asked, and the sectors of that time: one fact per line. What is
   summed over sectors has none, and its gas is the one that was asked for. */
static void add_lines(struct doc *d, const struct answer *a, json_t *lines, const char *part)
{
    const char *month = params_value(&a->params, PARAM_MONTH);
    json_t *rows = json_object_get(d->root, part);
    bool is_of_years = strcmp(part, "years") == 0;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        doc_text(d, row, "district", a->subject_text);
        if (!is_of_years)
            doc_int(d, row, "year", a->params.year_to);
        if (!is_of_years && month != NULL)
            doc_text(d, row, "month", month);
        if (json_object_get(row, "sector") == NULL) {
            doc_text(d, row, "gas", params_value(&a->params, PARAM_GAS));
            doc_text(d, row, "flow", params_value(&a->params, PARAM_FLOW));
        }
        doc_put(d, lines, NULL, json_incref(row));
    }
}

static enum err write_csv(struct doc *d, const struct answer *a, struct http_reply *out)
{
    static const char *const columns[] = {"district", "year", "month", "sector", "gas", "flow",
                                          "value",    "lo",   "hi",    "status", NULL};
    json_t *lines = doc_array(d, d->root, "lines");
    add_lines(d, a, lines, "years");
    if (a->params.month != 0)
        add_lines(d, a, lines, "rows");
    add_lines(d, a, lines, "sectors");
    return answer_csv(d, a, lines, columns, out);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct doc d;
    doc_init(&d);
    json_t *properties = json_object();
    district_row(&d, properties, a, a->subject, true);
    doc_text(&d, properties, "release", answer_release(a)->pinned);
    doc_text(&d, properties, "unit", envelope_unit(a));
    enum err e = build(&d, a, properties, worker, why);
    if (e == ERR_OK && a->params.format == FORMAT_GEOJSON)
        e = write_feature(&d, a, properties, worker, out, why);
    else if (e == ERR_OK && a->params.format == FORMAT_CSV)
        e = write_csv(&d, a, out);
    else if (e == ERR_OK)
        e = doc_write(&d, &out->body);
    json_decref(properties);
    doc_fini(&d);
    return e;
}

enum err district_plan(const struct http_request *r, const struct http_state *s,
                       struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/districts/",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_FLOW) |
                      PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) |
                      PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) |
                      PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) |
                      PARAM_BIT(PARAM_SIMPLIFY) | PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_DISTRICT,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
