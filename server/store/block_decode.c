#include "store/block_decode.h"

#include <string.h>

#include "base/vector.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "big-endian hosts need no swap");

#define FLOAT_MAGNITUDE 0x7fffffffu
#define FLOAT_INFINITY  0x7f800000u /* magnitudes above it are NaN */

struct tally {
    uint32_t infinities, numbers;
};

/* No branches and rows of one length: the compiler makes vectors of it. */
FOR_THIS_CPU static struct tally swap_rows(const unsigned char *restrict from, int rows,
                                           float *restrict cells)
{
    struct tally t = {0, 0};
    for (int row = 0; row < rows; row++, from += BLOCK_ROW_BYTES, cells += GRID_BLOCK) {
        for (int i = 0; i < GRID_BLOCK; i++) {
            uint32_t bits;
            memcpy(&bits, from + 4 * i, sizeof bits);
            bits = __builtin_bswap32(bits);
            memcpy(cells + i, &bits, sizeof bits);
            t.infinities += (bits & FLOAT_MAGNITUDE) == FLOAT_INFINITY;
            t.numbers += (bits & FLOAT_MAGNITUDE) <= FLOAT_INFINITY;
        }
    }
    return t;
}

enum err block_decode(const void *bytes, int len, int rows, int64_t count, float *cells,
                      struct why *why)
{
    if (rows < 1 || rows > GRID_BLOCK || len != rows * BLOCK_ROW_BYTES)
        return why_set(why, ERR_INTERNAL, NULL, "%d rows of a stored block have %d bytes.", rows,
                       len);
    struct tally t = swap_rows(bytes, rows, cells);
    int64_t unseen = (int64_t)GRID_BLOCK * (GRID_BLOCK - rows);
    if (t.infinities)
        return why_set(why, ERR_INTERNAL, NULL, "A stored block holds an infinity.");
    if (count < 1 || count < t.numbers || count > t.numbers + unseen)
        return why_set(why, ERR_INTERNAL, NULL, "A stored block holds %u cells instead of %lld.",
                       t.numbers, (long long)count);
    return ERR_OK;
}
