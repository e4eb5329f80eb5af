/* The point sources against each other and against the totals. */
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/tables_check_internal.h"

static int compare_codes(const void *a, const void *b)
{
    const struct point *x = *(struct point *const *)a;
    const struct point *y = *(struct point *const *)b;
    int c = strcmp(x->code, y->code);
    return c != 0 ? c : (x > y) - (x < y);
}

/* Rows of one id: with weights there is one; with masses all are the same source. */
static void check_pair(const struct point *p, const struct point *before, struct issues *issues)
{
    if (!p->has_mass || strcmp(p->group, before->group) == 0) {
        issues_add(issues, p->at,
                   "the id stands here and in row %ld%s; give each source an id of its own",
                   before->at.row, p->has_mass ? " for the same sector, gas, fuel and time" : "");
    } else if (p->lon != before->lon || p->lat != before->lat ||
               strcmp(p->name, before->name) != 0) {
        issues_add(issues, p->at,
                   "the id has another name or place in row %ld; give all its rows the same",
                   before->at.row);
    }
}

static void check_ids(const struct tables *t, struct arena *arena, struct issues *issues)
{
    const struct point **sorted = arena_alloc(arena, (size_t)t->point_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return;
    }
    for (int i = 0; i < t->point_count; i++) {
        sorted[i] = &t->points[i];
    }
    qsort(sorted, (size_t)t->point_count, sizeof *sorted, compare_codes);
    for (int i = 1; i < t->point_count && !issues_are_full(issues); i++) {
        if (strcmp(sorted[i - 1]->code, sorted[i]->code) == 0) {
            check_pair(sorted[i], sorted[i - 1], issues);
        }
    }
}

/* The same id, sector, gas, fuel and time under two methods would be two groups, and twice the
 * mass. */
static int compare_masses(const void *a, const void *b)
{
    const struct point *x = *(struct point *const *)a;
    const struct point *y = *(struct point *const *)b;
    int c = strcmp(x->code, y->code);
    c = c != 0 ? c : strcmp(x->sector, y->sector);
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    c = c != 0 ? c : strcmp(x->fuel, y->fuel);
    c = c != 0 ? c : x->year - y->year;
    return c != 0 ? c : x->month - y->month;
}

static void check_methods(const struct tables *t, struct arena *arena, struct issues *issues)
{
    const struct point **sorted = arena_alloc(arena, (size_t)t->point_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return;
    }
    for (int i = 0; i < t->point_count; i++) {
        sorted[i] = &t->points[i];
    }
    qsort(sorted, (size_t)t->point_count, sizeof *sorted, compare_masses);
    for (int i = 1; i < t->point_count && !issues_are_full(issues); i++) {
        if (sorted[i]->has_mass && compare_masses(&sorted[i - 1], &sorted[i]) == 0 &&
            strcmp(sorted[i - 1]->method, sorted[i]->method) != 0) {
            issues_add(issues, sorted[i]->at,
                       "its mass stands in row %ld too, by another method; keep one of them",
                       sorted[i - 1]->at.row);
        }
    }
}

/* Groups of weights that a total asks for; is_used has a flag for each point of the order. */
static void mark_used(const struct tables *t, const struct points_order *points, bool *is_used,
                      struct arena *arena)
{
    for (int i = 0; i < t->total_count; i++) {
        const struct total *row = &t->totals[i];
        int first = 0;
        int end = 0;
        if (strcmp(row->spatial, "points") == 0) {
            const char *group = total_points_group(row, arena);
            points_order_find(points, group != NULL ? group : "", &first, &end);
        }
        for (int k = first; k < end && !is_used[end - 1]; k++) {
            is_used[k] = true;
        }
    }
}

static bool has_total(const struct totals_order *totals, const struct point *p)
{
    int first;
    int end;
    totals_order_find(totals,
                      (struct total_key){p->year, p->gas, FLOW_EMISSION, p->sector, p->fuel, NULL},
                      &first, &end);
    return first < end;
}

enum err tables_check_points(const struct tables *t, const struct totals_order *totals,
                             const struct points_order *points, struct arena *arena,
                             struct issues *issues, struct why *why)
{
    check_ids(t, arena, issues);
    check_methods(t, arena, issues);
    bool *is_used = arena_alloc(arena, (size_t)points->count + 1, sizeof *is_used);
    if (is_used == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "the points do not fit the importer's memory");
    }
    mark_used(t, points, is_used, arena);
    for (int i = 0; i < points->count && !issues_are_full(issues); i++) {
        const struct point *p = points->points[i];
        if (p->has_mass && !has_total(totals, p)) {
            issues_add(issues, p->at,
                       "no row of the totals has %s, %s, fuel '%s' in %d, to take its mass out of; "
                       "add the row, or correct the source",
                       p->sector, p->gas, p->fuel, p->year);
        } else if (!p->has_mass && !is_used[i]) {
            issues_add(issues, p->at,
                       "no row of the totals is spread over points of %s, %s, fuel '%s'; add the "
                       "row, or remove the source",
                       p->sector, p->gas, p->fuel);
        }
    }
    return ERR_OK;
}
