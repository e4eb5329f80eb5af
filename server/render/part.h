/* part.h - what the fields of one grid give to a raster: their blocks, summed into one window of
 * cells.
 *
 * A map is the sum of such parts, each remapped once (remap.h). Memory is the arena's. One thread;
 * no state of its own.
 */
#ifndef RENDER_PART_H
#define RENDER_PART_H

#include "geo/remap.h"
#include "inventory/combination.h"
#include "store/block_cache.h"

struct part {
    struct remap plan;
    int32_t bx0, by0;     /* first block of the window */
    int32_t across, down; /* blocks */
    double *cells;        /* plan.y.src_n x plan.x.src_n tonnes */
    uint8_t *has;         /* the same shape: 1 = data */
    int count;            /* terms on this grid that are not zero */
    const struct term **terms;
    struct block **blocks; /* of part_fill() only */
};

/** Which cells of a grid lie under a raster. @param level  cut at the grid's highest.
 *  @param raster  its row areas are borrowed. @return ERR_NO_MEMORY when the arena is full. */
enum err part_plan(struct part *out, const struct catalog *c, const struct combination *m, int grid,
                   int level, const struct remap_raster *raster, struct arena *arena) MUST_CHECK;
/** Is there anything to add? If not, there is no window either. */
bool part_is_touched(const struct part *p);
/** Fetches the blocks of all terms and sums coefficient x cells. Of a part that is touched, once.
 *  @return as block_cache_get_fields(). */
enum err part_fill(struct part *p, const struct catalog *c, struct block_cache *blocks,
                   struct conn *db, int64_t deadline_ms, struct arena *arena,
                   struct why *why) MUST_CHECK;

#endif
