/* block_cache.c - shards, each a hash table and a list in the order of use under one lock.
 *
 * The lock of a shard is held for look-ups and inserts only, never while the database is asked.
 * Two workers that miss the same block both fetch it; the second finds the first's and takes it.
 */
#include "store/block_cache.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/block_decode.h"
#include "store/conn.h"
#include "store/statements.h"

#define SHARDS         16
#define BUCKETS        4096 /* per shard; chains grow when a cache holds more than that */
#define OVERHEAD_BYTES 32   /* of malloc, about */

struct entry {
    struct block block; /* first: a block's address is its entry's */
    struct entry *chain;
    struct entry *newer, *older;
    size_t bytes;
};

struct shard {
    pthread_mutex_t lock;
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
    size_t bytes, max_bytes;
    uint64_t hits, misses, evictions, blocks;
};

struct block_cache {
    struct shard shards[SHARDS];
};

struct key {
    int64_t field_id;
    int32_t level, bx, by;
};

/* ---- blocks ----------------------------------------------------------------------------- */

static struct entry *entry_new(struct key k, bool has_cells)
{
    size_t bytes = sizeof(struct entry) + (has_cells ? sizeof(float[GRID_BLOCK_CELLS]) : 0);
    struct entry *e = malloc(bytes);
    if (!e)
        return NULL;
    memset(e, 0, sizeof *e);
    e->block = (struct block){.references = 1,
                              .field_id = k.field_id,
                              .level = k.level,
                              .bx = k.bx,
                              .by = k.by,
                              .cells = has_cells ? (float *)(void *)(e + 1) : NULL};
    e->bytes = bytes + OVERHEAD_BYTES;
    return e;
}

static void block_ref(struct block *b)
{
    __atomic_fetch_add(&b->references, 1, __ATOMIC_RELAXED);
}

void block_unref(struct block *b)
{
    if (!b)
        return;
    int before = __atomic_fetch_sub(&b->references, 1, __ATOMIC_ACQ_REL);
    assert(before > 0);
    if (before == 1)
        free((struct entry *)(void *)b);
}

/* ---- one shard, its lock held ------------------------------------------------------------ */

static uint64_t hash_of(struct key k)
{
    uint64_t h = (uint64_t)k.field_id * 0x9E3779B97F4A7C15u;
    h ^= ((uint64_t)(uint32_t)k.bx << 32 | (uint32_t)k.by) * 0xC2B2AE3D27D4EB4Fu;
    h ^= (uint64_t)(uint32_t)k.level * 0x165667B19E3779F9u;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9u;
    return h ^ h >> 32;
}

static struct shard *shard_of(struct block_cache *c, uint64_t hash)
{
    return &c->shards[hash % SHARDS];
}

static struct entry **bucket_of(struct shard *s, uint64_t hash)
{
    return &s->buckets[(hash / SHARDS) % BUCKETS];
}

static bool is_key(const struct entry *e, struct key k)
{
    return e->block.field_id == k.field_id && e->block.level == k.level && e->block.bx == k.bx &&
           e->block.by == k.by;
}

static struct entry *find(struct shard *s, uint64_t hash, struct key k)
{
    struct entry *e = *bucket_of(s, hash);
    while (e && !is_key(e, k))
        e = e->chain;
    return e;
}

static void list_remove(struct shard *s, struct entry *e)
{
    *(e->newer ? &e->newer->older : &s->newest) = e->older;
    *(e->older ? &e->older->newer : &s->oldest) = e->newer;
}

static void list_put_newest(struct shard *s, struct entry *e)
{
    e->newer = NULL;
    e->older = s->newest;
    *(s->newest ? &s->newest->newer : &s->oldest) = e;
    s->newest = e;
}

static struct key key_of(const struct entry *e)
{
    return (struct key){e->block.field_id, e->block.level, e->block.bx, e->block.by};
}

static void take_out(struct shard *s, struct entry *e)
{
    struct entry **at = bucket_of(s, hash_of(key_of(e)));
    while (*at != e)
        at = &(*at)->chain;
    *at = e->chain;
    list_remove(s, e);
    s->bytes -= e->bytes;
    s->blocks--;
    block_unref(&e->block);
}

