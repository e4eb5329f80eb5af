/* Totals into slices: each row less the points measured within it, a nation less its areas. */
#include <math.h>
#include <string.h>

#include "cli/import/plan/plan_internal.h"
#include "cli/import/plan/spatial.h"

#define NOTHING 1e-13 /* of a total: what summing leaves of an exact zero */

struct plan_slice plan_slice_of_total(const struct manifest *m, const struct total *row)
{
    const struct manifest_totals *table = &m->totals[row->table];
    return (struct plan_slice){.year = row->year,
                               .month = row->month,
                               .sector = row->sector,
                               .gas = row->gas,
                               .fuel = row->fuel,
                               .method = row->method,
                               .flow = row->flow,
                               .origin = row->origin,
                               .field = -1,
                               .mass_t = row->mass_t,
                               .uncertainty_pct = row->uncertainty_pct,
                               .provenance = table->provenance,
                               .locator = row->source,
                               .checksum = table->file->sha256,
                               .fallback = table->fallback,
                               .is_part = true,
                               .is_mapped = row->from != NULL,
                               .at = row->at};
}

/* ---- areas ------------------------------------------------------------------------------- */

/* Is the row's area known, and inside no other area of these rows [first, end)? */
static void check_area(struct plan_work *w, int first, int end, const struct total *row)
{
    struct place at = row->at;
    at.column = "area";
    at.value = row->area;
    const struct plan_district *d = plan_district(w->in, row->area);
    if (d == NULL) {
        issues_add(w->issues, at, "is the code of no district; correct it, or add the district");
        return;
    }
    for (int depth = 0; d != NULL && d->parent[0] != '\0' && depth < 8; depth++) {
        int i = plan_row_of_area(&w->totals, first, end, d->parent, row->month);
        if (i >= 0) {
            const struct total *other = w->totals.rows[i];
            issues_add(w->issues, at,
                       "lies in area %s, which has a total of its own in %s:%ld; keep the whole or "
                       "its parts",
                       other->area, other->at.file, other->at.row);
            return;
        }
        d = plan_district(w->in, d->parent);
    }
}

/* The areas of the rows [first, end), sorted, each once; NULL when there are none. */
static enum err list_areas(struct plan_work *w, int first, int end, const char ***out)
{
    const char **areas = NULL;
    int n = 0;
    for (int i = first; i < end; i++) {
        const char *area = w->totals.rows[i]->area;
        if (area[0] == '\0' || (n > 0 && strcmp(areas[n - 1], area) == 0)) {
            continue;
        }
        if (areas == NULL) {
            areas = arena_alloc(w->arena, (size_t)(end - first) + 1, sizeof *areas);
        }
        if (areas == NULL) {
            return ERR_NO_MEMORY;
        }
        areas[n++] = area;
    }
    *out = areas;
    return ERR_OK;
}

/* ---- one row ------------------------------------------------------------------------------ */

struct remainder { /* what is left of a row to be shared out */
    double mass_t;
    bool is_whole; /* nothing was taken out */
};

/* @return false after an issue. */
static bool subtract(struct plan_work *w, const struct total *row, double total_t, double part_t,
                     const char *what, const struct place *where, long count, double *left_t)
{
    *left_t = total_t - part_t;
    if (*left_t >= -PLAN_TOLERANCE * row->mass_t) {
        if (fabs(*left_t) <= NOTHING * row->mass_t) {
            *left_t = 0;
        }
        *left_t = fmax(*left_t, 0);
        return true;
    }
    const struct manifest_totals *table = &w->in->m->totals[row->table];
    struct place at = row->at;
    at.column = arena_printf(w->arena, "mass_%s", table->unit);
    at.value = arena_printf(w->arena, "%.12g", row->mass_t / table->tonnes_per_unit);
    issues_add(w->issues, at,
               "%.12g t of %s %s, fuel '%s', %d%s%s is less than its %ld %s hold, %.12g t (%s:%ld "
               "and on), by %.6g t; correct the total, or what stands within it",
               total_t, row->sector, row->gas, row->fuel, row->year,
               row->area[0] != '\0' ? ", area " : "", row->area, count, what, part_t, where->file,
               where->row, part_t - total_t);
    return false;
}

