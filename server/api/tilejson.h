/* tilejson.h - /tiles/{release}/{layer}.json: TileJSON 3.0.0 of exactly the parameters given. */
#ifndef API_TILEJSON_H
#define API_TILEJSON_H

#include "http/handler.h"

enum err tilejson_plan(const struct http_request *r, const struct http_state *s,
                       struct http_plan *out, struct why *why) MUST_CHECK;

#endif
