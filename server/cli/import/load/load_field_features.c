/* A group of features into a field: points where they stand, lines and areas as cells. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/load/load_features.h"
#include "geo/sum.h"

/* ---- points ---- */

static struct point point_of(const struct load *l, const struct feature_group *g, int mass)
{
    const struct feature_mass *m = &l->t->features.masses[mass];
    struct point p = *l->t->features.list[m->feature].point;
    p.sector = g->sector;
    p.gas = g->gas;
    p.fuel = g->fuel;
    p.weight = m->mass_t;
    return p;
}

static enum err stage(struct load *l, const struct feature_group *g, const char *group,
                      struct why *why)
{
    struct copy *w;
    enum err e = load_points_copy_begin(l, &w, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = g->first; i < g->first + g->count; i++) {
        struct point p = point_of(l, g, i);
        load_points_copy(w, &p, group);
    }
    int64_t rows;
    return copy_end(w, &rows, why);
}

static void refuse_off_grid(struct load *l, const struct feature_group *g)
{
    for (int i = g->first; i < g->first + g->count && !issues_are_full(l->issues); i++) {
        const struct feature *f = &l->t->features.list[l->t->features.masses[i].feature];
        int32_t col;
        int32_t row;
        if (!grid_cell_of(l->grid.grid, f->point->lon, f->point->lat, &col, &row)) {
            bool is_swapped = grid_cell_of(l->grid.grid, f->point->lat, f->point->lon, &col, &row);
            issues_add(
                l->issues, features_place(l->m, f, "geometry", NULL),
                is_swapped
                    ? "(%.9g, %.9g) lies outside the grid, and inside it with its axes "
                      "swapped; write longitude first"
                    : "(%.9g, %.9g) lies outside the grid; correct it, or take a larger grid",
                f->point->lon, f->point->lat);
        }
    }
}

static enum err identify(struct load *l, const struct feature_group *g,
                         char sha256[DIGEST_HEX_SIZE])
{
    char sum[DIGEST_HEX_SIZE];
    struct digest *d = digest_new();
    if (d == NULL) {
        return ERR_NO_MEMORY;
    }
    digest_add(d, &l->grid.grid, sizeof l->grid.grid);
    for (int i = g->first; i < g->first + g->count; i++) {
        struct point p = point_of(l, g, i);
        load_points_digest(d, &p);
    }
    digest_hex(d, sum);
    digest_free(d);
    load_points_identity(l, sum, l->m->features[g->section].max_distance_km, sha256);
    return ERR_OK;
}

static enum err load_points(struct load *l, const struct feature_group *g, struct plan_field *out,
                            struct why *why)
{
    char sha256[DIGEST_HEX_SIZE];
    int before = l->issues->count;
    refuse_off_grid(l, g);
    if (l->issues->count > before) {
        return ERR_OK;
    }
    const char *group = arena_printf(l->arena, "features %td", g - l->t->features.groups);
    enum err e = group != NULL ? identify(l, g, sha256) : ERR_NO_MEMORY;
    if (e == ERR_OK) {
        e = load_field_find(l, sha256, out, why);
    }
    l->report->field_count++;
    if (e != ERR_OK || out->id != 0) {
        return e;
    }
    e = stage(l, g, group, why);
    return e == ERR_OK ? load_points_field(l, group, sha256,
                                           l->m->features[g->section].max_distance_km, out, why)
                       : e;
}

/* ---- lines and areas ---- */

struct cell_mass {
    int32_t cell;
    double mass_t;
};

struct spread {
    struct grid grid;
    int64_t count, at;
    struct cell_mass *cells; /* ascending, each cell once */
};

static enum err spread_row(void *context, int32_t y, double *values, unsigned char *is_nodata,
                           struct why *why)
{
    (void)why;
    struct spread *s = context;
    int32_t nx = s->grid.nx;
    s->at = y == 0 ? 0 : s->at;
    memset(is_nodata, 1, (size_t)nx);
    memset(values, 0, (size_t)nx * sizeof *values);
    for (; s->at < s->count && s->cells[s->at].cell / nx == y; s->at++) {
        values[s->cells[s->at].cell % nx] = s->cells[s->at].mass_t;
        is_nodata[s->cells[s->at].cell % nx] = 0;
    }
    return ERR_OK;
}

