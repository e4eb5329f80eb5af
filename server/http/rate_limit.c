#include "http/rate_limit.h"

#include <pthread.h>
#include <stdlib.h>

#define SETS  8192 /* a power of two */
#define WAYS  8    /* two cache lines; 64 Ki clients in 1 MiB */
#define LOCKS 64

struct bucket {
    uint64_t client;
    int64_t full_ns; /* when it will be full again; the past = is, and the place is free */
};

struct rate_limit {
    int64_t unit_ns;  /* to gain one unit */
    int64_t burst_ns; /* to gain all */
    pthread_mutex_t locks[LOCKS];
    struct bucket sets[SETS][WAYS];
};

struct rate_limit *rate_limit_new(int64_t per_s, int64_t burst)
{
    struct rate_limit *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return NULL;
    }
    r->unit_ns = 1000000000 / per_s;
    r->burst_ns = burst * r->unit_ns;
    for (int i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_init(&r->locks[i], NULL);
    }
    return r;
}

void rate_limit_free(struct rate_limit *r)
{
    if (r == NULL) {
        return;
    }
    for (int i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_destroy(&r->locks[i]);
    }
    free(r);
}

/* Its own, or else the one that is nearest to full, with what was taken from it. */
static struct bucket *bucket_of(struct bucket set[WAYS], uint64_t client)
{
    struct bucket *fullest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].client == client) {
            return &set[i];
        }
        if (set[i].full_ns < fullest->full_ns) {
            fullest = &set[i];
        }
    }
    return fullest;
}

static int64_t take(const struct rate_limit *r, struct bucket *b, uint64_t client, int64_t cost_ns,
                    int64_t now_ns)
{
    int64_t from_ns = b->full_ns > now_ns ? b->full_ns : now_ns;
    int64_t missing_ns = from_ns + cost_ns - now_ns - r->burst_ns;
    if (missing_ns > 0) {
        return missing_ns;
    }
    b->client = client;
    b->full_ns = from_ns + cost_ns;
    return 0;
}

int64_t rate_limit_take(struct rate_limit *r, uint64_t client, int64_t cost, int64_t now_us)
{
    size_t at = client % SETS;
    pthread_mutex_t *lock = &r->locks[at % LOCKS];
    int64_t cost_ns = cost * r->unit_ns < r->burst_ns ? cost * r->unit_ns : r->burst_ns;
    (void)pthread_mutex_lock(lock);
    struct bucket *b = bucket_of(r->sets[at], client);
    int64_t missing_ns = take(r, b, client, cost_ns, now_us * 1000);
    (void)pthread_mutex_unlock(lock);
    return (missing_ns + 999) / 1000;
}
