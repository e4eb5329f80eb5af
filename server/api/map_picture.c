/* map_picture.c - the identity of a picture, and its making. */
#include "api/map_picture.h"

#include "api/held.h"
#include "api/map_request.h"
#include "render/density.h"

#define WORK_ARENA_MAX ((size_t)64 * 1024)

struct picture_work {
    struct held held; /* first */
    struct map_request map;
    struct map_view view;
    struct map_look look;
    const char *size_name;
};

/* ---- making ------------------------------------------------------------------------------- */

static uint8_t over(uint8_t top, uint8_t bottom, uint8_t alpha)
{
    return (uint8_t)((top * alpha + bottom * (255 - alpha) + 127) / 255);
}

static struct rgba on_background(struct rgba c, struct rgba bg)
{
    return (struct rgba){over(c.r, bg.r, c.a), over(c.g, bg.g, c.a), over(c.b, bg.b, c.a), 255};
}

/* The style as it looks on a background. */
static struct style opaque_style(const struct style *s, struct rgba bg)
{
    struct style own = *s;
    own.nodata = on_background(s->nodata, bg);
    own.zero = on_background(s->zero, bg);
    for (int i = 0; i < s->class_count; i++) {
        own.colours[i] = on_background(s->colours[i], bg);
    }
    return own;
}

static enum err render(const struct picture_work *w, struct http_worker *worker, struct density *d,
                       struct why *why)
{
    const struct map_request *m = &w->map;
    struct combination combination;
    struct remap_raster raster;
    enum err e = combination_build(w->held.catalog, &m->selection, m->has_minus ? &m->minus : NULL,
                                   worker->arena, &combination, why);
    if (e == ERR_OK) {
        e = map_view_raster(&w->view, worker->arena, &raster);
    }
    if (e == ERR_OK) {
        e = density_render_raster(w->held.catalog, &combination, &raster, worker->blocks,
                                  worker->db, worker->deadline_ms, worker->arena, d, why);
    }
    return e;
}

static enum err picture_run(void *work, struct http_worker *worker, struct http_reply *out,
                            struct why *why)
{
    const struct picture_work *w = work;
    const struct release *release = &w->held.catalog->releases[w->map.selection.release];
    struct density d;
    enum err e = render(w, worker, &d, why);
    if (e == ERR_NO_MEMORY) {
        (void)why_set(why, ERR_TOO_LARGE, w->size_name, "This picture does not fit.");
        why_allow(why, "fewer pixels, or less ground");
        return ERR_TOO_LARGE; /* of a request's bounded memory: asking again does not help */
    }
    if (e != ERR_OK) {
        return e;
    }
    struct style own;
    if (!w->look.is_transparent) {
        own = opaque_style(w->map.style, w->look.background);
    }
    const struct png_text texts[] = {
        {"Title", map_title(w->held.catalog, &w->map, worker->arena)},
        {"Source", release->attribution},
        {"Licence", release->licence},
        {"Release", release->pinned},
        {"Warning", release->warning[LANG_EN]},
    };
    out->content_type = "image/png";
    return encode_png(&d, w->look.is_transparent ? w->map.style : &own, texts,
                      (int)(sizeof texts / sizeof texts[0]), &out->body, why);
}

/* ---- plan --------------------------------------------------------------------------------- */

static const char *picture_key(const struct picture_work *w, struct arena *arena)
{
    const struct map_view *v = &w->view;
    struct rgba bg = w->look.background;
    const char *look = w->look.is_transparent ? "clear"
                                              : arena_printf(arena, "%02x%02x%02x", (unsigned)bg.r,
                                                             (unsigned)bg.g, (unsigned)bg.b);
    return look == NULL ? NULL
                        : arena_printf(arena, "map/%d/%.17g,%.17g,%.17g,%.17g/%dx%d/%s/%s",
                                       (int)v->crs, v->west, v->south, v->east, v->north, v->width,
                                       v->height, look, w->map.content);
}

enum err map_picture_plan(const struct map_picture *p, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    struct picture_work *w = held_new(sizeof *w, WORK_ARENA_MAX, s);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    const struct http_request *r = p->request;
    const char *key = NULL;
    w->view = p->view;
    w->look = p->look;
    w->size_name = p->size_name;
    enum err e = map_request_read(&w->map, r, s, r->segments[0], r->segments[1], p->allowed,
                                  &w->held.arena, why);
    if (e == ERR_OK) {
        key = picture_key(w, r->arena);
        e = key == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    if (e != ERR_OK) {
        held_free(w);
        return e;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = w->map.is_pinned ? HTTP_IMMUTABLE : HTTP_LATEST,
        .run = picture_run,
        .free_work = held_free,
        .work = w,
    };
    return ERR_OK;
}
