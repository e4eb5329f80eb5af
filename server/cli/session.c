#include "cli/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

bool session_take_release(struct arguments *a, const char *command, struct release_name *out)
{
    const char *word = arguments_word(a);
    const char *at = word != NULL ? strchr(word, '@') : NULL;
    if (at == NULL || at == word || at[1] == '\0' || (size_t)(at - word) >= sizeof out->slug) {
        fprintf(stderr,
                "fluxgrid %s: name a release as SLUG@VERSION; 'fluxgrid releases' lists them\n",
                command);
        return false;
    }
    *out = (struct release_name){.version = at + 1, .text = word};
    memcpy(out->slug, word, (size_t)(at - word));
    return true;
}

bool session_open(struct session *s, struct arguments *a)
{
    s->db = NULL;
    if (!arguments_settings(a, &s->settings)) {
        return false;
    }
    log_set_level(LOG_ERROR); /* the command itself says what went wrong, once */
    s->db = conn_new(s->settings.database_url, "fluxgrid_import", 0);
    if (s->db == NULL) {
        fputs("fluxgrid: there is not enough memory\n", stderr);
    }
    return s->db != NULL;
}

void session_close(struct session *s)
{
    conn_free(s->db);
    s->db = NULL;
}

enum err session_ask(struct session *s, const char *sql, const struct param *params, int count,
                     struct rows **out, struct why *why)
{
    return conn_query(s->db, sql, params, count, clock_ms() + SESSION_TIMEOUT_MS, out, why);
}

enum err session_find(struct session *s, const struct release_name *name, char out[24],
                      struct why *why)
{
    const struct param p[] = {{name->slug}, {name->version}};
    struct rows *rows = NULL;
    enum err e =
        session_ask(s, "SELECT id FROM release WHERE slug = $1 AND version = $2", p, 2, &rows, why);
    if (e == ERR_OK && rows_count(rows) == 0) {
        e = why_set(why, ERR_NOT_FOUND, NULL,
                    "%.160s: is no release that is known; 'fluxgrid releases' lists them",
                    name->text);
    }
    if (e == ERR_OK) {
        snprintf(out, 24, "%" PRId64, rows_int(rows, 0, 0));
    }
    rows_free(rows);
    return e;
}
