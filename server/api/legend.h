/* legend.h - /legend/{style}.{json|svg|png|jpg}. */
#ifndef API_LEGEND_H
#define API_LEGEND_H

#include "http/handler.h"

enum err legend_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why) MUST_CHECK;

#endif
