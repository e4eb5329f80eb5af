/* /v1/page: what the web map has to know of this server's settings. */
#include <stdlib.h>
#include <string.h>

#include "api/doc.h"
#include "api/endpoints.h"
#include "base/digest.h"
#include "base/settings.h"

struct page_work {
    struct arena arena;
    const char *url, *attribution; /* of the base map; url "" = none */
};

static void page_free(void *work)
{
    struct page_work *w = work;
    if (w != NULL) {
        arena_fini(&w->arena);
        free(w);
    }
}

static enum err page_run(void *work, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    (void)worker, (void)why;
    const struct page_work *w = work;
    struct doc d;
    doc_init(&d);
    if (w->url[0] == '\0') {
        doc_null(&d, d.root, "basemap");
    } else {
        json_t *basemap = doc_object(&d, d.root, "basemap");
        doc_text(&d, basemap, "url", w->url);
        doc_text(&d, basemap, "attribution", w->attribution);
    }
    out->content_type = "application/json";
    enum err e = doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

static enum err fill(struct page_work *w, const struct settings *s, struct arena *arena,
                     const char **key)
{
    char digest[DIGEST_HEX_SIZE];
    w->url = arena_strndup(&w->arena, s->basemap_url, strlen(s->basemap_url));
    w->attribution =
        arena_strndup(&w->arena, s->basemap_attribution, strlen(s->basemap_attribution));
    const char *all = arena_printf(arena, "%s\n%s", s->basemap_url, s->basemap_attribution);
    if (w->url == NULL || w->attribution == NULL || all == NULL)
        return ERR_NO_MEMORY;
    digest_hex_of(all, strlen(all), digest);
    *key = arena_printf(arena, "page/%s", digest);
    return *key == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err page_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                   struct why *why)
{
    static const char *const no_parameters[] = {NULL};
    enum err e = http_query_only(r, no_parameters, why);
    if (e != ERR_OK)
        return e;
    struct page_work *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_NO_MEMORY;
    arena_init(&w->arena, (size_t)16 << 10);
    *out = (struct http_plan){.cache = HTTP_REVALIDATE,
                              .is_text = true,
                              .run = page_run,
                              .free_work = page_free,
                              .work = w};
    e = fill(w, s->settings, r->arena, &out->key);
    if (e != ERR_OK)
        page_free(w);
    return e;
}
