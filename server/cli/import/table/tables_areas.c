/* The table of areas. */
#include <math.h>

#include "cli/import/table/tables.h"

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
    struct csv_column c[A_COUNT] = {{"code", false, 0},
                                    {"level", false, 0},
                                    {"parent", false, 0},
                                    {"iso3166_2", true, 0},
                                    {"name_en", false, 0},
                                    {"name_uz", false, 0},
                                    {"name_uz_cyrl", true, 0},
                                    {"name_ru", false, 0},
                                    {"name_ko", true, 0},
                                    {"area_km2", true, 0},
                                    {"mask_value", m->districts.mask == NULL, 0}};
    struct csv t;
    enum err e =
        csv_read(m->districts.areas->path, m->districts.areas->name, arena, issues, &t, why);
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
