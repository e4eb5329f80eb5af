/* spool.h - blocks of a field between reading and writing: a temporary file without a name.
 *
 * A field is known only when its last row has been read, and memory must not grow with the grid.
 * The file lies in TMPDIR (/tmp), is unlinked at once and so dies with the process. One thread.
 */
#ifndef IMPORT_SPOOL_H
#define IMPORT_SPOOL_H

#include <stdint.h>

#include "base/err.h"
#include "geo/grid.h"

struct spool;

struct spool_block {
    int32_t level, bx, by;
    float cells[GRID_BLOCK_CELLS]; /* rows from the north; NaN = no data */
};

/** @return ERR_IO when TMPDIR takes no file; ERR_NO_MEMORY. */
enum err spool_new(struct spool **out, struct why *why) MUST_CHECK;
/** @return ERR_IO when the disk is full. */
enum err spool_add(struct spool *s, const struct spool_block *block, struct why *why) MUST_CHECK;
/** Ends the writing, and begins the reading anew. */
enum err spool_rewind(struct spool *s, struct why *why) MUST_CHECK;
/** @param is_end  set when there is no further block; `block` is then as it was. */
enum err spool_next(struct spool *s, struct spool_block *block, bool *is_end,
                    struct why *why) MUST_CHECK;
void spool_free(struct spool *s); /* accepts NULL */

#endif
