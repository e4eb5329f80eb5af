/* db_stats.h - what this process has asked of the database, and how its connections stand.
 *
 * Counts of the process, all connections together; plain atomic additions beside a round trip.
 * Thread-safe.
 */
#ifndef STORE_DB_STATS_H
#define STORE_DB_STATS_H

#include <stdint.h>

#include "base/err.h"

enum db_state { DB_NONE, DB_CLOSED, DB_CONNECTING, DB_OPEN, DB_FAILED, DB_STATES };
enum db_outcome { DB_DONE, DB_TIMED_OUT, DB_LOST, DB_REFUSED, DB_OUTCOMES };

#define DB_BOUNDS 12
extern const int64_t db_bounds_us[DB_BOUNDS];

struct db_stats {
    int64_t connections[DB_STATES]; /* DB_FAILED: the last attempt failed; a next one comes */
    uint64_t opened, failed, lost;  /* attempts that succeeded, that did not; those that broke */
    uint64_t statements[DB_OUTCOMES];
    uint64_t by_bound[DB_BOUNDS + 1]; /* up to db_bounds_us[i], and longer */
    uint64_t sum_us;
};

/** A connection changes its state. @param from  where it is; updated. */
void db_stats_move(enum db_state *from, enum db_state to);
void db_stats_lost(void); /* an open connection broke */
/** A statement has ended. */
void db_stats_statement(enum err outcome, int64_t duration_us);
void db_stats_read(struct db_stats *out);

#endif
