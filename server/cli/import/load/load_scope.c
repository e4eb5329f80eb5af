/* The countries a release is about: districts, points and "outside" are counted within them only,
 * so that two countries in one database do not touch each other's numbers. */
#include <string.h>

#include "cli/import/load/load_internal.h"

static const char scope_default_sql[] =
    "SELECT coalesce(array_agg(code ORDER BY code COLLATE \"C\"), '{}')::text FROM stage_area "
    "WHERE level = 0";
static const char scope_given_sql[] =
    "SELECT array_agg(DISTINCT code COLLATE \"C\")::text FROM string_to_array($1, E'\\n') AS a, "
    "unnest(a) AS code";

static enum err check_country(struct load *l, const char *code, struct why *why)
{
    const struct param p = {code};
    int64_t is_known = 0;
    enum err e = load_int(l, "SELECT count(*) FROM district WHERE code = $1 AND level = 0", &p, 1,
                          &is_known, why);
    if (e == ERR_OK && is_known == 0) {
        issues_add(l->issues,
                   (struct place){.file = l->m->name, .column = "release.countries", .value = code},
                   "is no country (district of level 0) that is known; import its districts first, "
                   "or with this release");
    }
    return e;
}

enum err load_scope(struct load *l, struct why *why)
{
    const char **given = l->m->release.countries;
    if (given == NULL || given[0] == NULL) {
        return load_text(l, scope_default_sql, NULL, 0, &l->countries, why);
    }
    const char *lines = "";
    for (int i = 0; given[i] != NULL; i++) {
        enum err e = check_country(l, given[i], why);
        lines = lines != NULL ? arena_printf(l->arena, "%s%s%s", lines, i > 0 ? "\n" : "", given[i])
                              : NULL;
        if (e != ERR_OK || lines == NULL) {
            return e != ERR_OK ? e : ERR_NO_MEMORY;
        }
    }
    enum err e = issues_verdict(l->issues, why);
    const struct param p = {lines};
    return e == ERR_OK ? load_text(l, scope_given_sql, &p, 1, &l->countries, why) : e;
}
