#include "api/tilejson.h"

#include <string.h>

#include "api/lang_param.h"
#include "api/held.h"
#include "api/map_request.h"

#define TILEJSON_WORK_MAX ((size_t)64 * 1024)
#define TILEJSON_MAX_ZOOM 14 /* beyond it a client enlarges, which shows the same cells */

struct tilejson_work {
    struct held held; /* first */
    struct map_request map;
    enum lang lang;
    const char *base_url;
    const char *release; /* as in the path: slug or slug@version */
};

static void add_key(struct buf *out, const char *key)
{
    buf_add_str(out, ",\n");
    buf_add_json_str(out, key);
    buf_add_char(out, ':');
}

static void add_text(struct buf *out, const char *key, const char *value)
{
    add_key(out, key);
    buf_add_json_str(out, value);
}

static void add_number(struct buf *out, const char *key, double value)
{
    add_key(out, key);
    buf_add_json_double(out, value);
}

/* Takes the address. */
static void add_address(struct buf *out, struct buf *address)
{
    if (address->failed != ERR_OK) {
        out->failed = address->failed;
    } else {
        buf_add_json_str(out, address->data);
    }
    buf_fini(address);
}

static void add_tiles(struct buf *out, const struct tilejson_work *w)
{
    const char *mark = w->map.sent[0] == '\0' ? "" : "?";
    static const struct {
        const char *key;
        const char *file;
    } urls[] = {{"tiles", "{y}.png"}, {"x-tiles-2x", "{y}@2x.png"}};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct buf url;
        buf_init(&url, 16384);
        buf_printf(&url, "%s/tiles/%s/%s/{z}/{x}/%s%s%s", w->base_url, w->release, w->map.layer,
                   urls[i].file, mark, w->map.sent);
        add_key(out, urls[i].key);
        buf_add_char(out, '[');
        add_address(out, &url);
        buf_add_char(out, ']');
    }
}

static void widen(double box[4], struct grid g)
{
    double own[4] = {g.x0_deg, grid_edge_lat_deg(g, 0, g.ny), grid_edge_lon_deg(g, 0, g.nx),
                     g.y0_deg};
    box[0] = own[0] < box[0] ? own[0] : box[0];
    box[1] = own[1] < box[1] ? own[1] : box[1];
    box[2] = own[2] > box[2] ? own[2] : box[2];
    box[3] = own[3] > box[3] ? own[3] : box[3];
}

/* The grids of the fields shown; the world when there are none. */
static void add_bounds(struct buf *out, const struct catalog *c, const struct combination *m)
{
    double box[4] = {180, 90, -180, -90};
    for (int i = 0; i < m->term_count; i++) {
        widen(box, c->grids[c->fields[m->terms[i].field].grid]);
    }
    if (m->term_count == 0) {
        memcpy(box, (double[]){-180, -85.0511287798066, 180, 85.0511287798066}, sizeof box);
    }
    add_key(out, "bounds");
    for (int i = 0; i < 4; i++) {
        buf_add_char(out, i == 0 ? '[' : ',');
        buf_add_json_double(out, box[i]);
    }
    buf_add_char(out, ']');
}

static void add_legend(struct buf *out, const struct tilejson_work *w)
{
    static const char *const flows[] = {"flow=emission&", "flow=removal&", ""};
    const char *gwp = map_gwp(w->held.catalog, &w->map);
    struct buf url;
    buf_init(&url, 4096);
    buf_printf(&url, "%s/legend/%s.svg?%sgas=%s%s%s&lang=%s", w->base_url, w->map.style->id,
               flows[w->map.selection.flow], map_gas(w->held.catalog, &w->map),
               gwp[0] == '\0' ? "" : "&gwp=", gwp, lang_word(w->lang));
    add_key(out, "x-legend");
    add_address(out, &url);
}

static void add_style(struct buf *out, const struct tilejson_work *w)
{
    const struct style *s = w->map.style;
    char unit[LEGEND_TEXT_SIZE];
    legend_unit_ascii(map_gas(w->held.catalog, &w->map), map_gwp(w->held.catalog, &w->map), unit);
    add_text(out, "x-unit", unit);
    add_text(out, "x-style", s->id);
    add_number(out, "x-style-version", s->version);
    add_key(out, "x-breaks");
    for (int i = 0; i < s->break_count; i++) {
        buf_add_char(out, i == 0 ? '[' : ',');
        buf_add_json_double(out, s->breaks[i]);
    }
    buf_add_char(out, ']');
    add_legend(out, w);
}

