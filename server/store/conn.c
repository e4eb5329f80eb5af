/* conn.c - opening, keeping and losing the connection. */
#include "store/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/conn_hosts.h"
#include "store/conn_internal.h"
#include "store/statements.h"

#define BACKOFF_MIN_MS     50
#define BACKOFF_MAX_MS     1000
#define CONNECT_TIMEOUT_MS 2000
#define RECYCLE_MS         3600000 /* new servers join, leaked memory goes: about hourly */

struct conn *conn_new(const char *database_url, const char *role, int64_t statement_timeout_ms)
{
    struct conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->database_url = strdup(database_url ? database_url : "");
    c->role = strdup(role ? role : "");
    c->statement_timeout_ms = statement_timeout_ms;
    c->backoff_ms = BACKOFF_MIN_MS;
    c->random_state = (unsigned)clock_us() ^ (unsigned)((uintptr_t)c >> 4);
    if (!c->database_url || !c->role) {
        conn_free(c);
        return NULL;
    }
    db_stats_move(&c->state, DB_CLOSED);
    return c;
}

void conn_free(struct conn *c)
{
    if (!c)
        return;
    db_stats_move(&c->state, DB_NONE);
    PQfinish(c->pg);
    free(c->database_url);
    free(c->role);
    free(c);
}

bool conn_is_open(const struct conn *c)
{
    return c->pg && PQstatus(c->pg) == CONNECTION_OK;
}

int conn_socket(const struct conn *c)
{
    return conn_is_open(c) ? PQsocket(c->pg) : -1;
}

uint64_t conn_opens(const struct conn *c)
{
    return c->opens;
}

void conn_one_line(char *to, size_t size, const char *text)
{
    size_t n = 0;
    for (; text && *text && n + 1 < size; text++) {
        bool is_blank = (unsigned char)*text <= ' ' || *text == 0x7f;
        if (is_blank && (n == 0 || to[n - 1] == ' '))
            continue;
        to[n++] = is_blank ? ' ' : *text;
    }
    while (n > 0 && to[n - 1] == ' ')
        n--;
    to[n] = '\0';
}

/* xorshift: jitter only, so that workers do not knock in step. */
static int64_t jitter(struct conn *c, int64_t up_to)
{
    c->random_state = c->random_state ? c->random_state : 1;
    c->random_state ^= c->random_state << 13;
    c->random_state ^= c->random_state >> 17;
    c->random_state ^= c->random_state << 5;
    return (int64_t)(c->random_state % (unsigned)(up_to + 1));
}

enum err conn_wait(const struct conn *c, short events, int64_t deadline_ms)
{
    struct pollfd p = {.fd = PQsocket(c->pg), .events = events};
    if (p.fd < 0)
        return ERR_UNAVAILABLE;
    for (;;) {
        int64_t left = deadline_ms - clock_ms();
        if (left <= 0)
            return ERR_TIMEOUT;
        int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return ERR_OK; /* POLLHUP and POLLERR too: libpq finds the cause when it reads */
        if (n < 0 && errno != EINTR)
            return ERR_UNAVAILABLE;
    }
}

void conn_drop(struct conn *c)
{
    if (c->is_in_transaction)
        c->has_lost_transaction = true;
    c->is_in_transaction = false;
    c->is_copying = false;
    c->is_doomed = false;
    PQfinish(c->pg);
    c->pg = NULL;
    db_stats_move(&c->state, DB_CLOSED);
    memset(c->prepared, 0, sizeof c->prepared);
    c->prepared_count = 0;
}

enum err conn_lost(struct conn *c, enum err cause, struct why *why)
{
    char text[CONN_CAUSE_SIZE];
    db_stats_lost();
    conn_one_line(text, sizeof text, cause == ERR_TIMEOUT ? "" : PQerrorMessage(c->pg));
    conn_drop(c);
    if (cause == ERR_TIMEOUT) {
        log_event(LOG_WARN, "store", "no answer from the database before the deadline: dropped");
        return why_set(why, ERR_TIMEOUT, NULL, "The database did not answer in time.");
    }
    log_event(LOG_WARN, "store", "database connection lost: %s", text);
    return why_set(why, ERR_UNAVAILABLE, NULL, "The database connection was lost: %s", text);
}

/* ---- opening ---------------------------------------------------------------------------- */

/* Defaults come before the caller's URL, which may overrule them; what follows it may not be. An
 * empty value counts as not given. */
