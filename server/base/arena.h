/* arena.h - memory that dies with its request.
 *
 * Bump allocation in chunks; everything is freed at once by arena_fini, or made free for the next
 * request by arena_reset. Bounded by max_bytes.
 * Not thread-safe: one arena, one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena_chunk;
struct arena {
    struct arena_chunk *head;
    size_t used;
    size_t max;
    bool has_failed; /* something was refused: what was made of the rest may lack it */
    bool is_over;    /* by the maximum, so that asking again would not help */
};

void arena_init(struct arena *a, size_t max_bytes);
/** Frees all memory; the arena is then as after arena_init and may be used again. */
void arena_fini(struct arena *a);
/** The same for an arena that serves one request after the other: it keeps up to 256 KiB, so that
 * most need no memory of malloc's. What was handed out is gone all the same. */
void arena_reset(struct arena *a);
/** Zeroed, 16-byte aligned memory of count x size bytes; NULL when over the maximum or out of
 * memory. */
void *arena_alloc(struct arena *a, size_t count, size_t size) MUST_CHECK;
/** The same, but with whatever was there before: for what is written whole, where zeroing it first
 * would be work for nothing. */
void *arena_alloc_unset(struct arena *a, size_t count, size_t size) MUST_CHECK;
/** A copy of the first len bytes of text, NUL-terminated; NULL as arena_alloc. */
char *arena_strndup(struct arena *a, const char *text, size_t len) MUST_CHECK;
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3) MUST_CHECK;

#endif
