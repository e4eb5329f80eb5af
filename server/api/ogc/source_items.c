/* /ogc/collections/sources/items and one of them.
 *
 * A feature is a source and one of its gases, so its id is the row's number, not the code. There is
 * no numberMatched: counting would read all of them for every page (decision 0021).
 */
#include <stdlib.h>
#include <string.h>

#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/ogc/ogc.h"
#include "api/source_choice.h"
#include "api/source_row.h"

static enum err find(const struct answer *a, int64_t after, int limit, struct http_worker *worker,
                     struct source_row **sources, int *count, struct why *why)
{
    struct source_filter filter;
    enum err e = source_choice_filter(a, worker->arena, &filter);
    filter.after_id = after;
    filter.limit = limit;
    return e == ERR_OK ? store_sources(worker->db, a->catalog, &filter, worker->deadline_ms,
                                       worker->arena, sources, count, why)
                       : e;
}

static enum err add_rows(struct doc *d, json_t *rows, const struct answer *a,
                         const struct source_row *sources, int count, struct arena *arena)
{
    int *used, used_count;
    enum err e = source_row_used(a, sources, count, arena, &used, &used_count);
    for (int i = 0; e == ERR_OK && i < count; i++) {
        json_t *row = doc_object(d, rows, NULL);
        doc_int(d, row, "id", sources[i].id);
        source_row_brief(d, row, a, &sources[i]);
    }
    if (e == ERR_OK)
        envelope_close(d, a, used, used_count);
    return e;
}

static enum err write_page(struct doc *d, const json_t *rows, const struct source_row *sources,
                           int count, struct arena *arena, struct http_reply *out)
{
    const char **points = arena_alloc(arena, (size_t)count + 1, sizeof *points);
    if (points == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++)
        points[i] = source_row_point(&sources[i], arena);
    return geojson_collection(d, rows, "id", points, &out->body);
}

/* One more than the page is asked for: it says whether there is a next one. */
static enum err build(struct doc *d, struct answer *a, struct http_worker *worker,
                      struct http_reply *out, struct why *why)
{
    struct source_row *sources;
    int count, limit = a->params.limit;
    if (limit >= SOURCE_CHOICE_PAGE_MAX)
        limit = SOURCE_CHOICE_PAGE_MAX - 1;
    enum err e = find(a, a->params.after != NULL ? strtoll(a->params.after, NULL, 10) : 0,
                      limit + 1, worker, &sources, &count, why);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    json_t *links = ogc_links(d, a, OGC_GEOJSON);
    ogc_link(d, links, a, "/ogc/collections/sources", "collection", OGC_JSON, "Point sources");
    if (count > limit) {
        count = limit;
        ogc_next(d, links, a,
                 arena_printf(a->params.arena, "%lld", (long long)sources[count - 1].id));
    }
    doc_int(d, d->root, "numberReturned", count);
    json_t *rows = doc_array(d, d->root, "rows");
    e = add_rows(d, rows, a, sources, count, worker->arena);
    return e == ERR_OK ? write_page(d, rows, sources, count, worker->arena, out) : e;
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

static bool is_id(const char *text)
{
    size_t len = strlen(text);
    return len >= 1 && len <= 15 && text[0] != '0' && strspn(text, "0123456789") == len;
}

static enum err run_item(struct answer *a, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    struct source_row *sources;
    int count = 0;
    int64_t id = is_id(a->subject_text) ? strtoll(a->subject_text, NULL, 10) : 0;
    enum err e = id > 0 ? find(a, id - 1, 1, worker, &sources, &count, why) : ERR_OK;
    if (e == ERR_OK && (count == 0 || sources[0].id != id)) {
        e = why_set(why, ERR_NOT_FOUND, "source", "no feature has this id");
        why_allow(why, "an id of /ogc/collections/sources/items");
    }
    if (e != ERR_OK)
        return e;
    struct doc d;
    out->content_type = OGC_GEOJSON;
    doc_init(&d);
    envelope_open(&d, a);
    json_t *links = ogc_links(&d, a, OGC_GEOJSON);
    ogc_link(&d, links, a, "/ogc/collections/sources", "collection", OGC_JSON, "Point sources");
    json_t *rows = doc_array(&d, d.root, "rows");
    e = add_rows(&d, rows, a, sources, 1, worker->arena);
    if (e == ERR_OK)
        e = geojson_feature_alone(&d, json_array_get(rows, 0), "id",
                                  source_row_point(&sources[0], worker->arena), &out->body);
    doc_fini(&d);
    return e;
}

static enum err check(struct answer *a, struct why *why)
{
    if (a->params.after != NULL && !is_id(a->params.after)) {
        why_allow(why, "what the link \"next\" says");
        return why_set(why, ERR_INPUT, "after", "it is no key of a page");
    }
    return source_choice_settle(a, why);
}

enum err ogc_source_items_plan(const struct http_request *r, const struct http_state *s,
                               struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/sources/items",
        .rules = {.accepted = OGC_SOURCE_VALUES | PARAM_BIT(PARAM_AFTER) | PARAM_BIT(PARAM_BBOX) |
                              PARAM_BIT(PARAM_DISTRICT) | PARAM_BIT(PARAM_GAS) |
                              PARAM_BIT(PARAM_LIMIT) | PARAM_BIT(PARAM_OPERATOR) |
                              PARAM_BIT(PARAM_Q) | PARAM_BIT(PARAM_SECTOR),
                  .formats = 1u << FORMAT_GEOJSON,
                  .preferred = FORMAT_GEOJSON,
                  .is_ogc = true},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .check = check,
        .run = run_items,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_source_item_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/sources/items/",
        .rules = {.accepted = OGC_SOURCE_VALUES,
                  .formats = 1u << FORMAT_GEOJSON,
                  .preferred = FORMAT_GEOJSON},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_SOURCE,
        .has_links = true,
        .check = source_choice_settle,
        .run = run_item,
    };
    return answer_plan(r, s, &kind, out, why);
}
