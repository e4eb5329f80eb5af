/* map_request.h - which map is meant: release, layer, parameters and style, for tiles and TileJSON.
 *
 * Parsed strictly and written back canonically: every default is spelled out, every code is in its
 * own spelling, names are in alphabetical order. One map has one key. Pure, safe from any thread.
 */
#ifndef API_MAP_REQUEST_H
#define API_MAP_REQUEST_H

#include "http/handler.h"
#include "inventory/selection.h"
#include "render/encode.h"
#include "render/legend.h"
#include "render/style.h"

#define MAP_MAX_TEXTS 10

struct map_request {
    bool is_pinned;             /* every release in it was asked for by its version */
    struct selection selection; /* sectors live in the arena given */
    bool has_minus;
    struct selection minus;    /* what is subtracted; same layer, sectors and GWP set */
    const struct style *style; /* borrowed from the style set; NULL = the route takes none */
    const char *quantity;      /* "density", "net", "difference" */
    const char *layer;         /* "net-co2e" */
    const char *query;   /* canonical, all defaults written out: "gwp=...&style=...&year=..." */
    const char *sent;    /* the same, but only what the client sent; "" = nothing */
    const char *content; /* identity of the content: release digests, style digest, query */
};

/** Reads the parameters year, month, sector, gwp, style and minus of a map.
 *  @param allowed  NULL-terminated list of all parameters of the route.
 *  @return ERR_UNAVAILABLE while there is no catalog; ERR_INPUT, ERR_NOT_FOUND with parameter and
 *          what is allowed; ERR_NO_MEMORY. */
enum err map_request_read(struct map_request *out, const struct http_request *r,
                          const struct http_state *s, const char *release, const char *layer,
                          const char *const *allowed, struct arena *arena,
                          struct why *why) MUST_CHECK;

/** Upper-case gas code, "CO2E" for the sum. */
const char *map_gas(const struct catalog *c, const struct map_request *m);
/** Code of the GWP set; "" for the mass of one gas. */
const char *map_gwp(const struct catalog *c, const struct map_request *m);
/** "Uzbekistan ...: net-co2e, 2022 minus 2015"; arena memory, NULL = none left. */
const char *map_title(const struct catalog *c, const struct map_request *m, struct arena *arena);

#endif
