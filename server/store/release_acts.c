#include "store/release_acts.h"

#include <inttypes.h>
#include <stdio.h>

#define ISO(column) "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

enum err release_act_as(struct conn *db, const char *actor, int64_t deadline_ms, struct why *why)
{
    const struct param p = {actor};
    struct rows *rows = NULL;
    enum err e = conn_query(db, "SELECT set_config('fluxgrid.actor', $1, false)", &p, 1,
                            deadline_ms, &rows, why);
    rows_free(rows);
    return e;
}

/* The id of a release as text. */
static enum err find(struct conn *db, const char *slug, const char *version, int64_t deadline_ms,
                     char out[24], struct why *why)
{
    const struct param p[] = {{slug}, {version}};
    struct rows *rows = NULL;
    enum err e = conn_query(db, "SELECT id FROM release WHERE slug = $1 AND version = $2", p, 2,
                            deadline_ms, &rows, why);
    if (e == ERR_OK && rows_count(rows) == 0) {
        e = why_set(why, ERR_NOT_FOUND, NULL,
                    "%.80s@%.80s: is no release that is known; 'fluxgrid releases' lists them",
                    slug, version);
    }
    if (e == ERR_OK) {
        (void)snprintf(out, 24, "%" PRId64, rows_int(rows, 0, 0));
    }
    rows_free(rows);
    return e;
}

enum err release_act(struct conn *db, enum release_act act, const char *slug, const char *version,
                     const char *reason, int64_t deadline_ms, int64_t *fields, struct why *why)
{
    static const char *const statements[] = {
        [RELEASE_PUBLISH] = "SELECT release_publish($1)",
        [RELEASE_WITHDRAW] = "SELECT release_withdraw($1, $2)",
        [RELEASE_DISCARD] = "SELECT release_discard($1)",
    };
    char id[24];
    struct rows *rows = NULL;
    enum err e = find(db, slug, version, deadline_ms, id, why);
    if (e != ERR_OK) {
        return e;
    }
    const struct param p[] = {{id}, {reason}};
    e = conn_query(db, statements[act], p, act == RELEASE_WITHDRAW ? 2 : 1, deadline_ms, &rows,
                   why);
    *fields = e == ERR_OK && act == RELEASE_DISCARD ? rows_int(rows, 0, 0) : 0;
    rows_free(rows);
    return e;
}

enum err release_state_read(struct conn *db, const char *slug, const char *version,
                            int64_t deadline_ms, struct rows **out, struct why *why)
{
    const struct param p[] = {{slug}, {version}};
    return conn_query(db,
                      "SELECT l.state, (SELECT h.version FROM release_list() h WHERE "
                      "h.slug = l.slug AND h.state = 'published') FROM release_list() l "
                      "WHERE l.slug = $1 AND l.version = $2",
                      p, 2, deadline_ms, out, why);
}

enum err release_rollback(struct conn *db, const char *slug, const char *to, const char *reason,
                          int64_t deadline_ms, struct rows **out, struct why *why)
{
    const struct param p[] = {{slug}, {to}, {reason}};
    return conn_query(db, "SELECT latest, withdrawn FROM release_rollback($1, $2, $3)", p, 3,
                      deadline_ms, out, why);
}

enum err release_list_read(struct conn *db, int64_t deadline_ms, struct rows **out, struct why *why)
{
    return conn_query(db,
                      "SELECT slug, version, state, title, " ISO("created") ", " ISO(
                          "published") ", " ISO("withdrawn") ", reason FROM release_list()",
                      NULL, 0, deadline_ms, out, why);
}
