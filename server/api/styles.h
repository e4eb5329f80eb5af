/* styles.h - /v1/styles: what the map can be painted with. */
#ifndef API_STYLES_H
#define API_STYLES_H

#include "http/handler.h"

enum err styles_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why) MUST_CHECK;

#endif
