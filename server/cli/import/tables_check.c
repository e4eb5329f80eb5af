/* What one row cannot say alone. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/tables.h"
#include "geo/sum.h"

#define WEIGHT_TOLERANCE 1e-9

bool point_in_group(const struct point *p, const char *sector, const char *gas, const char *fuel)
{
    return strcmp(p->sector, sector) == 0 && strcmp(p->gas, gas) == 0 && strcmp(p->fuel, fuel) == 0;
}

static int compare_totals(const void *a, const void *b)
{
    const struct total *x = *(struct total *const *)a;
    const struct total *y = *(struct total *const *)b;
    int c = x->year - y->year;
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    c = c != 0 ? c : (int)x->flow - (int)y->flow;
    c = c != 0 ? c : strcmp(x->sector, y->sector);
    return c != 0 ? c : strcmp(x->fuel, y->fuel);
}

static bool is_ancestor(const char *ancestor, const char *code)
{
    size_t len = strlen(ancestor);
    return strncmp(ancestor, code, len) == 0 && code[len] == '.';
}

static bool same_cube(const struct total *x, const struct total *y)
{
    return x->year == y->year && x->flow == y->flow && strcmp(x->gas, y->gas) == 0;
}

/* Sorted by sector inside (year, gas, flow), a parent stands before its children. */
static void check_keys(const struct tables *t, struct issues *issues)
{
    const struct total **sorted = calloc((size_t)t->total_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return;
    }
    for (int i = 0; i < t->total_count; i++) {
        sorted[i] = &t->totals[i];
    }
    qsort(sorted, (size_t)t->total_count, sizeof *sorted, compare_totals);
    for (int i = 1; i < t->total_count && !issues_are_full(issues); i++) {
        const struct total *row = sorted[i];
        if (compare_totals(&sorted[i - 1], &row) == 0) {
            issues_add(issues, row->at,
                       "(%d, %s, fuel '%s', %s, %s) stands here and in %s:%ld; keep one row, or "
                       "add them up",
                       row->year, row->sector, row->fuel, row->gas, flow_word(row->flow),
                       sorted[i - 1]->at.file, sorted[i - 1]->at.row);
        }
        for (int k = i - 1; k >= 0 && same_cube(sorted[k], row); k--) {
            if (is_ancestor(sorted[k]->sector, row->sector)) {
                issues_add(issues, row->at,
                           "%s is part of %s in %s:%ld, and a sector and its parent must not both "
                           "hold data; "
                           "keep the parts or the whole",
                           row->sector, sorted[k]->sector, sorted[k]->at.file, sorted[k]->at.row);
                break;
            }
        }
    }
    free(sorted);
}

/* Would a raster of masses and a row of a table hold the same tonnes? A parent holds its parts,
 * whatever the fuel; within one sector the fuels are apart. */
static bool holds_the_same(const struct manifest_grid *g, const struct total *row)
{
    if (row->year != g->year || row->flow != g->flow || strcmp(row->gas, g->gas) != 0) {
        return false;
    }
    if (strcmp(g->sector, row->sector) == 0) {
        return strcmp(g->fuel, row->fuel) == 0;
    }
    return is_ancestor(g->sector, row->sector) || is_ancestor(row->sector, g->sector);
}

static void check_grids(const struct manifest *m, const struct tables *t, struct issues *issues)
{
    for (int i = 0; i < m->grid_count; i++) {
        char path[32];
        snprintf(path, sizeof path, "grids[%d]", i);
        const struct place at = {.file = m->name, .column = path, .value = m->grids[i].sector};
        for (int k = 0; k < t->total_count && !issues_are_full(issues); k++) {
            const struct total *row = &t->totals[k];
            if (holds_the_same(&m->grids[i], row)) {
                issues_add(issues, at,
                           "%s:%ld holds %s for this gas, flow and year, and the same mass "
                           "would count twice; keep the grid or the row",
                           row->at.file, row->at.row, row->sector);
                break;
            }
        }
    }
}

