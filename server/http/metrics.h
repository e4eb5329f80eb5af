/* metrics.h - what the server counts, and its Prometheus text.
 *
 * Each event thread counts in a shard of its own with plain relaxed stores, so counting costs no
 * contention; the reader adds the shards up.
 */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include <stdint.h>

#include "base/buf.h"
#include "http/router.h"

enum metrics_other { /* what is counted beside the routes of the table */
                     METRICS_STATIC,
                     METRICS_HEALTH,
                     METRICS_PREFLIGHT,
                     METRICS_LIMITED, /* refused before it was looked at */
                     METRICS_UNMATCHED,
                     METRICS_OTHERS
};

struct metrics_shard;

/** @param route_count  of the table. NULL = no memory. */
struct metrics_shard *metrics_shard_new(int route_count);
void metrics_shard_free(struct metrics_shard *s); /* accepts NULL */
/** Counts a request. @param route  index in the table, or route_count + enum metrics_other.
 *  By the shard's thread only. */
void metrics_count(struct metrics_shard *s, int route, int status, int64_t duration_us);

/** Request counters and duration histograms of all shards. */
void metrics_write_requests(struct buf *b, const struct router *router,
                            struct metrics_shard *const *shards, int shard_count);
/** One family with one sample. @param kind  "counter" or "gauge". */
void metrics_write_one(struct buf *b, const char *name, const char *kind, const char *help,
                       double value);
/** Resident memory, file descriptors and CPU seconds of the process. */
void metrics_write_process(struct buf *b);

#endif
