/* wmts_capabilities.c - what WMTS offers, written from the catalog of the moment.
 *
 * The order of elements is that of OGC's schema wmtsGetCapabilities_response.xsd.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "api/held.h"
#include "api/ogc/info.h"
#include "api/ogc/kvp.h"
#include "api/ogc/layers.h"
#include "api/ogc/sequence.h"
#include "api/ogc/wmts.h"
#include "api/ogc/xml.h"

#define WORK_ARENA_MAX ((size_t)64 * 1024)
#define LEVEL_0_SCALE  559082264.0287178 /* pixels of 0.28 mm: OGC 07-057r7, annex E */
#define WORLD_HALF_M   "20037508.3427892"

enum section {
    IDENTIFICATION = 1,
    OPERATIONS = 2,
    CONTENTS = 4,
    ADDRESS = 8, /* ServiceMetadataURL, of the whole document */
    ALL_SECTIONS = 15
};

struct capabilities_work {
    struct held held; /* first */
    const char *base_url;
    const char *sequence;
    unsigned sections; /* of enum section */
};

/* What the parts of the document share. */
struct page {
    struct xml x;
    const struct capabilities_work *w;
    struct arena *arena; /* the job's */
};

static void add_identification(struct xml *x)
{
    xml_open(x, "ows:ServiceIdentification");
    xml_leaf(x, "ows:Title", "Fluxgrid");
    xml_leaf(x, "ows:Abstract",
             "Greenhouse gas emissions and removals on a grid, by gas, flow and year. A colour "
             "is a class of density on the ground, the same at every zoom and in every year.");
    xml_leaf(x, "ows:ServiceType", "OGC WMTS");
    xml_leaf(x, "ows:ServiceTypeVersion", "1.0.0");
    xml_leaf(x, "ows:Fees", "none");
    xml_leaf(x, "ows:AccessConstraints", "The licence of each release: see its layers.");
    xml_close(x);
}

static void add_get(struct xml *x, const char *url, const char *encoding)
{
    xml_open(x, "ows:Get");
    xml_attribute(x, "xlink:href", url);
    xml_open(x, "ows:Constraint");
    xml_attribute(x, "name", "GetEncoding");
    xml_open(x, "ows:AllowedValues");
    xml_leaf(x, "ows:Value", encoding);
    xml_close(x);
    xml_close(x);
    xml_close(x);
}

static void add_operation(struct page *p, const char *name, const char *rest_url)
{
    const char *url = arena_printf(p->arena, "%s/wmts?", p->w->base_url);
    xml_open(&p->x, "ows:Operation");
    xml_attribute(&p->x, "name", name);
    xml_open(&p->x, "ows:DCP");
    xml_open(&p->x, "ows:HTTP");
    add_get(&p->x, url == NULL ? "" : url, "KVP");
    if (rest_url != NULL) {
        add_get(&p->x, rest_url, "RESTful");
    }
    xml_close(&p->x);
    xml_close(&p->x);
    xml_close(&p->x);
}

static void add_box(struct xml *x, const double box[4])
{
    xml_open(x, "ows:WGS84BoundingBox");
    xml_leaf_printf(x, "ows:LowerCorner", "%.9g %.9g", box[0], box[1]);
    xml_leaf_printf(x, "ows:UpperCorner", "%.9g %.9g", box[2], box[3]);
    xml_close(x);
}

static void add_style(struct page *p, const struct ogc_layer *l, const struct style *s)
{
    const char *legend = ogc_legend_url(p->w->base_url, s, l, p->arena);
    xml_open(&p->x, "Style");
    xml_attribute(&p->x, "isDefault",
                  ogc_style_is_default(p->w->held.styles, s, l) ? "true" : "false");
    xml_leaf(&p->x, "ows:Title", s->title[LANG_EN]);
    xml_leaf(&p->x, "ows:Identifier", s->id);
    xml_open(&p->x, "LegendURL");
    xml_attribute(&p->x, "format", "image/png");
    xml_attribute(&p->x, "xlink:href", legend == NULL ? "" : legend);
    xml_close(&p->x);
    xml_close(&p->x);
}

static void add_time(struct xml *x, const struct ogc_layer *l)
{
    xml_open(x, "Dimension");
    xml_leaf(x, "ows:Identifier", "time");
    xml_leaf(x, "ows:UOM", "ISO8601");
    xml_leaf_printf(x, "Default", "%04d", l->years[l->year_count - 1]);
    xml_leaf(x, "Current", "true");
    for (int i = 0; i < l->year_count; i++) {
        xml_leaf_printf(x, "Value", "%04d", l->years[i]);
        for (int m = 1; m <= 12; m++) {
            if ((l->months[i] & 1U << m) != 0) {
                xml_leaf_printf(x, "Value", "%04d-%02d", l->years[i], m);
            }
        }
    }
    xml_close(x);
}

