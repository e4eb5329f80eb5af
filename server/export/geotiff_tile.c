#include "export/geotiff_tile.h"

#include <stdlib.h>
#include <string.h>

#include "export/tiff_header.h"
#include "render/deflate.h"

#define TILE_SAMPLES ((size_t)TIFF_TILE * TIFF_TILE)

enum err geotiff_coder_init(struct geotiff_coder *c, bool is_double)
{
    size_t bytes = TILE_SAMPLES * (is_double ? 8 : 4);
    *c = (struct geotiff_coder){.is_double = is_double, .room_bytes = deflate_bound(bytes)};
    c->plain = malloc(bytes);
    c->room = malloc(c->room_bytes);
    return c->plain == NULL || c->room == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void geotiff_coder_fini(struct geotiff_coder *c)
{
    free(c->plain);
    free(c->room);
}

/* A row's samples as planes of bytes, the most significant first. */
static void split_doubles(const double *values, uint8_t *row)
{
    for (size_t i = 0; i < TIFF_TILE; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (size_t byte = 0; byte < 8; byte++) {
            row[byte * TIFF_TILE + i] = (uint8_t)(bits >> (56 - 8 * byte));
        }
    }
}

static void split_floats(const double *values, uint8_t *row)
{
    for (size_t i = 0; i < TIFF_TILE; i++) {
        float narrow = (float)values[i];
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        for (size_t byte = 0; byte < 4; byte++) {
            row[byte * TIFF_TILE + i] = (uint8_t)(bits >> (24 - 8 * byte));
        }
    }
}

/* Predictor 3 (Adobe TIFF technical note 3): planes of bytes, each byte less the one before. */
static void predict(const struct geotiff_coder *c, const double *values, uint8_t *row,
                    size_t row_bytes)
{
    if (c->is_double) {
        split_doubles(values, row);
    } else {
        split_floats(values, row);
    }
    for (size_t i = row_bytes - 1; i > 0; i--) {
        row[i] = (uint8_t)(row[i] - row[i - 1]);
    }
}

size_t geotiff_encode(struct geotiff_coder *c, const double *values)
{
    size_t row_bytes = (size_t)TIFF_TILE * (c->is_double ? 8 : 4);
    for (size_t row = 0; row < TIFF_TILE; row++) {
        predict(c, values + row * TIFF_TILE, c->plain + row * row_bytes, row_bytes);
    }
    return deflate_bytes(DEFLATE_THOROUGH, c->plain, TIFF_TILE * row_bytes, c->room, c->room_bytes);
}
