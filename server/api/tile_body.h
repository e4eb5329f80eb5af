/* tile_body.h - the bytes of one tile, for whoever hands them out: the server, or an export.
 *
 * One function makes them, so that a tile in a file is the tile of the server. One thread per call.
 */
#ifndef API_TILE_BODY_H
#define API_TILE_BODY_H

#include "api/map_request.h"

enum tile_format { TILE_PNG, TILE_JSON, TILE_F32, TILE_FORMATS };

struct tile_body {
    struct catalog *catalog; /* borrowed for the call */
    struct map_request map;
    struct tile tile;
    int size_px;
    enum tile_format format;
    bool is_outside; /* of every grid: nothing needs to be asked for */
};

/** Renders on the worker's arena, which holds nothing of value afterwards.
 *  @param out  appended to; an empty tile has the bytes of all empty tiles.
 *  @param mass_t  tonnes on it. @param is_empty  no pixel has data; NULL = no matter.
 *  @return as combination_build() and density_render(). */
enum err tile_body_write(const struct tile_body *t, struct http_worker *worker, struct buf *out,
                         double *mass_t, bool *is_empty, struct why *why) MUST_CHECK;

#endif
