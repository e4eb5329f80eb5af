/* allowed.h - the list of allowed values in a `struct why`, built item by item.
 *
 * Bounded: what does not fit is cut with "...". Pure, by the caller's storage.
 */
#ifndef INVENTORY_ALLOWED_H
#define INVENTORY_ALLOWED_H

#include <stddef.h>

struct allowed {
    char text[1000];
    size_t len;
};

/** Appends an item after ", ". Zero-initialise before the first. */
void allowed_add(struct allowed *a, const char *item);
void allowed_add_year_run(struct allowed *a, int first, int last); /* "2010..2022" */

#endif