static PGconn *start_connecting(const char *database_url, const struct conn_hosts *hosts)
{
    static const char *const keys[] = {"tcp_user_timeout",
                                       "keepalives_idle",
                                       "keepalives_interval",
                                       "keepalives_count",
                                       "fallback_application_name",
                                       "dbname",
                                       "client_encoding",
                                       "host",
                                       "hostaddr",
                                       "port",
                                       NULL};
    const char *values[] = {"3000",          "5",          "2",    "3",
                            "fluxgrid",      database_url, "UTF8", hosts->host,
                            hosts->hostaddr, hosts->port,  NULL};
    return PQconnectStartParams(keys, values, 1);
}

/* A text libpq cannot parse is never shown: its own message quotes it, password and all. */
static bool is_conninfo(const char *database_url)
{
    PQconninfoOption *options = PQconninfoParse(database_url, NULL);
    PQconninfoFree(options);
    return options != NULL;
}

static enum err wait_connected(struct conn *c, int64_t deadline_ms)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED)
            return ERR_UNAVAILABLE;
        short events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        enum err e = conn_wait(c, events, deadline_ms);
        if (e)
            return e;
        next = PQconnectPoll(c->pg);
    }
    return ERR_OK;
}

/* What the server says on its own. 57P..: it is going away, also when we were idle. */
static void take_notice(void *conn, const PGresult *notice)
{
    struct conn *c = conn;
    char text[CONN_CAUSE_SIZE];
    const char *state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    if (state && strncmp(state, "57P", 3) == 0)
        c->is_doomed = true;
    conn_one_line(text, sizeof text, PQresultErrorMessage(notice));
    log_event(LOG_DEBUG, "store", "%s", text);
}

static enum err set_session(struct conn *c, int64_t deadline_ms, struct why *why)
{
    char timeout_ms[24];
    snprintf(timeout_ms, sizeof timeout_ms, "%lld", (long long)c->statement_timeout_ms);
    struct param params[] = {{c->role}, {timeout_ms}};
    PGresult *result = NULL;
    enum err e = conn_run_once(c, SQL_SESSION, params, 2, deadline_ms, &result, why);
    PQclear(result);
    return e;
}

static enum err check_schema(struct conn *c, int64_t deadline_ms, struct why *why)
{
    PGresult *result = NULL;
    struct why cause = {0};
    enum err e = conn_run_once(c, SQL_SCHEMA_VERSION, NULL, 0, deadline_ms, &result, &cause);
    if (e)
        return why_set(why, ERR_UNAVAILABLE, NULL,
                       "The schema version cannot be read; have the migrations been run? %s",
                       cause.reason);
    struct rows rows = {result};
    e = rows_expect(&rows, "i", why);
    if (!e && rows_count(&rows) != 1)
        e = ERR_INTERNAL;
    int64_t version = e ? -1 : rows_int(&rows, 0, 0);
    PQclear(result);
    if (!e && version != STORE_SCHEMA_VERSION)
        e = why_set(why, ERR_UNAVAILABLE, NULL,
                    "The database schema has version %lld, this program needs %d: %s.",
                    (long long)version, STORE_SCHEMA_VERSION,
                    version < STORE_SCHEMA_VERSION ? "run the migrations" : "upgrade the program");
    return e;
}

static enum err open_steps(struct conn *c, int64_t deadline_ms, struct why *why)
{
    if (c->database_url[0] && !is_conninfo(c->database_url))
        return why_set(why, ERR_UNAVAILABLE, "database_url",
                       "The connection string cannot be parsed.");
    struct conn_hosts hosts = {0};
    bool is_shuffled =
        conn_hosts_shuffle(c->database_url, (unsigned)jitter(c, INT32_MAX - 1), &hosts);
    c->pg = start_connecting(c->database_url, is_shuffled ? &hosts : &(struct conn_hosts){0});
    if (!c->pg)
        return why_set(why, ERR_UNAVAILABLE, NULL, "No memory to connect to the database.");
    enum err e =
        PQstatus(c->pg) == CONNECTION_BAD ? ERR_UNAVAILABLE : wait_connected(c, deadline_ms);
    if (e == ERR_TIMEOUT)
        return why_set(why, ERR_UNAVAILABLE, NULL, "The database did not accept in time.");
    if (e || PQsetnonblocking(c->pg, 1) != 0) {
        char text[CONN_CAUSE_SIZE];
        conn_one_line(text, sizeof text, PQerrorMessage(c->pg));
        return why_set(why, ERR_UNAVAILABLE, NULL, "No connection to the database: %s", text);
    }
    PQsetNoticeReceiver(c->pg, take_notice, c);
    e = set_session(c, deadline_ms, why);
    return e ? e : check_schema(c, deadline_ms, why);
}

