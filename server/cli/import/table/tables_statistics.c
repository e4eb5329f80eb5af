/* Statistics of districts: "population" tables, and the wider "statistics". */
#include <math.h>
#include <string.h>

#include "cli/import/table/tables.h"

static const char *const statuses[] = {"official", "estimated", NULL};

enum { S_CODE, S_YEAR, S_PEOPLE, S_PEOPLE_STATUS, S_GDP, S_GDP_UNIT, S_GDP_STATUS, S_COUNT };

static const struct csv_column wide[S_COUNT] = {
    {"code", false, 0},       {"year", false, 0},
    {"population", true, -1}, {"population_status", true, -1},
    {"gdp", true, -1},        {"gdp_unit", true, -1},
    {"gdp_status", true, -1}};
static const struct csv_column narrow[S_COUNT] = {
    {"code", false, 0}, {"year", false, 0}, {"population", false, 0}, {"status", false, 0}};

/* The rows so far and room for more. */
static struct statistic *room_for(struct tables *t, long more, struct arena *arena)
{
    struct statistic *rows =
        arena_alloc(arena, (size_t)(t->statistic_count + more) + 1, sizeof *rows);
    if (rows != NULL && t->statistic_count > 0) {
        memcpy(rows, t->statistics, (size_t)t->statistic_count * sizeof *rows);
    }
    return rows;
}

/* A status is needed where there is a number, and only there. */
static const char *status_of(const struct csv *t, long row, const struct csv_column *c,
                             double number, struct issues *issues)
{
    if (isnan(number)) {
        return NULL;
    }
    int status = csv_word(t, row, c, statuses, issues);
    return status < 0 ? NULL : statuses[status];
}

static void read_row(const struct csv *t, long row, const struct csv_column c[S_COUNT],
                     struct issues *issues, struct statistic *to)
{
    *to = (struct statistic){.code = csv_needed(t, row, &c[S_CODE], issues),
                             .at = csv_place(t, row, &c[S_CODE])};
    to->year = (int)csv_int(t, row, &c[S_YEAR], 1750, 2200, issues);
    int before = issues->count;
    to->population = csv_double(t, row, &c[S_PEOPLE], 0, 1e11, !c[S_PEOPLE].is_optional, issues);
    to->gdp = csv_double(t, row, &c[S_GDP], 0, 1e18, false, issues);
    if (issues->count > before) {
        return;
    }
    to->population_status = status_of(t, row, &c[S_PEOPLE_STATUS], to->population, issues);
    to->gdp_status = status_of(t, row, &c[S_GDP_STATUS], to->gdp, issues);
    to->gdp_unit = isnan(to->gdp) ? NULL : csv_needed(t, row, &c[S_GDP_UNIT], issues);
    if (isnan(to->population) && isnan(to->gdp)) {
        issues_add(issues, to->at, "has neither a population nor a GDP; give one, or drop the row");
    }
}

static enum err read_table(const struct manifest_file *file,
                           const struct csv_column columns[S_COUNT], int column_count,
                           struct arena *arena, struct issues *issues, struct tables *out,
                           struct why *why)
{
    struct csv t;
    struct csv_column c[S_COUNT];
    memcpy(c, columns, sizeof c);
    for (int i = column_count; i < S_COUNT; i++) {
        c[i] = (struct csv_column){"", true, -1};
    }
    enum err e = csv_read(file->path, file->name, arena, issues, &t, why);
    if (e != ERR_OK || !csv_find_columns(&t, c, column_count, NULL, issues)) {
        return e;
    }
    struct statistic *rows = room_for(out, t.row_count, arena);
    if (rows == NULL) {
        return ERR_NO_MEMORY;
    }
    out->statistics = rows;
    for (long row = 0; row < t.row_count && !issues_are_full(issues); row++) {
        read_row(&t, row, c, issues, &rows[out->statistic_count++]);
    }
    return ERR_OK;
}

enum err tables_statistics(const struct manifest *m, struct arena *arena, struct issues *issues,
                           struct tables *out, struct why *why)
{
    const struct manifest_districts *d = &m->districts;
    enum err e = ERR_OK;
    for (int i = 0; i < d->population_count && e == ERR_OK; i++) {
        e = read_table(d->populations[i], narrow, S_PEOPLE_STATUS + 1, arena, issues, out, why);
    }
    for (int i = 0; i < d->statistics_count && e == ERR_OK; i++) {
        e = read_table(d->statistics[i], wide, S_COUNT, arena, issues, out, why);
    }
    return e;
}
