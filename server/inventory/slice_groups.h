/* slice_groups.h - numbers for slices whose totals share one error.
 *
 * Fully correlated are the slices of one (sector, gas, origin, flow, fuel): whatever their years,
 * months and places. One thread; memory is the arena's.
 */
#ifndef INVENTORY_SLICE_GROUPS_H
#define INVENTORY_SLICE_GROUPS_H

#include "inventory/catalog.h"

struct slice_groups {
    struct arena *arena;
    int *slots; /* a hash table: slice + 1, the first of its group; 0 = free */
    int count, capacity;
};

bool slice_groups_init(struct slice_groups *g, struct arena *arena); /* false = no memory */
/** The group's number: the first slice of it that was asked about. */
size_t slice_groups_of(struct slice_groups *g, const struct catalog *c, int slice);

#endif
