#include "api/emissions_area.h"

#include <math.h>

#include "api/answer_csv.h"
#include "api/drawn.h"
#include "api/emissions_row.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/measure.h"

#define SHAPE_MAX_BYTES ((size_t)16 << 20) /* 200 000 positions of 44 bytes are 9 MB */

struct area_answer {
    const struct answer *answer;
    const struct drawn *drawn;
    struct totals_request request;
    struct measured measured;
    struct totals_matches matches;
    struct totals totals;
    struct http_worker *worker;
    struct why *why;
};

static bool is_by_feature(const struct answer *a)
{
    return (a->params.groupby & GROUP_FEATURE) != 0;
}

/* ---- the rows ---- */

static void add_feature(struct doc *d, json_t *to, const struct area_answer *x, int area)
{
    const char *id = x->drawn->areas[area].id;
    doc_int(d, to, "feature", area);
    if (id != NULL) /* read once already, so it reads again; else the document fails */
        doc_put(d, to, "id", json_loads(id, JSON_DECODE_ANY, NULL));
}

static void add_value(struct doc *d, json_t *row, const struct area_answer *x,
                      const struct totals_row *t)
{
    double km2 = x->measured.km2[t->district];
    struct interval per = t->total;
    if (x->answer->params.per == PER_KM2) {
        per.value /= km2;
        per.lo /= km2;
        per.hi /= km2;
    }
    envelope_interval(d, row, x->answer, per);
    doc_text(d, row, "status", t->status);
    if (x->answer->params.per == PER_KM2)
        doc_number(d, row, "denominator", km2);
}

static json_t *add_rows(struct doc *d, const struct area_answer *x)
{
    json_t *rows = doc_array(d, d->root, "rows");
    for (int i = 0; i < x->totals.row_count; i++) {
        const struct totals_row *t = &x->totals.rows[i];
        json_t *row = doc_object(d, rows, NULL);
        if (is_by_feature(x->answer))
            add_feature(d, row, x, t->district);
        emissions_row_keys(d, row, x->answer, t);
        add_value(d, row, x, t);
    }
    return rows;
}

/* ---- what the areas are, and where their mass comes from ---- */

static void add_split(struct doc *d, json_t *to, const struct area_answer *x,
                      const struct totals_split *s)
{
    double tonnes = unit_tonnes(x->answer->params.unit);
    doc_number(d, to, "grid", s->grid / tonnes);
    doc_number(d, to, "points", s->points / tonnes);
    doc_number(d, to, "unallocated", s->unallocated / tonnes);
    doc_number(d, to, "cut_share", s->gross > 0 ? s->gross_cut / s->gross : NAN);
    if (x->answer->params.month != 0)
        doc_number(d, to, "yearly_only", s->yearly_only / tonnes);
}

static bool is_nothing(const struct totals_split *s)
{
    return s->grid == 0 && s->points == 0 && s->unallocated == 0 && s->yearly_only == 0;
}

/* Masses of different gases have no sum: a split for each. */
static enum err add_splits(struct doc *d, json_t *to, const struct area_answer *x, int area,
                           struct totals_split *splits)
{
    const struct catalog *c = x->answer->catalog;
    bool is_by_gas = x->answer->params.gas == SELECTION_ALL_GASES;
    enum err e =
        totals_split(&x->request, &x->matches, area, x->measured.cut, is_by_gas, splits, x->why);
    if (e != ERR_OK)
        return e;
    if (!is_by_gas) {
        add_split(d, to, x, splits);
        return ERR_OK;
    }
    json_t *by_gas = doc_object(d, to, "by_gas");
    for (int gas = 0; gas < c->gas_count; gas++) {
        if (!is_nothing(&splits[gas]))
            add_split(d, doc_object(d, by_gas, c->gases[gas].code), x, &splits[gas]);
    }
    return ERR_OK;
}

static enum err add_areas(struct doc *d, const struct area_answer *x)
{
    json_t *list = is_by_feature(x->answer) ? doc_array(d, d->root, "areas") : NULL;
    struct totals_split *splits =
        arena_alloc(x->worker->arena, (size_t)x->answer->catalog->gas_count + 1, sizeof *splits);
    enum err e = splits == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (int area = 0; area < x->drawn->count && e == ERR_OK; area++) {
        const struct shape *s = &x->drawn->areas[area].shape;
        struct shape_box box = shape_box(s);
        json_t *to = list != NULL ? doc_object(d, list, NULL) : doc_object(d, d->root, "area");
        if (list != NULL)
            add_feature(d, to, x, area);
        doc_number(d, to, "area_km2", x->measured.km2[area]);
        doc_bbox(d, to, "bbox", box.west, box.south, box.east, box.north);
        doc_int(d, to, "positions", (long long)s->count);
        doc_text(d, to, "unit", unit_word(x->answer->params.unit));
        e = add_splits(d, to, x, area, splits);
    }
    return e;
}

/* ---- the answer ---- */

static enum err write_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                          struct http_reply *out)
{
    const char *columns[EMISSIONS_COLUMNS_MAX];
    int n = 0;
    if (is_by_feature(a)) {
        columns[n++] = "feature";
        columns[n++] = "id";
    }
    emissions_row_columns(a, columns + n);
    return answer_csv(d, a, rows, columns, out);
}

