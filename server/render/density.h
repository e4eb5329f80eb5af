/* density.h - a combination of fields as a raster of tile pixels.
 *
 * Fetches blocks through the cache, accumulates coefficient x cells into one window per grid,
 * remaps once per grid. Result memory is the arena's. One thread; no state of its own.
 */
#ifndef RENDER_DENSITY_H
#define RENDER_DENSITY_H

#include "geo/remap.h"
#include "inventory/combination.h"
#include "store/block_cache.h"

/** Zoomed in, many pixels lie within one cell and show one density: a run of pixel rows, or
 * columns, that do so is computed and held once, in its first. */
struct density {
    int size_px;          /* across */
    int height_px;        /* down; a tile is square */
    int level;            /* coarsest level used */
    int rows, cols;       /* held: 1 to size_px */
    int32_t *row_of;      /* height_px: the held row a pixel row shows; ascending */
    int32_t *col_of;      /* size_px: the same for columns */
    int32_t *first_row;   /* rows: the first pixel row of each */
    int32_t *first_col;   /* cols */
    double *mass_t;       /* rows x cols: tonnes in the first pixel; 0 where no data */
    uint8_t *has_data;    /* rows x cols: 0 = no data (an untouched pixel) */
    double *row_area_km2; /* height_px: ground of one pixel */
    double sum_t;         /* compensated sum over all pixels */
    bool is_empty;        /* no pixel has data */
};

/** t/km2/yr of pixel i (row-major); NaN where no data. */
double density_value(const struct density *d, int i);
/** Of a held row: values[cols]. */
void density_held_row(const struct density *d, int row, double *values);

enum err density_render(const struct catalog *c, const struct combination *m, struct tile t,
                        int size_px, struct block_cache *blocks, struct conn *db,
                        int64_t deadline_ms, struct arena *arena, struct density *out,
                        struct why *why) MUST_CHECK;
/** The same of any raster (WMS), whose row areas the density borrows. */
enum err density_render_raster(const struct catalog *c, const struct combination *m,
                               const struct remap_raster *raster, struct block_cache *blocks,
                               struct conn *db, int64_t deadline_ms, struct arena *arena,
                               struct density *out, struct why *why) MUST_CHECK;
/** A raster without data. */
enum err density_blank_raster(const struct remap_raster *raster, struct arena *arena,
                              struct density *out) MUST_CHECK;
/** A tile without data: all pixels NaN. */
enum err density_blank(struct tile t, int size_px, struct arena *arena,
                       struct density *out) MUST_CHECK;

#endif
