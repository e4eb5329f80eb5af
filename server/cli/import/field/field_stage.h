/* field_stage.h - a field while its rows come in: blocks of all levels, and district masses.
 *
 * Nothing goes to the database before the last row: only then it is known whether the field is
 * there already, and what closes its overviews. One thread.
 */
#ifndef IMPORT_FIELD_STAGE_H
#define IMPORT_FIELD_STAGE_H

#include "cli/import/field/district_masses.h"
#include "cli/import/field/pyramid.h"

struct field_stage {
    struct spool *spool;
    struct pyramid *pyramid;
    struct district_masses masses;
};

/** @param shares  borrowed until field_stage_fini(). */
enum err field_stage_init(struct field_stage *s, struct grid g, const struct shares *shares,
                          bool is_cut, struct why *why) MUST_CHECK;
void field_stage_fini(struct field_stage *s); /* after a failed init as well */
/** A cells_taker; the context is the stage. */
enum err field_stage_row(void *context, int32_t y, const float *cells, struct why *why) MUST_CHECK;

/** A block as it is stored. cells: 64 x 64 float4, big-endian. */
struct packed_block {
    int32_t level, bx, by, count;
    double sum;
    float min, max;
    unsigned char cells[GRID_BLOCK_CELLS * 4];
};
typedef void field_stage_block(void *context, const struct packed_block *block);
/** Hands over every block of every level, closed. @param total  of the stored cells. */
enum err field_stage_blocks(struct field_stage *s, double total, field_stage_block *each,
                            void *context, struct why *why) MUST_CHECK;

#endif