static void evict(struct shard *s)
{
    while (s->bytes > s->max_bytes) {
        take_out(s, s->oldest);
        s->evictions++;
    }
}

/* ---- the cache -------------------------------------------------------------------------- */

struct block_cache *block_cache_new(size_t max_bytes)
{
    struct block_cache *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&c->shards[i].lock, NULL);
        c->shards[i].max_bytes = max_bytes / SHARDS;
    }
    return c;
}

void block_cache_free(struct block_cache *c)
{
    if (!c)
        return;
    for (int i = 0; i < SHARDS; i++) {
        for (struct entry *e = c->shards[i].newest, *older; e; e = older) {
            older = e->older;
            block_unref(&e->block);
        }
        pthread_mutex_destroy(&c->shards[i].lock);
    }
    free(c);
}

void block_cache_stats(struct block_cache *c, struct block_cache_stats *out)
{
    struct block_cache_stats total = {0};
    for (int i = 0; i < SHARDS; i++) {
        struct shard *s = &c->shards[i];
        pthread_mutex_lock(&s->lock);
        total.hits += s->hits;
        total.misses += s->misses;
        total.evictions += s->evictions;
        total.bytes += s->bytes;
        total.blocks += s->blocks;
        pthread_mutex_unlock(&s->lock);
    }
    *out = total;
}

/* A new reference, or NULL. */
static struct block *look_up(struct block_cache *c, struct key k)
{
    uint64_t hash = hash_of(k);
    struct shard *s = shard_of(c, hash);
    pthread_mutex_lock(&s->lock);
    struct entry *e = find(s, hash, k);
    if (e) {
        s->hits++;
        list_remove(s, e);
        list_put_newest(s, e);
        block_ref(&e->block);
    } else {
        s->misses++;
    }
    pthread_mutex_unlock(&s->lock);
    return e ? &e->block : NULL;
}

/* Takes `fresh`; answers a new reference to it or to the one that was there first. */
static struct block *put(struct block_cache *c, struct entry *fresh)
{
    struct key k = key_of(fresh);
    uint64_t hash = hash_of(k);
    struct shard *s = shard_of(c, hash);
    pthread_mutex_lock(&s->lock);
    struct entry *there = find(s, hash, k);
    struct entry *kept = there ? there : fresh;
    block_ref(&kept->block);
    if (!there) {
        struct entry **bucket = bucket_of(s, hash);
        fresh->chain = *bucket;
        *bucket = fresh;
        list_put_newest(s, fresh);
        s->bytes += fresh->bytes;
        s->blocks++;
        evict(s);
    }
    pthread_mutex_unlock(&s->lock);
    if (there)
        block_unref(&fresh->block);
    return &kept->block;
}

/* ---- ranges ----------------------------------------------------------------------------- */

static int range_width(struct block_range r)
{
    return r.bx1 - r.bx0 + 1;
}

static struct key key_at(struct block_range r, int i)
{
    return (struct key){r.field_id, r.level, r.bx0 + i % range_width(r),
                        r.by0 + i / range_width(r)};
}

static int index_in(struct block_range r, int64_t bx, int64_t by)
{
    bool is_inside = bx >= r.bx0 && bx <= r.bx1 && by >= r.by0 && by <= r.by1;
    return is_inside ? (int)((by - r.by0) * range_width(r) + (bx - r.bx0)) : -1;
}

/* The least range that holds all that is missing; false when nothing is. */
static bool missing_range(struct block_range r, int n, struct block *const *out,
                          struct block_range *missing)
{
    bool is_any = false;
    for (int i = 0; i < n; i++) {
        if (out[i])
            continue;
        struct key k = key_at(r, i);
        if (!is_any)
            *missing = (struct block_range){k.field_id, k.level, k.bx, k.bx, k.by, k.by};
        is_any = true;
        missing->bx0 = k.bx < missing->bx0 ? k.bx : missing->bx0;
        missing->bx1 = k.bx > missing->bx1 ? k.bx : missing->bx1;
        missing->by1 = k.by;
    }
    return is_any;
}

