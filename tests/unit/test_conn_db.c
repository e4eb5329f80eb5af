/* test_conn_db.c - the connection against a real server: deadlines, lost backends, COPY.
 *
 * Needs FLUXGRID_TEST_DATABASE_URL (a migrated database); skips loudly without it. Tests that
 * stop a backend with a signal need to be run by the server's user or root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "fixture_database.h"
#include "store/conn.h"

static const char *url(void)
{
    const char *text = getenv("FLUXGRID_TEST_DATABASE_URL");
    return text ? text : "";
}

#define PATIENT_MS 60000 /* for what comes at once: only ends a hang */

static int64_t in(int64_t ms)
{
    return clock_ms() + ms;
}

static int open_plain(void **state)
{
    *state = conn_new(url(), NULL, 5000);
    struct why why = {0};
    if (conn_ensure(*state, in(PATIENT_MS), &why) == ERR_OK)
        return 0;
    fprintf(stderr, "cannot open: %s\n", why.reason);
    return -1;
}

static int close_plain(void **state)
{
    conn_free(*state);
    return 0;
}

static int64_t ask_int(struct conn *c, const char *sql)
{
    struct rows *r = NULL;
    struct why why = {0};
    enum err e = conn_query(c, sql, NULL, 0, in(PATIENT_MS), &r, &why);
    if (e)
        fail_msg("%s: %s", sql, why.reason);
    assert_int_equal(rows_expect(r, "i", &why), ERR_OK);
    int64_t v = rows_int(r, 0, 0);
    rows_free(r);
    return v;
}

static enum err ask(struct conn *c, const char *sql, int64_t timeout_ms, struct why *why)
{
    struct rows *r = NULL;
    enum err e = conn_query(c, sql, NULL, 0, in(timeout_ms), &r, why);
    rows_free(r);
    return e;
}

static const char sql_pid[] = "SELECT pg_backend_pid()::int8";
static const char sql_sleep[] = "SELECT pg_sleep(600)::text";

static void reads_every_type(void **state)
{
    struct rows *r = NULL;
    struct why why = {0};
    struct param p[] = {{"-7"}, {"{1,2,3}"}, {NULL}};
    assert_int_equal(
        conn_query(*state,
                   "SELECT $1::int2, 70000::int4, -5000000000::int8, 1.5::float4, -2.25::float8,"
                   " true, '\xd0\xaf'::text, '\\x00ff'::bytea, (SELECT sum(v)::int8 FROM"
                   " unnest($2::int8[]) v), $3::text, 'NaN'::float8, $3::float8",
                   p, 3, in(PATIENT_MS), &r, &why),
        ERR_OK);
    assert_int_equal(rows_expect(r, "iiiffbtyiTfF", &why), ERR_OK);
    assert_int_equal(rows_count(r), 1);
    assert_int_equal(rows_int(r, 0, 0), -7);
    assert_int_equal(rows_int(r, 0, 1), 70000);
    assert_true(rows_int(r, 0, 2) == -5000000000);
    assert_true(rows_double(r, 0, 3) == 1.5);
    assert_true(rows_double(r, 0, 4) == -2.25);
    assert_true(rows_bool(r, 0, 5));
    assert_string_equal(rows_text(r, 0, 6), "\xd0\xaf");
    int len = 0;
    assert_memory_equal(rows_bytes(r, 0, 7, &len), "\x00\xff", 2);
    assert_int_equal(len, 2);
    assert_int_equal(rows_int(r, 0, 8), 6);
    assert_true(rows_is_null(r, 0, 9));
    assert_string_equal(rows_text(r, 0, 9), "");
    assert_true(isnan(rows_double(r, 0, 10)));
    assert_true(isnan(rows_double(r, 0, 11)));
    rows_free(r);
}

static void wrong_types_are_refused_not_read(void **state)
{
    struct rows *r = NULL;
    struct why why = {0};
    assert_int_equal(conn_query(*state, "SELECT 'x'::text, NULL::int4, '[1]'::json", NULL, 0,
                                in(PATIENT_MS), &r, &why),
                     ERR_OK);
    assert_int_equal(rows_expect(r, "ii", &why), ERR_INTERNAL);
    assert_int_equal(rows_expect(r, "iit", NULL), ERR_INTERNAL);
    assert_int_equal(rows_expect(r, "tit", NULL), ERR_INTERNAL);
    assert_int_equal(rows_expect(r, "tIt", NULL), ERR_INTERNAL);
    assert_int_equal(rows_int(r, 0, 0), 0);
    assert_true(isnan(rows_double(r, 0, 0)));
    assert_false(rows_bool(r, 0, 0));
    assert_string_equal(rows_text(r, 0, 2), "");
    rows_free(r);
}

