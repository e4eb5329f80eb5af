/* map_collections.h - a map layer as OGC API's description of a collection. Pure. */
#ifndef API_OGC_MAP_COLLECTIONS_H
#define API_OGC_MAP_COLLECTIONS_H

#include "api/answer.h"
#include "api/doc.h"
#include "api/ogc/layers.h"

/** Writes the members of a collection.
 *  @param styles  those that fit are listed; NULL = none.
 *  @param arena  of the job. @return ERR_NO_MEMORY. */
enum err ogc_map_collection(struct doc *d, json_t *o, const struct catalog *c,
                            const struct ogc_layer *l, const struct style_set *styles,
                            const char *base_url, struct arena *arena) MUST_CHECK;
/** Appends the layers of the answer's release under their pinned ids; for /ogc/collections. */
void ogc_map_collections(struct doc *d, json_t *list, const struct answer *a);

#endif
