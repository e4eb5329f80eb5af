/* combination.h - a map as a linear combination of fields.
 *
 * sum over terms of coefficient x field = tonnes (of the gas or CO2e) per cell. Slices that share
 * a field fold into one term; a difference is the terms of A and the negated terms of B. Pure.
 */
#ifndef INVENTORY_COMBINATION_H
#define INVENTORY_COMBINATION_H

#include "inventory/selection.h"

struct term {
    int field; /* index into the catalog; terms are sorted by it, each field once */
    double coefficient;
};

struct combination {
    int term_count;
    struct term *terms;   /* arena memory */
    double total_t;       /* of everything selected, unallocated too; net: signed */
    double unallocated_t; /* of it, mass without a place */
};

/** Removals enter with a minus sign only where flow is FLOW_NET.
 *  @param minus  NULL, or what is subtracted.
 *  A term whose coefficient folds to 0 stays: there is data there, and its sum is 0.
 *  @return ERR_NOT_FOUND when nothing at all is selected (with why); ERR_INPUT when the GWP set has
 *          no value for a gas that is; ERR_NO_MEMORY. */
enum err combination_build(const struct catalog *c, const struct selection *s,
                           const struct selection *minus, struct arena *arena,
                           struct combination *out, struct why *why) MUST_CHECK;

/** Sign x GWP of one slice under a selection: tonnes of the answer per tonne of the slice.
 *  NaN when the GWP set does not know its gas. */
double combination_weight(const struct catalog *c, const struct selection *s,
                          const struct slice *sl);

#endif
