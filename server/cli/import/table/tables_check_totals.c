/* The totals against each other, and against the rasters of masses. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/plan/spatial.h"
#include "cli/import/table/tables_check_internal.h"
#include "geo/sum.h"

#define WEIGHT_TOLERANCE 1e-9

static void check_twice(const struct total *row, const struct total *before, struct issues *issues)
{
    if (strcmp(row->area, before->area) == 0 && row->month == before->month) {
        issues_add(issues, row->at,
                   "(%d, %s, fuel '%s', %s, %s) stands here and in %s:%ld; keep one row, or add "
                   "them up",
                   row->year, row->sector, row->fuel, row->gas, flow_word(row->flow),
                   before->at.file, before->at.row);
        return;
    }
    struct place at = row->at;
    if (row->origin != before->origin) {
        at.column = "origin";
        at.value = origin_word(row->origin);
        issues_add(issues, at,
                   "the same sector, fuel, gas and flow is %s in %s:%ld; give all its areas and "
                   "months one origin",
                   origin_word(before->origin), before->at.file, before->at.row);
    } else if ((row->month == 0) != (before->month == 0)) {
        at.column = "month";
        issues_add(
            issues, at,
            "a total is either yearly or monthly, and %s:%ld has the same sector, fuel, gas, "
            "flow and year %s; give all its rows a month, or none",
            before->at.file, before->at.row, before->month == 0 ? "as a whole" : "by months");
    }
}

/* The rows [first, end) of one key and area: twelve months, or one year. */
static void check_months(const struct totals_order *o, int first, int end, struct issues *issues)
{
    char missing[64] = "";
    int used = 0;
    const struct total *row = o->rows[first];
    if (row->month == 0) {
        return;
    }
    for (int month = 1; month <= 12; month++) {
        bool is_there = false;
        for (int i = first; i < end && !is_there; i++) {
            is_there = o->rows[i]->month == month;
        }
        if (!is_there) {
            used += snprintf(missing + used, sizeof missing - (size_t)used, "%s%d",
                             used > 0 ? ", " : "", month);
        }
    }
    if (used > 0) {
        struct place at = row->at;
        at.column = "month";
        issues_add(issues, at,
                   "(%d, %s, fuel '%s', %s, %s%s%s) lacks month %s; give all twelve, 0 where there "
                   "is nothing",
                   row->year, row->sector, row->fuel, row->gas, flow_word(row->flow),
                   row->area[0] != '\0' ? ", area " : "", row->area, missing);
    }
}

/* One key's rows [first, end). */
static void check_run(const struct totals_order *o, int first, int end, struct issues *issues)
{
    const struct total *row = o->rows[first];
    const struct total *above = totals_order_above(o, total_key_of(row));
    if (above != NULL) {
        issues_add(issues, row->at,
                   "%s is part of %s in %s:%ld, and a sector and its parent must not both hold "
                   "data; keep the parts or the whole",
                   row->sector, above->sector, above->at.file, above->at.row);
    }
    int area = first;
    for (int i = first; i < end && !issues_are_full(issues); i++) {
        if (i > first) {
            check_twice(o->rows[i], o->rows[i - 1], issues);
        }
        if (i + 1 == end || strcmp(o->rows[i + 1]->area, o->rows[i]->area) != 0) {
            check_months(o, area, i + 1, issues);
            area = i + 1;
        }
    }
}

/* Would a raster of masses and a row of a table hold the same tonnes? A parent holds its parts,
 * whatever the fuel; within one sector the fuels are apart. */
static const struct total *same_mass(const struct totals_order *o, const struct manifest_grid *g)
{
    struct total_key key = {g->year, g->gas, g->flow, g->sector, g->fuel, NULL};
    int first;
    int end;
    totals_order_find(o, key, &first, &end);
    for (int i = first; i < end; i++) {
        if (!codes_are_apart(g->from, o->rows[i]->from)) {
            return o->rows[i];
        }
    }
    const struct total *above = totals_order_above(o, key);
    return above != NULL ? above : totals_order_below(o, key);
}

