/* cells.h - cells that come row by row as a field: what it is, while the rows go on to be stored.
 *
 * One pass, since a row may be expensive (regridding, compression). Cells are stored as float4;
 * total and sum of squares are those of the stored numbers, so mass = factor x total closes exactly
 * (docs/numbers.md).
 */
#ifndef IMPORT_CELLS_H
#define IMPORT_CELLS_H

#include <stdint.h>

#include "base/digest.h"
#include "cli/import/issues.h"
#include "cli/import/raster/raster.h"

/** Where cells come from: a band of a raster, or something computed from one. */
struct cell_source {
    struct grid grid;
    const char *file; /* how messages call it; borrowed */
    /** One row of grid.nx cells: masses or weights; is_nodata 1 where there is none. Rows are asked
     *  from north to south, each once in a pass; a pass begins with row 0. */
    enum err (*row)(void *context, int32_t y, double *values, unsigned char *is_nodata,
                    struct why *why);
    void *context;
};

/** @param of, file  borrowed by the answer. */
struct cell_source cells_of_raster(struct raster *of, const char *file);

struct cells_summary {
    char sha256[DIGEST_HEX_SIZE]; /* of grid and stored cells */
    double total_read;            /* of the file's own doubles */
    double total;                 /* of the stored float4 */
    double sum_sq;
    int64_t count;    /* cells with data */
    int64_t positive; /* of them, above 0 */
};

/** Takes each row as it will be stored: grid.nx float4, NaN = no data; borrowed. */
typedef enum err cells_taker(void *context, int32_t y, const float *cells, struct why *why);

/** Reads the cells once. Negative, infinite and undeclared NaN cells are issues with their pixel,
 *  and after the first of them nothing is taken any more. That no cell is above 0 is the caller's
 *  to judge: out->positive. @return also what `take` returned. */
enum err cells_read(const struct cell_source *from, struct issues *issues, cells_taker *take,
                    void *context, struct cells_summary *out, struct why *why) MUST_CHECK;

#endif