static void statements_are_prepared_once(void **state)
{
    static const char sql[] = "SELECT count(*) FROM pg_prepared_statements";
    assert_int_equal(ask_int(*state, sql), 1);
    assert_int_equal(ask_int(*state, sql), 1);
    assert_int_equal(ask_int(*state, "SELECT count(name) FROM pg_prepared_statements"), 2);
}

static void errors_are_sorted_by_sqlstate(void **state)
{
    struct why why = {0};
    assert_int_equal(ask(*state, "SELECT 1 / 0", PATIENT_MS, &why), ERR_INPUT);
    assert_string_equal(why.reason, "division by zero");
    assert_int_equal(ask(*state, "SELECT * FROM no_such_table", PATIENT_MS, NULL), ERR_INTERNAL);
    assert_int_equal(ask(*state, "SELEKT", PATIENT_MS, NULL), ERR_INTERNAL);
    assert_int_equal(ask(*state, "COPY (SELECT 1) TO STDOUT", PATIENT_MS, NULL), ERR_UNAVAILABLE);
    assert_int_equal(
        conn_exec(*state, "DO $$ BEGIN RAISE 'our own rule'; END $$", in(PATIENT_MS), NULL),
        ERR_INPUT);
    assert_int_equal(ask_int(*state, "SELECT 1::int8"), 1);
}

static void failed_statement_is_not_taken_for_prepared(void **state)
{
    static const char sql[] = "SELECT n::int8 FROM conn_test_later";
    assert_int_equal(ask(*state, sql, PATIENT_MS, NULL), ERR_INTERNAL);
    assert_int_equal(conn_exec(*state,
                               "CREATE TEMP TABLE conn_test_later (n int); INSERT INTO "
                               "conn_test_later VALUES (42)",
                               in(PATIENT_MS), NULL),
                     ERR_OK);
    assert_int_equal(ask_int(*state, sql), 42);
}

static void deadline_drops_and_next_call_reconnects(void **state)
{
    int64_t pid = ask_int(*state, sql_pid);
    struct why why = {0};
    int64_t start = clock_ms();
    assert_int_equal(ask(*state, sql_sleep, 300, &why), ERR_TIMEOUT);
    assert_true(clock_ms() - start >= 299);
    assert_false(conn_is_open(*state));
    assert_int_equal(conn_socket(*state), -1);
    assert_true(ask_int(*state, sql_pid) != pid);
}

/* client_connection_check_interval: the abandoned query does not run on. */
static void abandoned_query_ends(void **state)
{
    assert_int_equal(ask(*state, "SELECT pg_sleep(601), 'abandoned'", 100, NULL), ERR_TIMEOUT);
    int64_t end = in(PATIENT_MS), left = 1;
    while (left > 0 && clock_ms() < end)
        left = ask_int(*state, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND "
                               "query LIKE '%601), ''abandoned%' AND pid <> pg_backend_pid()");
    assert_int_equal(left, 0);
}

static void passed_deadline_is_refused_at_once(void **state)
{
    assert_int_equal(ask(*state, sql_sleep, -1, NULL), ERR_TIMEOUT);
    ask_int(*state, sql_pid);
}

static void statement_timeout_keeps_the_connection(void **state)
{
    (void)state;
    struct conn *c = conn_new(url(), NULL, 200);
    struct why why = {0};
    assert_int_equal(ask(c, sql_sleep, PATIENT_MS, &why), ERR_TIMEOUT);
    assert_true(conn_is_open(c));
    ask_int(c, sql_pid);
    assert_int_equal(conn_opens(c), 1);
    conn_free(c);
}

static void terminate(int64_t pid)
{
    struct conn *killer = conn_new(url(), NULL, 0);
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)pid);
    struct rows *r = NULL;
    struct param p = {text};
    assert_int_equal(conn_query(killer, "SELECT pg_terminate_backend($1::int, 2000)", &p, 1,
                                in(PATIENT_MS), &r, NULL),
                     ERR_OK);
    rows_free(r);
    conn_free(killer);
}

static void backend_killed_while_idle_costs_no_request(void **state)
{
    for (int i = 0; i < 5; i++) {
        terminate(ask_int(*state, sql_pid));
        ask_int(*state, sql_pid);
    }
}

static void backend_killed_in_a_query_costs_one(void **state)
{
    ask_int(*state, sql_pid);
    assert_int_equal(ask(*state, "SELECT pg_terminate_backend(pg_backend_pid())", PATIENT_MS, NULL),
                     ERR_UNAVAILABLE);
    ask_int(*state, sql_pid);
}

