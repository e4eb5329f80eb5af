/* map_picture.c - the identity of a picture, and its making. */
#include "api/map_picture.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/held.h"
#include "api/map_request.h"
#include "render/density_utm.h"
#include "render/jpeg.h"

#define WORK_ARENA_MAX ((size_t)64 * 1024)
#define LONG_PX        (1 << 20) /* of a UTM zone: a second and more */

struct picture_work {
    struct held held; /* first */
    struct map_request map;
    struct map_view view;
    struct map_look look;
    const char *size_name, *crs_uri;
    bool is_tile, is_latitude_first;
};

bool map_look_colour(const char *text, struct rgba *out)
{
    if (strlen(text) != 8 || strncasecmp(text, "0x", 2) != 0 ||
        strspn(text + 2, "0123456789abcdefABCDEF") != 6) {
        return false;
    }
    unsigned long rgb = strtoul(text + 2, NULL, 16);
    *out = (struct rgba){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
    return true;
}

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

/* A UTM zone's pixels are no rectangles in longitude and latitude: they have a way of their own. */
static enum err render_utm(const struct picture_work *w, const struct combination *combination,
                           struct http_worker *worker, struct density *d, struct why *why)
{
    const struct map_view *v = &w->view;
    const struct utm_raster raster = {v->utm,   v->west,  v->south, v->east,
                                      v->north, v->width, v->height};
    return density_render_utm(w->held.catalog, combination, &raster, worker->blocks, worker->db,
                              worker->deadline_ms, worker->arena, d, why);
}

static enum err render(const struct picture_work *w, struct http_worker *worker, struct density *d,
                       struct why *why)
{
    const struct map_request *m = &w->map;
    struct combination combination;
    struct remap_raster raster;
    enum err e = combination_build(w->held.catalog, &m->selection, m->has_minus ? &m->minus : NULL,
                                   worker->arena, &combination, why);
    if (e == ERR_OK && w->view.crs == MAP_UTM) {
        return render_utm(w, &combination, worker, d, why);
    }
    if (e == ERR_OK) {
        e = map_view_raster(&w->view, worker->arena, &raster);
    }
    if (e == ERR_OK) {
        e = density_render_raster(w->held.catalog, &combination, &raster, worker->blocks,
                                  worker->db, worker->deadline_ms, worker->arena, d, why);
    }
    return e;
}

static enum err encode(const struct picture_work *w, const struct density *d, struct arena *arena,
                       struct http_reply *out, struct why *why)
{
    const struct release *release = &w->held.catalog->releases[w->map.selection.release];
    bool is_jpeg = w->look.format == MAP_JPEG, is_opaque = is_jpeg || !w->look.is_transparent;
    struct style own;
    if (is_opaque) {
        own = opaque_style(w->map.style, w->look.background);
    }
    const struct png_text texts[] = {
        {"Title", map_title(w->held.catalog, &w->map, arena)},
        {"Source", release->attribution},
        {"Licence", release->licence},
        {"Release", release->pinned},
        {"Warning", release->warning[LANG_EN]},
        {"MassSum", arena_printf(arena, "%.12g t", d->sum_t)},
    };
    const struct style *style = is_opaque ? &own : w->map.style;
    int count = (int)(sizeof texts / sizeof texts[0]);
    out->content_type = is_jpeg ? "image/jpeg" : "image/png";
    return is_jpeg ? encode_jpeg(d, style, texts, count, &out->body, why)
                   : encode_png(d, style, texts, count, &out->body, why);
}

/* OGC 20-058, map-response. */
static void add_headers(const struct picture_work *w, const struct density *d,
                        struct http_reply *out)
{
    const struct map_view *v = &w->view;
    const struct selection *s = &w->map.selection;
    if (w->is_tile) {
        http_reply_header(out, "X-Tile-Mass-t", "%.12g", d->is_empty ? 0 : d->sum_t);
    }
    if (w->crs_uri == NULL) {
        return;
    }
    http_reply_header(out, "Content-Crs", "<%s>", w->crs_uri);
    if (w->is_latitude_first) {
        http_reply_header(out, "Content-Bbox", "%.15g,%.15g,%.15g,%.15g", v->south, v->west,
                          v->north, v->east);
    } else {
        http_reply_header(out, "Content-Bbox", "%.15g,%.15g,%.15g,%.15g", v->west, v->south,
                          v->east, v->north);
    }
    if (s->month != 0) {
        http_reply_header(out, "Content-Datetime", "%04d-%02d", s->year, s->month);
    } else {
        http_reply_header(out, "Content-Datetime", "%04d", s->year);
    }
}

static enum err picture_run(void *work, struct http_worker *worker, struct http_reply *out,
                            struct why *why)
{
    const struct picture_work *w = work;
    struct density d;
    enum err e = render(w, worker, &d, why);
    if (e == ERR_NO_MEMORY && worker->arena->is_over) {
        (void)why_set(why, ERR_TOO_LARGE, w->size_name, "This picture does not fit.");
        why_allow(why, "fewer pixels, or less ground");
        return ERR_TOO_LARGE; /* of a request's bounded memory: asking again does not help */
    }
    if (e != ERR_OK) {
        return e;
    }
    add_headers(w, &d, out);
    return encode(w, &d, worker->arena, out, why);
}

/* ---- plan --------------------------------------------------------------------------------- */

static const char *picture_key(const struct picture_work *w, struct arena *arena)
{
    const struct map_view *v = &w->view;
    struct rgba bg = w->look.background;
    bool is_clear = w->look.is_transparent && w->look.format == MAP_PNG;
    const char *look = is_clear ? "clear"
                                : arena_printf(arena, "%02x%02x%02x", (unsigned)bg.r,
                                               (unsigned)bg.g, (unsigned)bg.b);
    return look == NULL
               ? NULL
               : arena_printf(arena, "map/%s%s/%d.%d/%g,%g/%.17g,%.17g,%.17g,%.17g/%dx%d/%s/%s",
                              w->crs_uri == NULL ? "" : w->crs_uri, w->is_tile ? "/tile" : "",
                              (int)w->look.format, (int)v->crs, v->utm.meridian_deg,
                              v->utm.north_0_m, v->west, v->south, v->east, v->north, v->width,
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
    w->crs_uri = p->crs_uri;
    w->is_tile = p->is_tile;
    w->is_latitude_first = p->is_latitude_first;
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
        .is_long = p->view.crs == MAP_UTM && p->view.width * p->view.height > LONG_PX,
        .run = picture_run,
        .free_work = held_free,
        .work = w,
    };
    return ERR_OK;
}
