/* tile_rows.h - where the pixel rows of tiles lie on the authalic sphere, remembered.
 *
 * An edge costs four transcendental functions, a tile 257 edges, and a map asks for several tiles
 * of one row of the pyramid, in every year and gas. The last rows asked for are kept for the
 * process, 2 MiB; what is answered is the same to the last bit, kept or not. Thread-safe.
 */
#ifndef GEO_TILE_ROWS_H
#define GEO_TILE_ROWS_H

#include "geo/tile.h"

#define TILE_ROWS 256 /* pixel rows of a tile */

/** @param south  size_px + 1 edges as -q(latitude), ascending from north to south.
 *  @param size_px  any; those that are multiples of TILE_ROWS by a power of two are remembered. */
void tile_rows_south(struct tile t, int size_px, double *south);

#endif
