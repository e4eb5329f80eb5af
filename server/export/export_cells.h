/* export_cells.h - the masses of an export's cells, any rectangle of them.
 *
 * Put together from windows small enough that the blocks of all fields fit a fixed budget; the size
 * of a window does not show in the numbers. What is read is counted, so that each cell has to be
 * read once. One thread.
 */
#ifndef EXPORT_EXPORT_CELLS_H
#define EXPORT_EXPORT_CELLS_H

#include "export/export.h"
#include "geo/sum.h"

struct cell_box { /* within the export's grid */
    int32_t col, cols;
    int32_t row, rows;
};

struct cells {
    const struct export_map *map;
    struct sum mass; /* tonnes, so far */
    int64_t filled;
};

/** Tonnes per cell of a rectangle, rows from the north; NaN = no data.
 *  @param mass_t  box.rows x box.cols, written. @return as block_cache_get_fields(). */
enum err export_cells_read(struct cells *x, struct cell_box box, double *mass_t,
                           struct why *why) MUST_CHECK;
/** Ground of one cell of a row. */
double export_cells_row_km2(const struct export_map *m, int32_t row);
/** After every cell was read.
 *  @return ERR_INTERNAL when the cells of a whole map do not sum to its mass (1e-9 of the masses
 * that enter it). */
enum err export_cells_end(const struct cells *x, struct export_total *out,
                          struct why *why) MUST_CHECK;

#endif
