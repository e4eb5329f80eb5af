/* Which column of a file is what. */
#include <string.h>

#include "cli/import/vector/features_internal.h"

static struct place header(const struct feature_reader *r, const char *column)
{
    return (struct place){.file = r->of->layer.file->name, .column = column};
}

static int find(struct feature_reader *r, const char *name)
{
    int found = layer_attribute(r->layer, name);
    if (found < 0) {
        issues_add(r->issues, header(r, name),
                   "the column is missing; name a column of the file, or add it");
    }
    return found;
}

static bool is_digits(const char *text, int n)
{
    return (int)strspn(text, "0123456789") >= n;
}

struct match {
    int year;
    const char *gas;
    int gas_len;
};

/* Does the name fit the pattern, {year} being four digits and {gas} letters, digits and hyphens?
 * The longest gas wins. */
static bool is_match(const char *pattern, const char *name, struct match *m)
{
    static const char year[] = "{year}";
    static const char gas[] = "{gas}";
    if (strncmp(pattern, year, strlen(year)) == 0) {
        if (!is_digits(name, 4)) {
            return false;
        }
        m->year =
            (name[0] - '0') * 1000 + (name[1] - '0') * 100 + (name[2] - '0') * 10 + (name[3] - '0');
        return is_match(pattern + strlen(year), name + 4, m);
    }
    if (strncmp(pattern, gas, strlen(gas)) == 0) {
        int len = (int)strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789-");
        for (; len > 0; len--) {
            if (is_match(pattern + strlen(gas), name + len, m)) {
                m->gas = name;
                m->gas_len = len;
                return true;
            }
        }
        return false;
    }
    if (pattern[0] == '\0' || name[0] == '\0') {
        return pattern[0] == name[0];
    }
    return pattern[0] == name[0] && is_match(pattern + 1, name + 1, m);
}

/* Codes of gases are upper case. */
static const char *gas_of(struct feature_reader *r, const struct match *m)
{
    char *text = arena_strndup(r->arena, m->gas, (size_t)m->gas_len);
    for (char *c = text; c != NULL && *c != '\0'; c++) {
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
    return text;
}

static bool add_column(struct feature_reader *r, int attribute, const char *gas, int year)
{
    const char *kept = gas != NULL ? features_keep(r, gas) : NULL;
    if (gas != NULL && kept == NULL) {
        return false;
    }
    r->columns[r->column_count++] = (struct feature_column){attribute, kept, year};
    return true;
}

static bool find_masses(struct feature_reader *r, const struct manifest_masses *m, int attributes)
{
    int before = r->column_count;
    if (strstr(m->column, "{year}") == NULL && strstr(m->column, "{gas}") == NULL) {
        int found = find(r, m->column);
        return found < 0 || add_column(r, found, m->gas, m->year);
    }
    const char *const *names = layer_attributes(r->layer);
    for (int i = 0; i < attributes; i++) {
        struct match match = {m->year, NULL, 0};
        if (is_match(m->column, names[i], &match)) {
            const char *gas = match.gas != NULL ? gas_of(r, &match) : m->gas;
            if (!add_column(r, i, gas, match.year)) {
                return false;
            }
        }
    }
    if (r->column_count == before) {
        issues_add(r->issues, header(r, m->column),
                   "fits no column of the file; {year} stands for four digits and {gas} for "
                   "letters, digits and hyphens: write the rest as the columns have it");
    }
    return true;
}

static bool is_named(const struct feature_reader *r, int attribute, const char *name)
{
    const struct manifest_layer *l = &r->of->layer;
    bool is = strcmp(name, l->x) == 0 || strcmp(name, l->y) == 0 || strcmp(name, l->wkt) == 0;
    for (int v = 0; v < FEATURE_VALUE_COUNT; v++) {
        is = is || r->attributes[v] == attribute;
    }
    for (int i = 0; i < r->of->external_count; i++) {
        is = is || r->externals[i] == attribute;
    }
    for (int i = 0; i < r->column_count; i++) {
        is = is || r->columns[i].attribute == attribute;
    }
    for (const char **ignored = r->of->ignore; ignored != NULL && *ignored != NULL; ignored++) {
        is = is || strcmp(*ignored, name) == 0;
    }
    return is;
}

static void refuse_unnamed(struct feature_reader *r)
{
    const char *const *names = layer_attributes(r->layer);
    for (int i = 0; names[i] != NULL; i++) {
        if (!is_named(r, i, names[i])) {
            issues_add(r->issues, header(r, names[i]),
                       "is a column that the manifest does not name; map it, list it under "
                       "\"ignore\", or pass all others over with \"ignore\": \"*\"");
        }
    }
}

static enum err find_all_masses(struct feature_reader *r)
{
    int attributes = 0;
    while (layer_attributes(r->layer)[attributes] != NULL) {
        attributes++;
    }
    size_t room = (size_t)r->of->masses_count * (size_t)(attributes + 1);
    r->columns = arena_alloc(r->arena, room + 1, sizeof *r->columns);
    if (r->columns == NULL) {
        return ERR_NO_MEMORY;
    }
    r->column_count = 0;
    for (int i = 0; i < r->of->masses_count; i++) {
        if (!find_masses(r, &r->of->masses[i], attributes)) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

enum err features_columns(struct feature_reader *r)
{
    int before = r->issues->count;
    for (int v = 0; v < FEATURE_VALUE_COUNT; v++) {
        const char *column = r->of->values[v].column;
        r->attributes[v] = column != NULL ? find(r, column) : -1;
    }
    for (int i = 0; i < r->of->external_count; i++) {
        r->externals[i] = find(r, r->of->externals[i].column);
    }
    enum err e = find_all_masses(r);
    if (e == ERR_OK && r->issues->count == before && !r->of->is_ignoring_all) {
        refuse_unnamed(r);
    }
    return e;
}
