/* block_decode.h - one stored block, from its bytes to floats. Pure.
 *
 * The bytes come from the database and are checked, not trusted: exactly 64 x 64 big-endian float4,
 * no infinity, as many numbers as the row says.
 */
#ifndef STORE_BLOCK_DECODE_H
#define STORE_BLOCK_DECODE_H

#include <stdint.h>

#include "base/err.h"
#include "geo/grid.h"

#define BLOCK_BYTES (GRID_BLOCK_CELLS * 4)

/** @param bytes  len bytes; NULL only when len is 0.
 *  @param count  cells with data by the row's own word, 1..GRID_BLOCK_CELLS.
 *  @param cells  room for GRID_BLOCK_CELLS; its content is undefined after a failure.
 *  @return ERR_INTERNAL with what is wrong. */
enum err block_decode(const void *bytes, int len, int64_t count, float *cells,
                      struct why *why) MUST_CHECK;

#endif
