/* The entries of the parameter table for what a comparison compares with, and for what a poller
 * has seen. The other side's release is read before all parameters: they are read against it. */
#include <string.h>

#include "api/params_internal.h"
#include "api/values.h"
#include "inventory/scope.h"

#define CODE_MAX_BYTES 64

enum err param_read_since(struct params *p, const char *text, struct why *why)
{
    return history_cursor_read(p->catalog, text, &p->since, why);
}

const char *param_show_since(const struct params *p)
{
    char text[HISTORY_CURSOR_SIZE];
    if (!(p->sent & PARAM_BIT(PARAM_SINCE)))
        return NULL;
    history_cursor_print(p->since, text);
    return arena_strndup(p->arena, text, strlen(text));
}

/* A refusal by who does not know that it is about the other side. */
static enum err refuse_as(enum param_id id, enum err e, const struct why *told, const char *allowed,
                          struct why *why)
{
    e = why_set(why, e, params_name(id), "%s", told->reason);
    why_allow(why, "%s", told->allowed[0] ? told->allowed : allowed);
    return e;
}

enum err param_read_to_release(struct params *p, const char *text, struct why *why)
{
    struct why told = {0};
    enum err e = catalog_release(p->catalog, text, &p->to_release, &p->is_to_pinned, &told);
    return e == ERR_OK ? ERR_OK
                       : refuse_as(PARAM_TO_RELEASE, e, &told, "a release of /v1/releases", why);
}

const char *param_show_to_release(const struct params *p)
{
    return p->catalog->releases[p->to_release].pinned;
}

enum err param_read_to_year(struct params *p, const char *text, struct why *why)
{
    if (strcmp(text, "latest") == 0) {
        p->to_year = selection_latest_year(p->catalog, p->to_release);
        return ERR_OK;
    }
    struct why told = {0};
    enum err e = selection_year(p->catalog, p->to_release, text, &p->to_year, &told);
    return e == ERR_OK ? ERR_OK
                       : refuse_as(PARAM_TO_YEAR, e, &told, "a year of to_release, or latest", why);
}

const char *param_show_to_year(const struct params *p)
{
    return arena_printf(p->arena, "%d", p->to_year);
}

enum err param_read_to_district(struct params *p, const char *text, struct why *why)
{
    int found = value_is_code(text, CODE_MAX_BYTES) ? catalog_district(p->catalog, text) : -1;
    if (found < 0)
        return param_refuse(why, "no district has this code", "a code of /v1/districts");
    p->to_district = found;
    if (scope_has(p->catalog, p->to_release, found))
        return ERR_OK;
    enum err e = why_set(why, ERR_NOT_FOUND, params_name(PARAM_TO_DISTRICT),
                         "the release to_release is not about this district");
    why_allow(why, "a code of /v1/districts for that release");
    return e;
}

const char *param_show_to_district(const struct params *p)
{
    return p->to_district < 0 ? NULL : p->catalog->districts[p->to_district].code;
}
