/* Groups of features: each is a field of its own, and a slice over it. Those within totals are
 * taken out of them. */
#include <math.h>

#include "cli/import/plan/plan_internal.h"

/* The rows of a key that are of areas; NULL when there are none. */
static const struct total *row_of_an_area(const struct plan_work *w, struct total_key key)
{
    int first;
    int end;
    key.from = NULL;
    totals_order_find(&w->totals, key, &first, &end);
    for (int i = first; i < end; i++) {
        if (w->totals.rows[i]->area[0] != '\0') {
            return w->totals.rows[i];
        }
    }
    return NULL;
}

/* A line or an area may lie in several districts: taken out of the nation's total it would make
 * more of an area than that area's own total says. */
static bool has_one_total(struct plan_work *w, const struct feature_group *g, struct total_key key)
{
    const struct total *row =
        w->in->m->features[g->section].geometry == FEATURE_POINTS ? NULL : row_of_an_area(w, key);
    if (row != NULL) {
        issues_add(w->issues,
                   features_group_place(w->in->m, &w->in->t->features, g, "sector", g->sector),
                   "is a line or an area within a total that %s:%ld splits by areas, and nobody "
                   "knows which of them holds it; give one national total, or points",
                   row->at.file, row->at.row);
    }
    return row == NULL;
}

/* Out of the total of the smallest area around a point, or the nation's. */
static void take(struct plan_work *w, const struct feature_group *g)
{
    const struct features *f = &w->in->t->features;
    const struct total_key key = {g->year, g->gas, g->flow, g->sector, g->fuel, g->from};
    const struct total *row = NULL;
    if (!has_one_total(w, g, key)) {
        return;
    }
    for (int i = g->first; i < g->first + g->count && !issues_are_full(w->issues); i++) {
        int feature = f->masses[i].feature;
        const char *district =
            w->in->feature_districts != NULL ? w->in->feature_districts[feature] : "";
        struct place at = features_place(w->in->m, &f->list[feature], NULL, NULL);
        row = plan_take(w, key, g->month, district, f->masses[i].mass_t, at);
        if (row != NULL && row->origin != g->origin) {
            at.column = "origin";
            at.value = origin_word(g->origin);
            issues_add(w->issues, at,
                       "the total it is part of is %s in %s:%ld; give both one origin",
                       origin_word(row->origin), row->at.file, row->at.row);
            return;
        }
    }
}

static struct plan_slice slice_of(const struct plan_work *w, const struct feature_group *g)
{
    const struct manifest_features *of = &w->in->m->features[g->section];
    return (struct plan_slice){
        .year = g->year,
        .month = g->month,
        .sector = g->sector,
        .gas = g->gas,
        .fuel = g->fuel,
        .method = g->method,
        .flow = g->flow,
        .origin = g->origin,
        .field = -1,
        .mass_t = g->mass_t,
        .share = 1,
        .uncertainty_pct = g->uncertainty_pct,
        .provenance = of->provenance,
        .locator = g->locator,
        .checksum = of->layer.file->sha256,
        .at = features_group_place(w->in->m, &w->in->t->features, g, NULL, NULL)};
}

static enum err add_group(struct plan_work *w, int group)
{
    const struct feature_group *g = &w->in->t->features.groups[group];
    struct plan_slice s = slice_of(w, g);
    if (w->in->m->features[g->section].is_within) {
        take(w, g);
    }
    if (g->mass_t == 0) { /* a number, without a place */
        s.is_part = true;
        return plan_add_slice(w->plan, w->arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
    }
    const char *name =
        arena_printf(w->arena, "features: %s %s %s %d", g->sector, g->gas, g->fuel, g->year);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    s.field =
        plan_add_field(w->plan, w->arena,
                       (struct plan_field){.kind = PLAN_FEATURES, .source = group, .name = name});
    return s.field < 0 || plan_add_slice(w->plan, w->arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

enum err plan_features(struct plan_work *w)
{
    enum err e = ERR_OK;
    int n = w->in->t->features.group_count;
    for (int i = 0; i < n && e == ERR_OK && !issues_are_full(w->issues); i++) {
        e = add_group(w, i);
    }
    return e;
}
