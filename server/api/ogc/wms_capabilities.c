/* wms_capabilities.c - what WMS offers, written from the catalog of the moment, in the form of
 * 1.3.0 (capabilities_1_3_0.xsd) or of 1.1.1 (capabilities_1_1_1.dtd); elements in their order.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/held.h"
#include "api/ogc/dimensions.h"
#include "api/ogc/info.h"
#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/ogc/sequence.h"
#include "api/ogc/wms_internal.h"
#include "api/ogc/xml.h"
#include "base/settings.h"
#include "geo/utm.h"
#include "render/legend.h"

#define WORK_ARENA_MAX  ((size_t)64 * 1024)
#define LAYER_ZONES_MAX 6  /* of UTM: a country, not a continent */
#define ZONE_REACH_DEG  20 /* from the central meridian: what is further off is not worth a box */

#define INFO_TYPES_MAX 8
#define FLOW_KINDS     3 /* of enum flow */

struct capabilities_work {
    struct held held; /* first */
    const char *base_url;
    const char *gwp; /* of legends of CO2e */
    const char *sequence;
    bool is_old;
};

/* The size of one legend. Letters are costly to measure, and every release has the same legends. */
struct legend_side {
    const struct style *style;
    enum flow flow;
    const char *gas;
    bool is_there;
    int width, height; /* pixels */
};

/* What the parts of the document share. */
struct page {
    struct xml x;
    const struct capabilities_work *w;
    struct arena *arena;       /* the job's */
    struct legend_side *sides; /* those measured so far; room for each style, flow and gas */
    int side_count;
};

static void add_resource(struct page *p, const char *url)
{
    xml_open(&p->x, "OnlineResource");
    xml_attribute(&p->x, "xmlns:xlink", "http://www.w3.org/1999/xlink");
    xml_attribute(&p->x, "xlink:type", "simple");
    xml_attribute(&p->x, "xlink:href", url == NULL ? "" : url);
    xml_close(&p->x);
}

static const char *own_url(const struct page *p)
{
    return arena_printf(p->arena, "%s/wms?", p->w->base_url);
}

static void add_service(struct page *p)
{
    xml_open(&p->x, "Service");
    xml_leaf(&p->x, "Name", p->w->is_old ? "OGC:WMS" : "WMS");
    xml_leaf(&p->x, "Title", "Fluxgrid");
    xml_leaf(&p->x, "Abstract",
             "Greenhouse gas emissions and removals on a grid, by gas, flow and year. A colour "
             "is a class of density on the ground, the same at every scale and in every year.");
    add_resource(p, own_url(p));
    xml_leaf(&p->x, "Fees", "none");
    xml_leaf(&p->x, "AccessConstraints", "The licence of each release: see its layers.");
    if (!p->w->is_old) {
        xml_leaf(&p->x, "LayerLimit", "1");
        xml_leaf_printf(&p->x, "MaxWidth", "%d", MAP_VIEW_MAX_SIDE_PX);
        xml_leaf_printf(&p->x, "MaxHeight", "%d", MAP_VIEW_MAX_SIDE_PX);
    }
    xml_close(&p->x);
}

/* @param formats  ended by NULL. */
static void fill_operation(struct page *p, const char *const *formats)
{
    for (; *formats != NULL; formats++) {
        xml_leaf(&p->x, "Format", *formats);
    }
    xml_open(&p->x, "DCPType");
    xml_open(&p->x, "HTTP");
    xml_open(&p->x, "Get");
    add_resource(p, own_url(p));
    xml_close(&p->x);
    xml_close(&p->x);
    xml_close(&p->x);
    xml_close(&p->x);
}

static void add_operation(struct page *p, const char *name, const char *const *formats)
{
    xml_open(&p->x, name);
    fill_operation(p, formats);
}

/* In 1.3.0 it is an operation of the schema of styled layers. A layer that is shown in its default
 * style names no style: desktop GIS then asks for its legend only where this says one may. */
static void add_legend_operation(struct page *p)
{
    static const char *const picture[] = {"image/png", "image/jpeg", NULL};
    xml_open(&p->x, p->w->is_old ? "GetLegendGraphic" : "sld:GetLegendGraphic");
    if (!p->w->is_old) {
        xml_attribute(&p->x, "xmlns:sld", "http://www.opengis.net/sld");
    }
    fill_operation(p, picture);
}