/* @param behind  what the address has behind the row. */
static void add_template(struct page *p, const struct ogc_layer *l, const char *type,
                         const char *format, const char *behind)
{
    const char *url = arena_printf(p->arena,
                                   "%s/wmts/1.0.0/%s/%s/{Style}/{time}/{TileMatrixSet}/"
                                   "{TileMatrix}/{TileRow}/{TileCol}%s",
                                   p->w->base_url, l->release, l->name, behind);
    xml_open(&p->x, "ResourceURL");
    xml_attribute(&p->x, "format", format);
    xml_attribute(&p->x, "resourceType", type);
    xml_attribute(&p->x, "template", url == NULL ? "" : url);
    xml_close(&p->x);
}

static void add_info_templates(struct page *p, const struct ogc_layer *l)
{
    for (int i = 0; info_type(i) != NULL; i++) {
        const char *behind = arena_printf(p->arena, "/{J}/{I}.%s", info_suffix(i));
        add_template(p, l, "FeatureInfo", info_type(i), behind == NULL ? "" : behind);
    }
}

static void add_layer(struct page *p, const struct ogc_layer *l)
{
    const struct release *r = &p->w->held.catalog->releases[l->release_index];
    struct xml *x = &p->x;
    xml_open(x, "Layer");
    xml_leaf_printf(x, "ows:Title", "%s: %s (%s)", r->title[LANG_EN], l->name, l->release);
    xml_leaf_printf(x, "ows:Abstract", "t/km2/yr of %s. %s. Licence: %s. Release %s.%s%s", l->gas,
                    r->attribution, r->licence, r->pinned, r->warning[LANG_EN][0] ? " " : "",
                    r->warning[LANG_EN]);
    add_box(x, l->box);
    xml_leaf(x, "ows:Identifier", l->identifier);
    for (int i = 0; i < style_count(p->w->held.styles); i++) {
        const struct style *s = style_at(p->w->held.styles, i);
        if (ogc_style_fits(s, l)) {
            add_style(p, l, s);
        }
    }
    xml_leaf(x, "Format", "image/png");
    for (int i = 0; info_type(i) != NULL; i++) {
        xml_leaf(x, "InfoFormat", info_type(i));
    }
    add_time(x, l);
    xml_open(x, "TileMatrixSetLink");
    xml_leaf(x, "TileMatrixSet", WMTS_MATRIX_SET);
    xml_close(x);
    add_template(p, l, "tile", "image/png", ".png");
    add_info_templates(p, l);
    xml_close(x);
}

static void add_matrix(struct xml *x, int zoom)
{
    xml_open(x, "TileMatrix");
    xml_leaf_printf(x, "ows:Identifier", "%d", zoom);
    xml_leaf_printf(x, "ScaleDenominator", "%.17g", ldexp(LEVEL_0_SCALE, -zoom));
    xml_leaf(x, "TopLeftCorner", "-" WORLD_HALF_M " " WORLD_HALF_M);
    xml_leaf(x, "TileWidth", "256");
    xml_leaf(x, "TileHeight", "256");
    xml_leaf_printf(x, "MatrixWidth", "%ld", 1L << zoom);
    xml_leaf_printf(x, "MatrixHeight", "%ld", 1L << zoom);
    xml_close(x);
}

static void add_matrix_set(struct xml *x)
{
    xml_open(x, "TileMatrixSet");
    xml_leaf(x, "ows:Identifier", WMTS_MATRIX_SET);
    xml_leaf(x, "ows:SupportedCRS", "urn:ogc:def:crs:EPSG::3857");
    xml_leaf(x, "WellKnownScaleSet", "urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible");
    for (int zoom = 0; zoom <= WMTS_MAX_ZOOM; zoom++) {
        add_matrix(x, zoom);
    }
    xml_close(x);
}

