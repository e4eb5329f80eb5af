/* held.h - what the job of a map or its description keeps of the moment it was planned in.
 *
 * It stands first in the job's own struct, so that held_free() is the plan's free_work: whatever
 * else the struct has lives in the arena or is a plain value.
 */
#ifndef API_HELD_H
#define API_HELD_H

#include "base/arena.h"
#include "http/handler.h"

struct held {
    struct arena arena;       /* of everything the plan read */
    struct catalog *catalog;  /* a reference; NULL while none was read */
    struct style_set *styles; /* a reference */
};

/** A zeroed job of `size` bytes that begins with a struct held. NULL = no memory. */
void *held_new(size_t size, size_t arena_max_bytes, const struct http_state *s) MUST_CHECK;
void held_free(void *work); /* accepts NULL */

#endif
