/* plan_internal.h - what the makers of the plan share. */
#ifndef IMPORT_PLAN_INTERNAL_H
#define IMPORT_PLAN_INTERNAL_H

#include "cli/import/plan/plan.h"
#include "cli/import/table/tables_order.h"
#include "geo/sum.h"

#define PLAN_TOLERANCE 1e-9 /* by which parts may exceed the whole, relative */

struct plan_taken { /* masses of points and features within a row of the totals */
    struct sum mass_t;
    long count;
    struct place first, last; /* where they stand in the input */
};

struct plan_work {
    const struct plan_input *in;
    struct plan *plan;
    struct arena *arena;
    struct issues *issues;
    struct report_hybrid *told;
    struct totals_order totals;
    struct points_order points;
    struct plan_taken *taken; /* for each row of `totals` */
};

/** A measured mass that is part of a total of the same key and month: takes it out there.
 *  @param district  the finest one that counts it; "" = none.
 *  @return the row it is part of, or NULL after an issue at `at`. */
const struct total *plan_take(struct plan_work *w, struct total_key key, int month,
                              const char *district, double mass_t, struct place at);

/** Points with masses: their slices; what they take out of the totals. */
enum err plan_points(struct plan_work *w) MUST_CHECK;
/** Groups of features: their slices; what those within totals take out of them. */
enum err plan_features(struct plan_work *w) MUST_CHECK;
/** The totals, less what was taken out and what areas have of their own. */
enum err plan_totals(struct plan_work *w) MUST_CHECK;
/** A slice with all that a row of the totals says of it. */
struct plan_slice plan_slice_of_total(const struct manifest *m, const struct total *row);

/** The row of this area and month among the rows [first, end) of one key; -1 = none. */
int plan_row_of_area(const struct totals_order *o, int first, int end, const char *area, int month);
/** NULL = no such district. */
const struct plan_district *plan_district(const struct plan_input *in, const char *code);

#endif
