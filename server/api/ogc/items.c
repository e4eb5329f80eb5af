#include "api/ogc/items.h"

#include "api/envelope.h"
#include "api/geojson.h"
#include "api/ogc/items_page.h"

static void add_links(struct doc *d, const struct answer *a, const struct ogc_features *f,
                      const struct ogc_page *page)
{
    json_t *links = ogc_links(d, a, OGC_GEOJSON);
    const char *path = arena_printf(a->params.arena, "%s?f=%s&release=%s", f->of->path,
                                    ogc_is_html(a) ? "html" : "json", answer_release(a)->pinned);
    if (path == NULL)
        d->failed = true;
    else
        ogc_link(d, links, a, path, "collection", ogc_type(a, OGC_JSON), f->of->title);
    if (page->after != NULL)
        ogc_next(d, links, a, page->after);
}

/* The envelope begins before the rows are known, and ends with what they came from. */
static enum err read_rows(const struct ogc_features *f, struct doc *d, json_t *rows,
                          struct answer *a, struct http_worker *worker, bool needs_shapes,
                          struct ogc_page *page, struct why *why)
{
    *page = (struct ogc_page){0};
    envelope_open(d, a);
    if (!a->params.has_no_year)
        return f->read(d, rows, a, worker, needs_shapes, page, why);
    envelope_close(d, a, NULL, 0);
    return ERR_OK;
}

static void say_crs(const struct answer *a, struct http_reply *out)
{
    if (!ogc_is_html(a))
        http_reply_header(out, "Content-Crs", "<%s>", crs_uri(a->params.crs));
}

static enum err write_items(const struct ogc_features *f, struct doc *d, const json_t *rows,
                            const struct answer *a, const struct ogc_page *page,
                            struct http_reply *out)
{
    add_links(d, a, f, page);
    doc_int(d, d->root, "numberMatched", page->matched);
    doc_int(d, d->root, "numberReturned", page->count);
    say_crs(a, out);
    if (d->failed)
        return ERR_NO_MEMORY;
    return ogc_is_html(a) ? ogc_items_page(f, d->root, rows, a, &out->body)
                          : geojson_collection(d, rows, f->id_key, page->shapes, &out->body);
}

enum err ogc_items_run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                       struct why *why)
{
    const struct ogc_features *f = a->kind->about;
    struct ogc_page page;
    struct doc d;
    doc_init(&d);
    json_t *rows = doc_array(&d, d.root, "rows");
    enum err e = read_rows(f, &d, rows, a, worker, !ogc_is_html(a), &page, why);
    if (e == ERR_OK)
        e = write_items(f, &d, rows, a, &page, out);
    doc_fini(&d);
    return e;
}

static enum err write_item(const struct ogc_features *f, struct doc *d, const json_t *row,
                           const struct answer *a, const struct ogc_page *page,
                           struct http_reply *out)
{
    add_links(d, a, f, page);
    say_crs(a, out);
    if (d->failed)
        return ERR_NO_MEMORY;
    return ogc_is_html(a) ? ogc_item_page(f, d->root, row, page->shapes[0], a, &out->body)
                          : geojson_feature_alone(d, row, f->id_key, page->shapes[0], &out->body);
}

enum err ogc_item_run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                      struct why *why)
{
    const struct ogc_features *f = a->kind->about;
    struct ogc_page page;
    struct doc d;
    doc_init(&d);
    json_t *rows = doc_array(&d, d.root, "rows");
    enum err e = read_rows(f, &d, rows, a, worker, true, &page, why);
    if (e == ERR_OK)
        e = write_item(f, &d, json_array_get(rows, 0), a, &page, out);
    doc_fini(&d);
    return e;
}
