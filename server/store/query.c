/* query.c - running statements, each step under a deadline. */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/conn_internal.h"
#include "store/statements.h"

#define SAY_TIMEOUT_MS 5000

/* ---- waiting ---------------------------------------------------------------------------- */

enum err conn_flush(struct conn *c, int64_t deadline_ms, struct why *why)
{
    for (;;) {
        int more = PQflush(c->pg);
        if (more == 0)
            return ERR_OK;
        enum err e = more < 0 ? ERR_UNAVAILABLE : conn_wait(c, POLLIN | POLLOUT, deadline_ms);
        if (e)
            return conn_lost(c, e, why);
        /* Reading meanwhile, or two full pipes would wait for each other. */
        if (!PQconsumeInput(c->pg))
            return conn_lost(c, ERR_UNAVAILABLE, why);
    }
}

enum err conn_next_result(struct conn *c, int64_t deadline_ms, PGresult **out, struct why *why)
{
    while (PQisBusy(c->pg)) {
        enum err e = conn_wait(c, POLLIN, deadline_ms);
        if (e)
            return conn_lost(c, e, why);
        if (!PQconsumeInput(c->pg))
            return conn_lost(c, ERR_UNAVAILABLE, why);
    }
    *out = PQgetResult(c->pg);
    return ERR_OK;
}

/* ---- errors ----------------------------------------------------------------------------- */

static enum err err_of_sqlstate(const char *state)
{
    static const struct {
        const char *prefix;
        enum err code;
    } table[] = {
        {"57014", ERR_TIMEOUT},     /* query_canceled: statement_timeout */
        {"57P", ERR_UNAVAILABLE},   /* shutting down, crashed, starting up */
        {"55P03", ERR_UNAVAILABLE}, /* lock_not_available: lock_timeout */
        {"40", ERR_UNAVAILABLE},    /* serialisation failure, deadlock: try again */
        {"08", ERR_UNAVAILABLE},    /* connection */
        {"53", ERR_UNAVAILABLE},    /* memory, disk, too many connections */
        {"25P03", ERR_UNAVAILABLE}, /* idle in transaction for too long */
        {"26000", ERR_UNAVAILABLE}, /* a pooler lost our prepared statement */
        {"0A000", ERR_UNAVAILABLE}, /* cached plan must not change result type: after a migration */
        {"22", ERR_INPUT},          /* data exception */
        {"23", ERR_INPUT},          /* constraint */
        {"P0001", ERR_INPUT},       /* RAISE EXCEPTION of our own functions */
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strncmp(state, table[i].prefix, strlen(table[i].prefix)) == 0)
            return table[i].code;
    return ERR_INTERNAL;
}

