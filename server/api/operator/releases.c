/* releases.c - /operator/releases: the list with drafts, and publish, withdraw, discard, rollback.
 */
#include <string.h>

#include "api/operator/endpoints.h"
#include "store/release_acts.h"

static const char *const no_fields[] = {NULL};
static const char *const reason_field[] = {"reason", NULL};
static const char *const rollback_fields[] = {"reason", "to", NULL};

/* PostgreSQL's rules refuse what the release's state does not allow: the request itself is well. */
static enum err as_conflict(enum err e, struct why *why)
{
    if (e == ERR_INPUT) {
        why->code = ERR_CONFLICT;
        return ERR_CONFLICT;
    }
    return e;
}

static void put_latest(struct doc *d, const struct act *a, const struct rows *rows)
{
    if (rows_is_null(rows, 0, 1)) {
        doc_null(d, d->root, "latest");
    } else {
        doc_put(d, d->root, "latest", json_sprintf("%s@%s", a->slug, rows_text(rows, 0, 1)));
    }
}

static enum err tell_state(struct act *a, struct http_worker *worker, struct doc *d,
                           struct why *why)
{
    struct rows *rows = NULL;
    enum err e = release_state_read(a->db, a->slug, a->version, worker->deadline_ms, &rows, why);
    if (e == ERR_OK) {
        doc_put(d, d->root, "release", json_sprintf("%s@%s", a->slug, a->version));
        bool is_there = rows_count(rows) == 1;
        doc_text(d, d->root, "state", is_there ? rows_text(rows, 0, 0) : "discarded");
        if (is_there) {
            put_latest(d, a, rows);
        }
    }
    rows_free(rows);
    return e;
}

static enum err change(struct act *a, enum release_act what, struct http_worker *worker,
                       struct doc *d, struct why *why)
{
    int64_t fields = 0;
    enum err e =
        release_act(a->db, what, a->slug, a->version, a->reason, worker->deadline_ms, &fields, why);
    if (e == ERR_OK && what == RELEASE_DISCARD) {
        doc_int(d, d->root, "fields", fields);
    }
    return e == ERR_OK ? tell_state(a, worker, d, why) : as_conflict(e, why);
}

static enum err publish(struct act *a, struct http_worker *w, struct doc *d, struct why *why)
{
    return change(a, RELEASE_PUBLISH, w, d, why);
}

static enum err withdraw(struct act *a, struct http_worker *w, struct doc *d, struct why *why)
{
    return change(a, RELEASE_WITHDRAW, w, d, why);
}

static enum err discard(struct act *a, struct http_worker *w, struct doc *d, struct why *why)
{
    return change(a, RELEASE_DISCARD, w, d, why);
}

static enum err roll_back(struct act *a, struct http_worker *worker, struct doc *d, struct why *why)
{
    struct rows *rows = NULL;
    enum err e =
        release_rollback(a->db, a->slug, a->to, a->reason, worker->deadline_ms, &rows, why);
    if (e == ERR_OK) {
        doc_text(d, d->root, "latest", rows_text(rows, 0, 0));
        if (rows_is_null(rows, 0, 1)) {
            doc_null(d, d->root, "withdrawn");
        } else {
            doc_text(d, d->root, "withdrawn", rows_text(rows, 0, 1));
        }
    }
    rows_free(rows);
    return as_conflict(e, why);
}

static void put_text(struct doc *d, json_t *row, const char *key, const struct rows *rows, int i,
                     int column)
{
    if (rows_is_null(rows, i, column)) {
        doc_null(d, row, key);
    } else {
        doc_text(d, row, key, rows_text(rows, i, column));
    }
}

static enum err list(struct act *a, struct http_worker *worker, struct doc *d, struct why *why)
{
    static const char *const keys[] = {"state",     "title",     "loaded",
                                       "published", "withdrawn", "reason"};
    struct rows *rows = NULL;
    enum err e = release_list_read(a->db, worker->deadline_ms, &rows, why);
    json_t *releases = doc_array(d, d->root, "releases");
    for (int i = 0; e == ERR_OK && i < rows_count(rows); i++) {
        json_t *row = doc_object(d, releases, NULL);
        doc_put(d, row, "id", json_sprintf("%s@%s", rows_text(rows, i, 0), rows_text(rows, i, 1)));
        for (int k = 0; k < (int)(sizeof keys / sizeof keys[0]); k++) {
            put_text(d, row, keys[k], rows, i, k + 2);
        }
    }
    rows_free(rows);
    return e;
}

enum err operator_list_plan(const struct http_request *r, const struct http_state *s,
                            struct http_plan *out, struct why *why)
{
    static const struct act kind = {.word = "list", .run = list, .has_database = true};
    return act_plan(r, s, &kind, NULL, "", out, why);
}

/* The subject of the three that are about one version. */
static enum err plan_one(const struct http_request *r, const struct http_state *s,
                         const struct act *kind, const char *const *fields, struct http_plan *out,
                         struct why *why)
{
    const char *release = r->segments[0], *at = strchr(release, '@');
    if (at == NULL || at == release || at[1] == '\0') {
        (void)why_set(why, ERR_INPUT, "release", "an act is about one version");
        why_allow(why, "SLUG@VERSION, such as uzbekistan@1.0.0");
        return ERR_INPUT;
    }
    return act_plan(r, s, kind, fields, release, out, why);
}

enum err operator_publish_plan(const struct http_request *r, const struct http_state *s,
                               struct http_plan *out, struct why *why)
{
    static const struct act kind = {.word = "publish", .run = publish, .has_database = true};
    return plan_one(r, s, &kind, no_fields, out, why);
}

enum err operator_withdraw_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    static const struct act kind = {.word = "withdraw", .run = withdraw, .has_database = true};
    return plan_one(r, s, &kind, reason_field, out, why);
}

enum err operator_discard_plan(const struct http_request *r, const struct http_state *s,
                               struct http_plan *out, struct why *why)
{
    static const struct act kind = {.word = "discard", .run = discard, .has_database = true};
    return plan_one(r, s, &kind, no_fields, out, why);
}

enum err operator_rollback_plan(const struct http_request *r, const struct http_state *s,
                                struct http_plan *out, struct why *why)
{
    static const struct act kind = {.word = "rollback", .run = roll_back, .has_database = true};
    if (strchr(r->segments[0], '@') != NULL) {
        (void)why_set(why, ERR_INPUT, "release", "a rollback is about an inventory, not a version");
        why_allow(why, "SLUG, such as uzbekistan; the version to go back to is \"to\"");
        return ERR_INPUT;
    }
    return act_plan(r, s, &kind, rollback_fields, r->segments[0], out, why);
}
