/* A block is shared and never changes; its sums are written by whoever needs them first. Two may do
 * so at once: they write the same. */
#include "store/block_sum.h"

#include <assert.h>

#include "geo/cover.h"

void block_sums(struct block *b, double *sum, double *sum_sq)
{
    assert(b->row_from == 0 && b->row_to == GRID_BLOCK);
    if (__atomic_load_n(&b->is_summed, __ATOMIC_ACQUIRE) == 0) {
        double found, found_sq;
        cover_sum_cells(b->cells, GRID_BLOCK_CELLS, &found, &found_sq);
        __atomic_store(&b->sum, &found, __ATOMIC_RELAXED);
        __atomic_store(&b->sum_sq, &found_sq, __ATOMIC_RELAXED);
        __atomic_store_n(&b->is_summed, 1, __ATOMIC_RELEASE);
    }
    __atomic_load(&b->sum, sum, __ATOMIC_RELAXED);
    __atomic_load(&b->sum_sq, sum_sq, __ATOMIC_RELAXED);
}
