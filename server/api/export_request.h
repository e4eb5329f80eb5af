/* export_request.h - which map is to be written to a file: read from a request, and made ready.
 *
 * The same parameters as a tile's, without a style, and with a box and per=km2. Pure but for the
 * arena; safe from any thread.
 */
#ifndef API_EXPORT_REQUEST_H
#define API_EXPORT_REQUEST_H

#include "api/map_request.h"
#include "export/export.h"

struct export_request {
    struct map_request map;
    bool is_density; /* per=km2 */
    bool has_box;
    double box[4];       /* west, south, east, north */
    const char *query;   /* canonical: every default written out, names in order */
    const char *content; /* identity of the content */
    const char *name;    /* for a file, without suffix: "uzbekistan-1.0.0-net-co2e-2022" */
};

/** The release that is asked for: release=, or the server's default; NULL while there is no
 * catalog. */
const char *export_release_text(const struct http_request *r, const struct http_state *s);
/** Reads release, year, month, sector, gwp, minus, bbox and per.
 *  @param layer  "net-co2e". @return as map_request_read(). */
enum err export_request_read(struct export_request *out, const struct http_request *r,
                             const struct http_state *s, const char *layer, struct arena *arena,
                             struct why *why) MUST_CHECK;

/** Everything of an export but where blocks come from and how long it may take.
 *  @param c  of the request; borrowed by *out, as the arena is.
 *  @return as combination_build() and export_grid_choose(). */
enum err export_request_map(const struct export_request *q, const struct catalog *c,
                            int64_t max_cells, struct arena *arena, struct export_map *out,
                            struct why *why) MUST_CHECK;

#endif
