/* fuzz_block.c - one stored block, or rows of one, as a database might answer it: refused, or
 * exactly what its row says.
 *
 * The first two bytes are the row's count. The rest are repeated up to a block, or stay as they
 * are. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "store/block_decode.h"

static void decode(const uint8_t *bytes, int len, int rows, int64_t count, float *cells)
{
    struct why why = {.code = ERR_OK};
    if (block_decode(bytes, len, rows, count, cells, &why) != ERR_OK) {
        check(why.reason[0] != '\0');
        return;
    }
    int64_t numbers = 0;
    check(len == rows * BLOCK_ROW_BYTES);
    for (int i = 0; i < rows * GRID_BLOCK; i++) {
        check(!isinf(cells[i]));
        numbers += !isnan(cells[i]);
    }
    check(numbers <= count && count - numbers <= GRID_BLOCK * (GRID_BLOCK - rows));
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
    decode(rest, (int)len, GRID_BLOCK, count, cells);
    decode(rest, (int)len, (int)len / BLOCK_ROW_BYTES, count, cells);
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        block[i] = rest[i % len];
    decode(block, BLOCK_BYTES, GRID_BLOCK, count, cells);
    decode(block, BLOCK_BYTES, GRID_BLOCK, GRID_BLOCK_CELLS, cells);
    int rows = 1 + data[0] % GRID_BLOCK;
    decode(block, rows * BLOCK_ROW_BYTES, rows, count, cells);
    return 0;
}
