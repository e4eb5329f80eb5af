/* publish, withdraw, releases, audit: an operator's few words with the database. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "store/conn.h"

#define COMMAND_TIMEOUT_MS 600000

/* Runs one statement with an optional "slug@version" as its two parameters. */
static int ask(const char *name, int argc, char *argv[], const char *role, bool needs_release,
               const char *sql, int (*show)(const struct rows *rows))
{
    struct arguments a = {argc, argv};
    const char *word = needs_release ? arguments_word(&a) : NULL;
    const char *at = word != NULL ? strchr(word, '@') : NULL;
    char slug[64] = "";
    if (needs_release && (at == NULL || (size_t)(at - word) >= sizeof slug)) {
        fprintf(stderr,
                "fluxgrid %s: name a release as SLUG@VERSION; 'fluxgrid releases' lists them\n",
                name);
        return 2;
    }
    struct settings settings;
    if (!arguments_settings(&a, &settings)) {
        return 2;
    }
    if (at != NULL) {
        memcpy(slug, word, (size_t)(at - word));
    }
    struct why why = {0};
    struct conn *c = conn_new(settings.database_url, role, 0);
    const struct param params[] = {{slug}, {at != NULL ? at + 1 : ""}};
    struct rows *rows = NULL;
    enum err e = c == NULL ? ERR_NO_MEMORY
                           : conn_query(c, sql, params, needs_release ? 2 : 0,
                                        clock_ms() + COMMAND_TIMEOUT_MS, &rows, &why);
    int status = e == ERR_OK ? show(rows) : arguments_fail(e, &why);
    rows_free(rows);
    conn_free(c);
    return status;
}

static int show_change(const struct rows *rows)
{
    if (rows_count(rows) == 0) {
        fputs("fluxgrid: there is no such release; 'fluxgrid releases' lists them\n", stderr);
        return 2;
    }
    printf("done; catalog revision %" PRId64 "\n", rows_int(rows, 0, 0));
    return 0;
}

static int show_releases(const struct rows *rows)
{
    for (int i = 0; i < rows_count(rows); i++) {
        printf("%s@%s\t%s\t%s\t%s\n", rows_text(rows, i, 0), rows_text(rows, i, 1),
               rows_text(rows, i, 2), rows_text(rows, i, 3), rows_text(rows, i, 4));
    }
    return 0;
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

int command_publish(int argc, char *argv[])
{
    return ask("publish", argc, argv, "fluxgrid_import", true,
               "SELECT release_publish(id) FROM release WHERE slug = $1 AND version = $2",
               show_change);
}

int command_withdraw(int argc, char *argv[])
{
    return ask("withdraw", argc, argv, "fluxgrid_import", true,
               "SELECT release_withdraw(id) FROM release WHERE slug = $1 AND version = $2",
               show_change);
}

int command_releases(int argc, char *argv[])
{
    return ask("releases", argc, argv, "fluxgrid_import", false,
               "SELECT slug, version, state, coalesce(published::text, '-'), title_en FROM release "
               "ORDER BY slug, id",
               show_releases);
}

int command_audit(int argc, char *argv[])
{
    return ask("audit", argc, argv, "fluxgrid_import", true,
               "SELECT a.\"check\", a.subject, a.expected, a.actual, a.relative, a.ok FROM release "
               "r, audit(r.id) a "
               "WHERE r.slug = $1 AND r.version = $2",
               show_audit);
}
