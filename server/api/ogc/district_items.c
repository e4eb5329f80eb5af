/* /ogc/collections/districts/items and one of them. */
#include "api/district_page.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/ogc/items.h"
#include "store/store.h"

#define VALUE_PARAMS                                                                               \
    (OGC_ITEM_PARAMS | PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) |       \
     PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_PER) | PARAM_BIT(PARAM_SECTOR))

/* Rows with their unit and their year. */
static enum err add_rows(struct doc *d, json_t *rows, const struct answer *a,
                         const struct district_page *page, struct http_worker *worker,
                         struct why *why)
{
    struct totals_request q = {.params = &a->params,
                               .year_from = a->params.year_from,
                               .year_to = a->params.year_to,
                               .districts = page->districts,
                               .district_count = page->count};
    struct totals t;
    size_t i;
    json_t *row;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    district_page_rows(d, rows, a, page, &t);
    json_array_foreach(rows, i, row)
    {
        doc_text(d, row, "unit", envelope_unit(a));
        doc_int(d, row, "year", a->params.year_to);
    }
    envelope_close(d, a, t.used, t.used_count);
    return ERR_OK;
}

static enum err find(struct answer *a, struct http_worker *worker, struct district_page *page,
                     struct why *why)
{
    bool *is_in = NULL;
    enum err e = ERR_OK;
    if (a->subject >= 0) {
        *page = (struct district_page){.districts = &a->subject, .count = 1, .matched = 1};
        return ERR_OK;
    }
    if (a->params.has_bbox)
        e = store_districts_in_box(worker->db, a->catalog, a->params.bbox, worker->deadline_ms,
                                   worker->arena, &is_in, why);
    return e == ERR_OK ? district_page_read(&a->params, is_in, worker->arena, page) : e;
}

static enum err read_page(struct doc *d, json_t *rows, struct answer *a, struct http_worker *worker,
                          bool needs_shapes, struct ogc_page *out, struct why *why)
{
    struct district_page page;
    enum err e = find(a, worker, &page, why);
    if (e == ERR_OK)
        e = add_rows(d, rows, a, &page, worker, why);
    if (e != ERR_OK)
        return e;
    out->matched = page.matched;
    out->count = page.count;
    if (page.has_more)
        out->after = a->catalog->districts[page.districts[page.count - 1]].code;
    if (!needs_shapes || page.count == 0)
        return ERR_OK;
    return store_district_geojson_in(worker->db, a->catalog, page.districts, page.count,
                                     a->params.crs, worker->deadline_ms, worker->arena,
                                     &out->shapes, why);
}

static const struct ogc_features features = {
    .of = &ogc_districts, .id_key = "district", .item_params = VALUE_PARAMS, .read = read_page};

enum err ogc_district_items_plan(const struct http_request *r, const struct http_state *s,
                                 struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/districts/items",
        .rules = {.accepted = VALUE_PARAMS | OGC_LIST_PARAMS | PARAM_BIT(PARAM_LEVEL) |
                              PARAM_BIT(PARAM_PARENT),
                  .formats = OGC_ITEM_FORMATS,
                  .preferred = FORMAT_GEOJSON,
                  .is_ogc = true},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .about = &features,
        .run = ogc_items_run,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_district_item_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/districts/items/",
        .rules = {.accepted = VALUE_PARAMS,
                  .formats = OGC_ITEM_FORMATS,
                  .preferred = FORMAT_GEOJSON,
                  .is_ogc = true},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_DISTRICT,
        .has_links = true,
        .about = &features,
        .run = ogc_item_run,
    };
    return answer_plan(r, s, &kind, out, why);
}
