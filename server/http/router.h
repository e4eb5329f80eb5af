/* router.h - which endpoint a path belongs to.
 *
 * Patterns are split once at start; matching compares whole segments, so nothing is scanned twice
 * and nothing is matched by prefix. The first route that fits wins. Immutable after router_new.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/handler.h"
#include "http/uri.h"

struct router;

/** @param routes  table ended by a NULL pattern; borrowed for the router's life.
 *  NULL = no memory. A pattern that is malformed asserts: it is our own. */
struct router *router_new(const struct http_route *routes);
void router_free(struct router *r); /* accepts NULL */

struct router_match {
    const struct http_route *route; /* NULL when none fits */
    int index;                      /* of the route in its table; -1 */
    int captured_count;
    const char
        *captured[HTTP_SEGMENTS_MAX]; /* what the placeholders matched; borrowed from the uri */
    bool allows_get, allows_post;     /* by any route of this path */
};
/** @param method  "HEAD" finds "GET". @return ERR_NOT_FOUND (no such path); ERR_METHOD (the path
 *  exists, out->allows_* say how); ERR_OK. *out is always written. */
enum err router_find(const struct router *r, const char *method, const struct uri *u,
                     struct router_match *out) MUST_CHECK;
/** "GET, HEAD, OPTIONS" and the like into text[40]. */
void router_allow(const struct router_match *m, char text[40]);
/** Number of routes, and one of them. */
int router_count(const struct router *r);
const struct http_route *router_route(const struct router *r, int index);

#endif
