/* density.h - a combination of fields as a raster of tile pixels.
 *
 * Fetches blocks through the cache, accumulates coefficient x cells into one window per grid,
 * remaps once per grid. Result memory is the arena's. One thread; no state of its own.
 */
#ifndef RENDER_DENSITY_H
#define RENDER_DENSITY_H

#include "inventory/combination.h"
#include "geo/remap.h"
#include "store/block_cache.h"

struct density {
    int size_px;
    int level;         /* coarsest level used */
    double *mass_t;    /* size x size: tonnes in the pixel; 0 where no data */
    uint8_t *has_data; /* size x size: 0 = no data (an untouched pixel) */
    double *row_area_km2;
    double sum_t;  /* compensated sum of mass_t */
    bool is_empty; /* no pixel has data */
};

/** t/km2/yr of pixel i (row-major); NaN where no data. */
double density_value(const struct density *d, int i);

enum err density_render(const struct catalog *c, const struct combination *m, struct tile t,
                        int size_px, struct block_cache *blocks, struct conn *db,
                        int64_t deadline_ms, struct arena *arena, struct density *out,
                        struct why *why) MUST_CHECK;
/** A tile without data: all pixels NaN. */
enum err density_blank(struct tile t, int size_px, struct arena *arena,
                       struct density *out) MUST_CHECK;

#endif
