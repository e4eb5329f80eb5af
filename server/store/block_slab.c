/* block_slab.c - chunks from the system, cut into slots; free slots are a list through themselves.
 *
 * Pages of a chunk that were never taken are not resident. Chunks are kept until the end: what was
 * in use at once will be again.
 */
#include "store/block_slab.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LINE_BYTES      64
#define SLOTS_PER_CHUNK 64

struct chunk {
    struct chunk *next;
    void *memory;
};

struct free_slot {
    struct free_slot *next;
};

struct block_slab {
    pthread_mutex_t lock;
    size_t slot_bytes;
    struct chunk *chunks;
    struct free_slot *free;
    size_t untouched; /* slots of the newest chunk that were never taken */
    size_t taken;
    bool is_closed;
};

struct block_slab *block_slab_new(size_t slot_bytes)
{
    struct block_slab *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    assert(slot_bytes >= sizeof(struct free_slot));
    pthread_mutex_init(&s->lock, NULL);
    s->slot_bytes = (slot_bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    return s;
}

static size_t chunk_bytes(const struct block_slab *s)
{
    return s->slot_bytes * SLOTS_PER_CHUNK;
}

static void destroy(struct block_slab *s)
{
    for (struct chunk *c = s->chunks, *next; c; c = next) {
        next = c->next;
        munmap(c->memory, chunk_bytes(s));
        free(c);
    }
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void block_slab_free(struct block_slab *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->is_closed = true;
    size_t taken = s->taken;
    pthread_mutex_unlock(&s->lock);
    if (taken == 0)
        destroy(s);
}

static bool add_chunk(struct block_slab *s)
{
    struct chunk *c = malloc(sizeof *c);
    if (!c)
        return false;
    c->memory =
        mmap(NULL, chunk_bytes(s), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (c->memory == MAP_FAILED) {
        free(c);
        return false;
    }
    c->next = s->chunks;
    s->chunks = c;
    s->untouched = SLOTS_PER_CHUNK;
    return true;
}

static void *take(struct block_slab *s)
{
    struct free_slot *slot = s->free;
    if (slot) {
        s->free = slot->next;
        return slot;
    }
    if (s->untouched == 0 && !add_chunk(s))
        return NULL;
    s->untouched--;
    return (char *)s->chunks->memory + s->untouched * s->slot_bytes;
}

void *block_slab_take(struct block_slab *s)
{
    pthread_mutex_lock(&s->lock);
    void *slot = take(s);
    s->taken += slot != NULL;
    pthread_mutex_unlock(&s->lock);
    return slot;
}

void block_slab_give(struct block_slab *s, void *slot)
{
    struct free_slot *f = slot;
    pthread_mutex_lock(&s->lock);
    assert(s->taken > 0);
    f->next = s->free;
    s->free = f;
    s->taken--;
    bool is_last = s->is_closed && s->taken == 0;
    pthread_mutex_unlock(&s->lock);
    if (is_last)
        destroy(s);
}
