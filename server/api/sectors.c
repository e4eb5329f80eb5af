/* /v1/sectors: the sector list; /v1/sectors/{code}: one sector by year and by region. */
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/sectors_foreign.h"
#include "inventory/scope.h"

static bool has_data(const struct answer *a, int sector)
{
    if (a->params.release < 0)
        return true;
    const struct release *r = answer_release(a);
    for (int i = 0; i < r->slice_count; i++) {
        int of = a->catalog->slices[r->first_slice + i].sector;
        if (catalog_sector_within(a->catalog, of, sector))
            return true;
    }
    return false;
}

static bool is_leaf(const struct catalog *c, int sector)
{
    for (int i = 0; i < c->sector_count; i++) {
        if (c->sectors[i].parent == sector)
            return false;
    }
    return true;
}

static void add_sector(struct doc *d, json_t *o, const struct answer *a, int index)
{
    const struct sector *s = &a->catalog->sectors[index];
    doc_text(d, o, "code", s->code);
    if (s->parent >= 0)
        doc_text(d, o, "parent", a->catalog->sectors[s->parent].code);
    else
        doc_null(d, o, "parent");
    doc_text(d, o, "name", doc_name(s->name, a->params.lang));
    doc_bool(d, o, "lulucf", s->is_lulucf);
    doc_bool(d, o, "memo", s->is_memo);
    doc_bool(d, o, "leaf", is_leaf(a->catalog, index));
}

static bool is_of_scheme(const struct sector *s, const char *scheme)
{
    size_t len = strlen(scheme);
    return strncmp(s->code, scheme, len) == 0 && s->code[len] == ':';
}

static enum err run_list(struct answer *a, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    (void)worker, (void)why;
    static const char *const columns[] = {"code", "parent", "name", "lulucf", "memo", "leaf", NULL};
    const char *scheme = params_value(&a->params, PARAM_SCHEME);
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "scheme", scheme);
    json_t *list = doc_array(&d, d.root, "sectors");
    bool is_map = a->params.release < 0 && sectors_have_foreign(a->catalog, scheme);
    if (is_map)
        sectors_add_foreign(&d, list, a->catalog, scheme, a->params.lang);
    for (int i = 0; !is_map && i < a->catalog->sector_count; i++) {
        if (is_of_scheme(&a->catalog->sectors[i], scheme) && has_data(a, i))
            add_sector(&d, doc_object(&d, list, NULL), a, i);
    }
    enum err e = is_map && a->params.format == FORMAT_CSV
                     ? sectors_foreign_csv(&d, list, &out->body)
                     : answer_list(&d, a, list, columns, out);
    doc_fini(&d);
    return e;
}

static void add_years(struct doc *d, const struct answer *a, const struct totals *t)
{
    json_t *list = doc_array(d, d->root, "years");
    for (int i = 0; i < t->row_count; i++) {
        json_t *row = doc_object(d, list, NULL);
        doc_int(d, row, "year", t->rows[i].year);
        envelope_interval(d, row, a, t->rows[i].total);
        doc_text(d, row, "status", t->rows[i].status);
    }
}

static void add_regions(struct doc *d, const struct answer *a, const struct totals *t)
{
    json_t *list = doc_array(d, d->root, "districts");
    for (int i = 0; i < t->row_count; i++) {
        const struct district *district = &a->catalog->districts[t->rows[i].district];
        json_t *row = doc_object(d, list, NULL);
        doc_text(d, row, "district", district->code);
        doc_text(d, row, "name", doc_name(district->name, a->params.lang));
        envelope_interval(d, row, a, t->rows[i].total);
        doc_text(d, row, "status", t->rows[i].status);
    }
}

static enum err sum_years(struct doc *d, const struct answer *a, struct http_worker *worker,
                          struct why *why)
{
    int country = scope_country(a->catalog, a->params.release);
    struct totals_request q = {.params = &a->params,
                               .year_from = 0,
                               .year_to = 9999,
                               .districts = &country,
                               .district_count = 1,
                               .groupby = GROUP_YEAR};
    struct totals t;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e == ERR_OK)
        add_years(d, a, &t);
    return e;
}

static enum err sum_regions(struct doc *d, const struct answer *a, struct http_worker *worker,
                            struct why *why)
{
    const struct catalog *c = a->catalog;
    int *regions = arena_alloc(worker->arena, (size_t)c->district_count + 1, sizeof *regions);
    if (regions == NULL)
        return ERR_NO_MEMORY;
    struct totals_request q = {.params = &a->params,
                               .year_from = a->params.year_from,
                               .year_to = a->params.year_to,
                               .districts = regions};
    for (int i = 0; i < c->district_count; i++) {
        if (c->districts[i].level == 1 && scope_has(c, a->params.release, i))
            regions[q.district_count++] = i;
    }
    struct totals t;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    add_regions(d, a, &t);
    e = envelope_coverage(d, a, &q, worker, why);
    if (e == ERR_OK)
        envelope_close(d, a, t.used, t.used_count);
    return e;
}

/* Every fact is a sector's in a district and a year: the country's years, the year's regions. */
static enum err write_csv(struct doc *d, const struct answer *a, struct http_reply *out)
{
    static const char *const columns[] = {"sector", "district", "year",   "value",
                                          "lo",     "hi",       "status", NULL};
    int country = scope_country(a->catalog, a->params.release);
    json_t *rows = json_object_get(d->root, "years");
    json_t *regions = json_object_get(d->root, "districts");
    for (size_t i = 0; i < json_array_size(rows) && country >= 0; i++)
        doc_text(d, json_array_get(rows, i), "district", a->catalog->districts[country].code);
    for (size_t i = 0; i < json_array_size(regions); i++)
        doc_int(d, json_array_get(regions, i), "year", a->params.year_to);
    if (json_array_extend(rows, regions) != 0)
        d->failed = true;
    for (size_t i = 0; i < json_array_size(rows); i++)
        doc_text(d, json_array_get(rows, i), "sector", a->subject_text);
    return answer_csv(d, a, rows, columns, out);
}

static enum err run_one(struct answer *a, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    struct doc d;
    doc_init(&d);
    envelope_open(&d, a);
    add_sector(&d, doc_object(&d, d.root, "sector"), a, a->subject);
    enum err e = sum_years(&d, a, worker, why);
    if (e == ERR_OK)
        e = sum_regions(&d, a, worker, why);
    if (e == ERR_OK)
        e = a->params.format == FORMAT_CSV ? write_csv(&d, a, out) : doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

/* The sector of the path is the selection. */
static enum err check_one(struct answer *a, struct why *why)
{
    (void)why;
    a->params.sectors = &a->subject;
    a->params.sector_count = 1;
    return ERR_OK;
}

enum err sectors_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/sectors",
        .rules = {.accepted = PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG) |
                              PARAM_BIT(PARAM_SCHEME) | PARAM_BIT(PARAM_RELEASE),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV,
                  .is_release_optional = true},
        .scope = SCOPE_CATALOG,
        .run = run_list,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err sector_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/sectors/",
        .rules = {.accepted = PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_RELEASE) |
                              PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_YEAR) | PARAM_BIT(PARAM_GAS) |
                              PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_FLOW) |
                              PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_UNIT),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_SECTOR,
        .check = check_one,
        .run = run_one,
    };
    return answer_plan(r, s, &kind, out, why);
}
