/* compare_facts.h - the sums that a comparison sets side by side, row by row.
 *
 * Besides sides a and b there is a third sum, the pivot, by which the difference is split: the
 * newer release in the other one's year. From there to one side only the release changes
 * (recalculation), to the other only the year (real change). On a worker; memory is the worker's
 * arena's.
 */
#ifndef API_COMPARE_FACTS_H
#define API_COMPARE_FACTS_H

#include "api/answer.h"
#include "api/totals.h"
#include "inventory/comparison.h"

struct compare_side {
    struct params params; /* release, year and district of this side */
    struct totals_request request;
    struct totals totals;
};

struct compare_row { /* NULL = the side has no such row */
    const struct totals_row *a, *b, *pivot;
};

struct compare_facts {
    const struct answer *answer;
    struct compare_side a, b, pivot;
    bool is_one_place, is_one_release;
    bool is_newer_b;                       /* then the pivot is b's release in a's year */
    const char *no_split;                  /* why there is no pivot; NULL = there is one */
    struct comparison_groups between;      /* a's slices and b's */
    struct comparison_groups recalculated; /* those of two releases in one year */
    int row_count;
    struct compare_row *rows;
    struct uncertain_part *scratch; /* room for the parts of any two rows */
};

/** Are both sides about the same ground? */
bool compare_is_one_place(const struct params *p);
/** @return what totals_compute() says. */
enum err compare_facts_read(const struct answer *a, struct http_worker *worker,
                            struct compare_facts *out, struct why *why) MUST_CHECK;

#endif
