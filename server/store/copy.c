/* copy.c - COPY FROM STDIN in the binary format, in bounded chunks.
 *
 * Errors are remembered and come out of copy_end, so that a caller's loop need not check each
 * value. Format: signature, then per row an int16 count and per value an int32 length and bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/conn_internal.h"

#define FINISH_TIMEOUT_MS 1800000    /* indexes and triggers of millions of rows */
#define MAX_VALUE_BYTES   0x3fffffff /* PostgreSQL refuses a gigabyte anyway */

struct copy {
    struct conn *conn;
    uint64_t opens; /* of the connection the COPY runs on */
    enum err failed;
    struct why why;
    int columns; /* of the row being written */
    int columns_left;
    size_t used;
    char chunk[COPY_CHUNK_BYTES];
};

static const char signature[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";

static void fail(struct copy *w, enum err code, const char *reason)
{
    if (w->failed)
        return;
    w->failed = code;
    why_set(&w->why, code, NULL, "%s", reason);
}

/* Not so once the connection was dropped, even if it has been opened anew since. */
static bool is_still_there(const struct copy *w)
{
    return w->conn->pg && w->conn->is_copying && conn_opens(w->conn) == w->opens;
}

/* libpq's own buffer would grow without bound, so each chunk is flushed before the next. */
static void send_bytes(struct copy *w, const char *bytes, size_t len)
{
    struct conn *c = w->conn;
    if (w->failed || len == 0)
        return;
    if (!is_still_there(w)) {
        fail(w, ERR_UNAVAILABLE, "The database connection was lost during a COPY.");
        return;
    }
    if (PQputCopyData(c->pg, bytes, (int)len) != 1) {
        w->failed = conn_lost(c, ERR_UNAVAILABLE, &w->why);
        return;
    }
    w->failed = conn_flush(c, clock_ms() + COPY_STALL_MS, &w->why);
}

static void send_chunk(struct copy *w)
{
    send_bytes(w, w->chunk, w->used);
    w->used = 0;
}

static void put(struct copy *w, const void *bytes, size_t len)
{
    if (len > sizeof w->chunk - w->used)
        send_chunk(w);
    if (len > sizeof w->chunk) {
        send_bytes(w, bytes, len);
        return;
    }
    memcpy(w->chunk + w->used, bytes, len);
    w->used += len;
}

static void put_int(struct copy *w, uint64_t v, int len)
{
    unsigned char bytes[8];
    for (int i = len - 1; i >= 0; i--, v >>= 8)
        bytes[i] = (unsigned char)v;
    put(w, bytes, (size_t)len);
}

/* The start of one value: false when it must not be written. */
static bool begin_value(struct copy *w, int32_t len)
{
    if (w->failed)
        return false;
    if (w->columns_left <= 0) {
        fail(w, ERR_INTERNAL, "A row has more values than were announced.");
        return false;
    }
    w->columns_left--;
    put_int(w, (uint32_t)len, 4);
    return !w->failed;
}

/* Sends the statement and waits for the server to ask for data. */
static enum err start(struct conn *c, const char *copy_sql, struct why *why)
{
    int64_t deadline_ms = clock_ms() + COPY_STALL_MS;
    PGresult *result = NULL;
    if (!PQsendQuery(c->pg, copy_sql))
        return conn_lost(c, ERR_UNAVAILABLE, why);
    enum err e = conn_flush(c, deadline_ms, why);
    if (!e)
        e = conn_next_result(c, deadline_ms, &result, why);
    if (!e && PQresultStatus(result) != PGRES_COPY_IN) {
        e = conn_refused(c, result, why);
        enum err rest = c->pg ? conn_finish_command(c, deadline_ms, NULL, NULL) : ERR_OK;
        (void)rest; /* read only to bring the connection back in step */
    }
    PQclear(result);
    return e;
}

enum err copy_begin(struct conn *c, const char *copy_sql, struct copy **out, struct why *why)
{
    enum err e = conn_open_for_use(c, clock_ms() + COPY_STALL_MS, why);
    if (e)
        return e;
    struct copy *w = calloc(1, sizeof *w);
    if (!w)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    e = start(c, copy_sql, why);
    if (e) {
        free(w);
        return e;
    }
    w->conn = c;
    w->opens = conn_opens(c);
    c->is_copying = true;
    put(w, signature, sizeof signature);
    *out = w;
    return ERR_OK;
}

void copy_row(struct copy *w, int columns)
{
    if (w->columns_left != 0)
        fail(w, ERR_INTERNAL, "A row has fewer values than were announced.");
    if (columns < 1 || columns > INT16_MAX)
        fail(w, ERR_INTERNAL, "A row has an impossible number of values.");
    if (w->failed)
        return;
    w->columns_left = columns;
    put_int(w, (uint16_t)columns, 2);
}

void copy_null(struct copy *w)
{
    begin_value(w, -1);
}

void copy_int2(struct copy *w, int16_t v)
{
    if (begin_value(w, 2))
        put_int(w, (uint16_t)v, 2);
}

void copy_int4(struct copy *w, int32_t v)
{
    if (begin_value(w, 4))
        put_int(w, (uint32_t)v, 4);
}

void copy_int8(struct copy *w, int64_t v)
{
    if (begin_value(w, 8))
        put_int(w, (uint64_t)v, 8);
}

void copy_float4(struct copy *w, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    copy_int4(w, (int32_t)bits);
}

void copy_float8(struct copy *w, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    if (begin_value(w, 8))
        put_int(w, bits, 8);
}

void copy_bool(struct copy *w, bool v)
{
    if (begin_value(w, 1))
        put_int(w, v, 1);
}

void copy_text(struct copy *w, const char *v)
{
    if (v)
        copy_bytes(w, v, strlen(v) > MAX_VALUE_BYTES ? -1 : (int)strlen(v));
    else
        copy_null(w);
}

void copy_bytes(struct copy *w, const void *v, int len)
{
    if (len < 0 || len > MAX_VALUE_BYTES)
        fail(w, ERR_TOO_LARGE, "A value is too large for the database.");
    else if (begin_value(w, len))
        put(w, v, (size_t)len);
}

/* Ends the COPY at the server: with the trailer, or with the reason why not. */
static enum err finish(struct copy *w, const char *refusal, int64_t *rows, struct why *why)
{
    struct conn *c = w->conn;
    PGresult *result = NULL;
    c->is_copying = false;
    if (PQputCopyEnd(c->pg, refusal) != 1)
        return conn_lost(c, ERR_UNAVAILABLE, why);
    enum err e = conn_flush(c, clock_ms() + COPY_STALL_MS, why);
    if (!e)
        e = conn_finish_command(c, clock_ms() + FINISH_TIMEOUT_MS, &result, why);
    if (e)
        return e;
    struct rows counted = {result};
    *rows = rows_affected(&counted);
    PQclear(result);
    return ERR_OK;
}

enum err copy_end(struct copy *w, int64_t *rows, struct why *why)
{
    if (w->columns_left != 0)
        fail(w, ERR_INTERNAL, "The last row has fewer values than were announced.");
    put_int(w, 0xffff, 2); /* trailer: a row of -1 values */
    send_chunk(w);
    enum err e = w->failed;
    int64_t count = 0;
    if (is_still_there(w))
        e = finish(w, w->failed ? COPY_GIVEN_UP : NULL, &count, w->failed ? NULL : why);
    if (w->failed)
        e = why_set(why, w->failed, w->why.parameter, "%s", w->why.reason);
    if (!e && rows)
        *rows = count;
    free(w);
    return e;
}

void copy_abort(struct copy *w)
{
    if (!w)
        return;
    fail(w, ERR_INTERNAL, "given up");
    w->used = 0;
    int64_t rows = 0;
    if (copy_end(w, &rows, NULL))
        return; /* as asked */
}
