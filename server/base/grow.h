/* grow.h - arrays that double when they are full. */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stddef.h>

#include "base/err.h"

/** Room for one more item.
 *  @param items  of malloc, or NULL; after a call it is the result's to free.
 *  @param first  capacity of a first array.
 *  @return the array, `*capacity` being its size; NULL = no memory (items then stand as they are).
 */
void *grow_array(void *items, size_t count, size_t *capacity, size_t size, size_t first) MUST_CHECK;

#endif
