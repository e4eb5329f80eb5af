/* A (sector, gas, flow, origin, fuel, year) is stored by year or by months, never both, and by all
 * twelve: whatever tables, points, rasters and features it comes from. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/import/plan/plan.h"

static int compare(const void *a, const void *b)
{
    const struct plan_slice *x = *(struct plan_slice *const *)a;
    const struct plan_slice *y = *(struct plan_slice *const *)b;
    int c = plan_slice_compare(x, y);
    return c != 0 ? c : (x > y) - (x < y);
}

static bool same_year(const struct plan_slice *x, const struct plan_slice *y)
{
    struct plan_slice a = *x;
    struct plan_slice b = *y;
    a.month = b.month = 0;
    return plan_slice_compare(&a, &b) == 0;
}

/* Slices of one group and year, by month. */
static void check_group(const struct plan_slice *const *of, int count, struct issues *issues)
{
    const struct plan_slice *first = of[0];
    const struct plan_slice *last = of[count - 1];
    struct place at = last->at;
    at.column = "month";
    if (last->month == 0) {
        return;
    }
    if (first->month == 0) {
        issues_add(
            issues, at,
            "%s %s, fuel '%s', %d is given by months here and as a whole year in %s:%ld; give "
            "all of it by months, or all by years",
            last->sector, last->gas, last->fuel, last->year, first->at.file, first->at.row);
        return;
    }
    char missing[64] = "";
    int used = 0;
    for (int month = 1, i = 0; month <= 12; month++) {
        bool is_there = false;
        for (; i < count && of[i]->month <= month; i++) {
            is_there = is_there || of[i]->month == month;
        }
        if (!is_there) {
            used += snprintf(missing + used, sizeof missing - (size_t)used, "%s%d",
                             used > 0 ? ", " : "", month);
        }
    }
    if (used > 0) {
        issues_add(issues, at,
                   "%s %s, fuel '%s', %d lacks month %s; give all twelve, 0 where there is nothing",
                   last->sector, last->gas, last->fuel, last->year, missing);
    }
}

enum err plan_check_groups(const struct plan *p, struct arena *arena, struct issues *issues,
                           struct why *why)
{
    const struct plan_slice **sorted =
        arena_alloc(arena, (size_t)p->slice_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "the release does not fit the importer's memory");
    }
    for (int i = 0; i < p->slice_count; i++) {
        sorted[i] = &p->slices[i];
    }
    qsort(sorted, (size_t)p->slice_count, sizeof *sorted, compare);
    for (int i = 0, end; i < p->slice_count && !issues_are_full(issues); i = end) {
        for (end = i + 1; end < p->slice_count && same_year(sorted[i], sorted[end]); end++) {
        }
        check_group(sorted + i, end - i, issues);
    }
    return ERR_OK;
}
