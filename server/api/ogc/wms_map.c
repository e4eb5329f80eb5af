/* wms_map.c - GetMap: the identity of a picture, and its making. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/held.h"
#include "api/map_request.h"
#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"

#define WORK_ARENA_MAX ((size_t)64 * 1024)

struct map_work {
    struct held held; /* first */
    struct map_request map;
    struct wms_view view;
    bool is_transparent;
    struct rgba background; /* opaque; behind a picture that is not transparent */
};

/* ---- making ------------------------------------------------------------------------------- */

static enum err plan_raster(const struct wms_view *v, struct arena *arena, struct remap_raster *out)
{
    double *lon = arena_alloc(arena, (size_t)v->width + 1, sizeof *lon);
    double *lat = arena_alloc(arena, (size_t)v->height + 1, sizeof *lat);
    if (lon == NULL || lat == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i <= v->width; i++) {
        lon[i] = wms_view_lon_deg(v, i);
    }
    for (int i = 0; i <= v->height; i++) {
        lat[i] = wms_view_lat_deg(v, i);
    }
    enum err e = remap_raster_of_edges(out, lon, v->width, lat, v->height, arena);
    if (e == ERR_OK && v->crs == WMS_DEGREES) { /* pixels need not be square */
        out->level_deg = fmin(out->pixel_deg, (v->north - v->south) / v->height);
    }
    return e;
}

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

static enum err render(const struct map_work *w, struct http_worker *worker, struct density *d,
                       struct why *why)
{
    struct combination combination;
    struct remap_raster raster;
    enum err e = combination_build(w->held.catalog, &w->map.selection, NULL, worker->arena,
                                   &combination, why);
    if (e == ERR_OK) {
        e = plan_raster(&w->view, worker->arena, &raster);
    }
    if (e == ERR_OK) {
        e = density_render_raster(w->held.catalog, &combination, &raster, worker->blocks,
                                  worker->db, worker->deadline_ms, worker->arena, d, why);
    }
    return e;
}

static enum err map_run(void *work, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    const struct map_work *w = work;
    const struct release *release = &w->held.catalog->releases[w->map.selection.release];
    struct density d;
    enum err e = render(w, worker, &d, why);
    if (e == ERR_NO_MEMORY) {
        (void)why_set(why, ERR_TOO_LARGE, "WIDTH", "This picture does not fit.");
        why_allow(why, "fewer pixels, or less ground");
        return ERR_TOO_LARGE; /* of a request's bounded memory: asking again does not help */
    }
    if (e != ERR_OK) {
        return e;
    }
    struct style own;
    if (!w->is_transparent) {
        own = opaque_style(w->map.style, w->background);
    }
    const struct png_text texts[] = {
        {"Title", map_title(w->held.catalog, &w->map, worker->arena)},
        {"Source", release->attribution},
        {"Licence", release->licence},
        {"Release", release->pinned},
        {"Warning", release->warning[LANG_EN]},
    };
    out->content_type = "image/png";
    return encode_png(&d, w->is_transparent ? w->map.style : &own, texts,
                      (int)(sizeof texts / sizeof texts[0]), &out->body, why);
}

/* ---- plan --------------------------------------------------------------------------------- */

static enum err read_format(const struct http_request *r, struct why *why)
{
    const char *format;
    enum err e = kvp_need(r, "FORMAT", &format, why);
    if (e != ERR_OK || strncasecmp(format, "image/png", 9) == 0) {
        return e; /* "image/png; mode=8bit" too: a palette it is anyway */
    }
    (void)why_set(why, ERR_INPUT, "FORMAT", "Maps have another format.");
    why_kind(why, "InvalidFormat");
    why_allow(why, "image/png");
    return ERR_INPUT;
}

static enum err read_look(const struct http_request *r, struct map_work *w, struct why *why)
{
    const char *transparent = kvp_find(r, "TRANSPARENT"), *colour = kvp_find(r, "BGCOLOR");
    w->is_transparent = transparent != NULL && strcasecmp(transparent, "TRUE") == 0;
    w->background = (struct rgba){255, 255, 255, 255};
    if (transparent != NULL && !w->is_transparent && strcasecmp(transparent, "FALSE") != 0) {
        return kvp_invalid(why, "TRANSPARENT", "This is neither yes nor no.", "TRUE, FALSE");
    }
    if (colour == NULL) {
        return ERR_OK;
    }
    if (strlen(colour) != 8 || strncasecmp(colour, "0x", 2) != 0 ||
        strspn(colour + 2, "0123456789abcdefABCDEF") != 6) {
        return kvp_invalid(why, "BGCOLOR", "This is no colour.", "0xRRGGBB");
    }
    unsigned long rgb = strtoul(colour + 2, NULL, 16);
    w->background = (struct rgba){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
    return ERR_OK;
}

static enum err read_work(struct map_work *w, const struct http_request *r,
                          const struct http_state *s, struct why *why)
{
    static const char *const allowed[] = {"year", "style", NULL};
    struct wms_map map;
    enum err e = wms_map_read(r, "LAYERS", "STYLES", &map, why);
    if (e == ERR_OK) {
        e = map_request_read(&w->map, &map.request, s, map.request.segments[0],
                             map.request.segments[1], allowed, &w->held.arena, why);
    }
    if (e == ERR_OK) {
        e = wms_view_read(r, &w->view, why);
    }
    if (e == ERR_OK) {
        e = read_format(r, why);
    }
    return e == ERR_OK ? read_look(r, w, why) : e;
}

static const char *map_key(const struct map_work *w, struct arena *arena)
{
    const struct wms_view *v = &w->view;
    struct rgba bg = w->background;
    const char *look = w->is_transparent ? "clear"
                                         : arena_printf(arena, "%02x%02x%02x", (unsigned)bg.r,
                                                        (unsigned)bg.g, (unsigned)bg.b);
    return look == NULL ? NULL
                        : arena_printf(arena, "map/%d/%.17g,%.17g,%.17g,%.17g/%dx%d/%s/%s",
                                       (int)v->crs, v->west, v->south, v->east, v->north, v->width,
                                       v->height, look, w->map.content);
}

enum err wms_get_map(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    struct map_work *w = held_new(sizeof *w, WORK_ARENA_MAX, s);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    const char *key = NULL;
    enum err e = read_work(w, r, s, why);
    if (e == ERR_OK) {
        key = map_key(w, r->arena);
        e = key == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    if (e != ERR_OK) {
        held_free(w);
        return e;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = w->map.is_pinned ? HTTP_IMMUTABLE : HTTP_LATEST,
        .run = map_run,
        .free_work = held_free,
        .work = w,
    };
    return ERR_OK;
}
