#include "http/response_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "http/hash.h"

#define SHARDS_MAX        16
#define SHARD_MIN_BYTES   ((size_t)4 << 20) /* fewer shards rather than smaller ones */
#define BYTES_PER_BUCKET  4096
#define SHARD_MIN_BUCKETS 64

struct entry {
    struct entry *chain;         /* of its bucket */
    struct entry *newer, *older; /* by last use */
    struct ready *answer;
    uint64_t hash;
    size_t bytes;
    size_t key_len;
    char key[];
};

struct shard {
    _Alignas(64) pthread_mutex_t lock;
    struct entry **buckets;
    size_t bucket_mask;
    struct entry *newest, *oldest;
    size_t max_bytes;
    struct response_cache_stats stats;
};

struct response_cache {
    size_t shard_count;
    struct shard shards[SHARDS_MAX];
};

static size_t power_of_two_at_least(size_t n)
{
    size_t p = SHARD_MIN_BUCKETS;
    while (p < n) {
        p *= 2;
    }
    return p;
}

static bool shard_init(struct shard *s, size_t max_bytes)
{
    size_t buckets = power_of_two_at_least(max_bytes / BYTES_PER_BUCKET);
    (void)pthread_mutex_init(&s->lock, NULL);
    s->buckets = calloc(buckets, sizeof(struct entry *));
    s->bucket_mask = buckets - 1;
    s->max_bytes = max_bytes;
    return s->buckets != NULL;
}