static void lost_transaction_is_not_continued(void **state)
{
    struct why why = {0};
    assert_int_equal(conn_exec(*state, "BEGIN", in(PATIENT_MS), NULL), ERR_OK);
    terminate(ask_int(*state, sql_pid));
    assert_int_equal(ask(*state, sql_pid, PATIENT_MS, &why), ERR_UNAVAILABLE);
    assert_non_null(strstr(why.reason, "transaction"));
    assert_int_equal(ask(*state, sql_pid, PATIENT_MS, NULL), ERR_UNAVAILABLE);
    assert_int_equal(conn_exec(*state, "COMMIT", in(PATIENT_MS), NULL), ERR_UNAVAILABLE);
    assert_int_equal(conn_exec(*state, "ROLLBACK", in(PATIENT_MS), NULL), ERR_OK);
    ask_int(*state, sql_pid);
    assert_int_equal(conn_exec(*state, "BEGIN", in(PATIENT_MS), NULL), ERR_OK);
    assert_int_equal(ask(*state, sql_sleep, 100, NULL), ERR_TIMEOUT);
    assert_int_equal(ask(*state, sql_pid, PATIENT_MS, NULL), ERR_UNAVAILABLE);
    assert_int_equal(conn_exec(*state, "BEGIN", in(PATIENT_MS), NULL), ERR_OK);
    ask_int(*state, sql_pid);
    assert_int_equal(conn_exec(*state, "ROLLBACK", in(PATIENT_MS), NULL), ERR_OK);
}

static void stopped_backend_does_not_hang(void **state)
{
    pid_t pid = (pid_t)ask_int(*state, sql_pid);
    if (kill(pid, SIGSTOP) != 0) {
        fprintf(stderr, "SKIPPED: cannot stop a backend (%s)\n", strerror(errno));
        skip();
    }
    struct why why = {0};
    int64_t start = clock_ms();
    enum err e = ask(*state, sql_pid, 500, &why);
    int64_t waited = clock_ms() - start;
    enum err after = ask(*state, sql_pid, PATIENT_MS, NULL); /* while it stands still */
    kill(pid, SIGCONT);
    assert_int_equal(e, ERR_TIMEOUT);
    assert_true(waited >= 499);
    assert_int_equal(after, ERR_OK);
}

/* By the role's own time for locks, long before the statement's. */
static void lock_held_is_answered_soon(void **state)
{
    assert_int_equal(conn_exec(*state,
                               "BEGIN; LOCK TABLE fluxgrid.revision IN ACCESS EXCLUSIVE MODE",
                               in(PATIENT_MS), NULL),
                     ERR_OK);
    struct conn *server = conn_new(url(), "fluxgrid_server", PATIENT_MS);
    enum err e = ask(server, "SELECT catalog FROM fluxgrid.revision", PATIENT_MS, NULL);
    assert_int_equal(conn_exec(*state, "ROLLBACK", in(PATIENT_MS), NULL), ERR_OK);
    assert_int_equal(e, ERR_UNAVAILABLE);
    assert_true(conn_is_open(server));
    conn_free(server);
}

static void server_role_cannot_write(void **state)
{
    (void)state;
    struct conn *c = conn_new(url(), "fluxgrid_server", 5000);
    struct rows *r = NULL;
    assert_int_equal(conn_query(c, "SELECT current_user::text", NULL, 0, in(PATIENT_MS), &r, NULL),
                     ERR_OK);
    assert_string_equal(rows_text(r, 0, 0), "fluxgrid_server");
    rows_free(r);
    assert_int_equal(ask(c, "UPDATE fluxgrid.revision SET catalog = 0", PATIENT_MS, NULL),
                     ERR_INTERNAL);
    assert_int_equal(
        conn_exec(c,
                  "SET default_transaction_read_only = off; UPDATE fluxgrid.revision SET "
                  "catalog = 0",
                  in(PATIENT_MS), NULL),
        ERR_INTERNAL);
    conn_free(c);
}

/* ---- opening ---------------------------------------------------------------------------- */

static void absent_server_fails_fast_and_backs_off(void **state)
{
    (void)state;
    struct conn *c = conn_new("host=/nonexistent password=sesame", NULL, 0);
    struct why why = {0};
    assert_int_equal(conn_ensure(c, in(PATIENT_MS), &why), ERR_UNAVAILABLE);
    assert_null(strstr(why.reason, "sesame"));
    assert_non_null(strstr(why.reason, "nonexistent"));
    for (int i = 0; i < 1000; i++) {
        struct why again = {0};
        assert_int_equal(conn_ensure(c, in(PATIENT_MS), &again), ERR_UNAVAILABLE);
        assert_string_equal(again.reason, why.reason);
    }
    conn_free(c);
}

