/* The report's account of the crosswalks: which codes went where, with which mass. */
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/crosswalk.h"
#include "cli/import/load/load_internal.h"
#include "geo/sum.h"

static int compare_rows(const void *a, const void *b)
{
    const struct report_crosswalk *x = a;
    const struct report_crosswalk *y = b;
    int c = strcmp(x->from, y->from);
    c = c != 0 ? c : strcmp(x->to, y->to);
    return c != 0 ? c : strcmp(x->gas, y->gas);
}

/* Tonnes of a grid's share of its raster. */
static double grid_mass_t(const struct load *l, int grid)
{
    const struct manifest_grid *g = &l->m->grids[grid];
    int source = g->part_of >= 0 ? g->part_of : grid;
    for (int i = 0; i < l->plan->field_count; i++) {
        const struct plan_field *f = &l->plan->fields[i];
        if (f->kind == PLAN_GRID && f->source == source) {
            return f->total_read * f->tonnes_per_unit * g->share;
        }
    }
    return 0;
}

/* Rows of one code, sector and gas become one. */
static int fold(struct report_crosswalk *rows, int count)
{
    int kept = 0;
    struct sum sum = {0, 0};
    for (int i = 0; i < count; i++) {
        if (kept == 0 || compare_rows(&rows[kept - 1], &rows[i]) != 0) {
            rows[kept++] = rows[i];
            sum = (struct sum){0, 0};
        }
        sum_add(&sum, rows[i].mass_t);
        rows[kept - 1].mass_t = sum_value(sum);
    }
    return kept;
}

/* @return how many rows were written. */
static int list_totals(const struct totals_order *o, struct report_crosswalk *rows)
{
    int count = 0;
    for (int i = 0, end; i < o->count; i = end) {
        const struct total *t = o->rows[i];
        end = totals_order_run(o, i);
        if (t->from != NULL) {
            rows[count++] = (struct report_crosswalk){t->from, t->sector, t->gas, "",
                                                      totals_run_mass_t(o, i, end)};
        }
    }
    return count;
}

enum err load_crosswalk(struct load *l, struct why *why)
{
    const struct crosswalk *x = l->t->crosswalk;
    struct totals_order totals;
    if (x == NULL) {
        return ERR_OK;
    }
    const struct features *f = &l->t->features;
    size_t room = (size_t)(l->t->total_count + l->m->grid_count + f->group_count) + 1;
    struct report_crosswalk *rows = arena_alloc(l->arena, room, sizeof *rows);
    enum err e = rows != NULL ? totals_order_make(l->t, l->arena, &totals, why) : ERR_NO_MEMORY;
    if (e != ERR_OK) {
        return e;
    }
    int count = list_totals(&totals, rows);
    for (int i = 0; i < l->m->grid_count; i++) {
        const struct manifest_grid *g = &l->m->grids[i];
        if (g->from != NULL) {
            rows[count++] =
                (struct report_crosswalk){g->from, g->sector, g->gas, "", grid_mass_t(l, i)};
        }
    }
    for (int i = 0; i < f->group_count; i++) { /* those within totals are in the totals' mass */
        const struct feature_group *g = &f->groups[i];
        if (g->from[0] != '\0' && !l->m->features[g->section].is_within) {
            rows[count++] = (struct report_crosswalk){g->from, g->sector, g->gas, "", g->mass_t};
        }
    }
    qsort(rows, (size_t)count, sizeof *rows, compare_rows);
    l->report->crosswalk_count = fold(rows, count);
    l->report->crosswalk = rows;
    for (int i = 0; i < l->report->crosswalk_count; i++) {
        rows[i].note = crosswalk_note(x, rows[i].from, rows[i].gas, rows[i].to);
    }
    return ERR_OK;
}
