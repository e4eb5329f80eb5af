/* The point sources. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/spare_memory.h"
#include "cli/import/table/codes.h"
#include "cli/import/table/source_date.h"
#include "cli/import/table/tables.h"

#define EXTERNAL_PREFIX "external_"

const char *const point_methods[] = {"measured", "calculated", "estimated", NULL};

enum {
    S_ID,
    S_NAME,
    S_SECTOR,
    S_GAS,
    S_LON,
    S_LAT,
    S_CAPACITY,
    S_CAPACITY_UNIT,
    S_FUEL,
    S_OPERATOR,
    S_YEAR,
    S_WEIGHT, /* or the year, of points with masses */
    S_SOURCE,
    S_LICENCE,
    S_QUALITY,
    S_CELL_LON,
    S_CELL_LAT,
    S_AREA,
    S_NOTE,
    S_STATUS,
    S_METHOD,
    S_COMMISSIONED,
    S_RETIRED,
    S_RETIRED_YEAR,
    S_MASS, /* from here only where the manifest gives the points a unit */
    S_MONTH,
    S_UNCERTAINTY,
    S_COUNT
};

static void read_texts(const struct csv *t, long row, const struct csv_column *c,
                       struct issues *issues, struct point *to)
{
    to->code = csv_needed(t, row, &c[S_ID], issues);
    to->name = csv_needed(t, row, &c[S_NAME], issues);
    to->sector = csv_needed(t, row, &c[S_SECTOR], issues);
    to->gas = csv_needed(t, row, &c[S_GAS], issues);
    to->fuel = csv_cell(t, row, &c[S_FUEL]);
    to->operator_name = csv_cell(t, row, &c[S_OPERATOR]);
    to->capacity_unit = csv_cell(t, row, &c[S_CAPACITY_UNIT]);
    to->dataset = csv_cell(t, row, &c[S_SOURCE]);
    to->licence = csv_cell(t, row, &c[S_LICENCE]);
    to->location_quality = csv_cell(t, row, &c[S_QUALITY]);
    to->area_code = csv_cell(t, row, &c[S_AREA]);
    to->note = csv_cell(t, row, &c[S_NOTE]);
    to->status = csv_cell(t, row, &c[S_STATUS]);
    to->method = csv_cell(t, row, &c[S_METHOD]);
    if (to->method[0] != '\0' || !c[S_METHOD].is_optional) {
        int method = csv_word(t, row, &c[S_METHOD], point_methods, issues);
        to->method = point_methods[method < 0 ? 0 : method];
    }
}

/* A date and its year, from either column or both. */
static const char *read_date(const struct csv *t, long row, const struct csv_column *date,
                             const struct csv_column *year, struct issues *issues,
                             struct arena *arena, int *out)
{
    char text[SOURCE_DATE_SIZE];
    if (!source_date_read(csv_cell(t, row, date), text, out)) {
        issues_add(issues, csv_place(t, row, date), "%s", SOURCE_DATE_RULE);
        return "";
    }
    if (csv_cell(t, row, year)[0] != '\0') {
        int found = (int)csv_int(t, row, year, 1750, 2200, issues);
        if (*out != 0 && *out != found) {
            issues_add(issues, csv_place(t, row, year),
                       "is not the year of %s; correct one of them", date->name);
        }
        *out = found;
    }
    const char *copy = arena_strndup(arena, text, strlen(text));
    return copy != NULL ? copy : "";
}

/* Columns "external_<scheme>" hold the source's ids in other data sets. */
static bool is_external(const char *name)
{
    return strncmp(name, EXTERNAL_PREFIX, strlen(EXTERNAL_PREFIX)) == 0 &&
           name[strlen(EXTERNAL_PREFIX)] != '\0';
}

static const char *read_externals(const struct csv *t, long row, struct arena *arena)
{
    json_t *ids = json_object();
    for (int i = 0; i < t->column_count; i++) {
        const char *cell = t->cells[row * t->column_count + i];
        if (is_external(t->names[i]) && cell[0] != '\0') {
            json_object_set_new(ids, t->names[i] + strlen(EXTERNAL_PREFIX), json_string(cell));
        }
    }
    char *text = json_dumps(ids, JSON_COMPACT | JSON_SORT_KEYS);
    const char *copy = text != NULL ? arena_strndup(arena, text, strlen(text)) : NULL;
    spare_free(text);
    json_decref(ids);
    return copy != NULL ? copy : "{}";
}

/* The columns that are passed over here: those of "ignore", and those read by read_externals(). */
static const char **passed_over(const struct csv *t, const char *const *ignore, struct arena *arena)
{
    int n = 0;
    while (ignore != NULL && ignore[n] != NULL) {
        n++;
    }
    const char **list = arena_alloc(arena, (size_t)(n + t->column_count) + 1, sizeof *list);
    for (int i = 0; list != NULL && i < n; i++) {
        list[i] = ignore[i];
    }
    for (int i = 0; list != NULL && i < t->column_count; i++) {
        if (is_external(t->names[i])) {
            list[n++] = t->names[i];
        }
    }
    return list;
}

