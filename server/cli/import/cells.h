/* cells.h - a raster band as a field: first what it is, then its packed blocks.
 *
 * Two passes, so that memory stays at one row of blocks whatever the grid and a field that the
 * database has already is not written again. Cells are stored as float4; total and sum of squares
 * are those of the stored numbers, so mass = factor x total closes exactly (docs/numbers.md).
 */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include <stdint.h>

#include "base/digest.h"
#include "cli/import/issues.h"
#include "cli/import/raster.h"

struct cells_summary {
    char sha256[DIGEST_HEX_SIZE]; /* of grid and stored cells */
    double total_read;            /* of the file's own doubles */
    double total;                 /* of the stored float4 */
    double sum_sq;
    int64_t count;    /* cells with data */
    int64_t positive; /* of them, above 0 */
};

/** Reads the band once. Negative, infinite and undeclared NaN cells, and a band without any
 * positive cell, are issues with their pixel. */
enum err cells_summarise(struct raster *r, int band, const char *file, struct issues *issues,
                         struct cells_summary *out, struct why *why) MUST_CHECK;

/** One packed block, level 0. cells: 64 x 64 float4 big-endian, borrowed for the call. */
typedef void cells_block(void *context, int32_t bx, int32_t by, const unsigned char *cells,
                         int32_t count, double sum, float min, float max);
/** Reads the band again and hands over its blocks that hold data, row of blocks by row of blocks.
 */
enum err cells_pack(struct raster *r, int band, cells_block *each, void *context,
                    struct why *why) MUST_CHECK;

#endif
