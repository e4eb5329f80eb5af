/* map_layer.h - a map layer as a collection of OGC API: its id, and the map a request means.
 *
 * The id is one segment of a path: "uzbekistan:net-co2e" follows the latest release,
 * "uzbekistan@1.0.0:net-co2e" never changes. Pure; memory from the request's arena.
 */
#ifndef API_OGC_MAP_LAYER_H
#define API_OGC_MAP_LAYER_H

#include "api/ogc/layers.h"
#include "http/handler.h"

/** Parameters of /tiles that choose what a map shows; datetime takes the place of year. */
#define OGC_MAP_PARAMETERS "datetime", "month", "sector", "gwp", "style", "minus"
#define OGC_MAP_MAX_PARAMS 8

struct ogc_map {
    struct ogc_layer layer;
    /** As /tiles has it: segments 0 and 1 are release and layer, the query has year. */
    struct http_request request;
    const char *names[OGC_MAP_MAX_PARAMS], *values[OGC_MAP_MAX_PARAMS];
};

/** What the request inside takes, NULL-terminated. */
extern const char *const ogc_map_tile_parameters[];

/** "uzbekistan", "net-co2e" -> the id of the collection; arena memory, NULL = none left. */
const char *ogc_map_id(const struct ogc_layer *l, struct arena *arena);

/** Reads segment 0 and the query. A datetime that several years touch means the latest of them.
 *  @param allowed  all parameters of the route; those that are not of OGC_MAP_PARAMETERS are the
 *         caller's to read.
 *  @param out  filled in place, holds pointers to itself.
 *  @return ERR_UNAVAILABLE, ERR_INPUT, ERR_NOT_FOUND with what is allowed, ERR_NO_MEMORY. */
enum err ogc_map_read(const struct http_request *r, const struct http_state *s,
                      const char *const *allowed, struct ogc_map *out, struct why *why) MUST_CHECK;

struct ogc_form {
    const char *word; /* as f has it: "png" */
    const char *type; /* media type, as Accept has it */
};

/** The form that f= or Accept asks for. @param out  index among the forms, of which the first is
 *  what is sent when nothing is asked for.
 *  @return ERR_INPUT for another f; ERR_NOT_ACCEPTABLE. */
enum err ogc_form(const struct http_request *r, const struct ogc_form *forms, int count, int *out,
                  struct why *why) MUST_CHECK;
/** The same where there is one form. */
enum err ogc_form_only(const struct http_request *r, const char *word, const char *type,
                       struct why *why) MUST_CHECK;

#endif
