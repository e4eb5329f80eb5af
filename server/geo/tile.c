#include "geo/tile.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#define TILE_NUMBER_CAP ((int64_t)1 << 40) /* beyond any tile; longer numbers stay here */

/* Reads digits without a leading zero; -1 when text is no such number. */
static int64_t read_number(const char *text)
{
    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0')) {
        return -1;
    }
    int64_t n = 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return -1;
        }
        n = n * 10 + (*text - '0');
        if (n > TILE_NUMBER_CAP) {
            n = TILE_NUMBER_CAP;
        }
    }
    return n;
}

enum err tile_parse(const char *z, const char *x, const char *y, struct tile *out)
{
    int64_t zn = read_number(z);
    int64_t xn = read_number(x);
    int64_t yn = read_number(y);
    if (zn < 0 || xn < 0 || yn < 0) {
        return ERR_INPUT;
    }
    if (zn > TILE_MAX_ZOOM || xn >> zn != 0 || yn >> zn != 0) {
        return ERR_NOT_FOUND;
    }
    *out = (struct tile){(int)zn, (int32_t)xn, (int32_t)yn};
    return ERR_OK;
}

/* Where a pixel edge lies across the world, 0..1, from its number counted from the world's edge
 * and not from the tile's: whoever asks for the same edge (neighbour, parent, child, @2x) divides
 * equal numbers, and for a size that is a power of two the quotient is exact. */
static double world_fraction(struct tile t, int32_t tile_number, int size_px, int edge)
{
    assert(t.z >= 0 && t.z <= TILE_MAX_ZOOM && size_px > 0 && edge >= 0 && edge <= size_px);
    int64_t pixel = (int64_t)tile_number * size_px + edge;
    int64_t pixels = (int64_t)size_px << t.z;
    return (double)pixel / (double)pixels;
}

double tile_edge_lon_deg(struct tile t, int size_px, int edge)
{
    return 360.0 * world_fraction(t, t.x, size_px, edge) - 180.0;
}

double tile_edge_lat_deg(struct tile t, int size_px, int edge)
{
    double y = M_PI * (1.0 - 2.0 * world_fraction(t, t.y, size_px, edge));
    /* atan(sinh(y)) = 2 atan(e^y) - pi/2, but odd to the last bit and exact near the equator. */
    return atan(sinh(y)) * (180.0 / M_PI);
}