/* One line in the log per change of cause, not one per attempt. */
static enum err remember_failure(struct conn *c, const struct why *cause, struct why *why)
{
    if (strcmp(c->cause, cause->reason) != 0)
        log_event(LOG_WARN, "store", "database unavailable: %s", cause->reason);
    snprintf(c->cause, sizeof c->cause, "%.*s", (int)sizeof c->cause - 1, cause->reason);
    conn_drop(c);
    db_stats_move(&c->state, DB_FAILED);
    c->retry_at_ms = clock_ms() + c->backoff_ms / 2 + jitter(c, c->backoff_ms / 2);
    c->backoff_ms = c->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : c->backoff_ms * 2;
    return why_set(why, ERR_UNAVAILABLE, cause->parameter, "%s", cause->reason);
}

static void remember_success(struct conn *c)
{
    if (c->cause[0])
        log_event(LOG_INFO, "store", "database available again");
    c->cause[0] = '\0';
    c->backoff_ms = BACKOFF_MIN_MS;
    c->opened_ms = clock_ms();
    db_stats_move(&c->state, DB_OPEN);
    c->recycle_ms = RECYCLE_MS + jitter(c, RECYCLE_MS / 4);
    c->opens++;
}

static enum err open_connection(struct conn *c, int64_t deadline_ms, struct why *why)
{
    int64_t now = clock_ms();
    if (now < c->retry_at_ms)
        return why_set(why, ERR_UNAVAILABLE, NULL, "%s", c->cause);
    int64_t latest = now + CONNECT_TIMEOUT_MS;
    struct why cause = {0};
    db_stats_move(&c->state, DB_CONNECTING);
    enum err e = open_steps(c, deadline_ms < latest ? deadline_ms : latest, &cause);
    if (e) {
        if (!cause.reason[0])
            why_set(&cause, ERR_UNAVAILABLE, NULL, "The database could not be opened.");
        return remember_failure(c, &cause, why);
    }
    remember_success(c);
    return ERR_OK;
}

/* ---- keeping ---------------------------------------------------------------------------- */

/* A backend that died while we were idle has left an end-of-file to read: finding it here turns
 * what would be a failed request into a reconnect. */
static bool is_dead_while_idle(struct conn *c)
{
    if (PQstatus(c->pg) != CONNECTION_OK)
        return true;
    struct pollfd p = {.fd = PQsocket(c->pg), .events = POLLIN};
    if (p.fd < 0)
        return true;
    while (poll(&p, 1, 0) > 0)
        if (!PQconsumeInput(c->pg) || PQstatus(c->pg) != CONNECTION_OK)
            return true;
    return PQisBusy(c->pg) || c->is_doomed; /* the former parses what came */
}

static bool is_due_for_recycling(const struct conn *c)
{
    return !c->is_in_transaction && clock_ms() - c->opened_ms > c->recycle_ms;
}

static void drop_if_useless(struct conn *c)
{
    if (c->pg && !c->is_copying && (is_dead_while_idle(c) || is_due_for_recycling(c)))
        conn_drop(c);
}

static enum err open_if_closed(struct conn *c, int64_t deadline_ms, struct why *why)
{
    if (c->is_copying)
        return why_set(why, ERR_INTERNAL, NULL, "A COPY is still running on this connection.");
    return c->pg ? ERR_OK : open_connection(c, deadline_ms, why);
}

enum err conn_ensure(struct conn *c, int64_t deadline_ms, struct why *why)
{
    drop_if_useless(c);
    enum err e = open_if_closed(c, deadline_ms, why);
    if (!e)
        c->has_lost_transaction = false;
    return e;
}

enum err conn_open_for_use(struct conn *c, int64_t deadline_ms, struct why *why)
{
    drop_if_useless(c);
    if (c->has_lost_transaction)
        return why_set(why, ERR_UNAVAILABLE, NULL,
                       "The database connection was lost inside a transaction; it is undone.");
    return open_if_closed(c, deadline_ms, why);
}

enum err conn_notifications(struct conn *c, int *count, struct why *why)
{
    if (!c->pg)
        return why_set(why, ERR_UNAVAILABLE, NULL, "The database connection is closed.");
    if (is_dead_while_idle(c))
        return conn_lost(c, ERR_UNAVAILABLE, why);
    *count = 0;
    for (PGnotify *n; (n = PQnotifies(c->pg)) != NULL; PQfreemem(n))
        ++*count;
    return ERR_OK;
}
