#include "render/text_memory.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN 16

static bool is_reserve(const struct text_memory *m, const void *p)
{
    return (const char *)p >= m->reserve && (const char *)p < m->reserve + TEXT_RESERVE_BYTES;
}

static void *from_reserve(struct text_memory *m, size_t size)
{
    m->has_failed = true;
    size_t bytes = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (bytes > TEXT_RESERVE_BYTES - m->used) {
        return NULL;
    }
    void *p = m->reserve + m->used;
    m->used += bytes;
    return p;
}

static void *allocate(FT_Memory memory, long size)
{
    struct text_memory *m = memory->user;
    void *p = malloc((size_t)size);
    return p != NULL ? p : from_reserve(m, (size_t)size);
}

static void release(FT_Memory memory, void *block)
{
    if (!is_reserve(memory->user, block)) {
        free(block);
    }
}

static void *resize(FT_Memory memory, long size_before, long size, void *block)
{
    struct text_memory *m = memory->user;
    bool is_ours = is_reserve(m, block);
    void *p = is_ours ? NULL : realloc(block, (size_t)size);
    if (p != NULL) {
        return p;
    }
    p = from_reserve(m, (size_t)size);
    if (p != NULL) {
        memcpy(p, block, (size_t)(size_before < size ? size_before : size));
        release(memory, block);
    }
    return p;
}

bool text_memory_init(struct text_memory *m)
{
    *m = (struct text_memory){.library = {m, allocate, release, resize},
                              .reserve = malloc(TEXT_RESERVE_BYTES)};
    return m->reserve != NULL;
}

void text_memory_fini(struct text_memory *m)
{
    free(m->reserve);
    m->reserve = NULL;
}