static enum err fetch(struct conn *db, struct block_range r, int64_t deadline_ms, struct rows **out,
                      struct why *why)
{
    const long long values[] = {r.field_id, r.level, r.by0, r.by1, r.bx0, r.bx1};
    char text[6][24];
    struct param params[6];
    for (int i = 0; i < 6; i++) {
        snprintf(text[i], sizeof text[i], "%lld", values[i]);
        params[i].text = text[i];
    }
    struct rows *rows = NULL;
    enum err e = conn_query(db, SQL_BLOCKS, params, 6, deadline_ms, &rows, why);
    if (!e)
        e = rows_expect(rows, "IIIY", why);
    if (!e && rows_count(rows) == 0)
        e = why_set(why, ERR_UNAVAILABLE, NULL, "This database does not hold that field yet.");
    if (e) {
        rows_free(rows);
        return e;
    }
    *out = rows;
    return ERR_OK;
}

/* One fetched row into the cache and, unless it was cached already, into out[]. */
static enum err take_row(struct block_cache *c, const struct rows *rows, int row,
                         struct block_range r, struct block **out, struct why *why)
{
    if (rows_is_null(rows, row, 0) && rows_count(rows) == 1)
        return ERR_OK; /* the field has no block in the range */
    int i = index_in(r, rows_int(rows, row, 0), rows_int(rows, row, 1));
    if (i < 0)
        return why_set(why, ERR_INTERNAL, NULL, "The database answered a block nobody asked for.");
    if (out[i])
        return ERR_OK;
    int len = 0;
    const void *bytes = rows_bytes(rows, row, 3, &len);
    int64_t count = rows_int(rows, row, 2);
    struct entry *fresh = entry_new(key_at(r, i), true);
    if (!fresh)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    enum err e = block_decode(bytes, len, count, fresh->block.cells, why);
    if (e) {
        block_unref(&fresh->block);
        return e;
    }
    fresh->block.count = (int32_t)count;
    out[i] = put(c, fresh);
    return ERR_OK;
}

/* What the database did not answer is empty, and remembered as such. */
static enum err fill_with_empty(struct block_cache *c, struct block_range r, int n,
                                struct block **out, struct why *why)
{
    for (int i = 0; i < n; i++) {
        if (out[i])
            continue;
        struct entry *fresh = entry_new(key_at(r, i), false);
        if (!fresh)
            return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
        out[i] = put(c, fresh);
    }
    return ERR_OK;
}

static enum err fill_from_database(struct block_cache *c, struct conn *db, struct block_range r,
                                   struct block_range missing, int n, int64_t deadline_ms,
                                   struct block **out, struct why *why)
{
    struct rows *rows = NULL;
    enum err e = fetch(db, missing, deadline_ms, &rows, why);
    for (int row = 0; !e && row < rows_count(rows); row++)
        e = take_row(c, rows, row, r, out, why);
    rows_free(rows);
    return e ? e : fill_with_empty(c, r, n, out, why);
}

static bool is_sound(struct block_range r)
{
    return r.bx0 >= 0 && r.by0 >= 0 && r.bx1 >= r.bx0 && r.by1 >= r.by0 && r.level >= 0 &&
           r.level < GRID_MAX_LEVELS;
}

enum err block_cache_get(struct block_cache *c, struct conn *db, struct block_range range,
                         int64_t deadline_ms, struct block **out, struct why *why)
{
    assert(is_sound(range));
    int64_t total = ((int64_t)range.bx1 - range.bx0 + 1) * ((int64_t)range.by1 - range.by0 + 1);
    if (total > BLOCK_CACHE_MAX_RANGE)
        return why_set(why, ERR_TOO_LARGE, NULL, "The area asked for is too large.");
    int n = (int)total;
    for (int i = 0; i < n; i++)
        out[i] = look_up(c, key_at(range, i));
    struct block_range missing = {0};
    if (!missing_range(range, n, out, &missing))
        return ERR_OK;
    enum err e = fill_from_database(c, db, range, missing, n, deadline_ms, out, why);
    for (int i = 0; e && i < n; i++) {
        block_unref(out[i]);
        out[i] = NULL;
    }
    return e;
}
