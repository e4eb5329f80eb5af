/* The manifest's "features". */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/manifest/manifest_internal.h"

const char *const feature_value_keys[] = {"sector",       "gas",      "flow",
                                          "origin",       "fuel",     "method",
                                          "year",         "month",    "uncertainty_pct",
                                          "id",           "name",     "operator",
                                          "status",       "capacity", "capacity_unit",
                                          "commissioned", "retired",  "location_quality",
                                          "source",       "licence",  "district",
                                          "note",         NULL};

static const char *const other_keys[] = {
    MANIFEST_LAYER_KEYS, "geometry", "unit",    "provenance", "scheme",          "masses", "counts",
    "external_ids",      "outside",  "invalid", "ignore",     "max_distance_km", NULL};

/* Both lists are one for json_only(). */
static bool check_keys(struct json_reader *r, struct json_node item)
{
    const char *keys[sizeof feature_value_keys / sizeof feature_value_keys[0] +
                     sizeof other_keys / sizeof other_keys[0]];
    int n = 0;
    for (int i = 0; feature_value_keys[i] != NULL; i++) {
        keys[n++] = feature_value_keys[i];
    }
    for (int i = 0; other_keys[i] != NULL; i++) {
        keys[n++] = other_keys[i];
    }
    keys[n] = NULL;
    return json_only(r, item, keys);
}

/* "1.A.1", 2020, or {"column": "name"}. */
static struct manifest_value value_at(struct json_reader *r, struct json_node of, const char *key)
{
    static const char *const keys[] = {"column", NULL};
    const json_t *value = json_object_get(of.json, key);
    if (json_is_object(value)) {
        struct json_node node = json_object_at(r, of, key, JSON_NEEDED);
        json_only(r, node, keys);
        const char *column = json_text_at(r, node, "column", JSON_NEEDED);
        return (struct manifest_value){NULL, column[0] != '\0' ? column : NULL};
    }
    if (json_is_number(value)) {
        return (struct manifest_value){arena_printf(r->arena, "%.15g", json_number_value(value)),
                                       NULL};
    }
    const char *text = json_text_at(r, of, key, JSON_OPTIONAL);
    return (struct manifest_value){text[0] != '\0' ? text : NULL, NULL};
}

static void need(struct json_reader *r, struct json_node item, const struct manifest_features *f,
                 enum feature_value v)
{
    if (f->values[v].fixed == NULL && f->values[v].column == NULL) {
        json_issue(r, item, feature_value_keys[v],
                   "is missing; give one value for all features, or {\"column\": name}");
    }
}

static bool is_year(const char *key)
{
    return strlen(key) == 4 && key[strspn(key, "0123456789")] == '\0';
}

static int year_of(const char *key)
{
    return (key[0] - '0') * 1000 + (key[1] - '0') * 100 + (key[2] - '0') * 10 + (key[3] - '0');
}

/* Counts what `put` would add when to is NULL. */
static int walk_masses(struct json_reader *r, struct json_node of, const char *key,
                       struct manifest_masses known, struct manifest_masses *to)
{
    const json_t *value = json_object_get(of.json, key);
    if (!json_is_object(value)) {
        known.column = json_text_at(r, of, key, JSON_NEEDED);
        if (to != NULL) {
            *to = known;
        }
        return 1;
    }
    struct json_node node = json_object_at(r, of, key, JSON_NEEDED);
    int count = 0;
    const char *part;
    json_t *ignored;
    json_object_foreach((json_t *)value, part, ignored)
    {
        struct manifest_masses inner = known;
        bool is_free = is_year(part) ? known.year == 0 : known.gas == NULL;
        if (!is_free) {
            json_issue(r, node, part, "stands inside another year or gas; name a column here");
            continue;
        }
        if (is_year(part)) {
            inner.year = year_of(part);
        } else {
            inner.gas = arena_strndup(r->arena, part, strlen(part));
        }
        count += walk_masses(r, node, part, inner, to != NULL ? to + count : NULL);
    }
    return count;
}

static void read_masses(struct json_reader *r, struct json_node item, struct manifest_features *to)
{
    struct json_reader quiet = *r;
    static struct issues unheard; /* the second walk says them */
    unheard.count = 0;
    quiet.issues = &unheard;
    int count = walk_masses(&quiet, item, "masses", (struct manifest_masses){"", NULL, 0}, NULL);
    to->masses = arena_alloc(r->arena, (size_t)count + 1, sizeof *to->masses);
    if (to->masses != NULL) {
        to->masses_count =
            walk_masses(r, item, "masses", (struct manifest_masses){"", NULL, 0}, to->masses);
    }
}

/* A gas or year stands in the masses or as a value, in all of them alike, and once. */
static void check_masses(struct json_reader *r, struct json_node item,
                         const struct manifest_features *f)
{
    int with_year = 0;
    int with_gas = 0;
    for (int i = 0; i < f->masses_count; i++) {
        with_year += f->masses[i].year != 0 || strstr(f->masses[i].column, "{year}") != NULL;
        with_gas += f->masses[i].gas != NULL || strstr(f->masses[i].column, "{gas}") != NULL;
    }
    const struct {
        enum feature_value v;
        int with;
    } both[] = {{FEATURE_YEAR, with_year}, {FEATURE_GAS, with_gas}};
    for (int i = 0; i < 2; i++) {
        bool is_given = f->values[both[i].v].fixed != NULL || f->values[both[i].v].column != NULL;
        if (both[i].with != 0 && (is_given || both[i].with != f->masses_count)) {
            json_issue(r, item, feature_value_keys[both[i].v],
                       "is given by some of \"masses\" and elsewhere too; give it in all of "
                       "\"masses\" or in none");
        } else if (both[i].with == 0) {
            need(r, item, f, both[i].v);
        }
    }
}

