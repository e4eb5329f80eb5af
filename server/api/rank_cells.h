/* rank_cells.h - the cells of a selection as a stream: all its fields together, window by window.
 *
 * Cells are those of the coarsest grid of the selection. Within an area fields count by their share
 * of ground on their own grids, and sources where they stand, whole; without one the cells are what
 * the map shows. Memory: 8 MB of blocks, 12 MB of sources at most, the outline, one window.
 */
#ifndef API_RANK_CELLS_H
#define API_RANK_CELLS_H

#include "api/rank_internal.h"
#include "geo/cover.h"
#include "geo/lattice.h"
#include "store/block_cache.h"

#define CELL_STREAM_BLOCKS 512 /* held at once, of all fields: 8 MB */

struct cell_layer { /* the fields of one grid */
    int grid;       /* catalog index */
    int count;
    const int *fields; /* catalog indices */
    const double *coefficients;
    const int *places; /* of each among all fields of the selection with a place on the map */
    bool is_aligned;   /* its cells are cells of the lattice, from here on: */
    int32_t col0, row0;
    const double *south;
    struct cover cover;
    bool has_cover;
};

struct cell_point { /* a source within the area */
    int64_t cell;   /* row * nx + column of the lattice */
    int place;
    double mass; /* in the field's unit */
};

struct cell_window {
    int32_t col, row, cols, rows;
    double *mass; /* tonnes */
    double *inside;
    uint8_t *has;
    /* Instead of sums, the parts of some cells: slot of each cell, -1 = not asked. */
    const int *slots;
    struct rank_part *parts; /* slot * field_count + place */
};

struct cell_stream {
    struct rank *rank;
    struct grid lattice;
    bool has_area;
    int field_count;
    const int *fields;          /* of the selection with a place on the map, by place */
    const double *coefficients; /* of each */
    int layer_count;
    struct cell_layer *layers;
    int base; /* the layer whose grid the lattice carries on */
    int point_count;
    size_t point_capacity;
    struct cell_point *points; /* by cell */
    struct block **blocks;
    double *cells, *shares; /* of one block */
};

/** @return ERR_TOO_LARGE for an outline or sources beyond what memory is for; what the store says.
 *  On failure there is nothing to end. */
enum err cell_stream_open(struct cell_stream *s, struct rank *r) MUST_CHECK;
void cell_stream_close(struct cell_stream *s);
/** Widest window that is read at once, in cells; they are GRID_BLOCK high. */
int32_t cell_stream_width(const struct cell_stream *s);
/** Could there be anything in it? */
bool cell_stream_touches(const struct cell_stream *s, const struct cell_window *w);
/** Adds to the window's sums, which the caller has cleared, or to its parts. */
enum err cell_stream_read(struct cell_stream *s, struct cell_window *w) MUST_CHECK;

#endif