static void add_operations(struct page *p)
{
    static const char *const xml[] = {"text/xml", NULL};
    static const char *const old_xml[] = {"application/vnd.ogc.wms_xml", NULL};
    static const char *const picture[] = {"image/png", "image/jpeg", NULL};
    const char *info[INFO_TYPES_MAX + 1] = {NULL};
    for (int i = 0; i < INFO_TYPES_MAX && info_type(i) != NULL; i++) {
        info[i] = info_type(i);
    }
    xml_open(&p->x, "Request");
    add_operation(p, "GetCapabilities", p->w->is_old ? old_xml : xml);
    add_operation(p, "GetMap", picture);
    add_operation(p, "GetFeatureInfo", info);
    add_legend_operation(p);
    xml_close(&p->x);
    xml_open(&p->x, "Exception");
    for (int i = 0; wms_exceptions_name(i, p->w->is_old) != NULL; i++) {
        xml_leaf(&p->x, "Format", wms_exceptions_name(i, p->w->is_old));
    }
    xml_close(&p->x);
}

static void add_corner(struct xml *x, const char *name, double value)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.12g", value);
    xml_attribute(x, name, text);
}

static void add_box(struct page *p, const char *name, const char *crs, const double box[4])
{
    xml_open(&p->x, name);
    if (crs != NULL) {
        xml_attribute(&p->x, p->w->is_old ? "SRS" : "CRS", crs);
    }
    add_corner(&p->x, "minx", box[0]);
    add_corner(&p->x, "miny", box[1]);
    add_corner(&p->x, "maxx", box[2]);
    add_corner(&p->x, "maxy", box[3]);
    xml_close(&p->x);
}

static void to_mercator(const double box[4], double out[4])
{
    const double radius_m = 6378137.0, rad = M_PI / 180.0;
    for (int i = 0; i < 4; i += 2) {
        out[i] = box[i] * rad * radius_m;
        out[i + 1] = asinh(tan(box[i + 1] * rad)) * radius_m;
    }
}

/* The ground of a layer in a zone, cut to what the zone can show, by its outline. */
static void to_utm(struct utm u, const double box[4], double out[4])
{
    enum { STEPS = 64 };
    double west = fmax(box[0], u.meridian_deg - ZONE_REACH_DEG),
           east = fmin(box[2], u.meridian_deg + ZONE_REACH_DEG);
    double south = fmax(box[1], -UTM_LAT_MAX), north = fmin(box[3], UTM_LAT_MAX);
    memcpy(out, (double[]){INFINITY, INFINITY, -INFINITY, -INFINITY}, 4 * sizeof *out);
    for (int i = 0; i <= STEPS; i++) {
        double lon = west + (east - west) * i / STEPS, lat = south + (north - south) * i / STEPS;
        const double rim[4][2] = {{lon, south}, {lon, north}, {west, lat}, {east, lat}};
        for (int k = 0; k < 4; k++) {
            double x, y;
            utm_forward(u, rim[k][0], rim[k][1], &x, &y);
            out[0] = fmin(out[0], floor(x));
            out[1] = fmin(out[1], floor(y));
            out[2] = fmax(out[2], ceil(x));
            out[3] = fmax(out[3], ceil(y));
        }
    }
}

/* The codes of the zones a layer lies in, west to east: none of what spans many.
 * @return how many. */
static int zones_of(const double box[4], int codes[LAYER_ZONES_MAX])
{
    int first = utm_zone_of(box[0] + 1e-9), last = utm_zone_of(box[2] - 1e-9);
    int base = (box[1] + box[3]) / 2 < 0 ? 32700 : 32600;
    if (last - first >= LAYER_ZONES_MAX || box[1] >= UTM_LAT_MAX || box[3] <= -UTM_LAT_MAX) {
        return 0;
    }
    for (int zone = first; zone <= last; zone++) {
        codes[zone - first] = base + zone;
    }
    return last - first + 1;
}

/* Beside those of all layers. */
static void add_own_systems(struct page *p, const double box[4])
{
    int codes[LAYER_ZONES_MAX], count = zones_of(box, codes);
    for (int i = 0; i < count; i++) {
        xml_leaf_printf(&p->x, p->w->is_old ? "SRS" : "CRS", "EPSG:%d", codes[i]);
    }
}

