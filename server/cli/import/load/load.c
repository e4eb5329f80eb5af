#include "cli/import/load/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/import/load/load_features.h"
#include "cli/import/load/load_shares.h"

enum err load_int(struct load *l, const char *sql, const struct param *params, int n, int64_t *out,
                  struct why *why)
{
    struct rows *rows;
    enum err e = conn_query(l->db, sql, params, n, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    if (rows_count(rows) == 1) {
        *out = rows_int(rows, 0, 0);
    } else {
        e = why_set(why, ERR_INTERNAL, NULL, "the database answered %d rows where one was due",
                    rows_count(rows));
    }
    rows_free(rows);
    return e;
}

enum err load_text(struct load *l, const char *sql, const struct param *params, int n,
                   const char **out, struct why *why)
{
    struct rows *rows;
    enum err e = conn_query(l->db, sql, params, n, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    const char *text = rows_count(rows) > 0 ? rows_text(rows, 0, 0) : "";
    *out = arena_strndup(l->arena, text, strlen(text));
    rows_free(rows);
    return *out != NULL ? ERR_OK : ERR_NO_MEMORY;
}

const char *load_number(struct load *l, double value)
{
    const char *text = arena_printf(l->arena, "%.17g", value);
    return text != NULL ? text : "";
}

const char *load_id(struct load *l, int64_t id)
{
    const char *text = arena_printf(l->arena, "%lld", (long long)id);
    return text != NULL ? text : "";
}

/* A killed import's session holds the lock until its backend notices, within 100 ms (SQL_SESSION);
 * who comes while one runs is to be told within a second. */
#define LOCK_WAIT_MS 300

/* Another import's lock, in words for a person; other faults pass through. */
static enum err begin(struct load *l, struct why *why)
{
    enum err e = conn_exec(l->db, "BEGIN", CONN_NO_DEADLINE, why);
    if (e != ERR_OK) {
        return e;
    }
    int64_t is_free = 0;
    int64_t end_ms = clock_ms() + LOCK_WAIT_MS;
    while (e == ERR_OK && is_free == 0) {
        e = load_int(l, "SELECT pg_try_advisory_xact_lock(7305803, 2)::integer", NULL, 0, &is_free,
                     why);
        if (is_free != 0 || clock_ms() >= end_ms) {
            break;
        }
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    if (e == ERR_OK && is_free == 0) {
        return why_set(why, ERR_CONFLICT, NULL, "another import is running; wait for it to end");
    }
    return e == ERR_OK ? conn_exec(l->db, "SELECT import_begin()", CONN_NO_DEADLINE, why) : e;
}

/* A version never changes once it was shown; a draft may make way for another. */
static enum err other_content(const struct load *l, const char *there, const char *sha256,
                              struct why *why)
{
    const struct manifest_release *r = &l->m->release;
    bool is_draft = strcmp(l->report->known_state, "draft") == 0;
    const char *discard = arena_printf(
        l->arena, ", or delete the draft with: fluxgrid discard %s@%s", r->slug, r->version);
    return why_set(why, ERR_CONFLICT, "release.version",
                   "release.version: %s@%s exists with other content (sha256 %.12s..., this is "
                   "%.12s...) and a version never changes; raise release.version%s",
                   r->slug, r->version, there, sha256, is_draft && discard != NULL ? discard : "");
}

/* Is this version there? The same content is no work; other content is refused. */
static enum err look_for_version(struct load *l, const char *sha256, struct why *why)
{
    const struct manifest_release *r = &l->m->release;
    const struct param p[] = {{r->slug}, {r->version}};
    const char *there;
    enum err e = load_text(l, "SELECT sha256 FROM release WHERE slug = $1 AND version = $2", p, 2,
                           &there, why);
    if (e != ERR_OK || there[0] == '\0') {
        return e;
    }
    e = load_text(l, "SELECT state FROM release WHERE slug = $1 AND version = $2", p, 2,
                  &l->report->known_state, why);
    if (e == ERR_OK && strcmp(there, sha256) != 0) {
        return other_content(l, there, sha256, why);
    }
    l->report->is_known = e == ERR_OK;
    return e;
}

static enum err put_release(struct load *l, const char *sha256, struct why *why)
{
    const struct manifest_release *r = &l->m->release;
    const struct param p[] = {{r->slug},
                              {r->version},
                              {r->title[LANG_EN]},
                              {r->title[LANG_RU]},
                              {r->title[LANG_UZ]},
                              {r->title[LANG_KO]},
                              {r->warning[LANG_EN]},
                              {r->warning[LANG_RU]},
                              {r->warning[LANG_UZ]},
                              {r->warning[LANG_KO]},
                              {r->publisher},
                              {r->licence},
                              {r->attribution},
                              {r->citation},
                              {r->method},
                              {sha256},
                              {l->countries}};
    return load_int(
        l,
        "INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, warning_en, "
        "warning_ru, "
        "warning_uz, warning_ko, publisher, licence, attribution, citation, method, sha256, "
        "countries) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
        "$17::text[]) RETURNING id",
        p, 17, &l->release_id, why);
}

static enum err finish(struct load *l, struct why *why)
{
    l->report->is_dry_run = l->options->is_dry_run;
    l->report->is_published = l->options->is_publish && !l->options->is_dry_run;
    struct buf json;
    buf_init(&json, REPORT_MAX_BYTES);
    enum err e = report_json(l->report, &json);
    const struct param p[] = {{load_id(l, l->release_id)}, {json.data}};
    int64_t done;
    if (e == ERR_OK) {
        e = load_int(l, "UPDATE release SET report = $2::jsonb WHERE id = $1 RETURNING 1", p, 2,
                     &done, why);
    }
    buf_fini(&json);
    if (e == ERR_OK && l->options->is_publish) {
        e = load_int(l, "SELECT release_publish($1)", p, 1, &done, why);
    }
    return e;
}

static enum err load_all(struct load *l, const char *sha256, struct why *why)
{
    enum err e = load_districts(l, why);
    if (e == ERR_OK) {
        e = load_scope(l, why);
    }
    if (e == ERR_OK) {
        e = load_points_stage(l, why);
    }
    if (e == ERR_OK) {
        e = load_plan(l, why);
    }
    if (e == ERR_OK) {
        e = load_check_codes(l, why);
    }
    if (e == ERR_OK) {
        e = load_fields(l, why);
    }
    if (e == ERR_OK) {
        e = load_fallbacks(l, why);
    }
    if (e == ERR_OK) {
        e = plan_months(l->plan, l->t, l->arena, &l->report->hybrid, why);
    }
    if (e == ERR_OK) {
        e = plan_merge(l->plan, l->arena, why);
    }
    if (e == ERR_OK) {
        e = put_release(l, sha256, why);
    }
    if (e == ERR_OK) {
        e = load_check_slices(l, why);
    }
    if (e == ERR_OK) {
        e = load_slices(l, why);
    }
    if (e == ERR_OK) {
        e = load_balance(l, why);
    }
    if (e == ERR_OK) {
        e = load_check_outside(l, why);
    }
    if (e == ERR_OK) {
        e = load_crosswalk(l, why);
    }
    if (e == ERR_OK) {
        e = load_changes(l, why);
    }
    return e == ERR_OK ? finish(l, why) : e;
}

/* Commits only what is whole; a failed COMMIT is a failed import. */
static enum err end(struct load *l, enum err e, struct why *why)
{
    bool is_kept = e == ERR_OK && !l->report->is_known && !l->options->is_dry_run;
    struct why ignored = {0};
    enum err ended = conn_exec(l->db, is_kept ? "COMMIT" : "ROLLBACK", CONN_NO_DEADLINE,
                               is_kept ? why : &ignored);
    return is_kept ? ended : e;
}

/* A manifest that only brings districts or statistics: what is there already stays as it is. */
static enum err load_boundaries(struct load *l, struct why *why)
{
    enum err e = load_districts(l, why);
    const struct param report = {l->report->districts};
    int64_t changed = 0;
    if (e == ERR_OK) {
        e = load_int(l,
                     "SELECT ($1::jsonb->>'changed')::bigint + "
                     "($1::jsonb->>'statistics_changed')::bigint",
                     &report, 1, &changed, why);
    }
    l->report->is_dry_run = l->options->is_dry_run;
    l->report->is_known = e == ERR_OK && changed == 0;
    return e;
}

static enum err load_any(struct load *l, const char *sha256, struct why *why)
{
    if (l->m->is_boundaries) {
        return load_boundaries(l, why);
    }
    enum err e = look_for_version(l, sha256, why);
    return e == ERR_OK && !l->report->is_known ? load_all(l, sha256, why) : e;
}

enum err load_release(const struct manifest *m, const struct tables *t, const char *release_sha256,
                      const struct load_options *options, struct progress *progress,
                      struct arena *arena, struct issues *issues, struct report *report,
                      struct why *why)
{
    struct plan plan = {0};
    struct load l = {.m = m,
                     .t = t,
                     .plan = &plan,
                     .options = options,
                     .progress = progress,
                     .arena = arena,
                     .issues = issues,
                     .report = report,
                     .countries = "{}"};
    report->is_boundaries = m->is_boundaries;
    report->slug = m->release.slug;
    report->version = m->release.version;
    report->sha256 = release_sha256;
    l.db = conn_new(options->database_url, "fluxgrid_import", 0);
    if (l.db == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = begin(&l, why);
    progress->db = e == ERR_OK ? l.db : NULL;
    if (e == ERR_OK) {
        e = load_any(&l, release_sha256, why);
    }
    e = end(&l, e, why);
    progress->db = NULL;
    load_shares_forget(&l);
    load_features_free(l.features);
    conn_free(l.db);
    return e;
}
