/* fuzz_block.c - one stored block as a database might answer it: refused, or exactly what its row
 * says.
 *
 * The first two bytes are the row's count. The rest are repeated up to a block, or stay as they
 * are. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "store/block_decode.h"

#define BLOCK_BYTES (GRID_BLOCK_CELLS * 4)

static void decode(const uint8_t *bytes, int len, int64_t count, float *cells)
{
    struct why why = {.code = ERR_OK};
    if (block_decode(bytes, len, count, cells, &why) != ERR_OK) {
        check(why.reason[0] != '\0');
        return;
    }
    int64_t numbers = 0;
    check(len == BLOCK_BYTES);
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
        check(!isinf(cells[i]));
        numbers += !isnan(cells[i]);
    }
    check(numbers == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static float cells[GRID_BLOCK_CELLS];
    static uint8_t block[BLOCK_BYTES];
    if (size < 3)
        return 0;
    int64_t count = data[0] * 256 + data[1];
    const uint8_t *rest = data + 2;
    size_t len = size - 2;
    decode(rest, (int)len, count, cells);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = rest[i % len];
    decode(block, BLOCK_BYTES, count, cells);
    decode(block, BLOCK_BYTES, GRID_BLOCK_CELLS, cells);
    return 0;
}
