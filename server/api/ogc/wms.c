/* wms.c - which operation of WMS is meant; those that others answer already. */
#include "api/ogc/wms.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/endpoints.h"
#include "api/legend.h"
#include "api/map_request.h"
#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/ogc/wms_internal.h"
#include "api/ogc/xml.h"
#include "http/problem.h"

/* ---- faults ------------------------------------------------------------------------------- */

static const char *code_of(const struct why *why)
{
    static const char *const codes[][2] = {{"layer", "LayerNotDefined"},
                                           {"release", "LayerNotDefined"},
                                           {"style", "StyleNotDefined"},
                                           {"year", "InvalidDimensionValue"}};
    if (why->kind[0] != '\0') {
        return why->kind;
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(why->parameter, codes[i][0]) == 0) {
            return codes[i][1];
        }
    }
    return NULL;
}

void wms_write_fault(struct buf *b, int status, const struct why *why, const char *instance)
{
    (void)instance;
    struct xml x;
    static const struct why nothing = {.code = ERR_OK};
    const struct why *told = why == NULL ? &nothing : why;
    const char *code = code_of(told);
    xml_begin(&x, b);
    xml_open(&x, "ServiceExceptionReport");
    xml_attribute(&x, "xmlns", "http://www.opengis.net/ogc");
    xml_attribute(&x, "version", "1.3.0");
    xml_open(&x, "ServiceException");
    if (code != NULL) {
        xml_attribute(&x, "code", code);
    }
    xml_text(&x, told->reason[0] != '\0' ? told->reason : problem_title(status));
    if (told->allowed[0] != '\0') {
        xml_text(&x, " Allowed: ");
        xml_text(&x, told->allowed);
    }
    xml_close(&x);
    xml_close(&x);
    if (xml_end(&x, b) != ERR_OK) {
        buf_reset(b); /* the status alone has to say it */
    }
}

/* ---- layer, style, time ------------------------------------------------------------------- */

void wms_map_add(struct wms_map *m, const char *name, const char *value)
{
    int n = m->request.query_count++;
    m->names[n] = name;
    m->values[n] = value;
    m->request.query_names = m->names;
    m->request.query_values = m->values;
}

/* A client that thinks in moments means a year by its first one, or by all of it. */
static const char *year_of(const char *time, struct arena *arena)
{
    if (strlen(time) < 10 || strncmp(time + 4, "-01-01", 6) != 0) {
        return time;
    }
    const char *end = strchr(time, '/');
    bool is_year = end == NULL || (strncmp(end + 1, time, 4) == 0 && strlen(end) >= 11 &&
                                   strncmp(end + 5, "-12-31", 6) == 0);
    return is_year ? arena_strndup(arena, time, 4) : time;
}

enum err wms_map_read(const struct http_request *r, const char *layers, const char *styles,
                      struct wms_map *out, struct why *why)
{
    const char *layer, *style = kvp_find(r, styles), *time = kvp_find(r, "TIME");
    *out = (struct wms_map){.request = *r};
    out->request.query_count = 0;
    enum err e = kvp_need(r, layers, &layer, why);
    if (e == ERR_OK && strchr(layer, ',') != NULL) {
        e = kvp_invalid(why, layers, "One layer at a time.", NULL);
    }
    if (e == ERR_OK) {
        e = ogc_layer_split(layer, r->arena, &out->request.segments[0], &out->request.segments[1],
                            why);
    }
    if (e == ERR_OK && style != NULL && strcmp(style, "default") != 0) {
        wms_map_add(out, "style", style);
    }
    if (e == ERR_OK && time != NULL && strcmp(time, "default") != 0) {
        const char *year = year_of(time, r->arena);
        wms_map_add(out, "year", year == NULL ? time : year);
    }
    return e;
}

/* ---- operations --------------------------------------------------------------------------- */

