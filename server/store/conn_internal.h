/* conn_internal.h - what conn.c, query.c, rows.c and copy.c share. Not for anyone else.
 *
 * The only header that names libpq. Every wait goes through conn_wait, so every wait has a
 * deadline; whoever sees a deadline pass or the peer go calls conn_drop.
 */
#ifndef STORE_CONN_INTERNAL_H
#define STORE_CONN_INTERNAL_H

#include <stddef.h>

#include <libpq-fe.h>

#include "store/conn.h"
#include "store/db_stats.h"

#define CONN_STATEMENT_SLOTS 512 /* prepared statements of a connection; a power of two */
#define CONN_CAUSE_SIZE      384
#define COPY_GIVEN_UP        "writer failed" /* how copy.c asks the server to end a COPY */

struct conn {
    PGconn *pg;          /* NULL = closed */
    enum db_state state; /* as it is counted */
    char *database_url;
    char *role; /* "" = the login role */
    int64_t statement_timeout_ms;

    const char *prepared[CONN_STATEMENT_SLOTS]; /* by hash of the address; the slot is the name */
    int prepared_count;

    uint64_t opens;
    bool is_in_transaction;
    bool has_lost_transaction; /* see conn_ensure */
    bool is_copying;
    bool is_doomed; /* the server said that it ends this connection */

    int64_t opened_ms;
    int64_t recycle_ms;  /* age at which an idle connection is replaced */
    int64_t retry_at_ms; /* no attempt to connect before */
    int64_t backoff_ms;
    unsigned random_state;
    char cause[CONN_CAUSE_SIZE]; /* of the last failure to connect; "" = none */
};

struct rows {
    PGresult *result;
};

/** Waits for POLLIN and/or POLLOUT. @return ERR_TIMEOUT, ERR_UNAVAILABLE (socket broken). */
enum err conn_wait(const struct conn *c, short events, int64_t deadline_ms) MUST_CHECK;

/** Closes at once without waiting; remembers a lost transaction. */
void conn_drop(struct conn *c);

/** Drops and says why: ERR_TIMEOUT stays, anything else becomes ERR_UNAVAILABLE. */
enum err conn_lost(struct conn *c, enum err cause, struct why *why);

/** Opens it unless it is open, and refuses when a transaction was lost. */
enum err conn_open_for_use(struct conn *c, int64_t deadline_ms, struct why *why) MUST_CHECK;

/** Sends what libpq still holds. @return as conn_lost, the connection dropped. */
enum err conn_flush(struct conn *c, int64_t deadline_ms, struct why *why) MUST_CHECK;

/** The next result of the command that runs; NULL = it is finished. Caller clears it. */
enum err conn_next_result(struct conn *c, int64_t deadline_ms, PGresult **out,
                          struct why *why) MUST_CHECK;

/** Reads results up to the end; keeps the last good one (or none if out is NULL).
 *  The first failed result decides the error. */
enum err conn_finish_command(struct conn *c, int64_t deadline_ms, PGresult **out,
                             struct why *why) MUST_CHECK;

/** Turns a failed result into an error by its SQLSTATE; drops the connection where it is of no
 *  more use. Does not clear the result. */
enum err conn_refused(struct conn *c, const PGresult *result, struct why *why);

/** Runs one parametrised statement without preparing it, on an open connection. */
enum err conn_run_once(struct conn *c, const char *sql, const struct param *params, int n,
                       int64_t deadline_ms, PGresult **out, struct why *why) MUST_CHECK;

/** Copies a message of libpq on one line, control bytes as spaces. */
void conn_one_line(char *to, size_t size, const char *text);

#endif