static void unparsable_url_does_not_leak(void **state)
{
    (void)state;
    struct conn *c = conn_new("postgres//user:sesame@host/db", NULL, 0);
    struct why why = {0};
    assert_int_equal(conn_ensure(c, in(PATIENT_MS), &why), ERR_UNAVAILABLE);
    assert_null(strstr(why.reason, "sesame"));
    assert_string_equal(why.parameter, "database_url");
    conn_free(c);
}

static void other_schema_version_is_refused(void **state)
{
    char other_url[1024];
    if (conn_exec(*state, "CREATE DATABASE fluxgrid_conn_test TEMPLATE template0", in(PATIENT_MS),
                  NULL)) {
        fprintf(stderr, "SKIPPED: may not create a database\n");
        skip();
    }
    fixture_database_url("fluxgrid_conn_test", other_url);
    struct conn *c = conn_new(other_url, NULL, 0);
    struct why none = {0}, newer = {0};
    enum err e_none = conn_ensure(c, in(PATIENT_MS), &none);
    conn_free(c);
    PGconn *raw = PQconnectdb(other_url);
    PQclear(PQexec(raw, "CREATE SCHEMA fluxgrid; CREATE TABLE fluxgrid.schema_migration (version "
                        "int); INSERT INTO fluxgrid.schema_migration VALUES (1), (999)"));
    PQfinish(raw);
    c = conn_new(other_url, NULL, 0);
    enum err e_newer = conn_ensure(c, in(PATIENT_MS), &newer);
    conn_free(c);
    assert_int_equal(
        conn_exec(*state, "DROP DATABASE fluxgrid_conn_test WITH (FORCE)", in(PATIENT_MS), NULL),
        ERR_OK);
    assert_int_equal(e_none, ERR_UNAVAILABLE);
    assert_non_null(strstr(none.reason, "migrations"));
    assert_int_equal(e_newer, ERR_UNAVAILABLE);
    assert_non_null(strstr(newer.reason, "999"));
    assert_non_null(strstr(newer.reason, "this program needs"));
}