struct response_cache *response_cache_new(size_t max_bytes)
{
    struct response_cache *c = aligned_alloc(64, sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    memset(c, 0, sizeof *c);
    size_t count = max_bytes / SHARD_MIN_BYTES;
    c->shard_count = count < 1 ? 1 : count > SHARDS_MAX ? SHARDS_MAX : count;
    bool ok = true;
    for (size_t i = 0; i < c->shard_count; i++) {
        ok = shard_init(&c->shards[i], max_bytes / c->shard_count) && ok;
    }
    if (!ok) {
        response_cache_free(c);
        return NULL;
    }
    return c;
}

static void entry_free(struct entry *e)
{
    ready_unref(e->answer);
    free(e);
}

void response_cache_free(struct response_cache *c)
{
    if (c == NULL) {
        return;
    }
    for (size_t i = 0; i < c->shard_count; i++) {
        struct entry *e = c->shards[i].oldest;
        while (e != NULL) {
            struct entry *newer = e->newer;
            entry_free(e);
            e = newer;
        }
        free(c->shards[i].buckets);
        (void)pthread_mutex_destroy(&c->shards[i].lock);
    }
    free(c);
}

static struct shard *shard_of(struct response_cache *c, uint64_t hash)
{
    return &c->shards[(hash >> 48) % c->shard_count];
}

static struct entry **find(struct shard *s, uint64_t hash, const char *key, size_t len)
{
    struct entry **at = &s->buckets[hash & s->bucket_mask];
    while (*at != NULL &&
           ((*at)->hash != hash || (*at)->key_len != len || memcmp((*at)->key, key, len) != 0)) {
        at = &(*at)->chain;
    }
    return at;
}

static void use_unlink(struct shard *s, struct entry *e)
{
    *(e->newer != NULL ? &e->newer->older : &s->newest) = e->older;
    *(e->older != NULL ? &e->older->newer : &s->oldest) = e->newer;
}

static void use_link(struct shard *s, struct entry *e)
{
    e->newer = NULL;
    e->older = s->newest;
    *(s->newest != NULL ? &s->newest->newer : &s->oldest) = e;
    s->newest = e;
}

/* Takes the entry at `link` out of the shard; the caller frees it. */
static struct entry *cut(struct shard *s, struct entry **link)
{
    struct entry *e = *link;
    *link = e->chain;
    use_unlink(s, e);
    s->stats.bytes -= e->bytes;
    s->stats.entries--;
    return e;
}

static struct ready *get(struct response_cache *c, const char *key, size_t len, uint64_t hash,
                         bool counts_hit, bool counts_miss)
{
    struct shard *s = shard_of(c, hash);
    struct ready *answer = NULL;
    (void)pthread_mutex_lock(&s->lock);
    struct entry *e = *find(s, hash, key, len);
    if (e != NULL) {
        answer = ready_ref(e->answer);
        use_unlink(s, e);
        use_link(s, e);
    }
    s->stats.hits += counts_hit && e != NULL;
    s->stats.misses += counts_miss && e == NULL;
    (void)pthread_mutex_unlock(&s->lock);
    return answer;
}

struct ready *response_cache_get(struct response_cache *c, const char *key, bool counts)
{
    size_t len = strlen(key);
    return get(c, key, len, hash_bytes(key, len), counts, counts);
}

struct ready *response_cache_get_known(struct response_cache *c, const char *key, size_t len,
                                       uint64_t hash, bool counts)
{
    return get(c, key, len, hash, counts, false);
}

static struct entry *entry_new(const char *key, uint64_t hash, struct ready *a)
{
    size_t len = strlen(key);
    struct entry *e = malloc(sizeof *e + len + 1);
    if (e == NULL) {
        return NULL;
    }
    *e =
        (struct entry){.hash = hash, .key_len = len, .bytes = sizeof *e + len + 1 + ready_bytes(a)};
    memcpy(e->key, key, len + 1);
    e->answer = ready_ref(a);
    return e;
}

/* Cuts the oldest until `room` more bytes fit; returns them chained, to be freed without the lock.
 */
static struct entry *make_room(struct shard *s, size_t room)
{
    struct entry *cut_ones = NULL;
    while (s->oldest != NULL && s->stats.bytes + room > s->max_bytes) {
        struct entry *e = cut(s, find(s, s->oldest->hash, s->oldest->key, s->oldest->key_len));
        e->chain = cut_ones;
        cut_ones = e;
        s->stats.evictions++;
    }
    return cut_ones;
}

static void free_chain(struct entry *e)
{
    while (e != NULL) {
        struct entry *next = e->chain;
        entry_free(e);
        e = next;
    }
}

void response_cache_put(struct response_cache *c, const char *key, struct ready *a)
{
    uint64_t hash = hash_bytes(key, strlen(key));
    struct shard *s = shard_of(c, hash);
    struct entry *e = entry_new(key, hash, a);
    if (e == NULL) {
        return; /* not kept: the next one makes it again */
    }
    if (e->bytes > s->max_bytes) {
        entry_free(e);
        return;
    }
    (void)pthread_mutex_lock(&s->lock);
    struct entry **link = find(s, hash, key, e->key_len);
    struct entry *replaced = *link != NULL ? cut(s, link) : NULL;
    struct entry *evicted = make_room(s, e->bytes);
    link = &s->buckets[hash & s->bucket_mask];
    e->chain = *link;
    *link = e;
    use_link(s, e);
    s->stats.bytes += e->bytes;
    s->stats.entries++;
    (void)pthread_mutex_unlock(&s->lock);
    if (replaced != NULL) {
        entry_free(replaced);
    }
    free_chain(evicted);
}

void response_cache_clear(struct response_cache *c)
{
    for (size_t i = 0; i < c->shard_count; i++) {
        struct shard *s = &c->shards[i];
        (void)pthread_mutex_lock(&s->lock);
        struct entry *all = make_room(s, s->max_bytes + 1);
        (void)pthread_mutex_unlock(&s->lock);
        free_chain(all);
    }
}

void response_cache_stats(struct response_cache *c, struct response_cache_stats *out)
{
    struct response_cache_stats sum = {0};
    for (size_t i = 0; i < c->shard_count; i++) {
        struct shard *s = &c->shards[i];
        (void)pthread_mutex_lock(&s->lock);
        sum.hits += s->stats.hits;
        sum.misses += s->stats.misses;
        sum.evictions += s->stats.evictions;
        sum.bytes += s->stats.bytes;
        sum.entries += s->stats.entries;
        (void)pthread_mutex_unlock(&s->lock);
    }
    *out = sum;
}
