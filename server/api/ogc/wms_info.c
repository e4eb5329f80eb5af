/* wms_info.c - GetFeatureInfo: what /v1/at says about the middle of a pixel; as JSON, GeoJSON and
 * CSV as it is, as text and HTML written anew from its JSON (wms_info_words.c).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/endpoints.h"
#include "api/map_request.h"
#include "api/ogc/dimensions.h"
#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"

static const struct {
    const char *type;
    const char *format;                                   /* of /v1/at */
    void (*write)(struct buf *out, const json_t *answer); /* NULL = as it is */
    const char *reply_type;
} formats[] = {{"application/json", "geojson", NULL, NULL}, /* as desktop GIS reads it */
               {"application/geo+json", "geojson", NULL, NULL},
               {"text/csv", "csv", NULL, NULL},
               {"text/plain", "json", wms_info_text, "text/plain; charset=utf-8"},
               {"text/html", "json", wms_info_html, "text/html; charset=utf-8"}};
#define FORMAT_COUNT_INFO (sizeof formats / sizeof formats[0])

const char *wms_info_type(int i)
{
    return i >= 0 && (size_t)i < FORMAT_COUNT_INFO ? formats[i].type : NULL;
}

/* ---- another form of the same answer -------------------------------------------------------- */

struct info_work {
    struct http_plan inner;
    size_t format;
};

static void info_free(void *work)
{
    struct info_work *w = work;
    if (w != NULL) {
        w->inner.free_work(w->inner.work);
        free(w);
    }
}

static enum err info_run(void *work, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    const struct info_work *w = work;
    enum err e = w->inner.run(w->inner.work, worker, out, why);
    e = e == ERR_OK ? out->body.failed : e;
    if (e != ERR_OK) {
        return e;
    }
    json_t *answer = json_loadb(out->body.data, out->body.len, 0, NULL);
    if (answer == NULL) {
        return why_set(why, ERR_INTERNAL, NULL, "The answer could not be read again.");
    }
    buf_reset(&out->body);
    formats[w->format].write(&out->body, answer);
    json_decref(answer);
    out->content_type = formats[w->format].reply_type;
    return out->body.failed;
}

/* Takes the plan of /v1/at over and turns its answer into another form. */
static enum err rewrite(struct http_plan *plan, size_t format, struct arena *arena)
{
    struct info_work *w = calloc(1, sizeof *w);
    const char *key = arena_printf(arena, "wms-info/%s/%s", formats[format].type, plan->key);
    if (w == NULL || key == NULL) {
        plan->free_work(plan->work);
        free(w);
        return ERR_NO_MEMORY;
    }
    *w = (struct info_work){*plan, format};
    plan->key = key;
    plan->run = info_run;
    plan->free_work = info_free;
    plan->work = w;
    plan->is_text = true;
    return ERR_OK;
}

/* ---- the question --------------------------------------------------------------------------- */

static enum err read_pixel(const struct http_request *r, const char *name, const char *old_name,
                           int most, int *out, struct why *why)
{
    const char *text;
    const char *asked = wms_is_old(r) ? old_name : name;
    enum err e = kvp_need(r, asked, &text, why);
    if (e != ERR_OK) {
        return e;
    }
    size_t len = strlen(text);
    long value = len < 6 && strspn(text, "0123456789") == len ? strtol(text, NULL, 10) : -1;
    if (value < 0 || value >= most) {
        (void)why_set(why, ERR_INPUT, asked, "There is no such pixel in the picture.");
        why_kind(why, "InvalidPoint");
        return ERR_INPUT;
    }
    *out = (int)value;
    return ERR_OK;
}

static enum err read_format(const struct http_request *r, size_t *out, struct why *why)
{
    const char *asked = kvp_find(r, "INFO_FORMAT");
    for (size_t i = 0; i < FORMAT_COUNT_INFO; i++) {
        if (asked == NULL || strcasecmp(asked, formats[i].type) == 0) {
            *out = i;
            return ERR_OK;
        }
    }
    (void)why_set(why, ERR_INPUT, "INFO_FORMAT", "There is no such format of what is known.");
    why_kind(why, "InvalidFormat");
    why_allow(why, "application/json, application/geo+json, text/csv, text/plain, text/html");
    return ERR_INPUT;
}

static void add_period(struct wms_map *at, const struct selection *s, const char *period)
{
    wms_map_add(at, s->month != 0 ? "month" : "year", period);
}

/* What /v1/at says about the middle of the pixel. */
static enum err ask_at(const struct http_request *r, const struct http_state *s,
                       const struct map_request *m, const double place[2], size_t format,
                       struct http_plan *out, struct why *why)
{
    struct wms_map at = {.request = *r};
    const struct selection *what = &m->selection;
    at.request.query_count = at.request.segment_count = 0;
    const char *lon = arena_printf(r->arena, "%.10f", place[0]);
    const char *lat = arena_printf(r->arena, "%.10f", place[1]);
    const char *period = what->month != 0
                             ? arena_printf(r->arena, "%04d-%02d", what->year, what->month)
                             : arena_printf(r->arena, "%d", what->year);
    if (lon == NULL || lat == NULL || period == NULL) {
        return ERR_NO_MEMORY;
    }
    const struct release *release = &s->catalog->releases[what->release];
    wms_map_add(&at, "release", m->is_pinned ? release->pinned : release->slug);
    wms_map_add(&at, "lon", lon);
    wms_map_add(&at, "lat", lat);
    add_period(&at, what, period);
    wms_map_add(&at, "flow", flow_word(what->flow));
    wms_map_add(&at, "gas", map_gas(s->catalog, m));
    for (int i = 0; i < OGC_DIMENSION_COUNT; i++) {
        const char *name, *value = ogc_dimension_asked(r, "DIM_", i, &name);
        if (value != NULL) {
            wms_map_add(&at, name, value);
        }
    }
    wms_map_add(&at, "format", formats[format].format);
    if (formats[format].write != NULL) { /* the words around the numbers are English */
        wms_map_add(&at, "lang", "en");
    }
    enum err e = at_plan(&at.request, s, out, why);
    return e != ERR_OK || formats[format].write == NULL ? e : rewrite(out, format, r->arena);
}

enum err wms_get_info(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "month", "style", "sector", "gwp", NULL};
    struct wms_map map;
    struct map_view v = {0};
    struct map_request m;
    size_t format = 0;
    int column = 0, row = 0;
    enum err e = wms_map_read(r, "QUERY_LAYERS", "STYLES", &map, why);
    if (e == ERR_OK) {
        e = map_request_read(&m, &map.request, s, map.request.segments[0], map.request.segments[1],
                             allowed, r->arena, why);
    }
    if (e == ERR_OK) {
        e = wms_view_read(r, &v, why);
    }
    if (e == ERR_OK) {
        e = read_pixel(r, "I", "X", v.width, &column, why);
    }
    if (e == ERR_OK) {
        e = read_pixel(r, "J", "Y", v.height, &row, why);
    }
    if (e == ERR_OK) {
        e = read_format(r, &format, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    double place[2];
    map_view_place(&v, column + 0.5, row + 0.5, &place[0], &place[1]);
    return ask_at(r, s, &m, place, format, out, why);
}