static void add_release(struct buf *out, const struct tilejson_work *w)
{
    const struct release *r = &w->held.catalog->releases[w->map.selection.release];
    add_text(out, "version", r->version);
    add_text(out, "attribution", r->attribution);
    add_text(out, "x-release", r->pinned);
    add_text(out, "x-licence", r->licence);
    add_text(out, "x-warning", r->warning[w->lang]);
    add_text(out, "x-query", w->map.query);
    if (w->map.has_minus) {
        add_text(out, "x-minus-release", w->held.catalog->releases[w->map.minus.release].pinned);
    }
}

static enum err tilejson_run(void *work, struct http_worker *worker, struct http_reply *out,
                             struct why *why)
{
    struct tilejson_work *w = work;
    struct map_request *m = &w->map;
    struct combination combination;
    enum err e = combination_build(w->held.catalog, &m->selection, m->has_minus ? &m->minus : NULL,
                                   worker->arena, &combination, why);
    const char *title = map_title(w->held.catalog, m, worker->arena);
    if (e != ERR_OK || title == NULL) {
        return e != ERR_OK ? e : ERR_NO_MEMORY;
    }
    out->content_type = "application/json";
    buf_add_str(&out->body, "{\"tilejson\":\"3.0.0\"");
    add_text(&out->body, "name", title);
    add_text(&out->body, "scheme", "xyz");
    add_tiles(&out->body, w);
    add_number(&out->body, "minzoom", 0);
    add_number(&out->body, "maxzoom", TILEJSON_MAX_ZOOM);
    add_bounds(&out->body, w->held.catalog, &combination);
    add_release(&out->body, w);
    add_style(&out->body, w);
    add_number(&out->body, "x-mass-total-t", combination.total_t);
    add_number(&out->body, "x-mass-unallocated-t", combination.unallocated_t);
    buf_add_str(&out->body, "}\n");
    return ERR_OK;
}

/* "net-co2e.json" -> "net-co2e". */
static enum err layer_of(const char *file, struct arena *arena, const char **layer, struct why *why)
{
    size_t len = strlen(file);
    if (len <= 5 || strcmp(file + len - 5, ".json") != 0) {
        why_set(why, ERR_NOT_FOUND, "layer", "A layer is described in a .json.");
        why_allow(why, "/tiles/{release}/{layer}.json");
        return ERR_NOT_FOUND;
    }
    *layer = arena_strndup(arena, file, len - 5);
    return *layer == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err read_work(struct tilejson_work *w, const struct http_request *r,
                          const struct http_state *s, struct why *why)
{
    static const char *const allowed[] = {"year",  "month", "sector", "gwp",
                                          "style", "minus", "lang",   NULL};
    const char *layer = NULL;
    enum err e = layer_of(r->segments[1], &w->held.arena, &layer, why);
    if (e == ERR_OK) {
        e = map_request_read(&w->map, r, s, r->segments[0], layer, allowed, &w->held.arena, why);
    }
    if (e == ERR_OK) {
        e = lang_param(r, &w->lang, why);
    }
    w->base_url = arena_strndup(&w->held.arena, r->base_url, strlen(r->base_url));
    w->release = arena_strndup(&w->held.arena, r->segments[0], strlen(r->segments[0]));
    return e == ERR_OK && (w->base_url == NULL || w->release == NULL) ? ERR_NO_MEMORY : e;
}

static enum err fill_plan(struct tilejson_work *w, const struct http_request *r,
                          struct http_plan *out)
{
    const struct map_request *m = &w->map;
    const char *pinned = w->held.catalog->releases[m->selection.release].pinned;
    const char *lang = lang_word(w->lang);
    const char *key =
        arena_printf(r->arena, "tilejson/%s/%s?%s#%s", w->release, m->sent, lang, m->content);
    const char *canonical = m->is_pinned ? NULL
                                         : arena_printf(r->arena, "/tiles/%s/%s.json?lang=%s&%s",
                                                        pinned, m->layer, lang, m->query);
    if (key == NULL || (!m->is_pinned && canonical == NULL)) {
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = m->is_pinned ? HTTP_IMMUTABLE : HTTP_LATEST,
        .is_text = true,
        .varies_language = http_query(r, "lang") == NULL,
        .uses_base_url = true,
        .canonical_path = canonical,
        .run = tilejson_run,
        .free_work = held_free,
        .work = w,
    };
    return ERR_OK;
}

enum err tilejson_plan(const struct http_request *r, const struct http_state *s,
                       struct http_plan *out, struct why *why)
{
    struct tilejson_work *w = held_new(sizeof *w, TILEJSON_WORK_MAX, s);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = read_work(w, r, s, why);
    if (e == ERR_OK) {
        e = fill_plan(w, r, out);
    }
    if (e != ERR_OK) {
        held_free(w);
    }
    return e;
}
