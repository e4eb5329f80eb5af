/* /ogc/collections/sources/items and one of them.
 *
 * A feature is a source and one of its gases, so its id is the row's number, not the code.
 */
#include <stdlib.h>
#include <string.h>

#include "api/endpoints.h"
#include "api/ogc/items.h"
#include "api/envelope.h"
#include "api/source_choice.h"
#include "api/source_row.h"

static bool is_id(const char *text)
{
    size_t len = strlen(text);
    return len >= 1 && len <= 15 && text[0] != '0' && strspn(text, "0123456789") == len;
}

static enum err find_page(const struct answer *a, struct http_worker *worker,
                          struct source_row **sources, struct ogc_page *out, struct why *why)
{
    struct source_filter filter;
    int64_t matched = 0, behind = 0;
    enum err e = source_choice_filter(a, worker->arena, &filter);
    filter.after_id = a->params.after != NULL ? strtoll(a->params.after, NULL, 10) : 0;
    if (e == ERR_OK)
        e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                          sources, &out->count, why);
    if (e == ERR_OK)
        e = store_sources_count(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                                &matched, &behind, why);
    out->matched = matched;
    if (e == ERR_OK && behind > out->count && out->count > 0) {
        int64_t last = (*sources)[out->count - 1].id;
        out->after = arena_printf(worker->arena, "%lld", (long long)last);
        e = out->after == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    return e;
}

static enum err find_one(const struct answer *a, struct http_worker *worker,
                         struct source_row **sources, struct ogc_page *out, struct why *why)
{
    struct source_filter filter;
    int64_t id = is_id(a->subject_text) ? strtoll(a->subject_text, NULL, 10) : 0;
    enum err e = source_choice_filter(a, worker->arena, &filter);
    filter.after_id = id - 1;
    filter.limit = 1;
    if (e == ERR_OK && id > 0)
        e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                          sources, &out->count, why);
    if (e != ERR_OK || (out->count == 1 && (*sources)[0].id == id))
        return e;
    why_allow(why, "an id of /ogc/collections/sources/items");
    return why_set(why, ERR_NOT_FOUND, "source", "no feature has this id");
}

static enum err add_rows(struct doc *d, json_t *rows, const struct answer *a,
                         const struct source_row *sources, int count, struct arena *arena)
{
    int *used, used_count;
    enum err e = source_row_used(a, sources, count, arena, &used, &used_count);
    for (int i = 0; e == ERR_OK && sources != NULL && i < count; i++) {
        json_t *row = doc_object(d, rows, NULL);
        doc_int(d, row, "id", sources[i].id);
        source_row_brief(d, row, a, &sources[i]);
    }
    if (e == ERR_OK)
        envelope_close(d, a, used, used_count);
    return e;
}

static enum err add_points(const struct source_row *sources, int count, struct arena *arena,
                           const char ***out)
{
    *out = arena_alloc(arena, (size_t)count + 1, sizeof **out);
    for (int i = 0; *out != NULL && i < count; i++) {
        (*out)[i] = source_row_point(&sources[i], arena);
        if ((*out)[i] == NULL)
            return ERR_NO_MEMORY;
    }
    return *out == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err read_page(struct doc *d, json_t *rows, struct answer *a, struct http_worker *worker,
                          bool needs_shapes, struct ogc_page *out, struct why *why)
{
    struct source_row *sources = NULL;
    bool is_one = a->kind->subject == SUBJECT_SOURCE;
    enum err e = (is_one ? find_one : find_page)(a, worker, &sources, out, why);
    if (e == ERR_OK)
        e = add_rows(d, rows, a, sources, out->count, worker->arena);
    return e == ERR_OK && needs_shapes
               ? add_points(sources, out->count, worker->arena, &out->shapes)
               : e;
}

static const struct ogc_features features = {
    .of = &ogc_sources, .id_key = "id", .item_params = OGC_ITEM_PARAMS, .read = read_page};

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
        .rules = {.accepted = OGC_ITEM_PARAMS | OGC_LIST_PARAMS | PARAM_BIT(PARAM_DISTRICT) |
                              PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_OPERATOR) |
                              PARAM_BIT(PARAM_SECTOR),
                  .formats = OGC_ITEM_FORMATS,
                  .preferred = FORMAT_GEOJSON,
                  .is_ogc = true},
        .scope = SCOPE_RELEASE,
        .has_links = true,
        .check = check,
        .about = &features,
        .run = ogc_items_run,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err ogc_source_item_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/ogc/collections/sources/items/",
        .rules = {.accepted = OGC_ITEM_PARAMS,
                  .formats = OGC_ITEM_FORMATS,
                  .preferred = FORMAT_GEOJSON,
                  .is_ogc = true},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_SOURCE,
        .has_links = true,
        .check = source_choice_settle,
        .about = &features,
        .run = ogc_item_run,
    };
    return answer_plan(r, s, &kind, out, why);
}
