/* comparison.h - two sums side by side: their difference, its interval, per cent, and its causes.
 *
 * Errors of the two sides are correlated like those of any other sum (uncertainty.h), with three
 * rules of what is one error: within one release, slices of one group are, whatever their year;
 * between two releases they are only where method and provenance stayed the same, for otherwise
 * the estimate is another one; the errors of proxies are one only for the same place. Pure.
 */
#ifndef INVENTORY_COMPARISON_H
#define INVENTORY_COMPARISON_H

#include "inventory/catalog.h"
#include "inventory/slice_groups.h"
#include "inventory/uncertainty.h"

enum comparison_cause { /* why two releases differ about one group of slices */
                        COMPARISON_METHOD,
                        COMPARISON_SOURCE,  /* the same method, another provenance */
                        COMPARISON_REVISED, /* the same of both; also: not at all */
                        COMPARISON_ADDED,
                        COMPARISON_REMOVED
};

struct comparison_group {
    size_t group; /* slice_groups_of() */
    enum comparison_cause cause;
    const char *from, *to; /* methods, "mixed" where there are several, "" where there is none */
};

struct comparison_groups {
    const struct comparison_group *list; /* by group */
    int count;
};

struct comparison_side {
    const struct uncertain_part *parts; /* their group is slice_groups_of() of both sides */
    int count;
    double scale; /* what masses are multiplied with, such as 1 / population */
};

struct comparison_pair {
    const struct comparison_groups *groups; /* NULL = both sides are of one release */
    bool is_one_place;                      /* both sides are of the same district */
};

struct comparison_part_sum { /* of a difference, what has one cause */
    enum comparison_cause cause;
    const char *from, *to;
    double value;
};

#define COMPARISON_CAUSES_MAX 64

enum comparison_undefined { /* why there is no percentage */
                            COMPARISON_DEFINED,
                            COMPARISON_NO_FIRST,
                            COMPARISON_NO_SECOND,
                            COMPARISON_FIRST_ZERO,
                            COMPARISON_OTHER_SIGN
};

/** What happened to each group between two releases.
 *  @param before,after  catalog slices; borrowed. @param groups  numbers them, of both sides.
 *  @param out  arena memory. @return ERR_NO_MEMORY. */
enum err comparison_trace(const struct catalog *c, struct slice_groups *groups, const int *before,
                          int before_count, const int *after, int after_count, struct arena *arena,
                          struct comparison_groups *out) MUST_CHECK;
/** b - a with its interval.
 *  @param scratch  room for the parts of both. */
struct interval comparison_difference(struct comparison_pair pair, struct comparison_side a,
                                      struct comparison_side b, struct uncertain_part *scratch);
/** 100 (b - a) / |a|: a growing net sink is negative, as its difference is.
 *  @param a,b  NaN = there is no value.
 *  @return NaN when a or b has no value, a is 0, or one is above and the other below 0. */
double comparison_percent(double a, double b, enum comparison_undefined *why);
/** The difference b - a by cause; causes that come to 0 are left out. The values sum to it.
 *  @param out  COMPARISON_CAUSES_MAX of them: by cause, then methods; what is beyond them is in the
 *              last. @return how many. */
int comparison_causes(const struct comparison_groups *groups, struct comparison_side a,
                      struct comparison_side b, struct comparison_part_sum *out);

const char *comparison_cause_word(enum comparison_cause cause);

#endif