static int compare_cells(const void *a, const void *b)
{
    const struct cell_mass *x = a;
    const struct cell_mass *y = b;
    int c = (x->cell > y->cell) - (x->cell < y->cell);
    return c != 0 ? c : (x->mass_t > y->mass_t) - (x->mass_t < y->mass_t);
}

static void merge(struct spread *s)
{
    int64_t used = 0;
    for (int64_t i = 0, end; i < s->count; i = end) {
        struct sum sum = {0, 0};
        for (end = i; end < s->count && s->cells[end].cell == s->cells[i].cell; end++) {
            sum_add(&sum, s->cells[end].mass_t);
        }
        s->cells[used++] = (struct cell_mass){s->cells[i].cell, sum_value(sum)};
    }
    s->count = used;
}

/* Masses times shares. *outside_t is what lies beyond the grid. */
static enum err spread_group(const struct load *l, const struct feature_group *g, struct spread *s,
                             double *outside_t)
{
    const struct load_features *shares = l->features;
    const struct feature_mass *masses = l->t->features.masses;
    struct sum outside = {0, 0};
    int64_t count = 0;
    for (int i = g->first; i < g->first + g->count; i++) {
        count += shares->of[masses[i].feature].count;
    }
    s->cells = malloc((size_t)(count + 1) * sizeof *s->cells);
    if (s->cells == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = g->first; i < g->first + g->count; i++) {
        const struct feature_share *of = &shares->of[masses[i].feature];
        sum_add(&outside, masses[i].mass_t * of->outside);
        for (int64_t k = of->first; k < of->first + of->count; k++) {
            s->cells[s->count++] =
                (struct cell_mass){shares->cells[k], masses[i].mass_t * shares->shares[k]};
        }
    }
    qsort(s->cells, (size_t)s->count, sizeof *s->cells, compare_cells);
    merge(s);
    *outside_t = sum_value(outside);
    return ERR_OK;
}

/* What is beyond the grid is mass without a place. */
static enum err split_slices(struct load *l, const struct plan_field *f, double outside_share)
{
    struct plan *p = l->plan;
    int count = p->slice_count;
    for (int i = 0; i < count && (f->id == 0 || outside_share > 0); i++) {
        if (p->slices[i].field != f - p->fields) {
            continue;
        }
        struct plan_slice beyond = p->slices[i];
        beyond.field = -1;
        beyond.is_part = true; /* it joins what else has no place */
        if (f->id == 0) {
            p->slices[i] = beyond;
            continue;
        }
        beyond.mass_t *= fmin(outside_share, 1);
        p->slices[i].mass_t -= beyond.mass_t;
        if (plan_add_slice(p, l->arena, beyond) < 0) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

static enum err load_cells(struct load *l, const struct feature_group *g, struct plan_field *out,
                           struct why *why)
{
    struct spread s = {.grid = l->grid.grid};
    double outside_t;
    enum err e = load_features_shares(l, g->section, why);
    if (e != ERR_OK || l->issues->count > 0) {
        return e;
    }
    e = spread_group(l, g, &s, &outside_t);
    const struct cell_source from = {.grid = s.grid,
                                     .file = l->m->features[g->section].layer.file->name,
                                     .row = spread_row,
                                     .context = &s};
    if (e == ERR_OK) {
        e = load_field_cells(l, &from, out, why);
    }
    free(s.cells);
    return e == ERR_OK && l->issues->count == 0 ? split_slices(l, out, outside_t / g->mass_t) : e;
}

enum err load_field_features(struct load *l, struct plan_field *out, struct why *why)
{
    const struct feature_group *g = &l->t->features.groups[out->source];
    enum err e = load_use_common_grid(l, "features", why);
    if (e != ERR_OK) {
        return e;
    }
    progress_step(l->progress, out->name);
    return l->m->features[g->section].geometry == FEATURE_POINTS ? load_points(l, g, out, why)
                                                                 : load_cells(l, g, out, why);
}
