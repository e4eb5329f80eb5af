/* tiles.c - a tile's address, its identity, and its making.
 *
 * A tile that touches no grid is known to be empty from the catalog alone: it is planned without
 * the database, and all of them share one key, so one body in the cache.
 */
#include "api/tiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/tile_body.h"
#include "api/tile_path.h"

#define TILE_SIZE_PX    256
#define TILE_WORK_MAX   ((size_t)64 * 1024)
#define TILE_PARAMETERS "year", "month", "sector", "gwp", "style", "minus"

static const char *const format_words[TILE_FORMATS] = {"png", "json", "f32"};
static const char *const format_types[TILE_FORMATS] = {"image/png", "application/json",
                                                       "application/octet-stream"};

struct tile_work {
    struct arena arena;       /* of the map request */
    struct style_set *styles; /* a reference */
    struct tile_body what;    /* its catalog is a reference */
};

static void tile_free(void *work)
{
    struct tile_work *w = work;
    if (w == NULL) {
        return;
    }
    catalog_unref(w->what.catalog);
    style_set_unref(w->styles);
    arena_fini(&w->arena);
    free(w);
}

/* ---- address ------------------------------------------------------------------------------ */

#define TILE_FORM "/tiles/{release}/{layer}/{z}/{x}/{y}.png, .json or .f32, @2x before the dot"

static enum err bad_file(struct why *why)
{
    return tile_path_refuse(TILE_FORM, why);
}

/* "24@2x.png" -> "24", size and format. */
static enum err split_file(const char *file, struct tile_work *w, char y[16], struct why *why)
{
    size_t digits = strspn(file, "0123456789");
    if (digits == 0 || digits >= 16) {
        return bad_file(why);
    }
    const char *rest = file + digits;
    bool is_double = strncmp(rest, "@2x", 3) == 0;
    rest += is_double ? 3 : 0;
    w->what.size_px = is_double ? 2 * TILE_SIZE_PX : TILE_SIZE_PX;
    if (*rest != '.') {
        return bad_file(why);
    }
    for (int i = 0; i < TILE_FORMATS; i++) {
        if (strcmp(rest + 1, format_words[i]) == 0) {
            w->what.format = (enum tile_format)i;
            memcpy(y, file, digits);
            y[digits] = '\0';
            return ERR_OK;
        }
    }
    return bad_file(why);
}

static enum err read_address(const struct http_request *r, struct tile_work *w, struct why *why)
{
    char y[16];
    enum err e = split_file(r->segments[4], w, y, why);
    if (e != ERR_OK) {
        return e;
    }
    return tile_path_read(r->segments[2], r->segments[3], y, TILE_FORM, &w->what.tile, why);
}

static bool touches(struct grid g, struct tile t)
{
    double west = tile_edge_lon_deg(t, 1, 0), east = tile_edge_lon_deg(t, 1, 1);
    double north = tile_edge_lat_deg(t, 1, 0), south = tile_edge_lat_deg(t, 1, 1);
    return west < grid_edge_lon_deg(g, 0, g.nx) && east > grid_edge_lon_deg(g, 0, 0) &&
           south < grid_edge_lat_deg(g, 0, 0) && north > grid_edge_lat_deg(g, 0, g.ny);
}

static bool touches_any(const struct catalog *c, struct tile t)
{
    for (int i = 0; i < c->grid_count; i++) {
        if (touches(c->grids[i], t)) {
            return true;
        }
    }
    return false;
}

static enum err tile_run(void *work, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    const struct tile_work *w = work;
    double mass_t = 0;
    out->content_type = format_types[w->what.format];
    enum err e = tile_body_write(&w->what, worker, &out->body, &mass_t, NULL, why);
    http_reply_header(out, "X-Tile-Mass-t", "%.12g", mass_t);
    return e;
}

/* ---- plan --------------------------------------------------------------------------------- */

static const char *tile_key(const struct tile_work *w, struct arena *arena)
{
    const char *format = format_words[w->what.format];
    if (!w->what.is_outside) {
        return arena_printf(arena, "tile/%d/%d/%d/%d.%s/%s", w->what.tile.z, w->what.tile.x,
                            w->what.tile.y, w->what.size_px, format, w->what.map.content);
    }
    /* only the JSON form tells which style there is nothing of */
    return arena_printf(arena, "tile/empty/%d.%s/%s", w->what.size_px, format,
                        w->what.format == TILE_JSON ? w->what.map.style->digest : "");
}

static enum err fill_plan(struct tile_work *w, const struct http_request *r, struct http_plan *out)
{
    const struct map_request *m = &w->what.map;
    const char *key = tile_key(w, r->arena);
    const char *canonical = NULL;
    if (!m->is_pinned) {
        canonical = arena_printf(r->arena, "/tiles/%s/%s/%s/%s/%s?%s",
                                 w->what.catalog->releases[m->selection.release].pinned, m->layer,
                                 r->segments[2], r->segments[3], r->segments[4], m->query);
    }
    if (key == NULL || (!m->is_pinned && canonical == NULL)) {
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = m->is_pinned ? HTTP_IMMUTABLE : HTTP_LATEST,
        .is_text = w->what.format == TILE_JSON,
        .canonical_path = canonical,
        .run = tile_run,
        .free_work = tile_free,
        .work = w,
    };
    return ERR_OK;
}

enum err tiles_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                    struct why *why)
{
    static const char *const allowed[] = {TILE_PARAMETERS, NULL};
    struct tile_work *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    arena_init(&w->arena, TILE_WORK_MAX);
    w->styles = style_set_ref(s->styles);
    w->what.catalog = s->catalog == NULL ? NULL : catalog_ref(s->catalog);
    enum err e = read_address(r, w, why);
    if (e == ERR_OK) {
        e = map_request_read(&w->what.map, r, s, r->segments[0], r->segments[1], allowed, &w->arena,
                             why);
    }
    if (e == ERR_OK) {
        w->what.is_outside = !touches_any(s->catalog, w->what.tile);
        e = fill_plan(w, r, out);
    }
    if (e != ERR_OK) {
        tile_free(w);
    }
    return e;
}
