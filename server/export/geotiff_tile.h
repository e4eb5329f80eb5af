/* geotiff_tile.h - one tile of cells as the bytes of a TIFF: predictor 3, then deflated. Pure. */
#ifndef EXPORT_GEOTIFF_TILE_H
#define EXPORT_GEOTIFF_TILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct geotiff_coder {
    bool is_double;
    uint8_t *plain; /* a tile's samples, differenced */
    uint8_t *room;
    size_t room_bytes;
};

enum err geotiff_coder_init(struct geotiff_coder *c, bool is_double) MUST_CHECK;
void geotiff_coder_fini(struct geotiff_coder *c);
/** @param values  TIFF_TILE x TIFF_TILE. @return bytes at c->room, good until the next call; 0 = no
 *  memory. */
size_t geotiff_encode(struct geotiff_coder *c, const double *values);

#endif
