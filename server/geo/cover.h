/* cover.h - what a shape covers of a grid, block by block, ready to be summed over many fields.
 *
 * A block that lies inside as a whole is said to; of the others each cell has its share of ground
 * (coverage.h). Cells in a row with one share are one run. Costs time and memory by the length of
 * the outline, not by the area. Pure arithmetic; one thread per struct.
 */
#ifndef GEO_COVER_H
#define GEO_COVER_H

#include "base/err.h"
#include "geo/coverage.h"
#include "geo/shape.h"

#define COVER_PIECES_MAX 1000000 /* of the outline, cut at the borders of cells: 24 MB */

struct cover_run { /* neighbouring cells of a block's row */
    uint8_t row, col, count;
    double share; /* of each; 1 = inside */
};

struct cover_block {
    int32_t bx, by;
    uint32_t first, count; /* its runs; none when it is whole */
    bool is_whole;         /* every cell that the grid has there */
};

struct cover {
    struct cover_block *blocks; /* by row, then column */
    size_t block_count;
    struct cover_run *runs; /* of blocks one after another */
    size_t run_count;
};

/** Ground area of a sound shape, wherever it lies. */
double cover_shape_km2(const struct shape *s);

/** @param s  one that shape_check() passed.
 *  @return ERR_TOO_LARGE over COVER_PIECES_MAX; ERR_NO_MEMORY. */
enum err cover_build(struct cover *out, struct grid g, const struct shape *s) MUST_CHECK;
/** The next cell of a list of shares: row * nx + column, ascending; -1 behind the last. */
typedef enum err cover_next(void *of, int32_t *cell, double *share);
/** Of shares that are known already. @return what next() does; ERR_NO_MEMORY. */
enum err cover_build_from(struct cover *out, struct grid g, cover_next *next, void *of) MUST_CHECK;
void cover_fini(struct cover *c); /* accepts an empty one */
/** The block at a place; NULL = nothing of it is covered. Borrowed. */
const struct cover_block *cover_block_at(const struct cover *c, int32_t bx, int32_t by);
/** Shares of the cells of a block. @param out  GRID_BLOCK x GRID_BLOCK. */
void cover_block_shares(const struct cover *c, const struct cover_block *b, double *out);

struct cover_sum {
    double mass;   /* sum of share x cell */
    double sum_sq; /* of its squares */
    double cut;    /* of the mass, what lies in cells that the outline cuts */
    int64_t cells; /* with data, touched */
};
/** Plain sums of n cells, NaN = no data. */
void cover_sum_cells(const float *cells, int n, double *sum, double *sum_sq);
/** Adds one block. @param cells  GRID_BLOCK x GRID_BLOCK, NaN = no data. */
void cover_add_block(const struct cover *c, const struct cover_block *b, const float *cells,
                     struct cover_sum *to);

#endif
