/* What one row cannot say alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/tables_check_internal.h"
#include "geo/sum.h"

static int compare_statistics(const void *a, const void *b)
{
    const struct statistic *x = *(struct statistic *const *)a;
    const struct statistic *y = *(struct statistic *const *)b;
    int c = strcmp(x->code, y->code);
    c = c != 0 ? c : x->year - y->year;
    return c != 0 ? c : (x->at.row > y->at.row) - (x->at.row < y->at.row);
}

/* One table may give the population of a year and another its GDP. */
static bool says_the_same(const struct statistic *x, const struct statistic *y)
{
    return strcmp(x->code, y->code) == 0 && x->year == y->year &&
           ((!isnan(x->population) && !isnan(y->population)) || (!isnan(x->gdp) && !isnan(y->gdp)));
}

static void check_statistics(const struct manifest *m, const struct tables *t,
                             struct issues *issues)
{
    const struct statistic **sorted = calloc((size_t)t->statistic_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return;
    }
    for (int i = 0; i < t->statistic_count; i++) {
        sorted[i] = &t->statistics[i];
    }
    qsort(sorted, (size_t)t->statistic_count, sizeof *sorted, compare_statistics);
    for (int i = 1; i < t->statistic_count && !issues_are_full(issues); i++) {
        if (says_the_same(sorted[i - 1], sorted[i])) {
            issues_add(issues, sorted[i]->at, "year %d stands in %s:%ld too; keep one of the rows",
                       sorted[i]->year, sorted[i - 1]->at.file, sorted[i - 1]->at.row);
        }
    }
    for (int i = 0;
         i < t->statistic_count && m->districts.areas != NULL && !issues_are_full(issues); i++) {
        bool is_known = false;
        for (int k = 0; k < t->area_count && !is_known; k++) {
            is_known = strcmp(t->areas[k].code, t->statistics[i].code) == 0;
        }
        if (!is_known) {
            issues_add(issues, t->statistics[i].at,
                       "is no code of %s; correct it, or add the area there",
                       m->districts.areas->name);
        }
    }
    free(sorted);
}

void tables_check_control(const struct manifest *m, const struct manifest_control *control,
                          double found_t, struct issues *issues)
{
    if (!(fabs(found_t - control->mass_t) <= m->control_tolerance * fabs(control->mass_t))) {
        issues_add(
            issues, (struct place){.file = m->name, .column = "control.national"},
            "%d %s %s is declared as %.9g kt and the release sums to %.9g kt; find the rows that "
            "are missing, doubled or in another unit",
            control->year, control->gas, flow_word(control->flow), control->mass_t / 1e3,
            found_t / 1e3);
    }
}

static void check_controls(const struct manifest *m, const struct tables *t,
                           const struct totals_order *totals, struct issues *issues)
{
    for (int i = 0; i < m->control_count; i++) {
        const struct manifest_control *control = &m->controls[i];
        struct sum sum = {0, 0};
        for (int first = 0, end; first < totals->count; first = end) {
            const struct total *row = totals->rows[first];
            end = totals_order_run(totals, first);
            if (row->year == control->year && row->flow == control->flow &&
                strcmp(row->gas, control->gas) == 0) {
                sum_add(&sum, totals_run_mass_t(totals, first, end));
            }
        }
        sum_add(&sum,
                features_beside_t(m, &t->features, control->year, control->gas, control->flow));
        tables_check_control(m, control, sum_value(sum), issues);
    }
}

enum err tables_check(const struct manifest *m, const struct tables *t, struct arena *arena,
                      struct issues *issues, struct why *why)
{
    struct totals_order totals;
    struct points_order points;
    enum err e = totals_order_make(t, arena, &totals, why);
    if (e == ERR_OK) {
        e = points_order_make(t, arena, &points, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    tables_check_totals(m, &totals, issues);
    tables_check_features(m, t, &totals, issues);
    tables_check_spatial(m, t, &points, arena, issues);
    e = tables_check_grids(m, arena, issues);
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "the rasters do not fit the importer's memory");
    }
    e = tables_check_points(t, &totals, &points, arena, issues, why);
    check_statistics(m, t, issues);
    if (m->grid_count == 0) { /* else their mass is known only when they are read: load_balance.c */
        check_controls(m, t, &totals, issues);
    }
    return e;
}

enum err tables_read(const struct manifest *m, struct arena *arena, struct issues *issues,
                     struct tables *out, struct why *why)
{
    *out = (struct tables){0};
    enum err e = m->districts.areas != NULL ? tables_areas(m, arena, issues, out, why) : ERR_OK;
    if (e == ERR_OK) {
        e = tables_statistics(m, arena, issues, out, why);
    }
    if (e == ERR_OK && m->points.file != NULL) {
        e = tables_points(m, arena, issues, out, why);
    }
    if (e == ERR_OK) {
        e = tables_totals(m, arena, issues, out, why);
    }
    if (e == ERR_OK && m->profiles.file != NULL) {
        e = tables_profiles(m, arena, issues, out, why);
    }
    return e == ERR_OK ? features_read(m, arena, issues, &out->features, why) : e;
}