static void read_externals(struct json_reader *r, struct json_node item,
                           struct manifest_features *to)
{
    struct json_node node = json_object_at(r, item, "external_ids", JSON_OPTIONAL);
    if (node.json == NULL) {
        return;
    }
    if (json_object_size(node.json) > FEATURE_EXTERNALS_MAX) {
        json_issue(r, item, "external_ids", "has more than %d entries; leave some out",
                   FEATURE_EXTERNALS_MAX);
        return;
    }
    to->externals = arena_alloc(r->arena, FEATURE_EXTERNALS_MAX, sizeof *to->externals);
    const char *scheme;
    json_t *ignored;
    json_object_foreach((json_t *)node.json, scheme, ignored)
    {
        const char *name = arena_strndup(r->arena, scheme, strlen(scheme));
        if (to->externals != NULL && name != NULL) {
            to->externals[to->external_count++] =
                (struct manifest_external){name, json_text_at(r, node, scheme, JSON_NEEDED)};
        }
    }
}

static void read_outside(struct json_reader *r, struct json_node item, struct manifest_features *to)
{
    static const char *const for_points[] = {"refuse", "nearest", NULL};
    static const char *const for_others[] = {"refuse", "unallocated", NULL};
    bool is_points = to->geometry == FEATURE_POINTS;
    int word = json_word_at(r, item, "outside", is_points ? for_points : for_others, JSON_OPTIONAL);
    to->outside = word != 1   ? FEATURE_OUTSIDE_REFUSE
                  : is_points ? FEATURE_OUTSIDE_NEAREST
                              : FEATURE_OUTSIDE_UNALLOCATED;
    bool is_nearest = to->outside == FEATURE_OUTSIDE_NEAREST;
    double km = json_number_at(r, item, "max_distance_km", 0, 100,
                               is_nearest ? JSON_NEEDED : JSON_OPTIONAL);
    to->max_distance_km = is_nearest && !isnan(km) ? km : 0;
}

static void read_values(struct json_reader *r, struct json_node item, struct manifest_features *to)
{
    for (int v = 0; v < FEATURE_VALUE_COUNT; v++) {
        to->values[v] = value_at(r, item, feature_value_keys[v]);
        bool is_given = to->values[v].fixed != NULL || to->values[v].column != NULL;
        if (is_given && v >= FEATURE_NAME && to->geometry != FEATURE_POINTS) {
            json_issue(r, item, feature_value_keys[v],
                       "describes a point source; leave it out for lines and areas");
        }
    }
    static const enum feature_value needed[] = {FEATURE_SECTOR, FEATURE_FLOW, FEATURE_ORIGIN,
                                                FEATURE_METHOD};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        need(r, item, to, needed[i]);
    }
    if (to->geometry == FEATURE_POINTS) {
        need(r, item, to, FEATURE_ID);
    }
}

/* A feature's mass is its own: a unit per area means nothing here. */
static struct unit unit_at(struct json_reader *r, struct json_node item)
{
    struct unit unit = {.mass_t = 1};
    struct why why = {0};
    const char *text = json_text_at(r, item, "unit", JSON_NEEDED);
    if (text[0] == '\0') {
        return unit;
    }
    if (unit_parse(text, &unit, &why) != ERR_OK) {
        json_issue(r, item, "unit", "%s", why.reason);
    } else if (unit.area_km2 > 0 || unit.is_cell) {
        json_issue(r, item, "unit",
                   "is per area or cell, and a feature has a mass of its own; write t, kt, tC, "
                   "kg/h or the like");
    }
    return unit;
}

static void read_features(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const geometries[] = {"points", "lines", "areas", NULL};
    static const char *const counts[] = {"beside", "within", NULL};
    static const char *const invalid[] = {"refuse", "repair", NULL};
    struct manifest_features *to = &m->features[i];
    if (!check_keys(r, item)) {
        return;
    }
    manifest_layer_at(r, m, item, &to->layer);
    int geometry = json_word_at(r, item, "geometry", geometries, JSON_NEEDED);
    to->geometry = geometry < 0 ? FEATURE_POINTS : (enum feature_geometry)geometry;
    to->unit = unit_at(r, item);
    to->provenance = manifest_provenance_at(r, m, item);
    const char *scheme = json_text_at(r, item, "scheme", JSON_OPTIONAL);
    to->scheme = scheme[0] != '\0' ? scheme : CODES_SCHEME;
    read_values(r, item, to);
    read_masses(r, item, to);
    check_masses(r, item, to);
    read_externals(r, item, to);
    read_outside(r, item, to);
    to->is_within = json_word_at(r, item, "counts", counts, JSON_OPTIONAL) == 1;
    to->is_repair = json_word_at(r, item, "invalid", invalid, JSON_OPTIONAL) == 1;
    const json_t *ignore = json_object_get(item.json, "ignore");
    to->is_ignoring_all = json_is_string(ignore) && strcmp(json_string_value(ignore), "*") == 0;
    to->ignore = to->is_ignoring_all ? NULL : manifest_ignore(r, item);
}

void manifest_features(struct json_reader *r, struct manifest *m, struct json_node root)
{
    manifest_items(r, m, root, "features", (void **)&m->features, sizeof *m->features,
                   &m->feature_count, read_features);
}
