/* /ogc/collections/districts/items and one of them. */
#include "api/district_page.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/ogc/ogc.h"
#include "store/store.h"

/* Rows with their unit, and their shapes as stored. */
static enum err add_rows(struct doc *d, json_t *rows, const struct answer *a,
                         const struct district_page *page, struct http_worker *worker,
                         const char ***shapes, struct why *why)
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
    *shapes = NULL;
    return page->count == 0
               ? ERR_OK
               : store_district_geojson(worker->db, a->catalog, page->districts, page->count, 0,
                                        worker->deadline_ms, worker->arena, shapes, why);
}

static enum err build(struct doc *d, struct answer *a, struct http_worker *worker,
                      struct http_reply *out, struct why *why)
{
    struct district_page page;
    bool *is_in = NULL;
    const char **shapes;
    enum err e = ERR_OK;
    if (a->params.has_bbox)
        e = store_districts_in_box(worker->db, a->catalog, a->params.bbox, worker->deadline_ms,
                                   worker->arena, &is_in, why);
    if (e == ERR_OK)
        e = district_page_read(&a->params, is_in, worker->arena, &page);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    json_t *links = ogc_links(d, a, OGC_GEOJSON);
    ogc_link(d, links, a, "/ogc/collections/districts", "collection", OGC_JSON, "Districts");
    if (page.has_more)
        ogc_next(d, links, a, a->catalog->districts[page.districts[page.count - 1]].code);
    doc_int(d, d->root, "numberMatched", page.matched);
    doc_int(d, d->root, "numberReturned", page.count);
    json_t *rows = doc_array(d, d->root, "rows");
    e = add_rows(d, rows, a, &page, worker, &shapes, why);
    return e == ERR_OK ? geojson_collection(d, rows, "district", shapes, &out->body) : e;
}

static enum err run_items(struct answer *a, struct http_worker *worker, struct http_reply *out,
                          struct why *why)
{
    struct doc d;
    out->content_type = OGC_GEOJSON;
    doc_init(&d);
    enum err e = build(&d, a, worker, out, why);
    doc_fini(&d);
    return e;
}

static enum err run_item(struct answer *a, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    struct district_page page = {.districts = &a->subject, .count = 1, .matched = 1};
    const char **shapes;
    struct doc d;
    out->content_type = OGC_GEOJSON;
    doc_init(&d);
    envelope_open(&d, a);
    json_t *links = ogc_links(&d, a, OGC_GEOJSON);
    ogc_link(&d, links, a, "/ogc/collections/districts", "collection", OGC_JSON, "Districts");
    json_t *rows = doc_array(&d, d.root, "rows");
    enum err e = add_rows(&d, rows, a, &page, worker, &shapes, why);
    if (e == ERR_OK)
        e = geojson_feature_alone(&d, json_array_get(rows, 0), "district", shapes[0], &out->body);
    doc_fini(&d);
    return e;
}

enum err ogc_district_items_plan(const struct http_request *r, const struct http_state *s,
                                 struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/districts/items",
        .rules = {.accepted = OGC_DISTRICT_VALUES | PARAM_BIT(PARAM_AFTER) | PARAM_BIT(PARAM_BBOX) |
                              PARAM_BIT(PARAM_LEVEL) | PARAM_BIT(PARAM_LIMIT) |
                              PARAM_BIT(PARAM_PARENT) | PARAM_BIT(PARAM_Q),
                  .formats = 1u << FORMAT_GEOJSON,
                  .preferred = FORMAT_GEOJSON,
                  .is_ogc = true},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .run = run_items,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_district_item_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/districts/items/",
        .rules = {.accepted = OGC_DISTRICT_VALUES,
                  .formats = 1u << FORMAT_GEOJSON,
                  .preferred = FORMAT_GEOJSON},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_DISTRICT,
        .has_links = true,
        .run = run_item,
    };
    return answer_plan(r, s, &kind, out, why);
}
