/* load_shares.h - area fractions and district masses between the database and the engine. */
#ifndef IMPORT_LOAD_SHARES_H
#define IMPORT_LOAD_SHARES_H

#include "cli/import/field/district_masses.h"
#include "cli/import/load/load_internal.h"

/** The fractions of a grid's cells in the districts of these countries. The last one asked for is
 *  kept: fields of one grid follow each other.
 *  @param countries  a PostgreSQL array of level-0 codes as text, "{}" = all.
 *  @param out  borrowed until the next call, or load_shares_forget(). */
enum err load_shares(struct load *l, const struct load_grid *grid, const char *countries,
                     const struct shares **out, struct why *why) MUST_CHECK;
/** When districts or fractions have changed, and at the end. */
void load_shares_forget(struct load *l);

/** Writes district_field and field_outside of a field that has none. */
enum err load_masses(struct load *l, int64_t field, const struct district_masses *m,
                     struct why *why) MUST_CHECK;

#endif
