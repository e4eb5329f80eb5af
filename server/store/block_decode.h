/* block_decode.h - rows of one stored block, from their bytes to floats. Pure.
 *
 * The bytes come from the database and are checked, not trusted: exactly 64 big-endian float4 a
 * row, no infinity, as many numbers as the block is said to have, of which those beyond these rows
 * are not seen.
 */
#ifndef STORE_BLOCK_DECODE_H
#define STORE_BLOCK_DECODE_H

#include <stdint.h>

#include "base/err.h"
#include "geo/grid.h"

#define BLOCK_ROW_BYTES (GRID_BLOCK * 4)
#define BLOCK_BYTES     (GRID_BLOCK_CELLS * 4)

/** @param bytes  len bytes; NULL only when len is 0.
 *  @param rows   how many there are, 1..GRID_BLOCK.
 *  @param count  cells with data of the whole block by its own word, 1..GRID_BLOCK_CELLS.
 *  @param cells  room for these rows; its content is undefined after a failure.
 *  @return ERR_INTERNAL with what is wrong. */
enum err block_decode(const void *bytes, int len, int rows, int64_t count, float *cells,
                      struct why *why) MUST_CHECK;

#endif
