/* totals_internal.h - between the sums over districts and those over drawn areas. */
#ifndef API_TOTALS_INTERNAL_H
#define API_TOTALS_INTERNAL_H

#include "api/totals.h"

struct totals_match { /* a slice of the selection */
    int slice;
    struct totals_row key; /* the row it falls into, district aside */
    double weight;         /* tonnes of the answer per tonne of the slice */
    size_t group;          /* of fully correlated error */
};

/** The slices of the selection over all its years, sorted by the row they fall into; arena memory.
 */
enum err totals_match_slices(const struct totals_request *q, struct arena *arena,
                             struct totals_match **out, int *count, struct why *why) MUST_CHECK;
/** Ascending, each once. @return how many are left. */
int totals_sort_fields(int *fields, int n);
/** Of masses sorted by district, then field; NULL = none. Borrowed from them. */
const struct district_mass *totals_find_mass(const struct district_mass *masses, int count,
                                             int district, int field);

#endif
