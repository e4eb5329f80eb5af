/* /docs: the reference page, made of openapi.json as it was read at the start. */
#include "api/docs.h"
#include "api/docs_page.h"
#include "api/endpoints.h"
#include "http/static_files.h"

enum err docs_file(const struct http_state *s, struct ready **out, struct why *why)
{
    struct ready *file = s->statics != NULL ? static_set_find(s->statics, "/openapi.json") : NULL;
    if (file == NULL)
        return why_set(why, ERR_NOT_FOUND, NULL, "this server was installed without openapi.json");
    *out = ready_ref(file);
    return ERR_OK;
}

enum err docs_document(const struct ready *file, json_t **out, struct why *why)
{
    *out = json_loadb(ready_body(file), ready_body_len(file, CODING_IDENTITY), 0, NULL);
    return *out != NULL
               ? ERR_OK
               : why_set(why, ERR_INTERNAL, NULL, "openapi.json of this server is no JSON");
}

static enum err run(void *work, struct http_worker *worker, struct http_reply *out, struct why *why)
{
    (void)worker;
    json_t *document;
    enum err e = docs_document(work, &document, why);
    if (e != ERR_OK)
        return e;
    out->content_type = "text/html; charset=utf-8";
    e = docs_page(document, "", &out->body);
    json_decref(document);
    return e;
}

static void free_work(void *work)
{
    ready_unref(work);
}

enum err docs_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                   struct why *why)
{
    static const char *const none[] = {NULL};
    struct ready *file = NULL;
    enum err e = http_query_only(r, none, why);
    if (e == ERR_OK)
        e = docs_file(s, &file, why);
    if (e != ERR_OK)
        return e;
    const char *key = arena_printf(r->arena, "docs/%s", ready_etag(file, CODING_IDENTITY));
    if (key == NULL) {
        ready_unref(file);
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){.key = key,
                              .cache = HTTP_REVALIDATE,
                              .is_text = true,
                              .run = run,
                              .free_work = free_work,
                              .work = file};
    return ERR_OK;
}
