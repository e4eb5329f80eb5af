/* block_sum.h - the sum of a whole block, found once and remembered with it. Thread-safe. */
#ifndef STORE_BLOCK_SUM_H
#define STORE_BLOCK_SUM_H

#include "store/block_cache.h"

/** Of all cells with data, and of their squares. @param b  borrowed, with cells. */
void block_sums(struct block *b, double *sum, double *sum_sq);

#endif
