/* The monthly profiles: a row for each month of a (sector, gas, fuel). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/table/tables.h"

#define SHARE_TOLERANCE 1e-9

enum { R_SECTOR, R_GAS, R_FUEL, R_MONTH, R_SHARE, R_COUNT };

struct profile_row {
    const char *sector, *gas, *fuel;
    int month;
    double share;
    struct place at;
};

static int compare_names(const struct profile_row *x, const struct profile_row *y)
{
    int c = strcmp(x->sector, y->sector);
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    return c != 0 ? c : strcmp(x->fuel, y->fuel);
}

static int compare_rows(const void *a, const void *b)
{
    const struct profile_row *x = a;
    const struct profile_row *y = b;
    int c = compare_names(x, y);
    c = c != 0 ? c : x->month - y->month;
    return c != 0 ? c : (x->at.row > y->at.row) - (x->at.row < y->at.row);
}

/* One key's rows [0, n), sorted by month, into a profile. */
static void take_profile(const struct profile_row *rows, int n, struct issues *issues,
                         struct profile *to)
{
    double sum = 0;
    struct place at = rows[0].at;
    *to = (struct profile){
        .sector = rows[0].sector, .gas = rows[0].gas, .fuel = rows[0].fuel, .at = at};
    at.column = "month";
    for (int i = 0; i < n; i++) {
        if (i > 0 && rows[i].month == rows[i - 1].month) {
            issues_add(issues, rows[i].at, "month %d stands here and in row %ld; keep one of them",
                       rows[i].month, rows[i - 1].at.row);
        }
        to->share[rows[i].month - 1] = rows[i].share;
        sum += rows[i].share;
    }
    for (int month = 1, i = 0; month <= 12; month++) {
        bool is_there = false;
        for (; i < n && rows[i].month <= month; i++) {
            is_there = is_there || rows[i].month == month;
        }
        if (!is_there) {
            issues_add(issues, at,
                       "the profile of %s (gas '%s', fuel '%s') lacks month %d; give all twelve, 0 "
                       "where there is nothing",
                       to->sector, to->gas, to->fuel, month);
        }
    }
    at.column = "share";
    if (!(fabs(sum - 1) <= SHARE_TOLERANCE)) {
        issues_add(issues, at,
                   "the shares of %s (gas '%s', fuel '%s') sum to %.12g, not to 1; divide each by "
                   "the sum",
                   to->sector, to->gas, to->fuel, sum);
    }
}

static enum err read_rows(const struct manifest *m, struct arena *arena, struct issues *issues,
                          struct profile_row **out, int *count, struct why *why)
{
    struct csv_column c[R_COUNT] = {{"sector", false, 0},
                                    {"gas", true, 0},
                                    {"fuel", true, 0},
                                    {"month", false, 0},
                                    {"share", false, 0}};
    struct csv t;
    *count = 0;
    enum err e = csv_read(m->profiles.file->path, m->profiles.file->name, arena, issues, &t, why);
    if (e != ERR_OK || !csv_find_columns(&t, c, R_COUNT, m->profiles.ignore, issues)) {
        return e;
    }
    struct profile_row *rows = arena_alloc(arena, (size_t)t.row_count + 1, sizeof *rows);
    if (rows == NULL) {
        return ERR_NO_MEMORY;
    }
    for (long row = 0; row < t.row_count && !issues_are_full(issues); row++) {
        struct profile_row *to = &rows[(*count)++];
        *to = (struct profile_row){.gas = csv_cell(&t, row, &c[R_GAS]),
                                   .fuel = csv_cell(&t, row, &c[R_FUEL]),
                                   .month = (int)csv_int(&t, row, &c[R_MONTH], 1, 12, issues),
                                   .at = {.file = t.file, .row = t.lines[row]}};
        to->sector = codes_sector(arena, CODES_SCHEME, csv_needed(&t, row, &c[R_SECTOR], issues));
        to->share = csv_double(&t, row, &c[R_SHARE], 0, 1, true, issues);
        if (to->sector == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    *out = rows;
    return ERR_OK;
}

enum err tables_profiles(const struct manifest *m, struct arena *arena, struct issues *issues,
                         struct tables *out, struct why *why)
{
    struct profile_row *rows = NULL;
    int count;
    int before = issues->count;
    enum err e = read_rows(m, arena, issues, &rows, &count, why);
    if (e != ERR_OK || rows == NULL || issues->count > before) {
        return e;
    }
    qsort(rows, (size_t)count, sizeof *rows, compare_rows);
    out->profiles = arena_alloc(arena, (size_t)count + 1, sizeof *out->profiles);
    if (out->profiles == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0, end; i < count && !issues_are_full(issues); i = end) {
        for (end = i + 1; end < count && compare_names(&rows[i], &rows[end]) == 0; end++) {
        }
        take_profile(&rows[i], end - i, issues, &out->profiles[out->profile_count++]);
    }
    return ERR_OK;
}
