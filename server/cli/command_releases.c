/* releases, audit: what is in the database, and whether it adds up. */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/session.h"

#define RELEASES_SQL                                                                               \
    "SELECT slug || '@' || version, state, coalesce(to_char(published AT TIME ZONE 'UTC', "        \
    "'YYYY-MM-DD HH24:MI'), '-'), title, CASE state WHEN 'superseded' THEN 'superseded by ' || "   \
    "superseded_by WHEN 'withdrawn' THEN 'withdrawn ' || to_char(withdrawn AT TIME ZONE 'UTC', "   \
    "'YYYY-MM-DD HH24:MI') || coalesce(': ' || nullif(reason, ''), '') WHEN 'draft' THEN "         \
    "'loaded ' || to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') ELSE '' END, "         \
    "slug, version FROM release_list() WHERE $1 IN ('', slug)"

#define CHANGES_SQL                                                                                \
    "SELECT c.reason || ' (' || coalesce(nullif(array_to_string(c.sectors, ', '), ''), 'all "      \
    "sectors') || '): ' || c.text_en FROM release_change c JOIN release r ON r.id = c.release "    \
    "WHERE r.slug = $1 AND r.version = $2 ORDER BY c.sort"

#define HISTORY_SQL                                                                                \
    "SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' ' || slug || '@' || "     \
    "version || ' ' || event || ' by ' || actor || coalesce(': ' || nullif(reason, ''), '') "      \
    "FROM release_event WHERE $1 IN ('', slug) ORDER BY id"

/* One text a line. */
static enum err print_lines(struct session *s, const char *sql, const struct param *p, int count,
                            const char *indent, struct why *why)
{
    struct rows *rows = NULL;
    enum err e = session_ask(s, sql, p, count, &rows, why);
    for (int i = 0; e == ERR_OK && i < rows_count(rows); i++) {
        printf("%s%s\n", indent, rows_text(rows, i, 0));
    }
    rows_free(rows);
    return e;
}

static enum err print_releases(struct session *s, const char *slug, bool with_changes,
                               struct why *why)
{
    struct rows *rows = NULL;
    const struct param p = {slug};
    enum err e = session_ask(s, RELEASES_SQL, &p, 1, &rows, why);
    for (int i = 0; e == ERR_OK && i < rows_count(rows); i++) {
        printf("%s\t%s\t%s\t%s\t%s\n", rows_text(rows, i, 0), rows_text(rows, i, 1),
               rows_text(rows, i, 2), rows_text(rows, i, 3), rows_text(rows, i, 4));
        const struct param of[] = {{rows_text(rows, i, 5)}, {rows_text(rows, i, 6)}};
        e = with_changes ? print_lines(s, CHANGES_SQL, of, 2, "\t", why) : e;
    }
    if (e == ERR_OK && rows_count(rows) == 0 && slug[0] != '\0') {
        e = why_set(why, ERR_NOT_FOUND, NULL,
                    "%.80s: is no inventory that is known; 'fluxgrid releases' lists them", slug);
    }
    rows_free(rows);
    return e;
}

int command_releases(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    bool with_changes = arguments_flag(&a, "--changes");
    bool is_history = arguments_flag(&a, "--history");
    const char *slug = arguments_word(&a);
    struct session s = {0};
    if (!session_open(&s, &a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    const struct param p = {slug != NULL ? slug : ""};
    enum err e = is_history ? print_lines(&s, HISTORY_SQL, &p, 1, "", &why)
                            : print_releases(&s, p.text, with_changes, &why);
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}

static int show_audit(const struct rows *rows)
{
    int failed = 0;
    for (int i = 0; i < rows_count(rows); i++) {
        bool is_ok = rows_bool(rows, i, 5);
        failed += !is_ok;
        printf("%s\t%s\t%s\texpected %.12g\tfound %.12g\trelative %.2g\n", is_ok ? "ok" : "FAILED",
               rows_text(rows, i, 0), rows_text(rows, i, 1), rows_double(rows, i, 2),
               rows_double(rows, i, 3), rows_double(rows, i, 4));
    }
    printf("%d checks, %d failed\n", rows_count(rows), failed);
    return rows_count(rows) == 0 || failed > 0 ? 1 : 0;
}

int command_audit(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct release_name name;
    struct session s = {0};
    if (!session_take_release(&a, "audit", &name) || !session_open(&s, &a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    char id[24];
    struct rows *rows = NULL;
    enum err e = session_find(&s, &name, id, &why);
    const struct param p = {id};
    if (e == ERR_OK) {
        e = session_ask(&s,
                        "SELECT a.\"check\", a.subject, a.expected, a.actual, a.relative, a.ok "
                        "FROM audit($1) a",
                        &p, 1, &rows, &why);
    }
    int status = e == ERR_OK ? show_audit(rows) : arguments_fail(e, &why);
    rows_free(rows);
    session_close(&s);
    return status;
}
