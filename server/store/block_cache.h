/* block_cache.h - decoded blocks of cells, bounded by bytes, shared by all workers.
 *
 * A block is immutable and counted: a reader keeps its reference while an eviction goes on.
 * Blocks that do not exist in the database are remembered too (as empty). Thread-safe; sharded.
 *
 * Zoomed in, a tile shows two or three rows of 64. So of a block that is asked for the first time
 * only the wanted rows are fetched; whoever wants others makes it whole.
 */
#ifndef STORE_BLOCK_CACHE_H
#define STORE_BLOCK_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/grid.h"

struct conn;

struct block {
    int references;
    int64_t field_id;
    int32_t level, bx, by;
    int32_t count;            /* cells with data; 0 = empty, cells is NULL */
    float *cells;             /* GRID_BLOCK x GRID_BLOCK, row 0 north; NaN = no data */
    int32_t row_from, row_to; /* rows row_from .. row_to - 1 are there, others' cells are not set */
    int is_summed;            /* these three are block_sums()'s */
    double sum, sum_sq;
};

#define BLOCK_CACHE_MAX_RANGE 16384 /* blocks of one request */

struct block_cache;
/** @param max_bytes  0 = keep nothing. @return NULL when out of memory. */
struct block_cache *block_cache_new(size_t max_bytes);
void block_cache_free(struct block_cache *c); /* accepts NULL; references handed out stay good */

struct block_range {
    int64_t field_id;
    int32_t level, bx0, bx1, by0, by1; /* inclusive */
    /* The level's rows that are wanted: row_from .. row_to - 1, the first in by0 and the last in
     * by1. 0, 0 = all of these blocks. */
    int32_t row_from, row_to;
};

/** Fills out[] with new references, row by row ((by-by0)*(bx1-bx0+1) + bx-bx0); what is not cached
 * is fetched in ONE statement for the range. On failure no reference is kept.
 *  @return as conn_query; ERR_TOO_LARGE over BLOCK_CACHE_MAX_RANGE blocks; ERR_UNAVAILABLE when
 * this database does not know the field (a standby that has not replayed its release yet: such an
 * emptiness must not be remembered); ERR_INTERNAL when it answers what no block can be. */
enum err block_cache_get(struct block_cache *c, struct conn *db, struct block_range range,
                         int64_t deadline_ms, struct block **out, struct why *why) MUST_CHECK;
/** The same range of several fields; out[field * blocks + block]. What is missing of all of them is
 *  fetched together, 64 fields or 128 blocks to a statement.
 *  @param fields  ids, each once; borrowed. @param range  its field_id is not looked at. */
enum err block_cache_get_fields(struct block_cache *c, struct conn *db, const int64_t *fields,
                                int field_count, struct block_range range, int64_t deadline_ms,
                                struct block **out, struct why *why) MUST_CHECK;
void block_unref(struct block *b); /* accepts NULL */

struct block_cache_stats {
    uint64_t hits, misses, evictions, bytes, blocks;
};
/** Forgets every block; references handed out stay good. */
void block_cache_clear(struct block_cache *c);
void block_cache_stats(struct block_cache *c, struct block_cache_stats *out);

#endif
