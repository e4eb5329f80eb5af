/* memory.h - how malloc behaves in a process that runs for months with many threads.
 *
 * By default glibc keeps a heap for nearly every thread and raises the size from which memory is
 * the system's own with what it has seen; both make what is resident follow the worst moment ever.
 * Elsewhere than with glibc nothing is done.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/** Once, before threads start. */
void memory_settle(void);

/** Pages that are free in the middle of heaps go back to the system. Takes milliseconds; from any
 * thread. */
void memory_give_back(void);

/** Bytes that are allocated now, free pages aside; 0 where the library does not say. Takes up to a
 *  millisecond. */
size_t memory_in_use(void);

#endif
