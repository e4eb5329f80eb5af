#include "base/memory.h"

#include <malloc.h>

#define HEAPS              2 /* what several threads need at once is small, or a cache's */
#define OWN_MAPPING_BYTES  (512 * 1024)
#define SPARE_AT_TOP_BYTES (4 * 1024 * 1024)

#ifdef __GLIBC__

void memory_settle(void)
{
    (void)mallopt(M_ARENA_MAX, HEAPS);
    (void)mallopt(M_MMAP_THRESHOLD, OWN_MAPPING_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, SPARE_AT_TOP_BYTES);
}

void memory_give_back(void)
{
    (void)malloc_trim(SPARE_AT_TOP_BYTES);
}

size_t memory_in_use(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

#else

void memory_settle(void) {}

void memory_give_back(void) {}

size_t memory_in_use(void)
{
    return 0;
}

#endif
