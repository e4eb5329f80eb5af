/* wms.c - which operation of WMS is meant; those that others answer already. */
#include "api/ogc/wms.h"

#include <string.h>
#include <strings.h>

#include "api/legend.h"
#include "api/map_request.h"
#include "api/ogc/dimensions.h"
#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/ogc/period.h"
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

static enum err add_time(struct wms_map *m, const char *time, struct arena *arena)
{
    const char *period = ogc_period_of(time, arena);
    if (period == NULL) {
        return ERR_NO_MEMORY;
    }
    wms_map_add(m, ogc_period_name(period), period);
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
    if (e == ERR_OK && !ogc_period_is_latest(time)) {
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
