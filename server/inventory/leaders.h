/* leaders.h - the largest of any number of values, in a bounded heap.
 *
 * By value, the largest first; equal values by their key, the smallest first, so that the list does
 * not depend on the order in which they came. One owner; memory is the caller's.
 */
#ifndef INVENTORY_LEADERS_H
#define INVENTORY_LEADERS_H

#include <stdint.h>

struct leader {
    double value;
    int64_t key;   /* each once */
    double inside; /* whatever belongs to it */
};

struct leaders {
    int max, count;
    struct leader *list; /* a heap, the last on top, until leaders_sort() */
    int64_t tied_beyond; /* left out, and equal to the last that is in */
};

/** @param list  room for max >= 1; borrowed. */
void leaders_init(struct leaders *l, struct leader *list, int max);
void leaders_add(struct leaders *l, struct leader of); /* no NaN */
void leaders_sort(struct leaders *l);
/** Standard competition ranking ("1224") of the list from leaders_sort(): one more than there are
 *  larger values. @param i  0 .. count - 1. */
int leaders_rank(const struct leaders *l, int i);

#endif
