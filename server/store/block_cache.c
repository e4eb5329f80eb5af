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
#include "store/block_slab.h"
#include "store/conn.h"
#include "store/statements.h"

#define SHARDS         16
#define BUCKETS        4096 /* per shard; chains grow when a cache holds more than that */
#define OVERHEAD_BYTES 32   /* of malloc, about */

#define FIELDS_PER_STATEMENT 64
/* 2 MiB of cells in one answer, times workers, unless one field alone has more */
#define BLOCKS_PER_STATEMENT 128

struct entry {
    struct block block; /* first: a block's address is its entry's */
    struct entry *chain;
    struct entry *newer, *older;
    size_t bytes;
    struct block_slab *slab; /* that it is a slot of; NULL = malloc's */
};

#define FULL_BYTES (sizeof(struct entry) + sizeof(float[GRID_BLOCK_CELLS]))

struct shard {
    pthread_mutex_t lock;
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
    size_t bytes, max_bytes;
    uint64_t hits, misses, evictions, blocks;
};

struct block_cache {
    struct block_slab *slab; /* of entries with cells */
    struct shard shards[SHARDS];
};

struct key {
    int64_t field_id;
    int32_t level, bx, by;
};

/* Rows of a block: from .. to - 1. */
struct band {
    int32_t from, to;
};

/* ---- blocks ----------------------------------------------------------------------------- */

static struct entry *entry_new(struct block_slab *slab, struct key k, struct band rows)
{
    struct entry *e = slab ? block_slab_take(slab) : malloc(sizeof *e);
    if (!e)
        return NULL;
    *e = (struct entry){.block = {.references = 1,
                                  .field_id = k.field_id,
                                  .level = k.level,
                                  .bx = k.bx,
                                  .by = k.by,
                                  .row_from = rows.from,
                                  .row_to = rows.to,
                                  .cells = slab ? (float *)(void *)(e + 1) : NULL},
                        .bytes = slab ? FULL_BYTES : sizeof *e + OVERHEAD_BYTES,
                        .slab = slab};
    return e;
}