/* Each area as text, once, however many rows are about it. */
static enum err list_shapes(const struct area_answer *x, const char ***out)
{
    struct arena *arena = x->worker->arena;
    const char **list = arena_alloc(arena, (size_t)x->drawn->count + 1, sizeof *list);
    if (list == NULL)
        return ERR_NO_MEMORY;
    struct buf text;
    enum err e = ERR_OK;
    buf_init(&text, SHAPE_MAX_BYTES);
    for (int i = 0; i < x->drawn->count && e == ERR_OK; i++) {
        buf_reset(&text);
        e = geojson_shape(&x->drawn->areas[i].shape, &text);
        list[i] = e == ERR_OK ? arena_strndup(arena, text.data, text.len) : NULL;
        if (e == ERR_OK && list[i] == NULL)
            e = ERR_NO_MEMORY;
    }
    buf_fini(&text);
    *out = list;
    return e;
}

/* A feature for each row: the area that was sent, with the numbers as its properties. */
static enum err write_geojson(const struct doc *d, const struct area_answer *x, const json_t *rows,
                              struct http_reply *out)
{
    const char **of_area;
    const char **of_row =
        arena_alloc(x->worker->arena, (size_t)x->totals.row_count + 1, sizeof *of_row);
    enum err e = of_row == NULL ? ERR_NO_MEMORY : list_shapes(x, &of_area);
    if (e != ERR_OK)
        return e;
    for (int i = 0; i < x->totals.row_count; i++)
        of_row[i] = of_area[x->totals.rows[i].district];
    e = geojson_collection(d, rows, "id", of_row, &out->body);
    if (e != ERR_TOO_LARGE)
        return e;
    why_allow(x->why, "format=json, fewer keys in groupby, or fewer positions");
    return why_set(x->why, e, "format", "every row repeats its area, and that is too much");
}

static enum err write(struct doc *d, struct area_answer *x, struct http_reply *out)
{
    const struct answer *a = x->answer;
    envelope_open(d, a);
    json_t *rows = add_rows(d, x);
    enum err e = add_areas(d, x);
    envelope_close(d, a, x->totals.used, x->totals.used_count);
    if (e != ERR_OK)
        return e;
    switch (a->params.format) {
    case FORMAT_CSV:
        return write_csv(d, a, rows, out);
    case FORMAT_GEOJSON:
        return write_geojson(d, x, rows, out);
    default:
        return doc_write(d, &out->body);
    }
}

static enum err list_areas(struct area_answer *x)
{
    int *numbers = arena_alloc(x->worker->arena, (size_t)x->drawn->count, sizeof *numbers);
    if (numbers == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < x->drawn->count; i++)
        numbers[i] = i;
    const struct params *p = &x->answer->params;
    x->request = (struct totals_request){
        .params = p,
        .year_from = p->year_from,
        .year_to = p->year_to,
        .districts = numbers,
        .district_count = x->drawn->count,
        .groupby = p->groupby & ~(unsigned)(GROUP_DISTRICT | GROUP_FEATURE),
    };
    return ERR_OK;
}

static enum err compute(struct area_answer *x)
{
    int *fields, count;
    enum err e = list_areas(x);
    if (e == ERR_OK)
        e = totals_fields(&x->request, x->worker, &fields, &count, x->why);
    if (e == ERR_OK)
        e = measure(x->answer->catalog, x->drawn, fields, count, x->worker, &x->measured, x->why);
    if (e != ERR_OK)
        return e;
    x->request.given = x->measured.masses;
    x->request.given_count = x->measured.count;
    e = totals_matches(&x->request, x->worker, &x->matches, x->why);
    if (e == ERR_OK)
        e = totals_compute(&x->request, x->worker, &x->totals, x->why);
    return e == ERR_OK
               ? emissions_row_limit(&x->totals, "fewer keys in groupby, or fewer years", x->why)
               : e;
}

enum err emissions_area_run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                            struct why *why)
{
    struct drawn drawn;
    enum err e = a->body != NULL ? drawn_read(a->body, a->body_len, is_by_feature(a), worker->arena,
                                              &drawn, why)
                                 : drawn_box(a->params.bbox, worker->arena, &drawn, why);
    if (e != ERR_OK)
        return e;
    struct area_answer x = {.answer = a, .drawn = &drawn, .worker = worker, .why = why};
    struct doc d;
    doc_init(&d);
    e = compute(&x);
    if (e == ERR_OK)
        e = write(&d, &x, out);
    doc_fini(&d);
    drawn_fini(&drawn);
    return e;
}

enum err emissions_area_check(struct answer *a, struct why *why)
{
    const struct params *p = &a->params;
    if (p->per != PER_CAPITA && p->per != PER_GDP)
        return ERR_OK;
    enum err e = why_set(why, ERR_INPUT, "per", "a drawn area has no population or product known");
    why_allow(why, "km2");
    return e;
}

enum err emissions_area_plan(const struct http_request *r, const struct http_state *s,
                             struct http_plan *out, struct why *why)
{
    static const struct answer_kind drawn = {
        .path = "/v1/emissions",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) |
                      PARAM_BIT(PARAM_GROUPBY) | PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) |
                      PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_PER) |
                      PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_UNIT) |
                      PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV,
                  .has_year_range = true,
                  .has_features = true},
        .scope = SCOPE_RELEASE,
        .has_body = true,
        .check = emissions_area_check,
        .run = emissions_area_run,
    };
    return answer_plan(r, s, &drawn, out, why);
}