static void add_utm_boxes(struct page *p, const double box[4])
{
    int codes[LAYER_ZONES_MAX], count = zones_of(box, codes);
    for (int i = 0; i < count; i++) {
        struct utm u;
        double own[4];
        char name[16];
        (void)utm_of_epsg(codes[i], &u);
        to_utm(u, box, own);
        (void)snprintf(name, sizeof name, "EPSG:%d", codes[i]);
        add_box(p, "BoundingBox", name, own);
    }
}

static void add_ground(struct page *p, const double box[4])
{
    static const char *const edges[] = {"westBoundLongitude", "southBoundLatitude",
                                        "eastBoundLongitude", "northBoundLatitude"};
    static const int order[] = {0, 2, 1, 3};
    double mercator[4];
    to_mercator(box, mercator);
    if (p->w->is_old) {
        add_box(p, "LatLonBoundingBox", NULL, box);
        add_box(p, "BoundingBox", "EPSG:4326", box);
        add_box(p, "BoundingBox", "EPSG:3857", mercator);
        add_utm_boxes(p, box);
        return;
    }
    xml_open(&p->x, "EX_GeographicBoundingBox");
    for (int i = 0; i < 4; i++) {
        xml_leaf_printf(&p->x, edges[order[i]], "%.9g", box[order[i]]);
    }
    xml_close(&p->x);
    add_box(p, "BoundingBox", "CRS:84", box);
    add_box(p, "BoundingBox", "EPSG:4326", (double[]){box[1], box[0], box[3], box[2]});
    add_box(p, "BoundingBox", "EPSG:3857", mercator);
    add_utm_boxes(p, box);
}

/* @param which  0 = the element that 1.1.1 has beside the one with the values; 1 = the latter. */
static void add_dimension(struct page *p, int which, const char *name, const char *units,
                          const char *default_value, const char *values)
{
    bool has_values = which == 1, is_extent = has_values && p->w->is_old;
    xml_open(&p->x, is_extent ? "Extent" : "Dimension");
    xml_attribute(&p->x, "name", name);
    if (!is_extent) {
        xml_attribute(&p->x, "units", units);
    }
    if (has_values) {
        xml_attribute(&p->x, "default", default_value);
        xml_attribute(&p->x, "nearestValue", "0");
        xml_text(&p->x, values);
    }
    xml_close(&p->x);
}

static const char *value_list(const struct ogc_dimension *d, struct arena *arena)
{
    size_t len = 1;
    for (int i = 0; i < d->count; i++) {
        len += strlen(d->values[i]) + 1;
    }
    char *list = arena_alloc(arena, len, 1), *end = list;
    for (int i = 0; list != NULL && i < d->count; i++) {
        end = stpcpy(stpcpy(end, i == 0 ? "" : ","), d->values[i]);
    }
    return list == NULL ? "" : list;
}

/* The time, the sector and the weights: in 1.1.1 all Dimensions stand before all Extents. */
static void add_dimensions(struct page *p, const struct ogc_layer *l)
{
    char latest[16];
    (void)snprintf(latest, sizeof latest, "%d", l->years[l->year_count - 1]);
    struct ogc_dimension more[OGC_DIMENSION_COUNT];
    const char *times = ogc_layer_times(l, p->arena);
    if (times == NULL ||
        ogc_dimensions(p->w->held.catalog, l, p->w->gwp, p->arena, more) != ERR_OK) {
        p->x.is_broken = true; /* xml_end() says so */
        return;
    }
    for (int which = p->w->is_old ? 0 : 1; which < 2; which++) {
        add_dimension(p, which, "time", "ISO8601", latest, times);
        for (int i = 0; i < OGC_DIMENSION_COUNT; i++) {
            if (more[i].count > 0) {
                add_dimension(p, which, more[i].name, "", more[i].default_value,
                              value_list(&more[i], p->arena));
            }
        }
    }
}

/* The size of the picture that /legend gives, which its letters decide: both protocols demand it.
 */
static struct legend_side measure(struct page *p, const struct ogc_layer *l, const struct style *s)
{
    char title[LEGEND_TEXT_SIZE], unit[LEGEND_TEXT_SIZE];
    struct legend_side side = {.style = s, .flow = l->flow, .gas = l->gas};
    legend_title(s, LANG_EN, l->flow, title);
    legend_unit(LANG_EN, l->gas, strcmp(l->gas, "CO2E") == 0 ? p->w->gwp : "", unit);
    const struct legend_text text = {title, unit};
    enum err e = legend_png_size(s, LANG_EN, &text, &side.width, &side.height, NULL);
    side.is_there = e == ERR_OK;
    p->x.is_broken |= e == ERR_NO_MEMORY; /* or it would be taken for a missing font */
    return side;
}

