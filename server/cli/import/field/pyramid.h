/* pyramid.h - a field's rows into blocks of every level, in one pass.
 *
 * Level k sums 2^k x 2^k native cells in double, four cells of the level below at a time and in a
 * fixed order, and is rounded to float4 when a block is whole. A level of few cells would miss the
 * field's total by some 1e-9 then, so levels are closed: cells are moved by one unit in the last
 * place, those of larger numbers first, each at most once, until the level sums to the total. How
 * many cells of each binary exponent have to move follows from their counts, so no cell is kept.
 * Memory: about 1 KiB for each column of the grid, whatever its rows. One thread.
 */
#ifndef IMPORT_PYRAMID_H
#define IMPORT_PYRAMID_H

#include "base/err.h"
#include "cli/import/field/spool.h"

struct pyramid;

/** Takes each block that holds data as soon as it is whole, not closed yet; borrowed. */
typedef enum err pyramid_block(void *context, const struct spool_block *block, struct why *why);

/** What closes one level: cells of exponent e left to be moved, and to where. */
struct pyramid_closing {
    int64_t left[256];
    bool is_down[256];
};

/** @return ERR_NO_MEMORY. */
enum err pyramid_new(struct grid g, pyramid_block *each, void *context,
                     struct pyramid **out) MUST_CHECK;
/** The next row from the north: g.nx cells, NaN = no data. @return what `each` returned. */
enum err pyramid_row(struct pyramid *p, const float *cells, struct why *why) MUST_CHECK;
/** After the last row. @param total  of the native cells as stored. */
void pyramid_close(const struct pyramid *p, double total,
                   struct pyramid_closing out[GRID_MAX_LEVELS]);
void pyramid_free(struct pyramid *p); /* accepts NULL */

/** Moves the cells of a block that have to move. Each block of the level once, in a fixed order:
 *  the closing counts down. */
void pyramid_close_block(struct pyramid_closing *closing, struct spool_block *block);

#endif
