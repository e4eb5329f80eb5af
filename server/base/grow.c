#include "base/grow.h"

#include <stdint.h>
#include <stdlib.h>

void *grow_array(void *items, size_t count, size_t *capacity, size_t size, size_t first)
{
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity > 0 ? *capacity * 2 : first;
    void *larger = wanted <= SIZE_MAX / size / 2 ? realloc(items, wanted * size) : NULL;
    *capacity = larger != NULL ? wanted : *capacity;
    return larger;
}
