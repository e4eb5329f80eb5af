/* fuzz_tile_path.c - z/x/y of a tile's path: refused with a reason, or a tile that prints as it was
 * written. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/tile_path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256], printed[64], row[16];
    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    char *x = strchr(text, '/');
    char *y = x == NULL ? NULL : strchr(x + 1, '/');
    if (y == NULL)
        return 0;
    *x++ = '\0';
    *y++ = '\0';
    struct tile tile;
    struct why why = {.code = ERR_OK};
    if (tile_path_row(y, ".mvt", "z/x/y.mvt", row, &why) != ERR_OK ||
        tile_path_read(text, x, row, "z/x/y.mvt", &tile, &why) != ERR_OK) {
        if (why.reason[0] == '\0')
            abort();
        return 0;
    }
    snprintf(printed, sizeof printed, "%d/%d/%d.mvt", tile.z, tile.x, tile.y);
    x[-1] = y[-1] = '/';
    if (strcmp(printed, text) != 0)
        abort();
    return 0;
}