/* @return whose is_there is false when there is no such picture (no font). */
static const struct legend_side *legend_side(struct page *p, const struct ogc_layer *l,
                                             const struct style *s)
{
    struct legend_side *of = p->sides, *end = of + p->side_count;
    while (of < end && (of->style != s || of->flow != l->flow || strcmp(of->gas, l->gas) != 0)) {
        of++;
    }
    if (of == end) {
        *of = measure(p, l, s);
        p->side_count++;
    }
    return of;
}

static bool make_sides(struct page *p)
{
    size_t styles = (size_t)style_count(p->w->held.styles);
    size_t gases = (size_t)p->w->held.catalog->gas_count + 1; /* and CO2e */
    p->sides = arena_alloc(p->arena, styles * gases * FLOW_KINDS + 1, sizeof *p->sides);
    return p->sides != NULL;
}

/* By our own operation, not by /legend/ as in WMTS: desktop GIS adds parameters of WMS to this
 * address, which only services of OGC take. */
static const char *legend_url(const struct page *p, const struct ogc_layer *l,
                              const struct style *s)
{
    return arena_printf(p->arena,
                        "%sSERVICE=WMS&VERSION=%s&REQUEST=GetLegendGraphic&LAYER=%s&STYLE=%s"
                        "&FORMAT=image/png",
                        own_url(p), p->w->is_old ? "1.1.1" : "1.3.0", l->identifier, s->id);
}

static void add_legend(struct page *p, const struct ogc_layer *l, const struct style *s)
{
    char text[16];
    const struct legend_side *side = legend_side(p, l, s);
    if (!side->is_there) {
        return;
    }
    xml_open(&p->x, "LegendURL");
    (void)snprintf(text, sizeof text, "%d", side->width);
    xml_attribute(&p->x, "width", text);
    (void)snprintf(text, sizeof text, "%d", side->height);
    xml_attribute(&p->x, "height", text);
    xml_leaf(&p->x, "Format", "image/png");
    add_resource(p, legend_url(p, l, s));
    xml_close(&p->x);
}

static void add_style(struct page *p, const struct ogc_layer *l, const struct style *s)
{
    xml_open(&p->x, "Style");
    xml_leaf(&p->x, "Name", s->id);
    xml_leaf(&p->x, "Title", s->title[LANG_EN]);
    add_legend(p, l, s);
    xml_close(&p->x);
}

/* The layer's own style first: that is what an empty STYLES means. */
static void add_styles(struct page *p, const struct ogc_layer *l)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < style_count(p->w->held.styles); i++) {
            const struct style *s = style_at(p->w->held.styles, i);
            if (ogc_style_fits(s, l) &&
                ogc_style_is_default(p->w->held.styles, s, l) == (pass == 0)) {
                add_style(p, l, s);
            }
        }
    }
}

static void add_layer(struct page *p, const struct ogc_layer *l)
{
    const struct release *r = &p->w->held.catalog->releases[l->release_index];
    struct xml *x = &p->x;
    xml_open(x, "Layer");
    xml_attribute(x, "queryable", "1");
    xml_leaf(x, "Name", l->identifier);
    xml_leaf_printf(x, "Title", "%s: %s (%s)", r->title[LANG_EN], l->name, l->release);
    xml_leaf_printf(x, "Abstract", "t/km2/yr of %s. Licence: %s. Release %s.%s%s", l->gas,
                    r->licence, r->pinned, r->warning[LANG_EN][0] ? " " : "", r->warning[LANG_EN]);
    add_own_systems(p, l->box);
    add_ground(p, l->box);
    add_dimensions(p, l);
    xml_open(x, "Attribution");
    xml_leaf(x, "Title", r->attribution);
    xml_close(x);
    add_styles(p, l);
    xml_close(x);
}