/* Row i of the run [first, end), less its areas when it is the nation's, less its points. */
static bool remainder_of(struct plan_work *w, int first, int end, int i, struct remainder *out)
{
    const struct total *row = w->totals.rows[i];
    struct sum areas = {0, 0};
    const struct place *where = NULL;
    long count = 0;
    for (int k = first; k < end && row->area[0] == '\0'; k++) {
        const struct total *other = w->totals.rows[k];
        if (other->area[0] != '\0' && other->month == row->month) {
            sum_add(&areas, other->mass_t);
            where = where == NULL ? &other->at : where;
            count++;
        }
    }
    const struct plan_taken *points = &w->taken[i];
    *out = (struct remainder){row->mass_t, count == 0 && points->count == 0};
    if (count > 0 &&
        !subtract(w, row, out->mass_t, sum_value(areas), "areas", where, count, &out->mass_t)) {
        return false;
    }
    if (points->count > 0) {
        double before_t = out->mass_t;
        if (!subtract(w, row, before_t, sum_value(points->mass_t), "point and feature rows",
                      &points->first, points->count, &out->mass_t)) {
            return false;
        }
        report_taken(w->told, w->arena, row, before_t, sum_value(points->mass_t), points->count,
                     out->mass_t);
    }
    if (row->area[0] != '\0' || count > 0) {
        report_region(w->told, w->arena, row, row->mass_t, out->mass_t);
    }
    return true;
}

static enum err share_among_points(struct plan_work *w, const struct total *row, bool has_areas,
                                   struct plan_slice s)
{
    struct place at = row->at;
    at.column = "spatial";
    at.value = row->spatial;
    if (w->in->m->points.unit != NULL || has_areas) {
        issues_add(
            w->issues, at,
            "%.12g t of it are left when %s are taken out, and no proxy spreads them; name a "
            "proxy, or \"unallocated\"",
            s.mass_t, has_areas ? "its areas" : "its points");
        return ERR_OK;
    }
    const char *group = total_points_group(row, w->arena);
    const char *name = group != NULL ? arena_printf(w->arena, "points: %s", group) : NULL;
    s.field = name == NULL
                  ? -1
                  : plan_field_keyed(
                        w->plan, w->arena, name,
                        (struct plan_field){.kind = PLAN_POINTS, .name = name, .group = group});
    return s.field < 0 || plan_add_slice(w->plan, w->arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

/* The parts of the row's pattern; the last takes what rounding left, so that they sum to it. */
static enum err share_out(struct plan_work *w, const struct total *row, double mass_t,
                          const char **areas)
{
    struct spatial spatial;
    char rule[256];
    struct plan_slice s = plan_slice_of_total(w->in->m, row);
    s.mass_t = mass_t;
    if (!spatial_parse(w->in->m, row->spatial, &spatial, rule, sizeof rule)) {
        return ERR_INTERNAL; /* tables_check() refused it */
    }
    report_spatial(w->told, w->arena, row->spatial, mass_t);
    bool is_nation = row->area[0] == '\0';
    if (spatial.parts[0].proxy == SPATIAL_POINTS) {
        return share_among_points(w, row, areas != NULL, s);
    }
    double left_t = mass_t;
    for (int i = 0; i < spatial.count; i++) {
        s.mass_t = i + 1 < spatial.count ? mass_t * spatial.parts[i].weight : fmax(left_t, 0);
        left_t -= s.mass_t;
        s.field = -1;
        if (spatial.parts[i].proxy >= 0) {
            s.field = plan_field_clipped(w->plan, w->in->m, PLAN_PROXY, spatial.parts[i].proxy,
                                         row->area, is_nation ? areas : NULL, w->arena);
            if (s.field < 0) {
                return ERR_NO_MEMORY;
            }
        }
        if (plan_add_slice(w->plan, w->arena, s) < 0) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

static enum err add_run(struct plan_work *w, int first, int end)
{
    const char **areas = NULL;
    enum err e = list_areas(w, first, end, &areas);
    for (int i = first; i < end && e == ERR_OK && !issues_are_full(w->issues); i++) {
        const struct total *row = w->totals.rows[i];
        int before = w->issues->count;
        if (row->area[0] != '\0') {
            check_area(w, first, end, row);
        }
        struct remainder left;
        if (w->issues->count == before && remainder_of(w, first, end, i, &left) &&
            (left.mass_t > 0 || left.is_whole)) {
            e = share_out(w, row, left.mass_t, areas);
        }
    }
    return e;
}

enum err plan_totals(struct plan_work *w)
{
    enum err e = ERR_OK;
    for (int i = 0, end; i < w->totals.count && e == ERR_OK && !issues_are_full(w->issues);
         i = end) {
        end = totals_order_run(&w->totals, i);
        e = add_run(w, i, end);
    }
    return e;
}
