#include "api/ogc/tile_sets.h"

#include <stdarg.h>

#define JSON_TYPE "application/json"
#define CRS84     "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

json_t *tileset_link(struct doc *d, json_t *links, const char *rel, const char *type,
                     const char *title, const char *format, ...)
{
    json_t *link = doc_object(d, links, NULL);
    va_list args;
    va_start(args, format);
    doc_put(d, link, "href", json_vsprintf(format, args));
    va_end(args);
    doc_text(d, link, "rel", rel);
    doc_text(d, link, "type", type);
    doc_text(d, link, "title", title);
    return link;
}

static json_t *add_head(struct doc *d, json_t *o, const struct tileset *t, enum tms set)
{
    const char *mark = t->query[0] == '\0' ? "" : "?";
    doc_put(d, o, "title", json_sprintf("%s (%s)", t->title, tms_id(set)));
    doc_text(d, o, "dataType", t->data_type);
    doc_text(d, o, "crs", tms_crs(set));
    doc_put(d, o, "tileMatrixSetURI", json_sprintf(TMS_URI "%s", tms_id(set)));
    json_t *links = doc_array(d, o, "links");
    tileset_link(d, links, "self", JSON_TYPE, "This tileset", "%s%s/tiles/%s%s%s", t->base_url,
                 t->path, tms_id(set), mark, t->query);
    tileset_link(d, links, OGC_REL "tiling-scheme", JSON_TYPE, "How it is cut",
                 "%s/ogc/tileMatrixSets/%s", t->base_url, tms_id(set));
    return links;
}

void tileset_brief(struct doc *d, json_t *o, const struct tileset *t, enum tms set)
{
    (void)add_head(d, o, t, set);
}

/* The whole matrix: a tile without data is answered too, and where data are is the bounding box's
 * to say. GDAL 3.6 reads no tileset without limits, and misplaces the tiles of one whose limits do
 * not begin at 0 (decision 0029). */
static void add_limits(struct doc *d, json_t *o, enum tms set)
{
    json_t *list = doc_array(d, o, "tileMatrixSetLimits");
    for (int level = 0; level < tms_levels(set); level++) {
        struct tms_limits l = tms_limits(set, level);
        json_t *limit = doc_object(d, list, NULL);
        doc_put(d, limit, "tileMatrix", json_sprintf("%d", level));
        doc_int(d, limit, "minTileRow", l.min_row);
        doc_int(d, limit, "maxTileRow", l.max_row);
        doc_int(d, limit, "minTileCol", l.min_col);
        doc_int(d, limit, "maxTileCol", l.max_col);
    }
}

static void add_box(struct doc *d, json_t *o, const struct tileset *t)
{
    json_t *box = doc_object(d, o, "boundingBox");
    json_t *low = doc_array(d, box, "lowerLeft");
    doc_number(d, low, NULL, t->box[0]);
    doc_number(d, low, NULL, t->box[1]);
    json_t *up = doc_array(d, box, "upperRight");
    doc_number(d, up, NULL, t->box[2]);
    doc_number(d, up, NULL, t->box[3]);
    doc_text(d, box, "crs", CRS84);
}

json_t *tileset_full(struct doc *d, json_t *o, const struct tileset *t, enum tms set)
{
    json_t *links = add_head(d, o, t, set);
    json_t *item =
        tileset_link(d, links, "item", t->type, "A tile",
                     "%s%s/tiles/%s/{tileMatrix}/{tileRow}/{tileCol}?f=%s%s%s", t->base_url,
                     t->path, tms_id(set), t->format, t->query[0] == '\0' ? "" : "&", t->query);
    doc_bool(d, item, "templated", true);
    doc_text(d, doc_array(d, o, "mediaTypes"), NULL, t->type);
    doc_text(d, o, "attribution", t->release->attribution);
    doc_text(d, o, "license", t->release->licence);
    doc_text(d, o, "version", t->release->version);
    add_box(d, o, t);
    add_limits(d, o, set);
    return links;
}
