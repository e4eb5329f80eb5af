/* rate_limit.h - how much each client may ask: one bucket a client, in memory that never grows.
 *
 * A bucket is one number, the time at which it will be full again (the "theoretical arrival time"
 * of GCRA, which counts exactly as a token bucket does). A bucket that is full again says nothing
 * and its place is free. The table has 8 places for each value of the hash; where all are taken, a
 * newcomer gets the place that is nearest to full and goes on from there, as in the Space-Saving
 * sketch of Metwally and others (2005): nobody gets a fresh bucket by crowding out his old one, and
 * a stranger loses no more than what the least busy of the eight has used. Thread-safe.
 */
#ifndef HTTP_RATE_LIMIT_H
#define HTTP_RATE_LIMIT_H

#include <stdint.h>

struct rate_limit;

/** @param per_s  units a bucket gains, 1 to 1,000,000. @param burst  units it holds, at least 1.
 *  NULL = no memory. */
struct rate_limit *rate_limit_new(int64_t per_s, int64_t burst);
void rate_limit_free(struct rate_limit *r); /* accepts NULL */

/** Takes `cost` units, or nothing. @param client  a keyed hash, not 0. @param cost  what is more
 *  than the burst counts as the burst. @param now_us  monotonic; may lag behind that of others.
 *  @return 0 = taken; else the microseconds until there will be enough. */
int64_t rate_limit_take(struct rate_limit *r, uint64_t client, int64_t cost, int64_t now_us);

#endif
