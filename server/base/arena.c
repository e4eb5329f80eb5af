#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGN             16
#define ARENA_FIRST_CHUNK_BYTES ((size_t)8 * 1024)
#define ARENA_LAST_CHUNK_BYTES  ((size_t)256 * 1024)
/* The address sanitizer finds who uses memory after its request only if that memory was freed. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_KEPT_BYTES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_KEPT_BYTES 0
#endif
#endif
#ifndef ARENA_KEPT_BYTES
#define ARENA_KEPT_BYTES ARENA_LAST_CHUNK_BYTES
#endif

struct arena_chunk {
    _Alignas(ARENA_ALIGN) struct arena_chunk *next;
    size_t used;
    size_t cap;
    size_t dirty;                                /* what may hold anything: zeroed when taken */
    _Alignas(ARENA_ALIGN) unsigned char bytes[]; /* zero beyond `used` and `dirty` */
};

void arena_init(struct arena *a, size_t max_bytes)
{
    assert(max_bytes < SIZE_MAX / 4);
    *a = (struct arena){.max = max_bytes};
}

void arena_fini(struct arena *a)
{
    struct arena_chunk *chunk = a->head;
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    arena_init(a, a->max);
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *kept = NULL, *chunk = a->head;
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next, *dropped = chunk;
        if (chunk->cap <= ARENA_KEPT_BYTES && (kept == NULL || chunk->cap > kept->cap)) {
            dropped = kept;
            kept = chunk;
        }
        free(dropped);
        chunk = next;
    }
    arena_init(a, a->max);
    if (kept != NULL) {
        kept->next = NULL;
        kept->dirty = kept->used > kept->dirty ? kept->used : kept->dirty;
        kept->used = 0;
        a->head = kept;
    }
}

static size_t chunk_cap(const struct arena *a, size_t need)
{
    size_t cap = a->head == NULL ? ARENA_FIRST_CHUNK_BYTES : a->head->cap * 2;
    if (cap > ARENA_LAST_CHUNK_BYTES) {
        cap = ARENA_LAST_CHUNK_BYTES;
    }
    return need > cap ? need : cap;
}

/* A chunk with room for need bytes becomes the head; NULL when out of memory. It is zeroed piece by
 * piece, as most of a chunk is never asked for, unless it is all one piece: the system has pages of
 * zeros. */
static struct arena_chunk *chunk_push(struct arena *a, size_t need, bool is_unset)
{
    size_t cap = chunk_cap(a, need);
    bool is_zero = !is_unset && need > ARENA_LAST_CHUNK_BYTES;
    size_t bytes = sizeof(struct arena_chunk) + cap;
    struct arena_chunk *chunk = is_zero ? calloc(1, bytes) : malloc(bytes);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->next = a->head;
    chunk->used = 0;
    chunk->cap = cap;
    chunk->dirty = is_zero ? 0 : cap;
    a->head = chunk;
    return chunk;
}

/* Zeroes the bytes that a chunk gives out next. */
static void clear_next(struct arena_chunk *chunk, size_t bytes)
{
    if (chunk->used < chunk->dirty) {
        size_t left = chunk->dirty - chunk->used;
        memset(chunk->bytes + chunk->used, 0, bytes < left ? bytes : left);
    }
}

/* Bytes to take for count x size, aligned; SIZE_MAX when that overflows. */
static size_t aligned_bytes(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
        return SIZE_MAX;
    }
    if (bytes == 0) {
        bytes = 1;
    }
    return (bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
}

static void *take(struct arena *a, size_t bytes, bool is_unset)
{
    if (bytes > a->max - a->used) {
        a->is_over = true;
        a->has_failed = true;
        return NULL;
    }
    struct arena_chunk *chunk = a->head;
    if (chunk == NULL || bytes > chunk->cap - chunk->used) {
        chunk = chunk_push(a, bytes, is_unset);
        if (chunk == NULL) {
            a->has_failed = true;
            return NULL;
        }
    }
    if (!is_unset) {
        clear_next(chunk, bytes);
    }
    unsigned char *p = chunk->bytes + chunk->used;
    chunk->used += bytes;
    a->used += bytes;
    return p;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    return take(a, aligned_bytes(count, size), false);
}

void *arena_alloc_unset(struct arena *a, size_t count, size_t size)
{
    return take(a, aligned_bytes(count, size), true);
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
    size_t n = strnlen(text, len);
    char *copy = arena_alloc(a, n + 1, 1);
    if (copy != NULL) {
        memcpy(copy, text, n);
    }
    return copy;
}

/* Formats into what the chunk has left, which may be too little.
 * @return the length of the whole text. */
static size_t print_ahead(struct arena_chunk *chunk, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static size_t print_ahead(struct arena_chunk *chunk, const char *format, va_list args)
{
    size_t room = chunk == NULL ? 0 : chunk->cap - chunk->used;
    char *to = room == 0 ? NULL : (char *)chunk->bytes + chunk->used;
    int len = vsnprintf(to, room, format, args);
    assert(len >= 0);
    size_t written = (size_t)len < room ? (size_t)len + 1 : room;
    if (chunk != NULL && chunk->dirty < chunk->used + written) {
        chunk->dirty = chunk->used + written;
    }
    return (size_t)len;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    struct arena_chunk *chunk = a->head;
    const unsigned char *ahead = chunk == NULL ? NULL : chunk->bytes + chunk->used;
    va_list args;
    va_start(args, format);
    size_t len = print_ahead(chunk, format, args);
    va_end(args);
    char *text = arena_alloc_unset(a, len + 1, 1);
    if (text == NULL || (const unsigned char *)text == ahead) { /* there already */
        return text;
    }
    va_start(args, format);
    (void)vsnprintf(text, len + 1, format, args);
    va_end(args);
    return text;
}
