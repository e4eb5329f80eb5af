/* tile_matrix_sets.h - the tile matrix sets tiles are cut by, as OGC registers them.
 *
 * WebMercatorQuad has the tiles of /tiles; the pixels of WorldCRS84Quad are squares in degrees, so
 * that its rows are linear in latitude. The other way round than /tiles, the row comes before the
 * column. Pure.
 */
#ifndef API_OGC_TILE_MATRIX_SETS_H
#define API_OGC_TILE_MATRIX_SETS_H

#include "api/map_view.h"

#define TMS_TILE_PX 256
#define TMS_URI     "http://www.opengis.net/def/tilematrixset/OGC/1.0/"

enum tms { TMS_WEB_MERCATOR, TMS_WORLD_CRS84, TMS_COUNT };

/** Rows and columns of one matrix, all inclusive. */
struct tms_limits {
    int32_t min_row, max_row, min_col, max_col;
};

struct tms_tile {
    enum tms set;
    int level; /* the matrix: its id is this number */
    int32_t row, col;
};

const char *tms_id(enum tms set);
const char *tms_crs(enum tms set); /* URI */
int tms_levels(enum tms set);      /* matrices: 0 to one less */
/** @return ERR_NOT_FOUND with those there are. @param count  how many of them the route has. */
enum err tms_find(const char *id, int count, enum tms *out, struct why *why) MUST_CHECK;

/** All tiles of a matrix. */
struct tms_limits tms_limits(enum tms set, int level);
/** Reads the address of a tile.
 *  @return ERR_INPUT if it is none; ERR_NOT_FOUND for a tile that is not there; each with what is
 *          allowed. */
enum err tms_address(enum tms set, const char *matrix, const char *row, const char *col,
                     struct tms_tile *out, struct why *why) MUST_CHECK;
/** The ground of a tile of WorldCRS84Quad; its edges are exact. */
struct map_view tms_view(struct tms_tile t);

#endif