static void add_root(const struct page *p, struct xml *x)
{
    xml_open(x, "Capabilities");
    xml_attribute(x, "xmlns", "http://www.opengis.net/wmts/1.0");
    xml_attribute(x, "xmlns:ows", "http://www.opengis.net/ows/1.1");
    xml_attribute(x, "xmlns:xlink", "http://www.w3.org/1999/xlink");
    xml_attribute(x, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml_attribute(x, "xsi:schemaLocation",
                  "http://www.opengis.net/wmts/1.0 "
                  "http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd");
    xml_attribute(x, "version", "1.0.0");
    xml_attribute(x, "updateSequence", p->w->sequence);
}

static void add_operations(struct page *p, const char *own_url)
{
    xml_open(&p->x, "ows:OperationsMetadata");
    add_operation(p, "GetCapabilities", own_url);
    add_operation(p, "GetTile", NULL);
    add_operation(p, "GetFeatureInfo", NULL);
    xml_close(&p->x);
}

static enum err add_contents(struct page *p)
{
    struct ogc_layer *layers = NULL;
    int count = 0;
    enum err e = ogc_layers(p->w->held.catalog, p->arena, &layers, &count);
    if (e != ERR_OK) {
        return e;
    }
    xml_open(&p->x, "Contents");
    for (int i = 0; i < count; i++) {
        add_layer(p, &layers[i]);
    }
    add_matrix_set(&p->x);
    xml_close(&p->x);
    return ERR_OK;
}

static enum err capabilities_run(void *work, struct http_worker *worker, struct http_reply *out,
                                 struct why *why)
{
    (void)why;
    const struct capabilities_work *w = work;
    struct page p = {.w = w, .arena = worker->arena};
    const char *own =
        arena_printf(worker->arena, "%s/wmts/1.0.0/WMTSCapabilities.xml", w->base_url);
    enum err e = own == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (e != ERR_OK) {
        return e;
    }
    out->content_type = "application/xml";
    xml_begin(&p.x, &out->body);
    add_root(&p, &p.x);
    if ((w->sections & IDENTIFICATION) != 0) {
        add_identification(&p.x);
    }
    if ((w->sections & OPERATIONS) != 0) {
        add_operations(&p, own);
    }
    if ((w->sections & CONTENTS) != 0) {
        e = add_contents(&p);
    }
    if ((w->sections & ADDRESS) != 0) {
        xml_open(&p.x, "ServiceMetadataURL");
        xml_attribute(&p.x, "xlink:href", own);
        xml_close(&p.x);
    }
    xml_close(&p.x);
    enum err written = xml_end(&p.x, &out->body);
    return e != ERR_OK ? e : written;
}

/* "All", or names of sections; two of them are always empty here. */
static enum err read_sections(const char *list, unsigned *out, struct why *why)
{
    static const struct {
        const char *name;
        unsigned section;
    } known[] = {{"ServiceIdentification", IDENTIFICATION},
                 {"ServiceProvider", 0},
                 {"OperationsMetadata", OPERATIONS},
                 {"Contents", CONTENTS},
                 {"Themes", 0},
                 {"All", ALL_SECTIONS}};
    const size_t known_count = sizeof known / sizeof known[0];
    *out = list == NULL ? ALL_SECTIONS : 0;
    for (const char *at = list; at != NULL;) {
        size_t len = strcspn(at, ","), i = 0;
        while (i < known_count &&
               (strlen(known[i].name) != len || strncasecmp(at, known[i].name, len) != 0)) {
            i++;
        }
        if (i == known_count) {
            return kvp_invalid(why, "Sections", "There is no such section.",
                               "ServiceIdentification, ServiceProvider, OperationsMetadata, "
                               "Contents, Themes, All");
        }
        *out |= known[i].section;
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
    return ERR_OK;
}

static enum err read_sequence(const char *asked, struct capabilities_work *w, struct why *why)
{
    if (asked == NULL) {
        return ERR_OK;
    }
    enum sequence_age age = sequence_age(asked, w->sequence);
    if (age == SEQUENCE_UNKNOWN) {
        (void)why_set(why, ERR_INPUT, NULL, "This updateSequence is not one of this server.");
        why_kind(why, "InvalidUpdateSequence");
        return ERR_INPUT;
    }
    w->sections = age == SEQUENCE_SAME ? 0 : w->sections;
    return ERR_OK;
}

static enum err read_work(struct capabilities_work *w, const struct http_request *r,
                          const char *sections, const char *sequence, struct why *why)
{
    struct arena *arena = &w->held.arena;
    w->base_url = arena_strndup(arena, r->base_url, strlen(r->base_url));
    w->sequence = ogc_catalog_key(w->held.catalog, w->held.styles, arena);
    if (w->base_url == NULL || w->sequence == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = read_sections(sections, &w->sections, why);
    return e == ERR_OK ? read_sequence(sequence, w, why) : e;
}

enum err wmts_capabilities(const struct http_request *r, const struct http_state *s,
                           const char *sections, const char *sequence, struct http_plan *out,
                           struct why *why)
{
    if (s->catalog == NULL) {
        return why_set(why, ERR_UNAVAILABLE, NULL, "The inventory has not been read yet.");
    }
    struct capabilities_work *w = held_new(sizeof *w, WORK_ARENA_MAX, s);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = read_work(w, r, sections, sequence, why);
    const char *key =
        e != ERR_OK ? NULL : arena_printf(r->arena, "wmts/%u/%s", w->sections, w->sequence);
    if (e != ERR_OK || key == NULL) {
        held_free(w);
        return e != ERR_OK ? e : ERR_NO_MEMORY;
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

enum err wmts_capabilities_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    return wmts_capabilities(r, s, NULL, NULL, out, why);
}
