#include "api/ogc/map_collections.h"

#include <math.h>
#include <string.h>

#include "api/ogc/map_layer.h"
#include "api/ogc/tile_sets.h"
#include "api/ogc/maps.h"

#define EARTH_RADIUS_M 6378137.0
#define PIXEL_M        0.00028
#define JSON_TYPE      "application/json"
#define GREGORIAN      "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

static void add_extent(struct doc *d, json_t *o, const struct ogc_layer *l)
{
    json_t *extent = doc_object(d, o, "extent");
    json_t *space = doc_object(d, extent, "spatial");
    doc_bbox(d, doc_array(d, space, "bbox"), NULL, l->box[0], l->box[1], l->box[2], l->box[3]);
    doc_text(d, space, "crs", tms_crs(TMS_WORLD_CRS84));
    json_t *time = doc_object(d, extent, "temporal");
    json_t *interval = doc_array(d, doc_array(d, time, "interval"), NULL);
    doc_put(d, interval, NULL, json_sprintf("%04d-01-01T00:00:00Z", l->years[0]));
    doc_put(d, interval, NULL, json_sprintf("%04d-12-31T23:59:59Z", l->years[l->year_count - 1]));
    doc_text(d, time, "trs", GREGORIAN);
    json_t *grid = doc_object(d, time, "grid");
    doc_int(d, grid, "cellsCount", l->year_count);
    json_t *years = doc_array(d, grid, "coordinates");
    for (int i = 0; i < l->year_count; i++)
        doc_put(d, years, NULL, json_sprintf("%04d", l->years[i]));
}

/* A scale at which a pixel is a cell: GDAL takes its size of the map from it. */
static void add_scale(struct doc *d, json_t *o, const struct ogc_layer *l)
{
    if (l->cell_deg > 0)
        doc_number(d, o, "scaleDenominator", l->cell_deg * (M_PI / 180) * EARTH_RADIUS_M / PIXEL_M);
}

static void add_styles(struct doc *d, json_t *o, const struct ogc_layer *l, const char *id,
                       const struct style_set *styles, const char *base_url, struct arena *arena)
{
    json_t *list = doc_array(d, o, "styles");
    for (int i = 0; i < style_count(styles); i++) {
        const struct style *s = style_at(styles, i);
        if (!ogc_style_fits(s, l))
            continue;
        const char *legend = ogc_legend_url(base_url, s, l, arena);
        json_t *style = doc_object(d, list, NULL);
        doc_text(d, style, "id", s->id);
        doc_text(d, style, "title", s->title[LANG_EN]);
        json_t *links = doc_array(d, style, "links");
        tileset_link(d, links, OGC_REL "map", OGC_PNG, "The map in this style",
                     "%s/ogc/collections/%s/map?f=png&style=%s", base_url, id, s->id);
        tileset_link(d, links, OGC_REL "tilesets-map", JSON_TYPE, "Its tiles",
                     "%s/ogc/collections/%s/map/tiles?style=%s", base_url, id, s->id);
        tileset_link(d, links, OGC_REL "legend", OGC_PNG, "Its legend", "%s",
                     legend == NULL ? "" : legend);
        d->failed |= legend == NULL;
        if (ogc_style_is_default(styles, s, l))
            doc_text(d, o, "defaultStyle", s->id);
    }
}

static void add_links(struct doc *d, json_t *o, const struct release *r, const struct ogc_layer *l,
                      const char *id, const char *base_url)
{
    json_t *links = doc_array(d, o, "links");
    tileset_link(d, links, "self", JSON_TYPE, "This collection", "%s/ogc/collections/%s", base_url,
                 id);
    tileset_link(d, links, OGC_REL "map", OGC_PNG, "The map", "%s/ogc/collections/%s/map?f=png",
                 base_url, id);
    tileset_link(d, links, OGC_REL "tilesets-map", JSON_TYPE, "Its tiles",
                 "%s/ogc/collections/%s/map/tiles", base_url, id);
    if (strcmp(l->release, r->pinned) != 0)
        tileset_link(d, links, "canonical", JSON_TYPE, "The same, which never changes",
                     "%s/ogc/collections/%s:%s", base_url, r->pinned, l->name);
    else
        tileset_link(d, links, "latest-version", JSON_TYPE, "The same of the latest release",
                     "%s/ogc/collections/%s:%s", base_url, r->slug, l->name);
    tileset_link(d, links, OGC_REL "styles", JSON_TYPE, "All styles", "%s/v1/styles", base_url);
}

enum err ogc_map_collection(struct doc *d, json_t *o, const struct catalog *c,
                            const struct ogc_layer *l, const struct style_set *styles,
                            const char *base_url, struct arena *arena)
{
    const struct release *r = &c->releases[l->release_index];
    const char *id = ogc_map_id(l, arena);
    if (id == NULL)
        return ERR_NO_MEMORY;
    doc_text(d, o, "id", id);
    doc_put(d, o, "title", json_sprintf("%s: %s (%s)", r->title[LANG_EN], l->name, l->release));
    doc_put(d, o, "description",
            json_sprintf("Map: t/km2/yr of %s. Release %s.%s%s", l->gas, r->pinned,
                         r->warning[LANG_EN][0] == '\0' ? "" : " ", r->warning[LANG_EN]));
    doc_text(d, o, "attribution", r->attribution);
    doc_text(d, o, "license", r->licence);
    doc_text(d, o, "dataType", "map");
    doc_text(d, o, "layerDataType", "Raster"); /* GDAL's readers of features pass it over then */
    json_t *systems = doc_array(d, o, "crs");
    for (int i = 0; ogc_map_systems[i] != NULL; i++)
        doc_text(d, systems, NULL, ogc_map_systems[i]);
    add_extent(d, o, l);
    add_scale(d, o, l);
    if (styles != NULL)
        add_styles(d, o, l, id, styles, base_url, arena);
    add_links(d, o, r, l, id, base_url);
    return ERR_OK;
}

void ogc_map_collections(struct doc *d, json_t *list, const struct answer *a)
{
    struct ogc_layer *layers = NULL;
    int count = 0;
    enum err e = ogc_layers_of(a->catalog, a->params.release, a->params.arena, &layers, &count);
    for (int i = 0; e == ERR_OK && i < count; i++) {
        const struct ogc_layer *l = &layers[i];
        if (strcmp(l->release, answer_release(a)->pinned) == 0)
            e = ogc_map_collection(d, doc_object(d, list, NULL), a->catalog, l, NULL, a->base_url,
                                   a->params.arena);
    }
    d->failed |= e != ERR_OK;
}
