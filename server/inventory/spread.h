/* spread.h - the distribution of any number of values in bounded memory, and who holds most of it.
 *
 * Values up to a number are kept and everything is exact. Beyond it they are counted in bins by the
 * leading bits of their floating-point form, which has their order: sums and counts stay exact,
 * and within a bin values differ by less than SPREAD_RATIO. The least member of a set that holds a
 * given share is then found exactly by passing over the values again, each pass in the one bin that
 * is in question. Members equal to it are in the set: it never depends on an order among equals.
 * One thread per struct.
 */
#ifndef INVENTORY_SPREAD_H
#define INVENTORY_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "geo/sum.h"
#include "inventory/lorenz.h"

#define SPREAD_BITS  18
#define SPREAD_RATIO 1.0078125 /* 1 + 2^-7: 11 of the bits are the exponent */

struct spread_bin {
    int64_t count;
    struct sum mass;
};

struct spread {
    int64_t count, zero_count, negative_count;
    struct sum sum, positive; /* of all, and of the values above 0 */
    struct spread_bin *bins;  /* of values above 0; 6 MB of which only what is used is touched */
    double *values;           /* of values above 0, while they are at most keep */
    size_t value_count, keep;
    bool is_sorted;
};

/** @param keep  values held at most, 8 bytes each. @return ERR_NO_MEMORY. */
enum err spread_init(struct spread *s, size_t keep) MUST_CHECK;
void spread_fini(struct spread *s);
void spread_add(struct spread *s, double value); /* no NaN, no infinity */
/** All values from the least on, of a spread without negative ones.
 *  @param out  malloc'ed, caller frees.
 *  @param ratio  by which values of a group may differ; 1 = they are equal.
 *  @return ERR_NO_MEMORY. */
enum err spread_groups(struct spread *s, struct lorenz_group **out, size_t *count,
                       double *ratio) MUST_CHECK;

/* The smallest set of the largest values that holds a mass and leaves out none equal to one in it.
 */
struct spread_edge {
    bool is_found;
    double value; /* the least of the set */
    int64_t count;
    double mass; /* of the set */

    double target;
    int bits;        /* leading bits that are known */
    uint64_t prefix; /* and what they are */
    int64_t count_above;
    struct sum mass_above;     /* of what is larger than all with the prefix */
    struct spread_bin *bins;   /* of values with the prefix, when they may be too many; NULL */
    struct spread_pair *pairs; /* of different values with the prefix */
    size_t pair_count, pair_max;
    bool is_over; /* they were too many */
};

/** @param share  of the values above 0, within 0..1; reached to 1e-12.
 *  @return ERR_NO_MEMORY. When it is not found yet: give all values to spread_edge_add() again and
 *          call spread_edge_pass(), until it is (three times at most). */
enum err spread_edge_init(struct spread_edge *e, struct spread *s, double share) MUST_CHECK;
void spread_edge_add(struct spread_edge *e, double value);
enum err spread_edge_pass(struct spread_edge *e) MUST_CHECK;
void spread_edge_fini(struct spread_edge *e);

#endif
