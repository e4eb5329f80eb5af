/* wmts.h - WMTS 1.0.0 by KVP and by REST. A tile is the very answer of /tiles/...png: same bytes,
 * same ETag, one entry in the cache.
 */
#ifndef API_OGC_WMTS_H
#define API_OGC_WMTS_H

#include "http/handler.h"

#define WMTS_MATRIX_SET "WebMercatorQuad"
#define WMTS_TILE_PX    256
#define WMTS_MAX_ZOOM   18 /* as GoogleMapsCompatible has them */

/** /wmts?SERVICE=WMTS&REQUEST=... */
enum err wmts_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                   struct why *why) MUST_CHECK;
/** What WMTS offers, by KVP.
 *  @param sections  of the document, with commas between; NULL = all.
 *  @param sequence  the state that the client knows; NULL = none. If it is that of now, it gets the
 *         root without anything in it. */
enum err wmts_capabilities(const struct http_request *r, const struct http_state *s,
                           const char *sections, const char *sequence, struct http_plan *out,
                           struct why *why) MUST_CHECK;
/** /wmts/1.0.0/WMTSCapabilities.xml */
enum err wmts_capabilities_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why) MUST_CHECK;
/** /wmts/1.0.0/{release}/{layer}/{style}/{time}/{matrixset}/{matrix}/{row}/{file} */
enum err wmts_tile_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why) MUST_CHECK;
/** /wmts/1.0.0/{release}/{layer}/{style}/{time}/{matrixset}/{matrix}/{row}/{col}/{j}/{file} */
enum err wmts_info_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why) MUST_CHECK;

#endif
