/* tile_sets.h - what a tileset is and where its tiles are, for maps and for vectors.
 *
 * The members are those of OGC 17-083r4; relations of links are OGC's. Pure.
 */
#ifndef API_OGC_TILE_SETS_H
#define API_OGC_TILE_SETS_H

#include "api/doc.h"
#include "api/ogc/tile_matrix_sets.h"
#include "inventory/catalog.h"

#define OGC_REL "http://www.opengis.net/def/rel/ogc/1.0/"
#define OGC_PNG "image/png"

struct tileset {
    const char *base_url;
    const char *path;  /* of the resource that is tiled: "/ogc/collections/districts" */
    const char *query; /* canonical, of what was asked for; "" = nothing */
    const char *title, *data_type, *format, *type; /* "map" or "vector", "png", "image/png" */
    const struct release *release;
    double box[4]; /* west, south, east, north in degrees */
};

/** Adds {"href", "rel", "type", "title"} to a list; the address in printf's form. */
json_t *tileset_link(struct doc *d, json_t *links, const char *rel, const char *type,
                     const char *title, const char *format, ...) PRINTF_LIKE(6, 7);
/** A member of a tilesets list. */
void tileset_brief(struct doc *d, json_t *o, const struct tileset *t, enum tms set);
/** All of it. @return its links, for more of them. */
json_t *tileset_full(struct doc *d, json_t *o, const struct tileset *t, enum tms set);

#endif
