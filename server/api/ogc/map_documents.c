/* map_documents.c - what OGC API says of one map layer: the collection, its tilesets, and one. */
#include <string.h>

#include "api/endpoints.h"
#include "api/held.h"
#include "api/map_request.h"
#include "api/ogc/map_collections.h"
#include "api/ogc/map_layer.h"
#include "api/ogc/ogc.h"
#include "api/ogc/page.h"
#include "api/ogc/tile_sets.h"

#define WORK_ARENA_MAX ((size_t)256 * 1024)

static const struct ogc_form forms[] = {{"json", OGC_JSON}, {"html", OGC_HTML}};
enum { AS_JSON, AS_HTML, FORM_COUNT };

enum about { ABOUT_COLLECTION, ABOUT_TILESETS, ABOUT_TILESET };

struct document {
    struct held held; /* first */
    enum about about;
    enum tms set; /* of ABOUT_TILESET */
    struct ogc_layer layer;
    struct map_request map;
    int form; /* AS_... */
    /* path: of the map, below the base; document: of what is answered */
    const char *base_url, *path, *query, *document;
};

static enum err fill_tileset(const struct document *w, struct arena *arena, struct tileset *out)
{
    const char *title = map_title(w->held.catalog, &w->map, arena);
    *out = (struct tileset){
        .base_url = w->base_url,
        .path = w->path,
        .query = w->query,
        .title = title,
        .data_type = "map",
        .format = "png",
        .type = OGC_PNG,
        .release = &w->held.catalog->releases[w->layer.release_index],
    };
    memcpy(out->box, w->layer.box, sizeof out->box);
    return title == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static void add_style(struct doc *d, json_t *links, const struct document *w, struct arena *arena)
{
    const struct style *s = w->map.style;
    json_t *style = doc_object(d, d->root, "style");
    doc_text(d, style, "id", s->id);
    doc_text(d, style, "title", s->title[LANG_EN]);
    const char *legend = ogc_legend_url(w->base_url, s, &w->layer, arena);
    if (legend == NULL)
        d->failed = true;
    else
        tileset_link(d, links, OGC_REL "legend", OGC_PNG, "The legend", "%s", legend);
}

static enum err write_tilesets(const struct document *w, struct arena *arena, struct doc *d)
{
    struct tileset t;
    enum err e = fill_tileset(w, arena, &t);
    if (e != ERR_OK)
        return e;
    if (w->about == ABOUT_TILESET) {
        json_t *links = tileset_full(d, d->root, &t, w->set);
        add_style(d, links, w, arena);
        return ERR_OK;
    }
    json_t *links = doc_array(d, d->root, "links");
    tileset_link(d, links, "self", "application/json", "This list", "%s%s/tiles%s%s", w->base_url,
                 w->path, w->query[0] == '\0' ? "" : "?", w->query);
    json_t *list = doc_array(d, d->root, "tilesets");
    for (int i = 0; i < TMS_COUNT; i++)
        tileset_brief(d, doc_object(d, list, NULL), &t, (enum tms)i);
    return ERR_OK;
}

/* This document in its other form. */
static void link_alternate(struct doc *d, const struct document *w)
{
    int other = w->form == AS_JSON ? AS_HTML : AS_JSON;
    tileset_link(d, json_object_get(d->root, "links"), "alternate", forms[other].type,
                 other == AS_JSON ? "The same as JSON" : "The same as HTML", "%s%s?f=%s%s%s",
                 w->base_url, w->document, forms[other].word, w->query[0] == '\0' ? "" : "&",
                 w->query);
}

/* The list of collections shows one release; all steps below it name theirs. */
static enum err write_page(const struct doc *d, const struct document *w, struct buf *out)
{
    const struct ogc_place at = {
        .base_url = w->base_url,
        .path = w->document,
        .subject = "",
        .release = w->held.catalog->releases[w->layer.release_index].pinned,
        .released = strlen("/ogc/collections"),
    };
    return d->failed ? ERR_NO_MEMORY : ogc_page_document(d->root, &at, out);
}

static enum err document_run(void *work, struct http_worker *worker, struct http_reply *out,
                             struct why *why)
{
    (void)why;
    const struct document *w = work;
    struct doc d;
    doc_init(&d);
    out->content_type = w->form == AS_HTML ? OGC_HTML "; charset=utf-8" : OGC_JSON;
    enum err e = w->about == ABOUT_COLLECTION
                     ? ogc_map_collection(&d, d.root, w->held.catalog, &w->layer, w->held.styles,
                                          w->base_url, worker->arena)
                     : write_tilesets(w, worker->arena, &d);
    if (e == ERR_OK) {
        link_alternate(&d, w);
        e = w->form == AS_HTML ? write_page(&d, w, &out->body) : doc_write(&d, &out->body);
    }
    doc_fini(&d);
    return e;
}

/* The query that was sent, in its canonical form and with datetime for year, which stands last. */
static const char *ogc_query(const struct map_request *m, struct arena *arena)
{
    size_t len = strlen(m->sent);
    static const char year[] = "year=2022";
    size_t at = len < sizeof year - 1 ? 0 : len - (sizeof year - 1);
    if (strncmp(m->sent + at, "year=", 5) != 0)
        return m->sent;
    return arena_printf(arena, "%.*sdatetime=%s", (int)at, m->sent, m->sent + at + 5);
}

static const char *document_path(const struct document *w, struct arena *arena)
{
    switch (w->about) {
    case ABOUT_COLLECTION:
        return arena_strndup(arena, w->path, strlen(w->path) - strlen("/map"));
    case ABOUT_TILESETS:
        return arena_printf(arena, "%s/tiles", w->path);
    case ABOUT_TILESET:
        break;
    }
    return arena_printf(arena, "%s/tiles/%s", w->path, tms_id(w->set));
}

static enum err read_document(struct document *w, const struct http_request *r,
                              const struct http_state *s, const char *const *allowed,
                              struct why *why)
{
    struct ogc_map m;
    struct http_request own = *r; /* what is kept lives as long as the job */
    own.arena = &w->held.arena;
    enum err e = ogc_map_read(&own, s, allowed, &m, why);
    if (e == ERR_OK)
        e = ogc_form(r, forms, FORM_COUNT, &w->form, why);
    if (e == ERR_OK && w->about == ABOUT_TILESET)
        e = tms_find(r->segments[1], TMS_COUNT, &w->set, why);
    if (e == ERR_OK)
        e = map_request_read(&w->map, &m.request, s, m.request.segments[0], m.request.segments[1],
                             ogc_map_tile_parameters, own.arena, why);
    if (e != ERR_OK)
        return e;
    w->layer = m.layer;
    w->query = ogc_query(&w->map, own.arena);
    w->base_url = arena_strndup(own.arena, r->base_url, strlen(r->base_url));
    const char *id = ogc_map_id(&w->layer, own.arena);
    w->path = id == NULL ? NULL : arena_printf(own.arena, "/ogc/collections/%s/map", id);
    w->document = w->path == NULL ? NULL : document_path(w, own.arena);
    return w->query == NULL || w->base_url == NULL || w->document == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static const char *document_key(const struct document *w, const struct http_request *r)
{
    const char *state = ogc_catalog_key(w->held.catalog, w->held.styles, r->arena);
    return state == NULL ? NULL
                         : arena_printf(r->arena, "ogcmap/%s%s?%s;%s", forms[w->form].word,
                                        w->document, w->query, state);
}

static enum err plan(enum about about, const char *const *allowed, const struct http_request *r,
                     const struct http_state *s, struct http_plan *out, struct why *why)
{
    struct document *w = held_new(sizeof *w, WORK_ARENA_MAX, s);
    if (w == NULL)
        return ERR_NO_MEMORY;
    w->about = about;
    const char *key = NULL;
    enum err e = read_document(w, r, s, allowed, why);
    if (e == ERR_OK) {
        key = document_key(w, r);
        e = key == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    if (e != ERR_OK) {
        held_free(w);
        return e;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = HTTP_REVALIDATE,
        .is_text = true,
        .varies_accept = http_query(r, "f") == NULL,
        .uses_base_url = true,
        .run = document_run,
        .free_work = held_free,
        .work = w,
    };
    return ERR_OK;
}

enum err ogc_map_collection_plan(const struct http_request *r, const struct http_state *s,
                                 struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"f", NULL};
    return plan(ABOUT_COLLECTION, allowed, r, s, out, why);
}

static const char *const tileset_parameters[] = {OGC_MAP_PARAMETERS, "f", NULL};

enum err ogc_map_tilesets_plan(const struct http_request *r, const struct http_state *s,
                               struct http_plan *out, struct why *why)
{
    return plan(ABOUT_TILESETS, tileset_parameters, r, s, out, why);
}

enum err ogc_map_tileset_plan(const struct http_request *r, const struct http_state *s,
                              struct http_plan *out, struct why *why)
{
    return plan(ABOUT_TILESET, tileset_parameters, r, s, out, why);
}
