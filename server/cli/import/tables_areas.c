/* areas.csv and the population tables. */
#include <math.h>

#include "cli/import/tables.h"

enum { A_CODE, A_LEVEL, A_PARENT, A_ISO, A_EN, A_UZ, A_CYRL, A_RU, A_KO, A_AREA, A_MASK, A_COUNT };

static void read_area(const struct csv *t, long row, const struct csv_column *c,
                      struct issues *issues, struct area *to)
{
    *to = (struct area){.code = csv_needed(t, row, &c[A_CODE], issues),
                        .parent = csv_cell(t, row, &c[A_PARENT]),
                        .iso = csv_cell(t, row, &c[A_ISO]),
                        .name_uz_cyrl = csv_cell(t, row, &c[A_CYRL])};
    to->level = (int)csv_int(t, row, &c[A_LEVEL], 0, 2, issues);
    to->name[LANG_EN] = csv_needed(t, row, &c[A_EN], issues);
    to->name[LANG_UZ] = csv_needed(t, row, &c[A_UZ], issues);
    to->name[LANG_RU] = csv_needed(t, row, &c[A_RU], issues);
    to->name[LANG_KO] = csv_cell(t, row, &c[A_KO]);
    to->area_km2 = csv_double(t, row, &c[A_AREA], 0, 5.2e8, false, issues);
    if (csv_cell(t, row, &c[A_MASK])[0] != '\0') {
        to->mask_value = (int)csv_int(t, row, &c[A_MASK], 1, 1000000, issues);
    }
}

enum err tables_areas(const struct manifest *m, struct arena *arena, struct issues *issues,
                      struct tables *out, struct why *why)
{
    struct csv_column c[A_COUNT] = {
        {"code", false, 0},        {"level", false, 0},     {"parent", false, 0},
        {"iso3166_2", true, 0},    {"name_en", false, 0},   {"name_uz", false, 0},
        {"name_uz_cyrl", true, 0}, {"name_ru", false, 0},   {"name_ko", true, 0},
        {"area_km2", true, 0},     {"mask_value", false, 0}};
    struct csv t;
    enum err e = csv_read(m->areas->path, m->areas->name, arena, issues, &t, why);
    if (e != ERR_OK || !csv_find_columns(&t, c, A_COUNT, NULL, issues)) {
        return e;
    }
    out->areas = arena_alloc(arena, (size_t)t.row_count + 1, sizeof *out->areas);
    if (out->areas == NULL) {
        return ERR_NO_MEMORY;
    }
    for (long row = 0; row < t.row_count && !issues_are_full(issues); row++) {
        read_area(&t, row, c, issues, &out->areas[out->area_count++]);
    }
    return ERR_OK;
}

enum { P_CODE, P_YEAR, P_PEOPLE, P_STATUS, P_COUNT };

static enum err read_population(const struct manifest_file *file, struct arena *arena,
                                struct issues *issues, struct csv *t, struct csv_column c[P_COUNT],
                                struct why *why)
{
    static const struct csv_column columns[P_COUNT] = {
        {"code", false, 0}, {"year", false, 0}, {"population", false, 0}, {"status", false, 0}};
    for (int i = 0; i < P_COUNT; i++) {
        c[i] = columns[i];
    }
    enum err e = csv_read(file->path, file->name, arena, issues, t, why);
    if (e == ERR_OK && !csv_find_columns(t, c, P_COUNT, NULL, issues)) {
        t->row_count = 0;
    }
    return e;
}

enum err tables_populations(const struct manifest *m, struct arena *arena, struct issues *issues,
                            struct tables *out, struct why *why)
{
    static const char *const statuses[] = {"official", "estimated", NULL};
    for (int i = 0; i < m->population_count; i++) {
        struct csv t;
        struct csv_column c[P_COUNT];
        if (m->populations[i] == NULL) {
            continue;
        }
        enum err e = read_population(m->populations[i], arena, issues, &t, c, why);
        struct population *rows =
            e == ERR_OK ? arena_alloc(arena, (size_t)(out->population_count + t.row_count) + 1,
                                      sizeof *rows)
                        : NULL;
        if (rows == NULL) {
            return e != ERR_OK ? e : ERR_NO_MEMORY;
        }
        for (int k = 0; k < out->population_count; k++) {
            rows[k] = out->populations[k];
        }
        out->populations = rows;
        for (long row = 0; row < t.row_count && !issues_are_full(issues); row++) {
            int status = csv_word(&t, row, &c[P_STATUS], statuses, issues);
            rows[out->population_count++] = (struct population){
                csv_needed(&t, row, &c[P_CODE], issues), statuses[status < 0 ? 0 : status],
                (int)csv_int(&t, row, &c[P_YEAR], 1750, 2200, issues),
                csv_double(&t, row, &c[P_PEOPLE], 0, 1e11, true, issues)};
        }
    }
    return ERR_OK;
}
