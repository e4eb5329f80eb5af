/* Points with masses: parts of totals that have a place of their own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/plan_internal.h"

static int compare_districts(const void *a, const void *b)
{
    return strcmp(((const struct plan_district *)a)->code, ((const struct plan_district *)b)->code);
}

const struct plan_district *plan_district(const struct plan_input *in, const char *code)
{
    struct plan_district key = {code, ""};
    return in->district_count == 0 ? NULL
                                   : bsearch(&key, in->districts, (size_t)in->district_count,
                                             sizeof key, compare_districts);
}

int plan_row_of_area(const struct totals_order *o, int first, int end, const char *area, int month)
{
    while (first < end) {
        int middle = first + (end - first) / 2;
        int c = strcmp(o->rows[middle]->area, area);
        c = c != 0 ? c : o->rows[middle]->month - month;
        if (c == 0) {
            return middle;
        }
        if (c < 0) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return -1;
}

/* The total a mass in a district is part of: that of the smallest area around it, or the nation's.
 */
static int row_around(const struct plan_work *w, int first, int end, const char *district,
                      int month)
{
    for (int depth = 0; district[0] != '\0' && depth < 8; depth++) {
        int row = plan_row_of_area(&w->totals, first, end, district, month);
        if (row >= 0) {
            return row;
        }
        const struct plan_district *d = plan_district(w->in, district);
        district = d != NULL ? d->parent : "";
    }
    return plan_row_of_area(&w->totals, first, end, "", month);
}

static void refuse_lonely(struct plan_work *w, struct total_key key, int first, int end, int month,
                          struct place at)
{
    if (first == end) {
        issues_add(w->issues, at,
                   "no row of the totals has %s, %s, %s, fuel '%s' in %d, to take its mass out of; "
                   "add the row, or correct this one",
                   key.sector, key.gas, flow_word(key.flow), key.fuel, key.year);
        return;
    }
    const struct total *row = w->totals.rows[first];
    if ((row->month == 0) != (month == 0)) {
        issues_add(w->issues, at,
                   "is of a %s and its total in %s:%ld of a %s; give both or none a "
                   "month",
                   month == 0 ? "year" : "month", row->at.file, row->at.row,
                   row->month == 0 ? "year" : "month");
        return;
    }
    issues_add(
        w->issues, at,
        "stands in none of the areas that %s, %s, fuel '%s', %d has totals of; add the total "
        "of its area, or a national one",
        key.sector, key.gas, key.fuel, key.year);
}

/* Totals of several codes of another scheme are led to the sector: which holds the mass? */
static void refuse_meeting(struct plan_work *w, int first, int end, struct place at)
{
    const struct total *row = w->totals.rows[first];
    const struct total *other = w->totals.rows[end - 1];
    issues_add(w->issues, at,
               "%s has totals under several codes (%s in %s:%ld, %s in %s:%ld), and the mass is "
               "part of one of them; give it that code",
               row->sector, row->from != NULL ? row->from : row->sector, row->at.file, row->at.row,
               other->from != NULL ? other->from : other->sector, other->at.file, other->at.row);
}

const struct total *plan_take(struct plan_work *w, struct total_key key, int month,
                              const char *district, double mass_t, struct place at)
{
    int first;
    int end;
    totals_order_find(&w->totals, key, &first, &end);
    if (first == end) { /* its total came under another code than its own */
        key.from = NULL;
        totals_order_find(&w->totals, key, &first, &end);
    }
    if (first < end && totals_order_run(&w->totals, first) < end) {
        refuse_meeting(w, first, end, at);
        return NULL;
    }
    int row = row_around(w, first, end, district, month);
    if (row < 0) {
        refuse_lonely(w, key, first, end, month, at);
        return NULL;
    }
    struct plan_taken *to = &w->taken[row];
    sum_add(&to->mass_t, mass_t);
    to->first = to->count == 0 ? at : to->first;
    to->last = at;
    to->count++;
    return w->totals.rows[row];
}

struct group_sum { /* of one group's points */
    struct sum mass_t;
    double squares;    /* of the half-widths that points have of their own, t^2 */
    struct sum shared; /* half-widths taken from their totals, t: one error for all */
    bool is_unknown;
    const struct total *row; /* of its first point */
};

static void add_point(struct plan_work *w, const struct point *p, struct group_sum *to)
{
    const char *district =
        w->in->point_districts != NULL ? w->in->point_districts[p - w->in->t->points] : "";
    const struct total *row =
        plan_take(w,
                  (struct total_key){p->year, p->gas, FLOW_EMISSION, p->sector, p->fuel,
                                     p->from != NULL ? p->from : ""},
                  p->month, district, p->mass_t, p->at);
    if (row == NULL) {
        return;
    }
    to->row = to->row != NULL ? to->row : row;
    sum_add(&to->mass_t, p->mass_t);
    if (!isnan(p->uncertainty_pct)) {
        double half = p->mass_t * p->uncertainty_pct / 100;
        to->squares += half * half;
    } else if (!isnan(row->uncertainty_pct)) {
        sum_add(&to->shared, p->mass_t * row->uncertainty_pct / 100);
    } else {
        to->is_unknown = to->is_unknown || p->mass_t > 0;
    }
}

/* One group [first, end): a field with the masses as weights, and its slice. */
static enum err add_group(struct plan_work *w, int first, int end)
{
    const struct point *p = w->points.points[first];
    struct group_sum sum = {0};
    for (int i = first; i < end && !issues_are_full(w->issues); i++) {
        add_point(w, w->points.points[i], &sum);
    }
    double mass_t = sum_value(sum.mass_t);
    if (sum.row == NULL || mass_t == 0) {
        return ERR_OK; /* an issue, or closed in that year */
    }
    const char *name = arena_printf(w->arena, "points: %s", p->group);
    int field = name == NULL
                    ? -1
                    : plan_field_keyed(w->plan, w->arena, name,
                                       (struct plan_field){
                                           .kind = PLAN_POINTS, .name = name, .group = p->group});
    double shared = sum_value(sum.shared);
    struct plan_slice s = plan_slice_of_total(w->in->m, sum.row);
    s.method = p->method;
    s.field = field;
    s.mass_t = mass_t;
    s.uncertainty_pct = sum.is_unknown ? NAN : 100 * sqrt(sum.squares + shared * shared) / mass_t;
    s.locator = w->in->m->points.file->name;
    s.checksum = w->in->m->points.file->sha256;
    s.at = p->at;
    return field < 0 || plan_add_slice(w->plan, w->arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

enum err plan_points(struct plan_work *w)
{
    enum err e = ERR_OK;
    for (int i = 0, end; i < w->points.count && e == ERR_OK && !issues_are_full(w->issues);
         i = end) {
        for (end = i + 1; end < w->points.count &&
                          strcmp(w->points.points[end]->group, w->points.points[i]->group) == 0;
             end++) {
        }
        if (w->points.points[i]->has_mass) {
            e = add_group(w, i, end);
        }
    }
    return e;
}
