/* wms.c - which operation of WMS is meant; those that others answer already. */
#include "api/ogc/wms.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/legend.h"
#include "api/map_request.h"
#include "api/ogc/dimensions.h"
#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/ogc/wms_internal.h"

/* ---- layer, style, time ------------------------------------------------------------------- */

void wms_map_add(struct wms_map *m, const char *name, const char *value)
{
    int n = m->request.query_count++;
    m->names[n] = name;
    m->values[n] = value;
    m->request.query_names = m->names;
    m->request.query_values = m->values;
}

static bool has_form(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form) {
            return false;
        }
    }
    return *text == '\0' || *text == 'T' || *text == '/';
}

/* Is the time of day, if any is said, midnight? @param rest  behind a date. */
static bool is_midnight(const char *rest)
{
    return rest[strspn(rest, "T0:.Z")] == '\0' || rest[strspn(rest, "T0:.Z")] == '/';
}

/* The last day of a month; 29 of February where the year has one. */
static int last_day(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

/* Whether a span of time that begins with the first of a month ends with its last day, at any
 * hour: @return 12 for the year, 1 for the month, 0 for any other span. */
static int months_of_span(int year, int month, const char *end)
{
    if (!has_form(end, "0000-00-00") || strchr(end, '/') != NULL || strtol(end, NULL, 10) != year) {
        return 0;
    }
    int last = (int)strtol(end + 5, NULL, 10), day = (int)strtol(end + 8, NULL, 10);
    if (month == 1 && last == 12 && day == 31) {
        return 12;
    }
    return last == month && day == last_day(year, month) ? 1 : 0;
}

/* A client that thinks in moments means a year or a month by its first one, or by all of it; the
 * first moment of January is that of the year. Any other moment is left as it is and refused:
 * nothing is moved to the nearest that exists.
 * @return "2022" or "2022-03", or the text itself; NULL = no memory. */
static const char *period_of(const char *time, struct arena *arena)
{
    if (!has_form(time, "0000-00-00") || strncmp(time + 8, "01", 2) != 0 ||
        !is_midnight(time + 10)) {
        return time;
    }
    int year = (int)strtol(time, NULL, 10), month = (int)strtol(time + 5, NULL, 10);
    if (month < 1 || month > 12) {
        return time;
    }
    const char *end = strchr(time, '/');
    int months = end != NULL ? months_of_span(year, month, end + 1) : month == 1 ? 12 : 1;
    return months == 0 ? time : arena_strndup(arena, time, months == 12 ? 4 : 7);
}

static enum err add_time(struct wms_map *m, const char *time, struct arena *arena)
{
    const char *period = period_of(time, arena);
    if (period == NULL) {
        return ERR_NO_MEMORY;
    }
    bool is_month = has_form(period, "0000-00") && strlen(period) == 7;
    wms_map_add(m, is_month ? "month" : "year", period);
    return ERR_OK;
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
        e = add_time(out, time, r->arena);
    }
    for (int i = 0; e == ERR_OK && i < OGC_DIMENSION_COUNT; i++) {
        const char *name, *value = ogc_dimension_asked(r, "DIM_", i, &name);
        if (value != NULL) {
            wms_map_add(out, name, value);
        }
    }
    return e;
}

/* ---- operations --------------------------------------------------------------------------- */

static enum err get_legend(const struct http_request *r, const struct http_state *s,
                           struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {"year", "month", "style", "sector", "gwp", NULL};
    struct wms_map map;
    struct map_request m;
    enum map_format format = MAP_PNG; /* desktop GIS asks for it in the format of the map */
    enum err e = ERR_OK;
    if (kvp_find(r, "FORMAT") != NULL) {
        e = wms_format_read(r, &format, why);
    }
    if (e == ERR_OK) {
        e = wms_map_read(r, "LAYER", "STYLE", &map, why);
    }
    if (e == ERR_OK) {
        e = map_request_read(&m, &map.request, s, map.request.segments[0], map.request.segments[1],
                             allowed, r->arena, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    map.request.query_count = 0;
    map.request.segments[0] =
        arena_printf(r->arena, "%s.%s", m.style->id, format == MAP_JPEG ? "jpg" : "png");
    wms_map_add(&map, "flow", flow_word(m.selection.flow));
    wms_map_add(&map, "gas", map_gas(s->catalog, &m));
    if (m.selection.gwp_set >= 0) {
        wms_map_add(&map, "gwp", map_gwp(s->catalog, &m));
    }
    wms_map_add(&map, "lang", "en");
    return map.request.segments[0] == NULL ? ERR_NO_MEMORY : legend_plan(&map.request, s, out, why);
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
                      {"GetFeatureInfo", wms_get_info},
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
            e = e == ERR_NOT_FOUND ? ERR_INPUT : e; /* the address is there: 400, not 404 */
            if (operations[i].plan == wms_get_map && (e == ERR_INPUT || e == ERR_GONE) &&
                wms_fault_picture(r, why, out)) {
                *why = (struct why){.code = ERR_OK};
                return ERR_OK;
            }
            return e;
        }
    }
    return no_operation(why);
}
