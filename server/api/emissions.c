/* /v1/emissions: the table behind every map; a selection summed over districts, grouped. */
#include "api/answer.h"
#include <math.h>

#include "api/answer_csv.h"
#include "api/district_list.h"
#include "api/emissions_area.h"
#include "api/emissions_row.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "geo/sum.h"
#include "inventory/scope.h"
#include "store/store.h"

static void add_row(struct doc *d, json_t *rows, const struct answer *a, const struct totals_row *t)
{
    json_t *row = doc_object(d, rows, NULL);
    if (a->params.groupby & GROUP_DISTRICT)
        doc_text(d, row, "district", a->catalog->districts[t->district].code);
    emissions_row_keys(d, row, a, t);
    int year = t->year != 0 ? t->year : a->params.year_to;
    envelope_value(d, row, a, t->district, year, t->total, t->status);
}

static enum err write_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                          struct http_reply *out)
{
    const char *columns[EMISSIONS_COLUMNS_MAX];
    int n = 0;
    if (a->params.groupby & GROUP_DISTRICT)
        columns[n++] = "district";
    emissions_row_columns(a, columns + n);
    return answer_csv(d, a, rows, columns, out);
}

/* One feature per row; a district's shape is fetched once and shown with each of its rows. */
static enum err write_geojson(const struct doc *d, const struct answer *a, const json_t *rows,
                              const struct totals_request *q, const struct totals *t,
                              struct http_worker *worker, struct http_reply *out, struct why *why)
{
    const char **of_district = NULL;
    const char **of_row = arena_alloc(worker->arena, (size_t)t->row_count + 1, sizeof *of_row);
    if (of_row == NULL)
        return ERR_NO_MEMORY;
    if (t->row_count > 0) {
        enum err e = store_district_geojson(worker->db, a->catalog, q->districts, q->district_count,
                                            a->params.simplify_deg, worker->deadline_ms,
                                            worker->arena, &of_district, why);
        if (e != ERR_OK)
            return e;
    }
    for (int i = 0, at = 0; i < t->row_count; i++) {
        while (q->districts[at] != t->rows[i].district)
            at++;
        of_row[i] = of_district[at];
    }
    return geojson_collection(d, rows, "district", of_row, &out->body);
}

/* Where the mass of some rows comes from. @param gas  catalog index; -1 = whatever it is. */
static void add_split(struct doc *d, json_t *to, const struct answer *a, const struct totals *t,
                      int gas)
{
    struct sum grid = {0}, points = {0}, nowhere = {0};
    double tonnes = unit_tonnes(a->params.unit);
    for (int i = 0; i < t->row_count; i++) {
        const struct totals_row *r = &t->rows[i];
        if (gas >= 0 && r->gas != gas)
            continue;
        sum_add(&grid, r->grid);
        sum_add(&points, r->points);
        sum_add(&nowhere, r->nowhere);
    }
    doc_number(d, to, "grid", sum_value(grid) / tonnes);
    doc_number(d, to, "points", sum_value(points) / tonnes);
    doc_number(d, to, "unallocated", sum_value(nowhere) / tonnes);
}

/* Of the one district that all rows are about. */
static void add_area(struct doc *d, const struct answer *a, const struct totals *t)
{
    const struct catalog *c = a->catalog;
    int district = a->params.district;
    json_t *area = doc_object(d, d->root, "area");
    doc_number(d, area, "area_km2", district < 0 ? NAN : c->districts[district].area_km2);
    doc_text(d, area, "unit", unit_word(a->params.unit));
    if (a->params.gas != SELECTION_ALL_GASES) {
        add_split(d, area, a, t, -1);
        return;
    }
    json_t *by_gas = doc_object(d, area, "by_gas");
    for (int gas = 0; gas < c->gas_count; gas++) {
        bool has_rows = false;
        for (int i = 0; i < t->row_count && !has_rows; i++)
            has_rows = t->rows[i].gas == gas;
        if (has_rows)
            add_split(d, doc_object(d, by_gas, c->gases[gas].code), a, t, gas);
    }
}

static enum err build(struct doc *d, struct answer *a, const struct totals_request *q,
                      struct http_worker *worker, struct http_reply *out, struct why *why)
{
    struct totals t;
    enum err e = totals_compute(q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    e = emissions_row_limit(&t, "fewer keys in groupby, fewer years or a higher level", why);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    json_t *rows = doc_array(d, d->root, "rows");
    for (int i = 0; i < t.row_count; i++)
        add_row(d, rows, a, &t.rows[i]);
    if (!(a->params.groupby & GROUP_DISTRICT))
        add_area(d, a, &t);
    e = envelope_coverage(d, a, q, worker, why);
    envelope_close(d, a, t.used, t.used_count);
    if (e != ERR_OK)
        return e;
    if (a->params.format == FORMAT_CSV)
        return write_csv(d, a, rows, out);
    if (a->params.format == FORMAT_GEOJSON)
        return write_geojson(d, a, rows, q, &t, worker, out, why);
    return doc_write(d, &out->body);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    const struct params *p = &a->params;
    int *districts, count;
    if (p->has_bbox)
        return emissions_area_run(a, worker, out, why);
    enum err e = district_list(p, worker->arena, &districts, &count);
    if (e != ERR_OK)
        return e;
    struct totals_request q = {.params = p,
                               .year_from = p->year_from,
                               .year_to = p->year_to,
                               .districts = districts,
                               .district_count = count,
                               .groupby = p->groupby & ~(unsigned)GROUP_DISTRICT};
    struct doc d;
    doc_init(&d);
    e = build(&d, a, &q, worker, out, why);
    doc_fini(&d);
    return e;
}

static enum err refuse(struct why *why, enum param_id id, const char *rule, const char *allowed)
{
    enum err e = why_set(why, ERR_INPUT, params_name(id), "%s", rule);
    why_allow(why, "%s", allowed);
    return e;
}

/* A box is a place of its own, no choice among districts. */
static enum err check_box(struct answer *a, struct why *why)
{
    const struct params *p = &a->params;
    if (p->district >= 0 || p->level >= 0 || (p->groupby & GROUP_DISTRICT))
        return refuse(why, PARAM_BBOX, "a box is asked about as a whole, not by district",
                      "bbox without district, level and groupby=district");
    return emissions_area_check(a, why);
}

static enum err check(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    if (p->has_bbox)
        return check_box(a, why);
    bool is_by_district = (p->groupby & GROUP_DISTRICT) != 0;
    if (p->district < 0)
        p->district = scope_country(a->catalog, p->release);
    if (p->level >= 0 && !is_by_district)
        return refuse(why, PARAM_LEVEL, "a level chooses among districts to group by",
                      "groupby with district");
    if (p->format == FORMAT_GEOJSON && !is_by_district) {
        if (!p->is_negotiated)
            return refuse(why, PARAM_FORMAT, "only rows of districts have a shape",
                          "groupby with district, or json, csv");
        p->format = FORMAT_JSON;
    }
    return ERR_OK;
}

enum err emissions_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/emissions",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BBOX) | PARAM_BIT(PARAM_BOUNDARIES) |
                      PARAM_BIT(PARAM_DISTRICT) | PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) |
                      PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GROUPBY) | PARAM_BIT(PARAM_GWP) |
                      PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LEVEL) | PARAM_BIT(PARAM_LULUCF) |
                      PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_PER) | PARAM_BIT(PARAM_RELEASE) |
                      PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_SIMPLIFY) | PARAM_BIT(PARAM_UNIT) |
                      PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV,
                  .has_year_range = true},
        .scope = SCOPE_RELEASE,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
