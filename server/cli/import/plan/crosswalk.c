/* Which map holds for a code and a gas, and what is said where none does. */
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/plan/crosswalk_internal.h"

int crosswalk_scheme_length(const char *code)
{
    const char *colon = strchr(code, ':');
    return colon != NULL ? (int)(colon - code) : 0;
}

bool crosswalk_is_foreign(const char *code)
{
    return strncmp(code, CODES_SCHEME ":", sizeof CODES_SCHEME) != 0;
}

bool crosswalk_has_scheme(const struct crosswalk *x, const char *code)
{
    size_t len = (size_t)crosswalk_scheme_length(code);
    for (int i = 0; i < x->scheme_count; i++) {
        if (strlen(x->schemes[i]) == len && strncmp(x->schemes[i], code, len) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_text(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static int compare_code(const void *key, const void *item)
{
    return strcmp(key, ((const struct foreign_code *)item)->code);
}

static int compare_map(const void *a, const void *b)
{
    const struct crosswalk_map *x = a;
    const struct crosswalk_map *y = b;
    int c = strcmp(x->from, y->from);
    return c != 0 ? c : strcmp(x->gas, y->gas);
}

bool crosswalk_has_sector(const struct crosswalk *x, const char *code)
{
    return x->sector_count > 0 && bsearch(code, x->sectors, (size_t)x->sector_count,
                                          sizeof *x->sectors, compare_text) != NULL;
}

const struct foreign_code *crosswalk_code(const struct crosswalk *x, const char *code)
{
    return x->code_count > 0
               ? bsearch(code, x->codes, (size_t)x->code_count, sizeof *x->codes, compare_code)
               : NULL;
}

static const struct crosswalk_map *find_in(const struct crosswalk_map *maps, int count,
                                           const char *code, const char *gas)
{
    const struct crosswalk_map key = {.from = code, .gas = gas};
    return count > 0 ? bsearch(&key, maps, (size_t)count, sizeof *maps, compare_map) : NULL;
}

/* The manifest's maps go before the database's, those for a gas before those for any. */
static const struct crosswalk_map *find_map(const struct crosswalk *x, const char *code,
                                            const char *gas)
{
    const struct crosswalk_map *map = find_in(x->own, x->own_count, code, gas);
    map = map != NULL ? map : find_in(x->own, x->own_count, code, "");
    map = map != NULL ? map : find_in(x->maps, x->map_count, code, gas);
    return map != NULL ? map : find_in(x->maps, x->map_count, code, "");
}

/* "1.A.2.f, 1.A.2.g, ..." */
static const char *list_members(const struct crosswalk *x, const struct foreign_code *of)
{
    const char *text = "";
    for (int i = 0; of->members[i] != NULL && text != NULL; i++) {
        text = arena_printf(x->arena, "%s%s%s", text, i > 0 ? ", " : "",
                            of->members[i] + sizeof CODES_SCHEME);
    }
    return text != NULL ? text : "";
}

static const char *list_schemes(const struct crosswalk *x)
{
    const char *text = "";
    for (int i = 0; i < x->scheme_count && text != NULL; i++) {
        text = arena_printf(x->arena, "%s%s%s", text, i > 0 ? ", " : "", x->schemes[i]);
    }
    return text != NULL ? text : "";
}

/* Known codes of the code's scheme, the manifest's own among them. */
static const char *nearest(const struct crosswalk *x, const char *code)
{
    size_t len = (size_t)crosswalk_scheme_length(code) + 1;
    const char **codes =
        arena_alloc(x->arena, (size_t)(x->code_count + x->own_count) + 1, sizeof *codes);
    int count = 0;
    for (int i = 0; codes != NULL && i < x->code_count + x->own_count; i++) {
        const char *known = i < x->code_count ? x->codes[i].code : x->own[i - x->code_count].from;
        if (strncmp(known, code, len) == 0) {
            codes[count++] = known;
        }
    }
    return count > 0 ? crosswalk_nearest(codes, count, code, x->arena) : "";
}

static void refuse(const struct crosswalk *x, const char *code, const char *gas, struct place at,
                   struct issues *issues)
{
    const struct foreign_code *known = crosswalk_code(x, code);
    if (known != NULL && known->refusal[0] != '\0') {
        issues_add(issues, at, "%s %s", code, known->refusal);
    } else if (known != NULL) {
        issues_add(issues, at,
                   "%s holds several categories (" CODES_SCHEME
                   ": %s) and nothing says how %s is shared out among them; give the shares "
                   "in a table of \"crosswalks\", or lead it there to a category above all of them",
                   code, list_members(x, known), gas);
    } else if (crosswalk_has_scheme(x, code)) {
        issues_add(issues, at, "%s is no code of its scheme; the nearest are %s", code,
                   nearest(x, code));
    } else if (nearest(x, code)[0] != '\0') {
        issues_add(issues, at, "%s stands in no table of \"crosswalks\"; the nearest are %s", code,
                   nearest(x, code));
    } else {
        issues_add(issues, at,
                   "%s is of a scheme that is not known; use one of %s, or lead the code to a "
                   "sector in a table of \"crosswalks\"",
                   code, list_schemes(x));
    }
}

const char *crosswalk_note(const struct crosswalk *x, const char *code, const char *gas,
                           const char *sector)
{
    const struct crosswalk_map *map = find_map(x, code, gas);
    for (int i = 0; map != NULL && i < map->part_count; i++) {
        if (strcmp(map->parts[i].sector, sector) == 0) {
            return map->parts[i].note;
        }
    }
    return "";
}

const struct crosswalk_map *crosswalk_find(const struct crosswalk *x, const char *code,
                                           const char *gas, struct place at, struct issues *issues)
{
    const struct crosswalk_map *map = find_map(x, code, gas);
    if (map == NULL) {
        refuse(x, code, gas, at, issues);
    }
    return map;
}
