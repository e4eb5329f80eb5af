/* tiles.h - /tiles/{release}/{layer}/{z}/{x}/{y}[@2x].{png|json|f32}. */
#ifndef API_TILES_H
#define API_TILES_H

#include "http/handler.h"

enum err tiles_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                    struct why *why) MUST_CHECK;

#endif
