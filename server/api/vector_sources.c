/* /tiles/sources/{z}/{x}/{y}.mvt: point sources as /v1/sources lists them, with their values. */
#include "api/endpoints.h"
#include "api/source_choice.h"
#include "api/source_row.h"
#include "api/vector_tile.h"

#define SOURCES_MAX 20000 /* of one tile; about 4 MiB */

static enum err too_many(struct why *why)
{
    enum err e =
        why_set(why, ERR_TOO_LARGE, "tile", "more than %d sources stand here", SOURCES_MAX);
    why_allow(why, "a higher zoom, or one gas or sector");
    return e;
}

/* All pages of the tile's ground. */
static enum err add_rows(struct doc *d, json_t *rows, const struct answer *a,
                         struct source_filter *filter, struct http_worker *worker, struct why *why)
{
    int count = SOURCE_CHOICE_PAGE_MAX;
    filter->limit = SOURCE_CHOICE_PAGE_MAX;
    for (int all = 0; count == SOURCE_CHOICE_PAGE_MAX; all += count) {
        struct source_row *sources;
        if (all >= SOURCES_MAX)
            return too_many(why);
        enum err e = store_sources(worker->db, a->catalog, filter, worker->deadline_ms,
                                   worker->arena, &sources, &count, why);
        if (e != ERR_OK)
            return e;
        for (int i = 0; i < count; i++)
            source_row_brief(d, doc_object(d, rows, NULL), a, &sources[i]);
        if (count > 0)
            filter->after_id = sources[count - 1].id;
    }
    return ERR_OK;
}

static enum err build(struct doc *d, const struct answer *a, struct http_worker *worker,
                      struct http_reply *out, struct why *why)
{
    struct source_filter filter;
    double box[4];
    const char *text;
    json_t *rows = doc_array(d, d->root, "rows");
    enum err e = source_choice_filter(a, worker->arena, &filter);
    vector_tile_box(a->tile, box);
    filter.has_bbox = true;
    filter.west = box[0];
    filter.south = box[1];
    filter.east = box[2];
    filter.north = box[3];
    if (e == ERR_OK)
        e = add_rows(d, rows, a, &filter, worker, why);
    if (e != ERR_OK || (!d->failed && json_array_size(rows) == 0))
        return e;
    e = vector_tile_rows(d, rows, worker->arena, &text);
    return e == ERR_OK
               ? store_source_tile(worker->db, text, a->tile, worker->deadline_ms, &out->body, why)
               : e;
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct doc d;
    out->content_type = VECTOR_TILE_TYPE;
    doc_init(&d);
    enum err e = build(&d, a, worker, out, why);
    doc_fini(&d);
    return e;
}

enum err source_tile_plan(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/tiles/sources/",
        .rules = {.accepted = VECTOR_SOURCE_PARAMS, .formats = 1u << FORMAT_JSON},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_TILE,
        .check = source_choice_settle,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
