/* The manifest's own crosswalks: tables of from, to, gas, weight, note. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/plan/crosswalk_internal.h"
#include "geo/sum.h"

#define WEIGHT_MAX          1e6
#define PARTITION_TOLERANCE 1e-9

enum { X_FROM, X_TO, X_GAS, X_WEIGHT, X_NOTE, X_COUNT };

struct own_row {
    const char *from, *gas;
    struct crosswalk_part part;
    struct place at, at_to, at_gas;
};

struct own_table {
    const struct manifest_crosswalk *of;
    struct csv csv;
    struct csv_column columns[X_COUNT];
};

static void check_from(const struct crosswalk *x, const struct own_row *row, struct place at,
                       struct issues *issues)
{
    if (crosswalk_scheme_length(row->from) == 0) {
        issues_add(issues, at, "must be scheme:code; write it such as EDGAR:RCO");
    } else if (!crosswalk_is_foreign(row->from)) {
        issues_add(issues, at,
                   "is of the home scheme, whose codes lead nowhere else; correct the data's code");
    } else if (crosswalk_has_scheme(x, row->from) && crosswalk_code(x, row->from) == NULL) {
        struct place unknown = at;
        (void)crosswalk_find(x, row->from, "", unknown, issues);
    }
}

/* A code leads to the home scheme, or, kept whole, to itself: there are no chains and no cycles. */
static void check_to(const struct crosswalk *x, const struct own_row *row, struct issues *issues)
{
    const char *to = row->part.sector;
    if (!crosswalk_has_sector(x, to)) {
        issues_add(issues, row->at_to, "is no sector that is known; the nearest are %s",
                   crosswalk_nearest(x->sectors, x->sector_count, to, x->arena));
    } else if (crosswalk_is_foreign(to) && strcmp(to, row->from) != 0) {
        issues_add(issues, row->at_to,
                   "is of another scheme, and a crosswalk leads home in one step; name a code "
                   "of " CODES_SCHEME);
    }
}

static void check_gas(const struct crosswalk *x, const struct own_row *row, struct issues *issues)
{
    for (int i = 0; i < x->gas_count; i++) {
        if (row->gas[0] == '\0' || strcmp(x->gases[i], row->gas) == 0) {
            return;
        }
    }
    issues_add(issues, row->at_gas,
               "is no gas that is known; use a code of /v1/gases, or leave "
               "the cell empty for every gas");
}

static void check_weight(const struct own_row *row, bool is_signed, struct place at,
                         struct issues *issues)
{
    if (row->part.weight == 0) {
        issues_add(issues, at, "must not be 0; leave the row out");
    } else if (row->part.weight < 0 && !is_signed) {
        issues_add(issues, at,
                   "must not be negative; correct it, or declare \"signed\": true for this table");
    }
}

static enum err read_row(struct own_table *t, long row, struct crosswalk *x, struct issues *issues,
                         struct own_row *to)
{
    const struct csv_column *c = t->columns;
    const char *sector = csv_needed(&t->csv, row, &c[X_TO], issues);
    *to = (struct own_row){.from = csv_needed(&t->csv, row, &c[X_FROM], issues),
                           .gas = csv_cell(&t->csv, row, &c[X_GAS]),
                           .at = csv_place(&t->csv, row, &c[X_FROM]),
                           .at_to = csv_place(&t->csv, row, &c[X_TO]),
                           .at_gas = csv_place(&t->csv, row, &c[X_GAS])};
    to->part = (struct crosswalk_part){
        codes_sector(x->arena, CODES_SCHEME, sector),
        csv_double(&t->csv, row, &c[X_WEIGHT], -WEIGHT_MAX, WEIGHT_MAX, true, issues),
        csv_cell(&t->csv, row, &c[X_NOTE])};
    if (to->part.sector == NULL) {
        return ERR_NO_MEMORY;
    }
    if (to->from[0] != '\0' && sector[0] != '\0' && !isnan(to->part.weight)) {
        check_from(x, to, to->at, issues);
        check_to(x, to, issues);
        check_gas(x, to, issues);
        check_weight(to, t->of->is_signed, csv_place(&t->csv, row, &c[X_WEIGHT]), issues);
    }
    return ERR_OK;
}

