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
                     METRICS_OPERATOR,
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

/** The same by several threads at once, for a shard that they share. */
void metrics_count_shared(struct metrics_shard *s, int route, int status, int64_t duration_us);

/** Two families by route: a counter by status, a histogram of durations. */
struct metrics_family {
    const char *total, *total_help;
    const char *duration, *duration_help;
};
void metrics_write_routes(struct buf *b, const struct metrics_family *f,
                          const struct router *router, struct metrics_shard *const *shards,
                          int shard_count);
/** The two lines before a family's samples. @param kind  "counter", "gauge", "histogram". */
void metrics_write_head(struct buf *b, const char *name, const char *kind, const char *help);
/** One family with one sample. */
void metrics_write_one(struct buf *b, const char *name, const char *kind, const char *help,
                       double value);
/** Samples of a histogram, in seconds. @param labels  `a="b",c="d"` or "".
 *  @param by_bound  bound_count + 1 counts, each of what is above the bound before. */
void metrics_write_histogram(struct buf *b, const char *name, const char *labels,
                             const int64_t *upper_us, const uint64_t *by_bound, int bound_count,
                             uint64_t sum_us);
/** name="value" with the value escaped. */
void metrics_write_label(struct buf *b, const char *name, const char *value);
/** Resident memory, file descriptors, CPU seconds and start of the process.
 *  @param started_s  since 1970. */
void metrics_write_process(struct buf *b, double started_s);

#endif