static void notifications_arrive(void **state)
{
    int count = -1;
    assert_int_equal(conn_exec(*state, "LISTEN conn_test", in(PATIENT_MS), NULL), ERR_OK);
    assert_int_equal(conn_notifications(*state, &count, NULL), ERR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(conn_exec(*state, "NOTIFY conn_test, '7'", in(PATIENT_MS), NULL), ERR_OK);
    assert_int_equal(conn_notifications(*state, &count, NULL), ERR_OK);
    assert_int_equal(count, 1);
    terminate(ask_int(*state, sql_pid));
    assert_int_equal(conn_notifications(*state, &count, NULL), ERR_UNAVAILABLE);
    assert_int_equal(conn_notifications(*state, &count, NULL), ERR_UNAVAILABLE);
}

/* ---- COPY ------------------------------------------------------------------------------- */

static struct copy *begin_copy(struct conn *c)
{
    assert_int_equal(conn_exec(c,
                               "CREATE TEMP TABLE IF NOT EXISTS conn_test_copy (a int2, b int4, c "
                               "int8, d float8, e bool, f text, g bytea); TRUNCATE conn_test_copy",
                               in(PATIENT_MS), NULL),
                     ERR_OK);
    struct copy *w = NULL;
    struct why why = {0};
    if (copy_begin(c, "COPY conn_test_copy FROM STDIN (FORMAT binary)", &w, &why))
        fail_msg("%s", why.reason);
    return w;
}

static void write_row(struct copy *w, int64_t i, const char *text, const void *bytes, int len)
{
    copy_row(w, 7);
    copy_int2(w, (int16_t)-i);
    copy_int4(w, (int32_t)i * 2);
    copy_int8(w, i * 3000000000);
    copy_float8(w, (double)i / 2);
    copy_bool(w, i % 2 == 0);
    copy_text(w, text);
    copy_bytes(w, bytes, len);
}

static void copies_many_rows(void **state)
{
    struct copy *w = begin_copy(*state);
    char *big = calloc(1, 700000);
    assert_non_null(big);
    for (int64_t i = 0; i < 20000; i++)
        write_row(w, i, i % 3 ? "\xd0\xaf" : NULL, big, i == 777 ? 700000 : 300);
    int64_t rows = 0;
    struct why why = {0};
    assert_int_equal(copy_end(w, &rows, &why), ERR_OK);
    free(big);
    assert_int_equal(rows, 20000);
    assert_int_equal(ask_int(*state, "SELECT count(*) FROM conn_test_copy WHERE b = -2 * a AND c ="
                                     " -3000000000 * a AND d = a / -2.0 AND e = (a % 2 = 0) AND "
                                     "f IS NOT DISTINCT FROM CASE WHEN a % 3 = 0 THEN NULL ELSE "
                                     "'\xd0\xaf' END"),
                     20000);
    assert_int_equal(ask_int(*state, "SELECT sum(octet_length(g))::int8 FROM conn_test_copy"),
                     19999 * 300 + 700000);
}

static void copies_nothing(void **state)
{
    int64_t rows = -1;
    assert_int_equal(copy_end(begin_copy(*state), &rows, NULL), ERR_OK);
    assert_int_equal(rows, 0);
}

static void copy_errors_come_out_at_the_end(void **state)
{
    struct why why = {0};
    int64_t rows = -1;
    struct copy *w = begin_copy(*state);
    write_row(w, 1, "\xff\xfe", "", 0);
    for (int i = 0; i < 50000; i++)
        write_row(w, i, "later", "", 0);
    assert_int_equal(copy_end(w, &rows, &why), ERR_INPUT);
    assert_non_null(strstr(why.reason, "UTF8"));
    assert_int_equal(rows, -1);

    w = begin_copy(*state);
    copy_row(w, 3);
    copy_int2(w, 1);
    copy_row(w, 3);
    assert_int_equal(copy_end(w, &rows, NULL), ERR_INTERNAL);
    w = begin_copy(*state);
    copy_row(w, 1);
    copy_int2(w, 1);
    copy_int2(w, 1);
    assert_int_equal(copy_end(w, &rows, NULL), ERR_INTERNAL);
    copy_abort(begin_copy(*state));
    copy_abort(NULL);
    assert_int_equal(ask_int(*state, "SELECT count(*) FROM conn_test_copy"), 0);
    assert_int_equal(copy_begin(*state, "COPY no_such_table FROM STDIN (FORMAT binary)", &w, NULL),
                     ERR_INTERNAL);
    assert_int_equal(copy_begin(*state, "SELECT 1", &w, NULL), ERR_UNAVAILABLE);
    ask_int(*state, sql_pid);
}

static void copy_of_a_killed_backend_fails(void **state)
{
    int64_t pid = ask_int(*state, sql_pid);
    struct copy *w = begin_copy(*state);
    write_row(w, 1, "a", "", 0);
    assert_int_equal(ask(*state, sql_pid, PATIENT_MS, NULL), ERR_INTERNAL); /* one at a time */
    terminate(pid);
    for (int i = 0; i < 50000; i++)
        write_row(w, i, "later", "", 0);
    assert_int_equal(copy_end(w, NULL, NULL), ERR_UNAVAILABLE);
    ask_int(*state, sql_pid);
}

int main(void)
{
    if (!url()[0]) {
        fprintf(stderr, "SKIPPED: test_conn_db needs FLUXGRID_TEST_DATABASE_URL\n");
        return 0;
    }
#define WITH_CONN(name) cmocka_unit_test_setup_teardown(name, open_plain, close_plain)
    const struct CMUnitTest tests[] = {
        WITH_CONN(reads_every_type),
        WITH_CONN(wrong_types_are_refused_not_read),
        WITH_CONN(statements_are_prepared_once),
        WITH_CONN(errors_are_sorted_by_sqlstate),
        WITH_CONN(failed_statement_is_not_taken_for_prepared),
        WITH_CONN(deadline_drops_and_next_call_reconnects),
        WITH_CONN(abandoned_query_ends),
        WITH_CONN(passed_deadline_is_refused_at_once),
        cmocka_unit_test(statement_timeout_keeps_the_connection),
        WITH_CONN(backend_killed_while_idle_costs_no_request),
        WITH_CONN(backend_killed_in_a_query_costs_one),
        WITH_CONN(lost_transaction_is_not_continued),
        WITH_CONN(stopped_backend_does_not_hang),
        WITH_CONN(lock_held_is_answered_soon),
        cmocka_unit_test(server_role_cannot_write),
        cmocka_unit_test(absent_server_fails_fast_and_backs_off),
        cmocka_unit_test(unparsable_url_does_not_leak),
        WITH_CONN(other_schema_version_is_refused),
        WITH_CONN(notifications_arrive),
        WITH_CONN(copies_many_rows),
        WITH_CONN(copies_nothing),
        WITH_CONN(copy_errors_come_out_at_the_end),
        WITH_CONN(copy_of_a_killed_backend_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
