/* response_cache.h - finished answers by canonical key, bounded by bytes.
 *
 * Sharded; least recently used goes first. The key is the identity of the answer's content, so
 * nothing in it is ever stale: an answer to yesterday's "latest" has yesterday's key. Thread-safe.
 */
#ifndef HTTP_RESPONSE_CACHE_H
#define HTTP_RESPONSE_CACHE_H

#include <stdint.h>

#include "http/ready.h"

struct response_cache;

/** @param max_bytes  0 = keeps nothing. NULL = no memory. */
struct response_cache *response_cache_new(size_t max_bytes);
void response_cache_free(struct response_cache *c); /* accepts NULL */

/** The same, when the hash_bytes() of the key is known; a miss is not counted, for the caller will
 *  come again by response_cache_get(). @param counts  a hit. */
struct ready *response_cache_get_known(struct response_cache *c, const char *key, size_t len,
                                       uint64_t hash, bool counts);
/** A new reference, or NULL. @param counts  false for a second look that is no client's. */
struct ready *response_cache_get(struct response_cache *c, const char *key, bool counts);
/** Keeps a new reference of `a`, unless it is larger than a shard may hold. An entry of the same
 *  key is replaced. */
void response_cache_put(struct response_cache *c, const char *key, struct ready *a);

struct response_cache_stats {
    uint64_t hits, misses, evictions, bytes, entries;
};
/** Forgets every answer; those that are being sent stay good. */
void response_cache_clear(struct response_cache *c);
void response_cache_stats(struct response_cache *c, struct response_cache_stats *out);

#endif