static void check_grids(const struct manifest *m, const struct totals_order *o,
                        struct issues *issues)
{
    for (int i = 0; i < m->grid_count && !issues_are_full(issues); i++) {
        const struct total *row = same_mass(o, &m->grids[i]);
        if (row == NULL) {
            continue;
        }
        char path[32];
        snprintf(path, sizeof path, "grids[%d]", m->grids[i].item);
        issues_add(issues,
                   (struct place){.file = m->name, .column = path, .value = m->grids[i].sector},
                   "%s:%ld holds %s for this gas, flow and year, and the same mass would count "
                   "twice; keep the grid or the row",
                   row->at.file, row->at.row, row->sector);
    }
}

/* Codes of other schemes that were led to one sector: only those of one scheme that are apart in it
 * hold different tonnes. The run is [first, end). */
static void check_meeting(const struct totals_order *o, int first, int end, struct issues *issues)
{
    const struct total *row = o->rows[first];
    for (int i = end; i < o->count && total_key_meets(row, o->rows[i]); i++) {
        const struct total *other = o->rows[i];
        if (!codes_are_apart(row->from, other->from) && !issues_are_full(issues)) {
            issues_add(issues, other->at,
                       "(%d, %s, fuel '%s', %s, %s) stands here and in %s:%ld, as %s and %s; keep "
                       "one of the two",
                       row->year, row->sector, row->fuel, row->gas, flow_word(row->flow),
                       row->at.file, row->at.row, other->from,
                       row->from != NULL ? row->from : row->sector);
        }
    }
}

void tables_check_totals(const struct manifest *m, const struct totals_order *totals,
                         struct issues *issues)
{
    for (int i = 0; i < totals->count && !issues_are_full(issues);) {
        int end = totals_order_run(totals, i);
        check_run(totals, i, end, issues);
        check_meeting(totals, i, end, issues);
        i = end;
    }
    check_grids(m, totals, issues);
}

/* Points with weights must share the whole of a total. (Those with masses: plan_points.c.) */
static void check_group(const struct points_order *points, const struct total *row,
                        const char *group, struct place at, struct issues *issues)
{
    int first;
    int end;
    points_order_find(points, group, &first, &end);
    struct sum sum = {0, 0};
    for (int i = first; i < end; i++) {
        sum_add(&sum, points->points[i]->weight);
    }
    if (first == end) {
        issues_add(issues, at,
                   "no point source has sector %s, gas %s and fuel '%s'; add one, or choose "
                   "another spatial pattern",
                   row->from != NULL ? row->from : row->sector, row->gas, row->fuel);
    } else if (!(fabs(sum_value(sum) - 1) <= WEIGHT_TOLERANCE)) {
        issues_add(
            issues, at,
            "the weights of its point sources sum to %.12g, not to 1; divide each by the sum",
            sum_value(sum));
    } else if (row->area[0] != '\0') {
        issues_add(issues, at,
                   "points with weights share a national total, not one of area %s; give the "
                   "points masses, or the area a proxy",
                   row->area);
    }
}

void tables_check_spatial(const struct manifest *m, const struct tables *t,
                          const struct points_order *points, struct arena *arena,
                          struct issues *issues)
{
    for (int i = 0; i < t->total_count && !issues_are_full(issues); i++) {
        const struct total *row = &t->totals[i];
        struct place at = row->at;
        at.column = "spatial";
        at.value = row->spatial;
        struct spatial spatial;
        char rule[256];
        if (!spatial_parse(m, row->spatial, &spatial, rule, sizeof rule)) {
            issues_add(issues, at, "%s", rule);
        } else if (spatial.parts[0].proxy == SPATIAL_POINTS && m->points.unit == NULL) {
            const char *group = total_points_group(row, arena);
            check_group(points, row, group != NULL ? group : "", at, issues);
        }
    }
}