static bool is_proxy(const struct manifest *m, const char *id)
{
    for (int i = 0; i < m->proxy_count; i++) {
        if (strcmp(m->proxies[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* Sum of the weights of a total's points; NaN when there are none. */
static double group_weight(const struct tables *t, const struct total *row)
{
    struct sum sum = {0, 0};
    bool is_any = false;
    for (int i = 0; i < t->point_count; i++) {
        if (point_in_group(&t->points[i], row->sector, row->gas, row->fuel)) {
            sum_add(&sum, t->points[i].weight);
            is_any = true;
        }
    }
    return is_any ? sum_value(sum) : NAN;
}

static void check_spatial(const struct manifest *m, const struct tables *t, const struct total *row,
                          struct issues *issues)
{
    if (strcmp(row->spatial, "unallocated") == 0 || is_proxy(m, row->spatial)) {
        return;
    }
    struct place at = row->at;
    at.column = "spatial";
    at.value = row->spatial;
    if (strcmp(row->spatial, "points") != 0) {
        issues_add(
            issues, at,
            "must be the id of a proxy, \"points\" or \"unallocated\"; correct it, or add the "
            "proxy to the manifest");
        return;
    }
    double weight = group_weight(t, row);
    if (isnan(weight)) {
        issues_add(
            issues, at,
            "no point source has sector %s, gas %s and fuel '%s'; add one, or choose another "
            "spatial pattern",
            row->sector, row->gas, row->fuel);
    } else if (!(fabs(weight - 1) <= WEIGHT_TOLERANCE)) {
        issues_add(
            issues, at,
            "the weights of its point sources sum to %.12g, not to 1; divide each by the sum",
            weight);
    }
}

static int compare_points(const void *a, const void *b)
{
    const struct point *x = *(struct point *const *)a;
    const struct point *y = *(struct point *const *)b;
    return strcmp(x->code, y->code);
}

static void check_points(const struct tables *t, struct issues *issues)
{
    const struct point **sorted = calloc((size_t)t->point_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return;
    }
    for (int i = 0; i < t->point_count; i++) {
        sorted[i] = &t->points[i];
    }
    qsort(sorted, (size_t)t->point_count, sizeof *sorted, compare_points);
    for (int i = 1; i < t->point_count; i++) {
        if (strcmp(sorted[i - 1]->code, sorted[i]->code) == 0) {
            issues_add(issues, sorted[i]->at,
                       "the id stands here and in row %ld; give each source an id of its own",
                       sorted[i - 1]->at.row);
        }
    }
    for (int i = 0; i < t->point_count; i++) {
        bool is_used = false;
        for (int k = 0; k < t->total_count && !is_used; k++) {
            const struct total *row = &t->totals[k];
            is_used = strcmp(row->spatial, "points") == 0 &&
                      point_in_group(&t->points[i], row->sector, row->gas, row->fuel);
        }
        if (!is_used) {
            issues_add(
                issues, t->points[i].at,
                "no row of the totals is spread over points of %s, %s, fuel '%s'; add the row, or "
                "remove the source",
                t->points[i].sector, t->points[i].gas, t->points[i].fuel);
        }
    }
    free(sorted);
}

static int compare_populations(const void *a, const void *b)
{
    const struct population *x = *(struct population *const *)a;
    const struct population *y = *(struct population *const *)b;
    int c = strcmp(x->code, y->code);
    return c != 0 ? c : x->year - y->year;
}

static void check_populations(const struct manifest *m, const struct tables *t,
                              struct issues *issues)
{
    const struct population **sorted = calloc((size_t)t->population_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return;
    }
    for (int i = 0; i < t->population_count; i++) {
        sorted[i] = &t->populations[i];
    }
    qsort(sorted, (size_t)t->population_count, sizeof *sorted, compare_populations);
    for (int i = 1; i < t->population_count && !issues_are_full(issues); i++) {
        if (compare_populations(&sorted[i - 1], &sorted[i]) == 0) {
            issues_add(issues, (struct place){.file = m->populations[0]->name},
                       "code %s, year %d stands twice; keep one of the rows", sorted[i]->code,
                       sorted[i]->year);
        }
    }
    for (int i = 0; i < t->population_count && m->areas != NULL && !issues_are_full(issues); i++) {
        bool is_known = false;
        for (int k = 0; k < t->area_count && !is_known; k++) {
            is_known = strcmp(t->areas[k].code, t->populations[i].code) == 0;
        }
        if (!is_known) {
            issues_add(
                issues,
                (struct place){.file = m->populations[0]->name, .value = t->populations[i].code},
                "is no code of %s; correct it, or add the area there", m->areas->name);
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

static void check_controls(const struct manifest *m, const struct tables *t, struct issues *issues)
{
    for (int i = 0; i < m->control_count; i++) {
        const struct manifest_control *control = &m->controls[i];
        struct sum sum = {0, 0};
        for (int k = 0; k < t->total_count; k++) {
            const struct total *row = &t->totals[k];
            if (row->year == control->year && row->flow == control->flow &&
                strcmp(row->gas, control->gas) == 0) {
                sum_add(&sum, row->mass_t);
            }
        }
        tables_check_control(m, control, sum_value(sum), issues);
    }
}

void tables_check(const struct manifest *m, const struct tables *t, struct issues *issues)
{
    check_keys(t, issues);
    check_grids(m, t, issues);
    for (int i = 0; i < t->total_count && !issues_are_full(issues); i++) {
        check_spatial(m, t, &t->totals[i], issues);
    }
    check_points(t, issues);
    check_populations(m, t, issues);
    if (m->grid_count == 0) { /* else their mass is known only when they are read: load_balance.c */
        check_controls(m, t, issues);
    }
}

enum err tables_read(const struct manifest *m, struct arena *arena, struct issues *issues,
                     struct tables *out, struct why *why)
{
    *out = (struct tables){0};
    enum err e = m->areas != NULL ? tables_areas(m, arena, issues, out, why) : ERR_OK;
    if (e == ERR_OK) {
        e = tables_populations(m, arena, issues, out, why);
    }
    if (e == ERR_OK && m->points.file != NULL) {
        e = tables_points(m, arena, issues, out, why);
    }
    if (e == ERR_OK) {
        e = tables_totals(m, arena, issues, out, why);
    }
    return e;
}
