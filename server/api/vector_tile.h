/* vector_tile.h - what the vector tiles of districts and of sources have in common.
 *
 * A vector tile is an answer like any other (api/answer.h): the parameters of /v1/districts or
 * /v1/sources, less those that choose a page or a place, which the tile's address does. Values are
 * computed here and joined to the shapes by the database (decision 0027). No state.
 */
#ifndef API_VECTOR_TILE_H
#define API_VECTOR_TILE_H

#include "api/answer.h"
#include "api/doc.h"
#include "store/store.h"

#define VECTOR_TILE_TYPE     "application/vnd.mapbox-vector-tile"
#define VECTOR_TILE_MAX_ZOOM 14 /* of TileJSON: beyond it a client enlarges, to the same metres */

#define VECTOR_DISTRICT_PARAMS                                                                     \
    (PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_GAS) |                  \
     PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LEVEL) |                       \
     PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_PARENT) |                  \
     PARAM_BIT(PARAM_PER) | PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) |                   \
     PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR))

#define VECTOR_SOURCE_PARAMS                                                                       \
    (PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_LANG) |                  \
     PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_UNIT) |                  \
     PARAM_BIT(PARAM_YEAR))

/** The ground of a tile and a little around it, in degrees: west, south, east, north. */
void vector_tile_box(struct tile t, double box[4]);
/** Rows as JSON text in the arena, for the store. */
enum err vector_tile_rows(const struct doc *d, const json_t *rows, struct arena *arena,
                          const char **out) MUST_CHECK;

#endif
