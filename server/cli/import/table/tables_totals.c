/* The inventory tables: totals by year, sector, fuel, gas and flow. */
#include <math.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/table/tables.h"

enum {
    T_YEAR,
    T_SECTOR,
    T_GAS,
    T_FLOW,
    T_MASS,
    T_UNCERTAINTY,
    T_METHOD,
    T_SPATIAL,
    T_ORIGIN,
    T_SOURCE,
    T_FUEL,
    T_AREA,
    T_MONTH,
    T_COUNT
};

static void read_total(const struct csv *t, long row, const struct csv_column *c,
                       double tonnes_per_unit, struct issues *issues, struct total *to)
{
    int flow = csv_word(t, row, &c[T_FLOW], codes_flows, issues);
    int origin = csv_word(t, row, &c[T_ORIGIN], codes_origins, issues);
    *to = (struct total){.year = (int)csv_int(t, row, &c[T_YEAR], 1750, 2200, issues),
                         .sector = csv_needed(t, row, &c[T_SECTOR], issues),
                         .gas = csv_needed(t, row, &c[T_GAS], issues),
                         .fuel = csv_cell(t, row, &c[T_FUEL]),
                         .method = csv_needed(t, row, &c[T_METHOD], issues),
                         .spatial = csv_cell(t, row, &c[T_SPATIAL]),
                         .area = csv_cell(t, row, &c[T_AREA]),
                         .source = csv_cell(t, row, &c[T_SOURCE]),
                         .flow = flow == 1 ? FLOW_REMOVAL : FLOW_EMISSION,
                         .origin = origin < 0 ? ORIGIN_NA : (enum origin)origin};
    to->mass_t = csv_double(t, row, &c[T_MASS], 0, 1e12, true, issues) * tonnes_per_unit;
    to->uncertainty_pct = csv_double(t, row, &c[T_UNCERTAINTY], 0, 1000, false, issues);
    if (csv_cell(t, row, &c[T_MONTH])[0] != '\0') {
        to->month = (int)csv_int(t, row, &c[T_MONTH], 1, 12, issues);
    }
    to->at = (struct place){.file = t->file, .row = t->lines[row]};
}

static enum err read_table(const struct manifest *m, int table, struct arena *arena,
                           struct issues *issues, struct tables *out, struct why *why)
{
    const struct manifest_totals *of = &m->totals[table];
    const char *mass = arena_printf(arena, "mass_%s", of->unit);
    struct csv_column c[T_COUNT] = {
        {"year", false, 0},   {"sector", false, 0},  {"gas", false, 0},
        {"flow", false, 0},   {mass, false, 0},      {"uncertainty_pct", true, 0},
        {"method", false, 0}, {"spatial", false, 0}, {"origin", false, 0},
        {"source", true, 0},  {"fuel", true, 0},     {"area", true, 0},
        {"month", true, 0}};
    struct csv t;
    enum err e = mass == NULL ? ERR_NO_MEMORY
                              : csv_read(of->file->path, of->file->name, arena, issues, &t, why);
    if (e != ERR_OK || !csv_find_columns(&t, c, T_COUNT, of->ignore, issues)) {
        return e;
    }
    struct total *rows = arena_alloc(arena, (size_t)(out->total_count + t.row_count), sizeof *rows);
    if (rows == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < out->total_count; i++) {
        rows[i] = out->totals[i];
    }
    out->totals = rows;
    for (long row = 0; row < t.row_count && !issues_are_full(issues); row++) {
        struct total *to = &rows[out->total_count++];
        read_total(&t, row, c, of->tonnes_per_unit, issues, to);
        to->table = table;
        to->sector = codes_sector(arena, of->scheme, to->sector);
        if (to->sector == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

enum err tables_totals(const struct manifest *m, struct arena *arena, struct issues *issues,
                       struct tables *out, struct why *why)
{
    for (int i = 0; i < m->totals_count; i++) {
        if (m->totals[i].file == NULL) {
            continue;
        }
        enum err e = read_table(m, i, arena, issues, out, why);
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}