static enum err get_legend(const struct http_request *r, const struct http_state *s,
                           struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "style", NULL};
    struct wms_map map;
    struct map_request m;
    const char *format = kvp_find(r, "FORMAT");
    if (format != NULL && strcasecmp(format, "image/png") != 0) {
        (void)why_set(why, ERR_INPUT, "FORMAT", "A legend has another format.");
        why_kind(why, "InvalidFormat");
        why_allow(why, "image/png");
        return ERR_INPUT;
    }
    enum err e = wms_map_read(r, "LAYER", "STYLE", &map, why);
    if (e == ERR_OK) {
        e = map_request_read(&m, &map.request, s, map.request.segments[0], map.request.segments[1],
                             allowed, r->arena, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    map.request.query_count = 0;
    map.request.segments[0] = arena_printf(r->arena, "%s.png", m.style->id);
    wms_map_add(&map, "flow", flow_word(m.selection.flow));
    wms_map_add(&map, "gas", map_gas(s->catalog, &m));
    wms_map_add(&map, "lang", "en");
    return map.request.segments[0] == NULL ? ERR_NO_MEMORY : legend_plan(&map.request, s, out, why);
}

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

static enum err info_format(const struct http_request *r, const char **out, struct why *why)
{
    /* Desktop GIS knows GeoJSON by the plain name, and takes nothing else by it. */
    static const char *const formats[][2] = {
        {"application/json", "geojson"}, {"application/geo+json", "geojson"}, {"text/csv", "csv"}};
    const char *asked = kvp_find(r, "INFO_FORMAT");
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (asked == NULL || strcasecmp(asked, formats[i][0]) == 0) {
            *out = formats[i][1];
            return ERR_OK;
        }
    }
    (void)why_set(why, ERR_INPUT, "INFO_FORMAT", "There is no such format of what is known.");
    why_kind(why, "InvalidFormat");
    why_allow(why, "application/json, application/geo+json, text/csv");
    return ERR_INPUT;
}

/* What /v1/at says about the middle of the pixel. */
static enum err ask_at(const struct http_request *r, const struct http_state *s,
                       const struct map_request *m, const struct map_view *v, int column, int row,
                       const char *format, struct http_plan *out, struct why *why)
{
    struct wms_map at = {.request = *r};
    at.request.query_count = at.request.segment_count = 0;
    const char *lon = arena_printf(r->arena, "%.10f", map_view_lon_deg(v, column + 0.5));
    const char *lat = arena_printf(r->arena, "%.10f", map_view_lat_deg(v, row + 0.5));
    const char *year = arena_printf(r->arena, "%d", m->selection.year);
    if (lon == NULL || lat == NULL || year == NULL) {
        return ERR_NO_MEMORY;
    }
    const struct release *release = &s->catalog->releases[m->selection.release];
    wms_map_add(&at, "release", m->is_pinned ? release->pinned : release->slug);
    wms_map_add(&at, "lon", lon);
    wms_map_add(&at, "lat", lat);
    wms_map_add(&at, "year", year);
    wms_map_add(&at, "flow", flow_word(m->selection.flow));
    wms_map_add(&at, "gas", map_gas(s->catalog, m));
    wms_map_add(&at, "format", format);
    return at_plan(&at.request, s, out, why);
}

static enum err get_info(const struct http_request *r, const struct http_state *s,
                         struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "style", NULL};
    struct wms_map map;
    struct map_view v = {0};
    struct map_request m;
    const char *format = NULL;
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
        e = info_format(r, &format, why);
    }
    return e == ERR_OK ? ask_at(r, s, &m, &v, column, row, format, out, why) : e;
}

static enum err no_operation(struct why *why)
{
    (void)why_set(why, ERR_INPUT, "REQUEST", "There is no such operation.");
    why_kind(why, "OperationNotSupported");
    why_allow(why, "GetCapabilities, GetMap, GetFeatureInfo, GetLegendGraphic");
    return ERR_INPUT;
}

enum err wms_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                  struct why *why)
{
    static const struct {
        const char *name;
        enum err (*plan)(const struct http_request *, const struct http_state *, struct http_plan *,
                         struct why *);
    } operations[] = {{"GetCapabilities", wms_capabilities},
                      {"GetMap", wms_get_map},
                      {"GetFeatureInfo", get_info},
                      {"GetLegendGraphic", get_legend}};
    const char *service = kvp_find(r, "SERVICE"), *request = NULL;
    enum err e = kvp_no_doubles(r, why);
    if (e == ERR_OK && service != NULL && strcasecmp(service, "WMS") != 0) {
        e = kvp_invalid(why, "SERVICE", "This is another service.", "WMS");
    }
    if (e == ERR_OK) {
        e = kvp_need(r, "REQUEST", &request, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (strcasecmp(request, operations[i].name) == 0) {
            e = operations[i].plan(r, s, out, why);
            return e == ERR_NOT_FOUND ? ERR_INPUT : e; /* the address is there: 400, not 404 */
        }
    }
    return no_operation(why);
}
