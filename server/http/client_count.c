#include "http/client_count.h"

#include <pthread.h>
#include <stdlib.h>

struct count {
    uint64_t client; /* 0 = a free place */
    int connections;
};

/* Linear probing, never more than half full. */
struct client_count {
    pthread_mutex_t lock; /* of all below */
    size_t mask;
    size_t used;
    struct count table[];
};

struct client_count *client_count_new(size_t most)
{
    size_t size = 16;
    while (size < 2 * most) {
        size *= 2;
    }
    struct client_count *c = calloc(1, sizeof *c + size * sizeof c->table[0]);
    if (c != NULL) {
        (void)pthread_mutex_init(&c->lock, NULL);
        c->mask = size - 1;
    }
    return c;
}

void client_count_free(struct client_count *c)
{
    if (c != NULL) {
        (void)pthread_mutex_destroy(&c->lock);
        free(c);
    }
}

/* Where it is, or would be. */
static size_t place_of(const struct client_count *c, uint64_t client)
{
    size_t at = client & c->mask;
    while (c->table[at].client != 0 && c->table[at].client != client) {
        at = (at + 1) & c->mask;
    }
    return at;
}

/* Those behind move up, so that no search ends at the gap before them. */
static void vacate(struct client_count *c, size_t gap)
{
    for (size_t at = (gap + 1) & c->mask; c->table[at].client != 0; at = (at + 1) & c->mask) {
        size_t home = c->table[at].client & c->mask;
        if (((at - home) & c->mask) >= ((at - gap) & c->mask)) {
            c->table[gap] = c->table[at];
            gap = at;
        }
    }
    c->table[gap] = (struct count){0};
    c->used--;
}

int client_count_of(struct client_count *c, uint64_t client)
{
    (void)pthread_mutex_lock(&c->lock);
    int n = c->table[place_of(c, client)].connections;
    (void)pthread_mutex_unlock(&c->lock);
    return n;
}

void client_count_add(struct client_count *c, uint64_t client)
{
    (void)pthread_mutex_lock(&c->lock);
    struct count *at = &c->table[place_of(c, client)];
    if (at->client != 0) {
        at->connections++;
    } else if (c->used <= c->mask / 2) {
        *at = (struct count){client, 1};
        c->used++;
    }
    (void)pthread_mutex_unlock(&c->lock);
}

void client_count_remove(struct client_count *c, uint64_t client)
{
    (void)pthread_mutex_lock(&c->lock);
    size_t at = place_of(c, client);
    if (c->table[at].client != 0 && --c->table[at].connections == 0) {
        vacate(c, at);
    }
    (void)pthread_mutex_unlock(&c->lock);
}
