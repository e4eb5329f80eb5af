/* guard.h - is a database that answers at the revision the question was asked from?
 *
 * A standby may not have replayed a release yet, and districts may just have been replaced: an
 * answer from there would be empty or of other districts, and a cache would keep it for ever. So
 * answers that depend on a catalog carry a boolean first column, and at least one row.
 */
#ifndef STORE_GUARD_H
#define STORE_GUARD_H

#include "store/conn.h"

/** rows_expect, then the first column of the first row.
 *  @return ERR_INTERNAL as rows_expect; ERR_UNAVAILABLE when it is false. */
enum err guard_rows(const struct rows *r, const char *types, struct why *why) MUST_CHECK;

#endif