static int compare_rows(const void *a, const void *b)
{
    const struct own_row *x = a;
    const struct own_row *y = b;
    int c = strcmp(x->from, y->from);
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    c = c != 0 ? c : strcmp(x->part.sector, y->part.sector);
    c = c != 0 ? c : strcmp(x->at.file, y->at.file);
    return c != 0 ? c : (x->at.row > y->at.row) - (x->at.row < y->at.row);
}

static void check_partition(const struct crosswalk_map *map, struct issues *issues)
{
    struct sum sum = {0, 0};
    for (int i = 0; i < map->part_count; i++) {
        sum_add(&sum, map->parts[i].weight);
    }
    if (!(fabs(sum_value(sum) - 1) <= PARTITION_TOLERANCE)) {
        issues_add(issues, map->at,
                   "the weights of %s for %s sum to %.12g, not to 1; correct them, so that no mass "
                   "is lost and none counted twice",
                   map->from, map->gas[0] != '\0' ? map->gas : "every gas", sum_value(sum));
    }
}

/* Sorted rows of one code and gas become a map. */
static enum err make_maps(struct crosswalk *x, const struct own_row *rows, int count,
                          struct issues *issues)
{
    struct crosswalk_part *parts = arena_alloc(x->arena, (size_t)count + 1, sizeof *parts);
    x->own = arena_alloc(x->arena, (size_t)count + 1, sizeof *x->own);
    if (parts == NULL || x->own == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < count; i++) {
        const struct own_row *row = &rows[i];
        bool is_next =
            i > 0 && strcmp(row[-1].from, row->from) == 0 && strcmp(row[-1].gas, row->gas) == 0;
        parts[i] = row->part;
        if (is_next && strcmp(row[-1].part.sector, row->part.sector) == 0) {
            issues_add(issues, row->at_to, "stands here and in %s:%ld; keep one of the two rows",
                       row[-1].at.file, row[-1].at.row);
        }
        if (!is_next) {
            x->own[x->own_count++] = (struct crosswalk_map){
                .from = row->from, .gas = row->gas, .parts = &parts[i], .at = row->at};
        }
        x->own[x->own_count - 1].part_count++;
    }
    for (int i = 0; i < x->own_count && !issues_are_full(issues); i++) {
        check_partition(&x->own[i], issues);
    }
    return ERR_OK;
}

static enum err open_tables(const struct manifest *m, struct crosswalk *x, struct issues *issues,
                            struct own_table *tables, long *rows, struct why *why)
{
    *rows = 0;
    for (int i = 0; i < m->crosswalk_count; i++) {
        struct own_table *t = &tables[i];
        *t = (struct own_table){.of = &m->crosswalks[i],
                                .columns = {{"from", false, 0},
                                            {"to", false, 0},
                                            {"gas", false, 0},
                                            {"weight", false, 0},
                                            {"note", true, 0}}};
        const struct manifest_file *file = t->of->file;
        enum err e = csv_read(file->path, file->name, x->arena, issues, &t->csv, why);
        if (e != ERR_OK) {
            return e;
        }
        if (!csv_find_columns(&t->csv, t->columns, X_COUNT, t->of->ignore, issues)) {
            t->csv.row_count = 0;
        }
        *rows += t->csv.row_count;
    }
    return ERR_OK;
}

enum err crosswalk_read(const struct manifest *m, struct crosswalk *x, struct issues *issues,
                        struct why *why)
{
    long room;
    int count = 0;
    struct own_table *tables =
        arena_alloc(x->arena, (size_t)m->crosswalk_count + 1, sizeof *tables);
    enum err e = tables != NULL ? open_tables(m, x, issues, tables, &room, why) : ERR_NO_MEMORY;
    if (e != ERR_OK) {
        return e;
    }
    struct own_row *rows = arena_alloc(x->arena, (size_t)room + 1, sizeof *rows);
    for (int i = 0; rows != NULL && i < m->crosswalk_count; i++) {
        long n = tables[i].csv.row_count;
        for (long row = 0; row < n && e == ERR_OK && !issues_are_full(issues); row++) {
            e = read_row(&tables[i], row, x, issues, &rows[count++]);
        }
    }
    if (rows == NULL || e != ERR_OK) {
        return ERR_NO_MEMORY;
    }
    if (issues->count > 0) {
        return ERR_OK;
    }
    qsort(rows, (size_t)count, sizeof *rows, compare_rows);
    return make_maps(x, rows, count, issues);
}