static void entry_free(struct entry *e)
{
    if (e->slab)
        block_slab_give(e->slab, e);
    else
        free(e);
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
        entry_free((struct entry *)(void *)b);
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
        assert(s->oldest && !s->oldest->older);
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
    c->slab = block_slab_new(FULL_BYTES);
    if (!c->slab) {
        block_cache_free(c);
        return NULL;
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
    block_slab_free(c->slab);
    free(c);
}

void block_cache_clear(struct block_cache *c)
{
    for (int i = 0; i < SHARDS; i++) {
        struct shard *s = &c->shards[i];
        pthread_mutex_lock(&s->lock);
        while (s->oldest) {
            assert(!s->oldest->older);
            take_out(s, s->oldest);
        }
        pthread_mutex_unlock(&s->lock);
    }
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

static bool has_rows(const struct entry *e, struct band rows)
{
    return e->block.row_from <= rows.from && e->block.row_to >= rows.to;
}

/* A new reference, or NULL. @param partial  counts what is there with too few rows. */
static struct block *look_up(struct block_cache *c, struct key k, struct band rows, int *partial)
{
    uint64_t hash = hash_of(k);
    struct shard *s = shard_of(c, hash);
    pthread_mutex_lock(&s->lock);
    struct entry *e = find(s, hash, k);
    if (e && !has_rows(e, rows)) {
        ++*partial;
        e = NULL;
    }
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

static void insert(struct shard *s, uint64_t hash, struct entry *fresh)
{
    struct entry **bucket = bucket_of(s, hash);
    fresh->chain = *bucket;
    *bucket = fresh;
    list_put_newest(s, fresh);
    s->bytes += fresh->bytes;
    s->blocks++;
    evict(s);
}

/* Takes `fresh`; answers a new reference to it or to the one that was there first. */
static struct block *put(struct block_cache *c, struct entry *fresh)
{
    struct band rows = {fresh->block.row_from, fresh->block.row_to};
    struct key k = key_of(fresh);
    uint64_t hash = hash_of(k);
    struct shard *s = shard_of(c, hash);
    pthread_mutex_lock(&s->lock);
    struct entry *there = find(s, hash, k);
    bool is_enough = there && has_rows(there, rows);
    struct entry *kept = is_enough ? there : fresh;
    block_ref(&kept->block);
    if (there && !is_enough)
        take_out(s, there);
    if (!is_enough)
        insert(s, hash, fresh);
    pthread_mutex_unlock(&s->lock);
    if (is_enough)
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

static int32_t within_block(int32_t row)
{
    return row < 0 ? 0 : row > GRID_BLOCK ? GRID_BLOCK : row;
}

/* The rows of a block that a range wants. */
static struct band band_of(struct block_range r, int32_t by)
{
    if (r.row_to == 0)
        return (struct band){0, GRID_BLOCK};
    return (struct band){within_block(r.row_from - by * GRID_BLOCK),
                         within_block(r.row_to - by * GRID_BLOCK)};
}

/* What is asked of some fields at once: blocks[field * places + place]. */
struct request {
    const int64_t *fields;
    int field_count;
    struct block_range range; /* of each; its field_id is not looked at */
    int places;
    struct block **out;
    int partial; /* blocks that are cached with too few rows */
};

/* What of a request is not in the cache: some of its fields, over the least range that holds all
 * of it. */
struct missing {
    int fields[FIELDS_PER_STATEMENT]; /* their numbers in the request */
    bool is_seen[FIELDS_PER_STATEMENT];
    int count;
    int blocks;               /* in all */
    struct block_range range; /* rows and all */
};

static struct key key_of_field(const struct request *q, int field, int place)
{
    struct block_range r = q->range;
    r.field_id = q->fields[field];
    return key_at(r, place);
}

static void widen(struct missing *m, struct key k, bool is_first)
{
    struct block_range *r = &m->range;
    if (is_first)
        *r = (struct block_range){0, k.level, k.bx, k.bx, k.by, k.by, r->row_from, r->row_to};
    r->bx0 = k.bx < r->bx0 ? k.bx : r->bx0;
    r->bx1 = k.bx > r->bx1 ? k.bx : r->bx1;
    r->by0 = k.by < r->by0 ? k.by : r->by0;
    r->by1 = k.by > r->by1 ? k.by : r->by1;
}

static void find_missing(const struct request *q, struct missing *m)
{
    *m = (struct missing){.range = q->range};
    for (int field = 0; field < q->field_count; field++) {
        bool is_any = false;
        for (int place = 0; place < q->places; place++) {
            if (q->out[field * q->places + place])
                continue;
            widen(m, key_of_field(q, field, place), m->count == 0 && !is_any);
            is_any = true;
            m->blocks++;
        }
        if (is_any)
            m->fields[m->count++] = field;
    }
    if (q->partial * 2 > m->blocks) /* the second time */
        m->range.row_from = m->range.row_to = 0;
}

static enum err fetch(struct conn *db, const struct request *q, const struct missing *m,
                      int64_t deadline_ms, struct rows **out, struct why *why)
{
    struct block_range r = m->range;
    bool is_whole = r.row_to == 0;
    const int values[] = {r.level,
                          r.by0,
                          r.by1,
                          r.bx0,
                          r.bx1,
                          is_whole ? 0 : r.row_from,
                          is_whole ? INT32_MAX : r.row_to - 1};
    enum { NUMBERS = sizeof values / sizeof *values };
    char fields[FIELDS_PER_STATEMENT * 21 + 3] = "{";
    size_t len = 1;
    char text[NUMBERS][12];
    struct param params[NUMBERS + 1] = {{fields}};
    for (int i = 0; i < m->count; i++) {
        len += (size_t)snprintf(fields + len, sizeof fields - len, "%s%lld", i ? "," : "",
                                (long long)q->fields[m->fields[i]]);
    }
    snprintf(fields + len, sizeof fields - len, "}");
    for (int i = 0; i < NUMBERS; i++) {
        snprintf(text[i], sizeof text[i], "%d", values[i]);
        params[i + 1].text = text[i];
    }
    enum err e = conn_query(db, SQL_BLOCKS, params, NUMBERS + 1, deadline_ms, out, why);
    return e ? e : rows_expect(*out, "iIIIY", why);
}

/* The number among the missing fields of the one with this id; -1 = nobody asked for it. */
static int missing_field(const struct request *q, const struct missing *m, int64_t id)
{
    for (int i = 0; i < m->count; i++)
        if (q->fields[m->fields[i]] == id)
            return i;
    return -1;
}

static enum err decode_row(struct block_slab *slab, const struct rows *rows, int row, struct key k,
                           struct band band, struct entry **out, struct why *why)
{
    int len = 0;
    const void *bytes = rows_bytes(rows, row, 4, &len);
    int64_t count = rows_int(rows, row, 3);
    struct entry *fresh = entry_new(slab, k, band);
    if (!fresh)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    enum err e = block_decode(bytes, len, band.to - band.from, count,
                              fresh->block.cells + (ptrdiff_t)band.from * GRID_BLOCK, why);
    if (e) {
        block_unref(&fresh->block);
        return e;
    }
    fresh->block.count = (int32_t)count;
    *out = fresh;
    return ERR_OK;
}

/* One fetched row into the cache and, unless it was cached already, into out[]. */
static enum err take_row(struct block_cache *c, const struct rows *rows, int row,
                         const struct request *q, struct missing *m, struct why *why)
{
    int i = missing_field(q, m, rows_int(rows, row, 0));
    if (i >= 0)
        m->is_seen[i] = true;
    if (i >= 0 && rows_is_null(rows, row, 1))
        return ERR_OK; /* the field has no block in the range */
    int place = i < 0 ? -1 : index_in(q->range, rows_int(rows, row, 1), rows_int(rows, row, 2));
    if (place < 0)
        return why_set(why, ERR_INTERNAL, NULL, "The database answered a block nobody asked for.");
    struct block **to = &q->out[m->fields[i] * q->places + place];
    if (*to)
        return ERR_OK;
    struct entry *fresh = NULL;
    struct key k = key_of_field(q, m->fields[i], place);
    enum err e = decode_row(c->slab, rows, row, k, band_of(m->range, k.by), &fresh, why);
    if (!e)
        *to = put(c, fresh);
    return e;
}

/* What the database did not answer is empty, and remembered as such. */
static enum err fill_with_empty(struct block_cache *c, const struct request *q,
                                const struct missing *m, struct why *why)
{
    for (int i = 0; i < m->count * q->places; i++) {
        int field = m->fields[i / q->places], place = i % q->places;
        struct block **to = &q->out[field * q->places + place];
        if (*to)
            continue;
        struct entry *fresh =
            entry_new(NULL, key_of_field(q, field, place), (struct band){0, GRID_BLOCK});
        if (!fresh)
            return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
        *to = put(c, fresh);
    }
    return ERR_OK;
}

static enum err check_all_seen(const struct missing *m, struct why *why)
{
    for (int i = 0; i < m->count; i++)
        if (!m->is_seen[i])
            return why_set(why, ERR_UNAVAILABLE, NULL,
                           "This database does not hold that field yet.");
    return ERR_OK;
}

static enum err fill_from_database(struct block_cache *c, struct conn *db, const struct request *q,
                                   struct missing *m, int64_t deadline_ms, struct why *why)
{
    struct rows *rows = NULL;
    enum err e = fetch(db, q, m, deadline_ms, &rows, why);
    for (int row = 0; !e && row < rows_count(rows); row++)
        e = take_row(c, rows, row, q, m, why);
    rows_free(rows);
    if (!e)
        e = check_all_seen(m, why);
    return e ? e : fill_with_empty(c, q, m, why);
}

/* As many fields as one statement takes. */
static enum err get_some(struct block_cache *c, struct conn *db, struct request *q,
                         int64_t deadline_ms, struct why *why)
{
    struct missing m;
    for (int i = 0; i < q->field_count * q->places; i++) {
        struct key k = key_of_field(q, i / q->places, i % q->places);
        q->out[i] = look_up(c, k, band_of(q->range, k.by), &q->partial);
    }
    find_missing(q, &m);
    return m.count == 0 ? ERR_OK : fill_from_database(c, db, q, &m, deadline_ms, why);
}

static bool is_sound(struct block_range r)
{
    return r.bx0 >= 0 && r.by0 >= 0 && r.bx1 >= r.bx0 && r.by1 >= r.by0 && r.level >= 0 &&
           r.level < GRID_MAX_LEVELS &&
           (r.row_to == 0 || (r.row_from / GRID_BLOCK == r.by0 && r.row_from < r.row_to &&
                              (r.row_to - 1) / GRID_BLOCK == r.by1));
}

static void release(struct block **blocks, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        block_unref(blocks[i]);
        blocks[i] = NULL;
    }
}

enum err block_cache_get_fields(struct block_cache *c, struct conn *db, const int64_t *fields,
                                int field_count, struct block_range range, int64_t deadline_ms,
                                struct block **out, struct why *why)
{
    assert(is_sound(range));
    int64_t places = ((int64_t)range.bx1 - range.bx0 + 1) * ((int64_t)range.by1 - range.by0 + 1);
    if (places > BLOCK_CACHE_MAX_RANGE)
        return why_set(why, ERR_TOO_LARGE, NULL, "The area asked for is too large.");
    int at_once = (int)(BLOCKS_PER_STATEMENT / places);
    at_once = at_once < 1 ? 1 : at_once > FIELDS_PER_STATEMENT ? FIELDS_PER_STATEMENT : at_once;
    enum err e = ERR_OK;
    memset(out, 0, (size_t)places * (size_t)field_count * sizeof(struct block *));
    for (int first = 0; !e && first < field_count; first += at_once) {
        int left = field_count - first;
        struct request q = {fields + first, left < at_once ? left : at_once, range,
                            (int)places,    out + (int64_t)first * places,   0};
        e = get_some(c, db, &q, deadline_ms, why);
    }
    if (e)
        release(out, places * field_count);
    return e;
}

enum err block_cache_get(struct block_cache *c, struct conn *db, struct block_range range,
                         int64_t deadline_ms, struct block **out, struct why *why)
{
    return block_cache_get_fields(c, db, &range.field_id, 1, range, deadline_ms, out, why);
}