static void read_point(const struct csv *t, long row, const struct csv_column *c,
                       struct issues *issues, struct arena *arena, struct point *to)
{
    read_texts(t, row, c, issues, to);
    to->external_ids = read_externals(t, row, arena);
    to->at = csv_place(t, row, &c[S_ID]);
    to->lon = csv_double(t, row, &c[S_LON], -180, 180, true, issues);
    to->lat = csv_double(t, row, &c[S_LAT], -90, 90, true, issues);
    to->capacity = csv_double(t, row, &c[S_CAPACITY], 0, 1e15, false, issues);
    to->cell_lon = csv_double(t, row, &c[S_CELL_LON], -180, 180, false, issues);
    to->cell_lat = csv_double(t, row, &c[S_CELL_LAT], -90, 90, false, issues);
    if (isnan(to->cell_lon) != isnan(to->cell_lat)) {
        issues_add(
            issues, to->at,
            "has one of cell_lon and cell_lat and needs both or neither; fill or empty both");
    }
    to->commissioned =
        read_date(t, row, &c[S_COMMISSIONED], &c[S_YEAR], issues, arena, &to->commissioned_year);
    to->retired =
        read_date(t, row, &c[S_RETIRED], &c[S_RETIRED_YEAR], issues, arena, &to->retired_year);
    if (to->commissioned_year != 0 && to->retired_year != 0 &&
        to->retired_year < to->commissioned_year) {
        issues_add(issues, csv_place(t, row, &c[S_RETIRED_YEAR]),
                   "a source is retired in %d, before it was commissioned; correct one of the two",
                   to->retired_year);
    }
}

static void read_mass(const struct csv *t, long row, const struct csv_column *c,
                      double tonnes_per_unit, struct issues *issues, struct point *to)
{
    to->has_mass = true;
    to->year = (int)csv_int(t, row, &c[S_WEIGHT], 1750, 2200, issues);
    to->mass_t = csv_double(t, row, &c[S_MASS], 0, 1e12, true, issues) * tonnes_per_unit;
    to->weight = to->mass_t;
    to->uncertainty_pct = csv_double(t, row, &c[S_UNCERTAINTY], 0, 1000, false, issues);
    if (csv_cell(t, row, &c[S_MONTH])[0] != '\0') {
        to->month = (int)csv_int(t, row, &c[S_MONTH], 1, 12, issues);
    }
}

static enum err finish_point(struct point *p, struct arena *arena)
{
    p->sector = codes_sector(arena, CODES_SCHEME, p->sector);
    if (p->sector == NULL) {
        return ERR_NO_MEMORY;
    }
    p->group = p->has_mass ? arena_printf(arena, "%s %s %s %d-%02d %s", p->sector, p->gas, p->fuel,
                                          p->year, p->month, p->method)
                           : arena_printf(arena, "%s %s %s", p->sector, p->gas, p->fuel);
    return p->group != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* The columns of the form that the manifest chooses; those of the other are unknown ones. */
static int choose_columns(const struct manifest *m, struct csv_column *c, struct arena *arena)
{
    if (m->points.unit == NULL) {
        return S_MASS;
    }
    c[S_WEIGHT] = (struct csv_column){"year", false, 0};
    const char *mass = arena_printf(arena, "mass_%s", m->points.unit);
    c[S_MASS] = (struct csv_column){mass != NULL ? mass : "", false, 0};
    c[S_METHOD] = (struct csv_column){"method", false, 0};
    c[S_MONTH] = (struct csv_column){"month", true, 0};
    c[S_UNCERTAINTY] = (struct csv_column){"uncertainty_pct", true, 0};
    return S_COUNT;
}

enum err tables_points(const struct manifest *m, struct arena *arena, struct issues *issues,
                       struct tables *out, struct why *why)
{
    struct csv_column c[S_COUNT] = {{"id", false, 0},
                                    {"name", false, 0},
                                    {"sector", false, 0},
                                    {"gas", false, 0},
                                    {"lon", false, 0},
                                    {"lat", false, 0},
                                    {"capacity", true, 0},
                                    {"capacity_unit", true, 0},
                                    {"fuel", true, 0},
                                    {"operator", true, 0},
                                    {"commissioned_year", true, 0},
                                    {"weight", false, 0},
                                    {"source", true, 0},
                                    {"licence", true, 0},
                                    {"location_quality", true, 0},
                                    {"cell_lon", true, 0},
                                    {"cell_lat", true, 0},
                                    {"area_code", true, 0},
                                    {"note", true, 0},
                                    {"status", true, 0},
                                    {"method", true, 0},
                                    {"commissioned", true, 0},
                                    {"retired", true, 0},
                                    {"retired_year", true, 0}};
    struct csv t;
    enum err e = csv_read(m->points.file->path, m->points.file->name, arena, issues, &t, why);
    if (e != ERR_OK) {
        return e;
    }
    int columns = choose_columns(m, c, arena);
    const char **ignore = passed_over(&t, m->points.ignore, arena);
    if (ignore == NULL || !csv_find_columns(&t, c, columns, ignore, issues)) {
        return ignore == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    out->points = arena_alloc(arena, (size_t)t.row_count + 1, sizeof *out->points);
    if (out->points == NULL) {
        return ERR_NO_MEMORY;
    }
    for (long row = 0; row < t.row_count && !issues_are_full(issues); row++) {
        struct point *p = &out->points[out->point_count++];
        read_point(&t, row, c, issues, arena, p);
        if (m->points.unit != NULL) {
            read_mass(&t, row, c, m->points.tonnes_per_unit, issues, p);
        } else {
            p->weight = csv_double(&t, row, &c[S_WEIGHT], 0, 1, true, issues);
        }
        e = finish_point(p, arena);
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}
