/* /ogc/api: the definition of OGC API's addresses, as OpenAPI 3.0 and as a page. */
#include <stdlib.h>
#include <string.h>

#include "api/accept.h"
#include "api/docs.h"
#include "api/docs_page.h"
#include "api/endpoints.h"
#include "api/ogc/definition.h"
#include "api/ogc/ogc.h"

struct definition {
    struct ready *file; /* a reference */
    bool is_html;
    char base_url[];
};

static enum err write_document(const struct definition *w, json_t *document, struct http_reply *out)
{
    if (!ogc_definition_cut(document))
        return ERR_NO_MEMORY;
    if (w->is_html) {
        out->content_type = "text/html; charset=utf-8";
        return docs_page(document, "../", &out->body);
    }
    if (!ogc_definition_to_30(document, w->base_url))
        return ERR_NO_MEMORY;
    out->content_type = OGC_API;
    struct doc d = {.root = document};
    return doc_write(&d, &out->body);
}

static enum err run(void *work, struct http_worker *worker, struct http_reply *out, struct why *why)
{
    (void)worker;
    const struct definition *w = work;
    json_t *document;
    enum err e = docs_document(w->file, &document, why);
    if (e == ERR_OK) {
        e = write_document(w, document, out);
        json_decref(document);
    }
    return e;
}

static void free_work(void *work)
{
    struct definition *w = work;
    ready_unref(w->file);
    free(w);
}

/* By f=, else by Accept. */
static enum err choose(const struct http_request *r, bool *is_html, bool *is_negotiated,
                       struct why *why)
{
    static const char *const names[] = {"f", NULL};
    static const char *const types[] = {"application/vnd.oai.openapi+json", OGC_JSON, OGC_HTML};
    const char *f = http_query(r, "f");
    enum err e = http_query_only(r, names, why);
    if (e != ERR_OK)
        return e;
    int best = accept_media(r->accept, types, 3);
    *is_negotiated = f == NULL;
    *is_html = f != NULL ? strcmp(f, "html") == 0 : best == 2;
    if (f != NULL ? !*is_html && strcmp(f, "json") != 0 : best < 0) {
        why_allow(why, f != NULL ? "json, html" : OGC_API ", " OGC_HTML);
        return f != NULL ? why_set(why, ERR_INPUT, "f", "it is none of the known values")
                         : why_set(why, ERR_NOT_ACCEPTABLE, "Accept",
                                   "none of the accepted media types is offered here");
    }
    return ERR_OK;
}

static struct definition *make_work(struct ready *file, bool is_html, const char *base_url)
{
    size_t len = strlen(base_url) + 1;
    struct definition *w = malloc(sizeof *w + len);
    if (w == NULL)
        return NULL;
    w->file = file;
    w->is_html = is_html;
    memcpy(w->base_url, base_url, len);
    return w;
}

enum err ogc_api_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    bool is_html, is_negotiated;
    struct ready *file;
    enum err e = choose(r, &is_html, &is_negotiated, why);
    if (e == ERR_OK)
        e = docs_file(s, &file, why);
    if (e != ERR_OK)
        return e;
    const char *key = arena_printf(r->arena, "ogc/api/%s/%s", is_html ? "html" : "json",
                                   ready_etag(file, CODING_IDENTITY));
    struct definition *w = key != NULL ? make_work(file, is_html, r->base_url) : NULL;
    if (w == NULL) {
        ready_unref(file);
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){.key = key,
                              .cache = HTTP_REVALIDATE,
                              .is_text = true,
                              .varies_accept = is_negotiated,
                              .uses_base_url = true,
                              .run = run,
                              .free_work = free_work,
                              .work = w};
    return ERR_OK;
}