static void add_root(struct page *p)
{
    bool is_old = p->w->is_old;
    if (is_old) {
        xml_doctype(&p->x, "WMT_MS_Capabilities",
                    "http://schemas.opengis.net/wms/1.1.1/capabilities_1_1_1.dtd");
    }
    xml_open(&p->x, is_old ? "WMT_MS_Capabilities" : "WMS_Capabilities");
    xml_attribute(&p->x, "version", is_old ? "1.1.1" : "1.3.0");
    xml_attribute(&p->x, "updateSequence", p->w->sequence);
    if (!is_old) {
        xml_attribute(&p->x, "xmlns", "http://www.opengis.net/wms");
        xml_attribute(&p->x, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
        xml_attribute(&p->x, "xsi:schemaLocation",
                      "http://www.opengis.net/wms "
                      "http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd "
                      "http://www.opengis.net/sld "
                      "http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd");
    }
}

static enum err capabilities_run(void *work, struct http_worker *worker, struct http_reply *out,
                                 struct why *why)
{
    (void)why;
    const struct capabilities_work *w = work;
    struct page p = {.w = w, .arena = worker->arena};
    struct ogc_layer *layers = NULL;
    int count = 0;
    enum err e = ogc_layers(w->held.catalog, worker->arena, &layers, &count);
    if (e == ERR_OK && !make_sides(&p)) {
        e = ERR_NO_MEMORY;
    }
    if (e != ERR_OK) {
        return e;
    }
    out->content_type = w->is_old ? "application/vnd.ogc.wms_xml" : "text/xml";
    xml_begin(&p.x, &out->body);
    add_root(&p);
    add_service(&p);
    xml_open(&p.x, "Capability");
    add_operations(&p);
    xml_open(&p.x, "Layer");
    xml_leaf(&p.x, "Title", "Fluxgrid");
    xml_leaf(&p.x, w->is_old ? "SRS" : "CRS", "EPSG:3857");
    xml_leaf(&p.x, w->is_old ? "SRS" : "CRS", "EPSG:4326");
    if (!w->is_old) { /* 1.1.1 has no such name */
        xml_leaf(&p.x, "CRS", "CRS:84");
    }
    for (int i = 0; i < count; i++) {
        add_layer(&p, &layers[i]);
    }
    xml_close(&p.x);
    xml_close(&p.x);
    xml_close(&p.x);
    return xml_end(&p.x, &out->body);
}

/* OGC 06-042, table 4: who knows the state of now is told so, by a fault. */
static enum err check_sequence(const struct http_request *r, const char *now, struct why *why)
{
    const char *asked = kvp_find(r, "UPDATESEQUENCE");
    enum sequence_age age = asked == NULL ? SEQUENCE_EARLIER : sequence_age(asked, now);
    if (age == SEQUENCE_EARLIER) {
        return ERR_OK;
    }
    bool is_same = age == SEQUENCE_SAME;
    (void)why_set(why, ERR_INPUT, "UPDATESEQUENCE", "%s",
                  is_same ? "Nothing has changed since."
                          : "This updateSequence is not one of this server.");
    why_kind(why, is_same ? "CurrentUpdateSequence" : "InvalidUpdateSequence");
    return ERR_INPUT;
}

enum err wms_capabilities(const struct http_request *r, const struct http_state *s,
                          struct http_plan *out, struct why *why)
{
    if (s->catalog == NULL) {
        return why_set(why, ERR_UNAVAILABLE, NULL, "The inventory has not been read yet.");
    }
    const char *state = ogc_catalog_key(s->catalog, s->styles, r->arena);
    enum err e = state == NULL ? ERR_NO_MEMORY : check_sequence(r, state, why);
    if (e != ERR_OK) {
        return e;
    }
    struct capabilities_work *w = held_new(sizeof *w, WORK_ARENA_MAX, s);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    w->is_old = wms_is_old(r);
    w->base_url = arena_strndup(&w->held.arena, r->base_url, strlen(r->base_url));
    w->gwp =
        arena_strndup(&w->held.arena, s->settings->default_gwp, strlen(s->settings->default_gwp));
    w->sequence = arena_strndup(&w->held.arena, state, strlen(state));
    const char *key = arena_printf(r->arena, "wms-%s/%s", w->is_old ? "1.1.1" : "1.3.0", state);
    if (w->base_url == NULL || w->gwp == NULL || w->sequence == NULL || key == NULL) {
        held_free(w);
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = HTTP_REVALIDATE,
        .is_text = true,
        .uses_base_url = true,
        .run = capabilities_run,
        .free_work = held_free,
        .work = w,
    };
    return ERR_OK;
}
