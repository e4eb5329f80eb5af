/* worker.h - the threads that may wait: each with its own database connection and arena. */
#ifndef HTTP_WORKER_H
#define HTTP_WORKER_H

#include "base/settings.h"
#include "http/flight.h"

struct block_cache;
struct metrics_shard;
struct worker_pool;

/** Starts `count` workers on a table. @param jobs  where they count what they ran; borrowed, like
 *  flights and blocks. @return ERR_NO_MEMORY or ERR_IO. */
enum err worker_pool_start(const struct settings *settings, struct flight_table *flights,
                           struct block_cache *blocks, struct response_cache *responses,
                           struct metrics_shard *jobs, int count, struct worker_pool **out,
                           struct why *why) MUST_CHECK;
/** Joins them; flight_close() or flight_abandon() must have been called. Those that run beyond the
 *  deadline are left behind. @return false if so: what they use must not be freed. */
bool worker_pool_join(struct worker_pool *p, int64_t deadline_ms) MUST_CHECK;

#endif
