/* block_slab.h - memory for blocks of cells, in slots of one size.
 *
 * A cache that evicts as fast as it fills leaves holes in malloc's heaps between answers of other
 * sizes, and grows to nearly twice what it counts. A slot that was given back is the next one
 * taken. Thread-safe.
 */
#ifndef STORE_BLOCK_SLAB_H
#define STORE_BLOCK_SLAB_H

#include <stddef.h>

struct block_slab;

/** @param slot_bytes  at least a pointer's; rounded up to a cache line. @return NULL when out of
 * memory. */
struct block_slab *block_slab_new(size_t slot_bytes);

/** Slots that are still taken stay good: the last one given back frees the memory. Accepts NULL. */
void block_slab_free(struct block_slab *s);

/** @return a slot, aligned to a cache line, its bytes anything; NULL when out of memory. */
void *block_slab_take(struct block_slab *s);
void block_slab_give(struct block_slab *s, void *slot);

#endif
