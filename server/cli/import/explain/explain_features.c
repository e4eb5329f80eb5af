/* An entry of "features" from a file's attributes: which of them is what, by their names. */
#include <ctype.h>
#include <string.h>

#include "cli/import/explain/explain_internal.h"

static const char *like(const struct explain_attribute *list, int count, const char *const *words)
{
    for (; *words != NULL; words++) {
        for (int i = 0; i < count; i++) {
            if (strcasecmp(list[i].name, *words) == 0) {
                return list[i].name;
            }
        }
    }
    return NULL;
}

/* "em_2020" as "em_{year}"; NULL when no year stands in the name. */
static const char *pattern_of(struct explain *x, const char *name)
{
    int year = explain_year_in(name);
    for (const char *at = name; year != 0 && *at != '\0'; at++) {
        char digits[8];
        snprintf(digits, sizeof digits, "%d", year);
        if (strncmp(at, digits, 4) == 0) {
            return arena_printf(x->arena, "%.*s{year}%s", (int)(at - name), name, at + 4);
        }
    }
    return NULL;
}

/* Columns of numbers that are named by years, else one that is called a mass. */
static const char *masses_of(struct explain *x, const struct explain_attribute *list, int count)
{
    static const char *const words[] = {"mass",     "emissions", "emission", "removals",
                                        "quantity", "value",     "co2",      NULL};
    for (int i = 0; i < count; i++) {
        const char *pattern = list[i].is_number ? pattern_of(x, list[i].name) : NULL;
        if (pattern != NULL) {
            return pattern;
        }
    }
    for (int i = 0; i < count; i++) {
        if (list[i].is_number && (strncasecmp(list[i].name, "mass_", 5) == 0 ||
                                  strncasecmp(list[i].name, "emis", 4) == 0)) {
            return list[i].name;
        }
    }
    const char *name = like(list, count, words);
    return name != NULL ? name : "TODO: the column of the masses, or a pattern such as em_{year}";
}

static void set_column(json_t *entry, const char *key, const char *column)
{
    if (column != NULL) {
        json_object_set_new(entry, key, json_pack("{s:s}", "column", column));
    }
}

static void set_columns(json_t *entry, const struct explain_attribute *list, int count,
                        bool is_points)
{
    static const struct {
        const char *key;
        bool is_of_points; /* lines and areas have none */
        const char *const words[6];
    } keys[] = {
        {"sector", false, {"sector", "category", "ipcc", NULL}},
        {"gas", false, {"gas", "pollutant", NULL}},
        {"flow", false, {"flow", NULL}},
        {"origin", false, {"origin", NULL}},
        {"fuel", false, {"fuel", "primary_fuel", NULL}},
        {"method", false, {"method", NULL}},
        {"month", false, {"month", NULL}},
        {"uncertainty_pct", false, {"uncertainty_pct", NULL}},
        {"id", false, {"id", "source_id", "gppd_idnr", "fid", "code", NULL}},
        {"name", true, {"name", "source_name", "facility", NULL}},
        {"operator", true, {"operator", "owner", NULL}},
        {"status", true, {"status", NULL}},
        {"capacity", true, {"capacity", "capacity_mw", NULL}},
        {"licence", true, {"licence", "license", NULL}},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (is_points || !keys[i].is_of_points) {
            set_column(entry, keys[i].key, like(list, count, keys[i].words));
        }
    }
}

json_t *explain_features(struct explain *x, const struct explain_attribute *list, int count,
                         const char *geometry)
{
    static const char *const years[] = {"year", "jahr", "yil", NULL};
    bool is_points = geometry != NULL && strcmp(geometry, "points") == 0;
    const char *masses = masses_of(x, list, count);
    json_t *entry = json_pack("{s:s, s:s, s:s, s:s}", "file", x->name, "geometry",
                              geometry != NULL ? geometry : "TODO: points, lines or areas", "unit",
                              "TODO: the unit of the masses, such as t or kt", "masses", masses);
    set_columns(entry, list, count, is_points);
    if (is_points && json_object_get(entry, "id") == NULL) {
        explain_set(entry, "id", "TODO: {\"column\": name} of each source's own id");
    }
    if (strstr(masses, "{year}") == NULL) {
        const char *column = like(list, count, years);
        set_column(entry, "year", column);
        if (column == NULL) {
            explain_set(entry, "year", "TODO: the year, as a number");
        }
    }
    if (json_object_get(entry, "gas") == NULL) {
        const char *gas = explain_gas_in(masses);
        explain_set(entry, "gas", gas != NULL ? gas : explain_gas_in(x->name));
    }
    explain_set_subject(entry);
    explain_set(entry, "ignore", "*");
    json_array_append(explain_list(x, "features"), entry);
    json_decref(entry);
    return entry; /* the manifest's */
}
