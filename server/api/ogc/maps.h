/* maps.h - OGC API - Maps: the ground, the size and the look of a picture of a layer. Pure. */
#ifndef API_OGC_MAPS_H
#define API_OGC_MAPS_H

#include "api/map_picture.h"
#include "api/ogc/layers.h"

/** URIs of the reference systems maps are made in, the default first; NULL ends them. */
extern const char *const ogc_map_systems[];

/** Reads bbox, bbox-crs, crs, width, height, transparent and bgcolor.
 *  @param l  its box is the default.
 *  @param out  gets view, look, crs_uri and is_latitude_first.
 *  @return ERR_INPUT with what is allowed; ERR_TOO_LARGE for more pixels than a picture may have.
 */
enum err ogc_maps_read(const struct http_request *r, const struct ogc_layer *l,
                       struct map_picture *out, struct why *why) MUST_CHECK;

#endif