static bool is_useless_after(const char *state)
{
    static const char *const prefixes[] = {"57P", "08", "25P03", "26000", "0A000"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(state, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static const char *result_field(const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);
    return text ? text : "";
}

enum err conn_refused(struct conn *c, const PGresult *result, struct why *why)
{
    const char *state = result_field(result, PG_DIAG_SQLSTATE);
    char message[CONN_CAUSE_SIZE], detail[256];
    const char *primary = result_field(result, PG_DIAG_MESSAGE_PRIMARY);
    conn_one_line(message, sizeof message, primary[0] ? primary : PQresultErrorMessage(result));
    conn_one_line(detail, sizeof detail, result_field(result, PG_DIAG_MESSAGE_DETAIL));
    enum err code = state[0] ? err_of_sqlstate(state) : ERR_UNAVAILABLE;
    bool is_our_own = strstr(message, COPY_GIVEN_UP) != NULL; /* asked for by copy.c */
    log_event(code == ERR_INPUT || is_our_own ? LOG_DEBUG
              : code == ERR_INTERNAL          ? LOG_ERROR
                                              : LOG_WARN,
              "store", "database refused a statement: %s %s %s", state, message, detail);
    if (is_useless_after(state) || PQstatus(c->pg) != CONNECTION_OK)
        conn_drop(c);
    if (code == ERR_INPUT)
        return why_set(why, code, NULL, "%.330s%s%.160s", message, detail[0] ? ": " : "", detail);
    if (code == ERR_TIMEOUT)
        return why_set(why, code, NULL, "The database took longer than a statement may.");
    return why_set(why, code, NULL, "The database refused a statement (%s): %s", state, message);
}

static bool is_good(const PGresult *result)
{
    ExecStatusType s = PQresultStatus(result);
    return s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK || s == PGRES_EMPTY_QUERY;
}

/* A COPY outside copy.c cannot be answered: refused, and the connection dropped. */
static bool is_copy(const PGresult *result)
{
    ExecStatusType s = PQresultStatus(result);
    return s == PGRES_COPY_IN || s == PGRES_COPY_OUT || s == PGRES_COPY_BOTH;
}

static void note_transaction(struct conn *c)
{
    PGTransactionStatusType t = PQtransactionStatus(c->pg);
    if (t == PQTRANS_IDLE)
        c->is_in_transaction = false;
    else if (t == PQTRANS_INTRANS || t == PQTRANS_INERROR)
        c->is_in_transaction = true; /* otherwise unknown: as before */
}

/* Reads on after an error, so that the connection stays in step. */
static enum err read_results(struct conn *c, int64_t deadline_ms, PGresult **good, PGresult **bad,
                             struct why *why)
{
    for (;;) {
        PGresult *result = NULL;
        enum err e = conn_next_result(c, deadline_ms, &result, why);
        if (e || !result)
            return e;
        PGresult **slot = is_good(result) ? good : bad;
        bool is_first_bad = slot == bad && !*bad;
        if (slot == good || is_first_bad) {
            PQclear(*slot);
            *slot = result;
        } else {
            PQclear(result);
        }
        if (PQstatus(c->pg) != CONNECTION_OK)
            return ERR_OK; /* *bad says why; there is nothing more to read */
        if (is_copy(*slot))
            return ERR_OK;
    }
}

static enum err judge_results(struct conn *c, const PGresult *good, const PGresult *bad,
                              struct why *why)
{
    if (bad) {
        enum err e = conn_refused(c, bad, why);
        if (is_copy(bad) && c->pg)
            conn_drop(c);
        return e;
    }
    if (!good)
        return conn_lost(c, ERR_UNAVAILABLE, why);
    return ERR_OK;
}

enum err conn_finish_command(struct conn *c, int64_t deadline_ms, PGresult **out, struct why *why)
{
    PGresult *good = NULL, *bad = NULL;
    enum err e = read_results(c, deadline_ms, &good, &bad, why);
    if (!e) {
        note_transaction(c);
        e = judge_results(c, good, bad, why);
    }
    if (!e && out) {
        *out = good;
        good = NULL;
    }
    PQclear(good);
    PQclear(bad);
    return e;
}

/* ---- statements ------------------------------------------------------------------------- */

static void spread_params(const struct param *params, int n, const char *values[CONN_MAX_PARAMS])
{
    for (int i = 0; i < n; i++)
        values[i] = params[i].text;
}

static enum err finish_sent(struct conn *c, int was_sent, int64_t deadline_ms, PGresult **out,
                            struct why *why)
{
    if (!was_sent)
        return conn_lost(c, ERR_UNAVAILABLE, why);
    enum err e = conn_flush(c, deadline_ms, why);
    return e ? e : conn_finish_command(c, deadline_ms, out, why);
}

enum err conn_run_once(struct conn *c, const char *sql, const struct param *params, int n,
                       int64_t deadline_ms, PGresult **out, struct why *why)
{
    const char *values[CONN_MAX_PARAMS];
    spread_params(params, n, values);
    int sent = PQsendQueryParams(c->pg, sql, n, NULL, values, NULL, NULL, 1);
    return finish_sent(c, sent, deadline_ms, out, why);
}

/* Slot of a statement by its address, or of a free place; -1 when the table is nearly full. */
static int statement_slot(const struct conn *c, const char *sql)
{
    unsigned slot = (unsigned)(((uintptr_t)sql * 0x9E3779B97F4A7C15u) >> 40);
    for (;; slot++) {
        const char *there = c->prepared[slot % CONN_STATEMENT_SLOTS];
        if (there == sql)
            return (int)(slot % CONN_STATEMENT_SLOTS);
        if (!there)
            return c->prepared_count < CONN_STATEMENT_SLOTS * 3 / 4
                       ? (int)(slot % CONN_STATEMENT_SLOTS)
                       : -1;
    }
}

static enum err prepare_if_new(struct conn *c, int slot, const char *name, const char *sql,
                               int64_t deadline_ms, struct why *why)
{
    if (c->prepared[slot])
        return ERR_OK;
    int sent = PQsendPrepare(c->pg, name, sql, 0, NULL);
    enum err e = finish_sent(c, sent, deadline_ms, NULL, why);
    if (e)
        return e;
    c->prepared[slot] = sql;
    c->prepared_count++;
    return ERR_OK;
}

static enum err run_prepared(struct conn *c, const char *sql, const struct param *params, int n,
                             int64_t deadline_ms, PGresult **out, struct why *why)
{
    int slot = statement_slot(c, sql);
    if (slot < 0)
        return conn_run_once(c, sql, params, n, deadline_ms, out, why);
    char name[24];
    snprintf(name, sizeof name, "fluxgrid_%d", slot);
    enum err e = prepare_if_new(c, slot, name, sql, deadline_ms, why);
    if (e)
        return e;
    const char *values[CONN_MAX_PARAMS];
    spread_params(params, n, values);
    int sent = PQsendQueryPrepared(c->pg, name, n, values, NULL, NULL, 1);
    return finish_sent(c, sent, deadline_ms, out, why);
}

enum err conn_query(struct conn *c, const char *sql, const struct param *params, int n,
                    int64_t deadline_ms, struct rows **out, struct why *why)
{
    if (n < 0 || n > CONN_MAX_PARAMS)
        return why_set(why, ERR_INTERNAL, NULL, "A statement has too many parameters.");
    enum err e = conn_open_for_use(c, deadline_ms, why);
    if (e)
        return e;
    struct rows *rows = calloc(1, sizeof *rows);
    if (!rows)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    int64_t started_us = clock_us();
    e = run_prepared(c, sql, params, n, deadline_ms, &rows->result, why);
    db_stats_statement(e, clock_us() - started_us);
    if (e) {
        rows_free(rows);
        return e;
    }
    *out = rows;
    return ERR_OK;
}

enum err conn_query_by_value(struct conn *c, const char *sql, const struct param *params, int n,
                             int64_t deadline_ms, struct rows **out, struct why *why)
{
    struct rows *rows = NULL;
    enum err e = conn_exec(c, SQL_PLAN_BY_VALUE, deadline_ms, why);
    if (!e)
        e = conn_query(c, sql, params, n, deadline_ms, &rows, why);
    /* After a refusal too; a connection that was lost begins anew with its session's setting. */
    struct why second = {0};
    enum err restored = conn_exec(c, SQL_PLAN_ONCE, deadline_ms, &second);
    if (restored && !e) {
        rows_free(rows);
        *why = second;
        return restored;
    }
    *out = rows;
    return e;
}

void conn_say(struct conn *c, const char *text)
{
    struct rows *rows = NULL;
    struct why ignored = {0};
    struct param param = {text};
    if (!conn_query(c, SQL_SAY, &param, 1, clock_ms() + SAY_TIMEOUT_MS, &rows, &ignored))
        rows_free(rows);
}

static bool begins_with(const char *sql, const char *word)
{
    return strncasecmp(sql + strspn(sql, " \t\r\n"), word, strlen(word)) == 0;
}

enum err conn_exec(struct conn *c, const char *sql, int64_t deadline_ms, struct why *why)
{
    bool is_rollback = begins_with(sql, "ROLLBACK");
    if (is_rollback && (!c->pg || c->has_lost_transaction)) {
        c->has_lost_transaction = false; /* it went with its connection */
        return ERR_OK;
    }
    if (begins_with(sql, "BEGIN"))
        c->has_lost_transaction = false;
    enum err e = conn_open_for_use(c, deadline_ms, why);
    if (e)
        return e;
    int64_t started_us = clock_us();
    e = finish_sent(c, PQsendQuery(c->pg, sql), deadline_ms, NULL, why);
    db_stats_statement(e, clock_us() - started_us);
    return e;
}
