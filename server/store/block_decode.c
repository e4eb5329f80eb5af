#include "store/block_decode.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "big-endian hosts need no swap");

#define FLOAT_MAGNITUDE 0x7fffffffu
#define FLOAT_INFINITY  0x7f800000u /* magnitudes above it are NaN */

enum err block_decode(const void *bytes, int len, int64_t count, float *cells, struct why *why)
{
    uint32_t infinities = 0, numbers = 0;
    if (len != BLOCK_BYTES)
        return why_set(why, ERR_INTERNAL, NULL, "A stored block has %d bytes instead of %d.", len,
                       BLOCK_BYTES);
    const unsigned char *from = bytes;
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) { /* no branches: the compiler vectorises it */
        uint32_t bits;
        memcpy(&bits, from + 4 * i, sizeof bits);
        bits = __builtin_bswap32(bits);
        memcpy(cells + i, &bits, sizeof bits);
        infinities += (bits & FLOAT_MAGNITUDE) == FLOAT_INFINITY;
        numbers += (bits & FLOAT_MAGNITUDE) <= FLOAT_INFINITY;
    }
    if (infinities)
        return why_set(why, ERR_INTERNAL, NULL, "A stored block holds an infinity.");
    if (count < 1 || numbers != (uint64_t)count)
        return why_set(why, ERR_INTERNAL, NULL, "A stored block holds %u cells instead of %lld.",
                       numbers, (long long)count);
    return ERR_OK;
}
