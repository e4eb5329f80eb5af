/* conn.h - one connection to PostgreSQL, asynchronous under the hood, with a deadline per call.
 *
 * The only folder that includes libpq; no libpq type leaves it. A call that passes its deadline
 * drops the connection (the backend is cancelled by its own statement_timeout); the next call
 * reconnects, at most once per back-off step. Not thread-safe: one connection, one thread.
 */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define STORE_SCHEMA_VERSION 3         /* of sql/migrations; checked on connect */
#define CONN_NO_DEADLINE     INT64_MAX /* for imports; a dead peer is still found by keep-alives */

struct conn;
struct rows; /* a result; binary format */

/** Does not connect yet. @param database_url  conninfo or URI; "" = PG* environment; borrowed.
 *  @param role  "fluxgrid_server" etc.: SET ROLE after connecting when the login user is another;
 *               NULL = keep the login role. "fluxgrid_server" also makes the session read-only.
 *  @param statement_timeout_ms  0 = none.
 *  @return NULL when out of memory. */
struct conn *conn_new(const char *database_url, const char *role, int64_t statement_timeout_ms);
void conn_free(struct conn *c);

/** Opens it if need be and checks the schema version. Every other call does so itself, with one
 *  difference: after a connection was lost inside a transaction they all answer ERR_UNAVAILABLE
 *  (so that no second half of a transaction runs alone) until this call, or a BEGIN or ROLLBACK
 *  by conn_exec, shows that the caller knows.
 *  @return ERR_UNAVAILABLE with the cause in words (no password). */
enum err conn_ensure(struct conn *c, int64_t deadline_ms, struct why *why) MUST_CHECK;
bool conn_is_open(const struct conn *c);
int conn_socket(const struct conn *c); /* -1 when closed; for poll in the watcher */
/** How often it was opened: a LISTEN or another session state is gone when the number changed. */
uint64_t conn_opens(const struct conn *c);
/** Reads what has arrived without waiting. @param count  notifications since the last call.
 *  @return ERR_UNAVAILABLE when the connection is closed or turns out to be lost. */
enum err conn_notifications(struct conn *c, int *count, struct why *why) MUST_CHECK;

/** A bound parameter, always sent in text form; text NULL = SQL NULL. Borrowed. */
struct param {
    const char *text;
};

#define CONN_MAX_PARAMS 32

/** Runs one statement from the table (prepared on first use).
 *  @param sql  a compiled-in constant: its address is the statement's identity.
 *  @return ERR_UNAVAILABLE (lost, shutting down, locked, too many connections), ERR_TIMEOUT
 *          (deadline or statement_timeout), ERR_INTERNAL (SQL error, logged), ERR_INPUT for
 *          SQLSTATE 22xxx/23xxx/P0001 with the server's message in why (import). */
enum err conn_query(struct conn *c, const char *sql, const struct param *params, int n,
                    int64_t deadline_ms, struct rows **out, struct why *why) MUST_CHECK;
/** The same for a statement whose values decide how it is best run (a serving session plans each
 *  statement once, whatever its values), for two more round trips. Serving sessions only. */
enum err conn_query_by_value(struct conn *c, const char *sql, const struct param *params, int n,
                             int64_t deadline_ms, struct rows **out, struct why *why) MUST_CHECK;
/** One or more statements without parameters, no result kept. */
enum err conn_exec(struct conn *c, const char *sql, int64_t deadline_ms,
                   struct why *why) MUST_CHECK;

/** Makes a text the name of the session, for others to read in pg_stat_activity. Only sent on an
 * open connection between two statements; whatever goes wrong is left out. */
void conn_say(struct conn *c, const char *text);

int rows_count(const struct rows *r);
int64_t rows_affected(const struct rows *r); /* by INSERT, UPDATE, DELETE; 0 otherwise */
/** Checks what the database answered before it is decoded; the readers below may then be used
 *  without further checks (a reader asked for another type than it finds answers 0, NaN, "").
 *  @param types  one letter per column: i integer, f float, b boolean, t text, y bytea; upper
 *                case = may be NULL.
 *  @return ERR_INTERNAL with the column that is wrong. */
enum err rows_expect(const struct rows *r, const char *types, struct why *why) MUST_CHECK;
bool rows_is_null(const struct rows *r, int row, int col);
int64_t rows_int(const struct rows *r, int row, int col);   /* int2, int4, int8 */
double rows_double(const struct rows *r, int row, int col); /* float4, float8; NaN for NULL */
bool rows_bool(const struct rows *r, int row, int col);
const char *rows_text(const struct rows *r, int row,
                      int col); /* text types; "" for NULL; borrowed */
const void *rows_bytes(const struct rows *r, int row, int col, int *len); /* bytea; borrowed */
void rows_free(struct rows *r);                                           /* accepts NULL */

/** COPY ... FROM STDIN (FORMAT binary), one at a time on a connection. Rows are buffered in chunks
 * of COPY_CHUNK_BYTES; a server that takes nothing for COPY_STALL_MS is given up. */
#define COPY_CHUNK_BYTES 131072
#define COPY_STALL_MS    60000
struct copy;
enum err copy_begin(struct conn *c, const char *copy_sql, struct copy **out,
                    struct why *why) MUST_CHECK;
void copy_row(struct copy *w, int columns);
void copy_null(struct copy *w);
void copy_int2(struct copy *w, int16_t v);
void copy_int4(struct copy *w, int32_t v);
void copy_int8(struct copy *w, int64_t v);
void copy_float4(struct copy *w, float v);
void copy_float8(struct copy *w, double v);
void copy_bool(struct copy *w, bool v);
void copy_text(struct copy *w, const char *v); /* NULL = SQL NULL; UTF-8, validated by the server */
void copy_bytes(struct copy *w, const void *v, int len);
/** Finishes and frees it (takes). The first error of any row comes out here. */
enum err copy_end(struct copy *w, int64_t *rows, struct why *why) MUST_CHECK;
/** Gives up (takes): the server drops all rows of it and fails the transaction. Accepts NULL. */
void copy_abort(struct copy *w);

#endif
