/* mbtiles.h - the server's own tiles as an MBTiles 1.3 file. The only folder that knows SQLite. */
#ifndef CLI_EXPORT_MBTILES_H
#define CLI_EXPORT_MBTILES_H

#include "api/tile_body.h"

#define MBTILES_MAX_ZOOM 14

struct mbtiles {
    struct catalog *catalog; /* borrowed, as everything here */
    struct map_request map;  /* with a style */
    struct grid grid;        /* the ground that has tiles: export_grid_choose() */
    int min_zoom, max_zoom;  /* max_zoom -1 = where a pixel is no larger than half a cell */
    struct block_cache *blocks;
    struct conn *db;
    bool (*go_on)(void *context, double share);
    void *context;
    int64_t tile_count; /* out: that were stored; empty ones are not */
};

/** @param path  of an empty file. @return ERR_IO with SQLite's words; as tile_body_write(). */
enum err mbtiles_write(struct mbtiles *m, const char *path, struct why *why) MUST_CHECK;

#endif
