/* The changelog of a release into the database, and how the release differs from the one before. */
#include <stdio.h>
#include <string.h>

#include "cli/import/load/load_internal.h"

#define SUMMARY_ROWS "20" /* of the differences that the report shows */

static const char unknown_sectors_sql[] =
    "SELECT coalesce(string_agg(code, E'\\n'), '') FROM "
    "unnest(string_to_array($1, E'\\n')) AS code WHERE NOT EXISTS "
    "(SELECT FROM sector s WHERE s.code = code.code)";
static const char put_change_sql[] =
    "INSERT INTO release_change (release, sort, reason, text_en, text_ru, text_uz, text_ko, "
    "sectors) VALUES ($1, $2, $3, $4, $5, $6, $7, "
    "coalesce(string_to_array(nullif($8, ''), E'\\n'), '{}')) RETURNING 1";

/* The sectors one a line; NULL when the arena is full. */
static const char *lines_of(struct load *l, const char **texts)
{
    const char *lines = "";
    for (int i = 0; texts != NULL && texts[i] != NULL && lines != NULL; i++) {
        lines = arena_printf(l->arena, "%s%s%s", lines, i > 0 ? "\n" : "", texts[i]);
    }
    return lines;
}

static enum err check_sectors(struct load *l, const struct manifest_change *change,
                              const char *lines, struct why *why)
{
    const char *unknown = "";
    const struct param p = {lines};
    enum err e =
        lines[0] != '\0' ? load_text(l, unknown_sectors_sql, &p, 1, &unknown, why) : ERR_OK;
    if (e == ERR_OK && unknown[0] != '\0') {
        size_t len = strcspn(unknown, "\n");
        const char *column = arena_printf(l->arena, "%s.sectors", change->at);
        const char *first = arena_strndup(l->arena, unknown, len);
        issues_add(l->issues, (struct place){.file = l->m->name, .column = column, .value = first},
                   "is no sector that is known; use a code that /v1/sectors lists");
    }
    return e;
}

static enum err put_change(struct load *l, int index, struct why *why)
{
    const struct manifest_change *c = &l->m->release.changes[index];
    const char *lines = lines_of(l, c->sectors);
    if (lines == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = check_sectors(l, c, lines, why);
    if (e == ERR_OK) {
        e = issues_verdict(l->issues, why);
    }
    const struct param p[] = {{load_id(l, l->release_id)},
                              {load_id(l, index + 1)},
                              {c->reason},
                              {c->text[LANG_EN]},
                              {c->text[LANG_RU]},
                              {c->text[LANG_UZ]},
                              {c->text[LANG_KO]},
                              {lines}};
    int64_t done;
    return e == ERR_OK ? load_int(l, put_change_sql, p, 8, &done, why) : e;
}

static void warn(struct load *l, const char *text)
{
    struct report *r = l->report;
    if (text != NULL && r->warning_count < REPORT_WARNINGS_MAX) {
        r->warnings[r->warning_count++] = text;
    }
}

/* Shown beneath what is the latest already: right for a correction of an older line, and a surprise
 * otherwise. */
static enum err warn_of_higher(struct load *l, struct why *why)
{
    const char *higher;
    const struct param p = {load_id(l, l->release_id)};
    enum err e =
        load_text(l,
                  "SELECT h.version FROM release r JOIN release h ON h.slug = r.slug AND h.state = "
                  "'published' WHERE r.id = $1 AND string_to_array(h.version, '.')::bigint[] > "
                  "string_to_array(r.version, '.')::bigint[] ORDER BY string_to_array(h.version, "
                  "'.')::bigint[] DESC LIMIT 1",
                  &p, 1, &higher, why);
    if (e == ERR_OK && higher[0] != '\0') {
        warn(l, arena_printf(l->arena,
                             "version %s is published and stays the latest; %s is shown at its own "
                             "address only",
                             higher, l->m->release.version));
    }
    return e;
}

static enum err compare(struct load *l, struct why *why)
{
    const char *former;
    const struct param p = {load_id(l, l->release_id)};
    enum err e = load_text(l, "SELECT coalesce(release_former($1)::text, '')", &p, 1, &former, why);
    if (e != ERR_OK || former[0] == '\0') {
        return e;
    }
    if (l->m->release.change_count == 0) {
        warn(l, "this is not the first version and release.changes says nothing of what changed; "
                "add reasons to it");
    }
    const struct param q[] = {{former}, {load_id(l, l->release_id)}};
    return load_text(l, "SELECT release_diff_report($1, $2, at_most => " SUMMARY_ROWS ")::text", q,
                     2, &l->report->diff, why);
}

enum err load_changes(struct load *l, struct why *why)
{
    enum err e = ERR_OK;
    for (int i = 0; e == ERR_OK && i < l->m->release.change_count; i++) {
        e = put_change(l, i, why);
    }
    if (e == ERR_OK) {
        e = warn_of_higher(l, why);
    }
    return e == ERR_OK ? compare(l, why) : e;
}
