/* tile.h - web-map tile addresses and the ground they cover.
 *
 * Pure arithmetic, by value: safe from any thread. XYZ scheme: at zoom z the world is 2^z by 2^z
 * tiles, x grows east, y grows SOUTH, 0/0/0 is the whole world in spherical Mercator
 * (EPSG:3857); latitudes returned are geodetic WGS 84.
 */
#ifndef GEO_TILE_H
#define GEO_TILE_H

#include <stdint.h>

#include "base/err.h"

#define TILE_MAX_ZOOM 22

struct tile {
    int z;
    int32_t x;
    int32_t y;
};

/** Reads three path segments. Digits only: no sign, no leading zero, so that one tile has one
 *  URL and one cache entry.
 *  @return ERR_OK; ERR_INPUT if they are no address; ERR_NOT_FOUND if z > TILE_MAX_ZOOM or x, y
 *  lie outside the zoom. */
enum err tile_parse(const char *z, const char *x, const char *y, struct tile *out) MUST_CHECK;

/** Longitude in degrees of the pixel edge `edge` (0 = west edge, size = east edge). */
double tile_edge_lon_deg(struct tile t, int size_px, int edge);
/** Geodetic latitude in degrees of the pixel edge `edge` (0 = north edge, size = south edge). */
double tile_edge_lat_deg(struct tile t, int size_px, int edge);

#endif
