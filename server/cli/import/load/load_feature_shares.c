/* Lines and areas of a file into shares of cells. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/vector/layer.h"
#include "cli/import/load/load_features.h"
#include "cli/import/vector/wkb.h"
#include "geo/coverage.h"

void load_features_free(struct load_features *f)
{
    if (f != NULL) {
        free(f->cells);
        free(f->shares);
    }
}

struct reading {
    struct load *l;
    struct load_features *to;
    const struct manifest_features *of;
    struct coverage coverage;
    struct why *why;
};

static enum err add_part(void *context, enum wkb_part part, const double *lonlat, size_t n)
{
    struct reading *r = context;
    return part == WKB_LINE ? coverage_add_line(&r->coverage, lonlat, n)
                            : coverage_add_ring(&r->coverage, lonlat, n, part == WKB_HOLE);
}

static enum err room(struct load_features *f, int64_t more)
{
    if (f->share_count + more <= f->share_capacity) {
        return ERR_OK;
    }
    int64_t wanted = (f->share_count + more) * 2;
    int32_t *cells = realloc(f->cells, (size_t)wanted * sizeof *cells);
    f->cells = cells != NULL ? cells : f->cells;
    double *shares = realloc(f->shares, (size_t)wanted * sizeof *shares);
    f->shares = shares != NULL ? shares : f->shares;
    if (cells == NULL || shares == NULL) {
        return ERR_NO_MEMORY;
    }
    f->share_capacity = wanted;
    return ERR_OK;
}

/* Features that are drawn alike (a row a year) share what was computed for the one before. */
static enum err keep_shares(struct reading *r, int feature, double outside)
{
    struct load_features *f = r->to;
    const struct coverage *c = &r->coverage;
    if (f->share_count + (int64_t)c->count > LOAD_SHARES_MAX) {
        return why_set(r->why, ERR_TOO_LARGE, r->of->layer.file->name,
                       "%s:%ld: its lines or areas touch more than %d cells together; take a "
                       "coarser grid, or a raster",
                       r->of->layer.file->name, r->l->t->features.list[feature].row,
                       LOAD_SHARES_MAX);
    }
    enum err e = room(f, (int64_t)c->count);
    if (e != ERR_OK) {
        return e;
    }
    f->of[feature] = (struct feature_share){f->share_count, (int32_t)c->count, outside};
    for (size_t i = 0; i < c->count; i++) {
        f->cells[f->share_count] = c->cells[i].cell;
        f->shares[f->share_count++] = c->cells[i].amount;
    }
    return ERR_OK;
}

static void refuse(struct reading *r, int feature, const char *rule)
{
    issues_add(r->l->issues,
               features_place(r->l->m, &r->l->t->features.list[feature], "geometry", NULL), "%s",
               rule);
}

static void refuse_outside(struct reading *r, int feature, double outside)
{
    const struct coverage *c = &r->coverage;
    double lon = c->outside_lon;
    double lat = c->outside_lat;
    int32_t col;
    int32_t row;
    bool is_swapped = outside == 1 && grid_cell_of(c->grid, lat, lon, &col, &row);
    issues_add(
        r->l->issues, features_place(r->l->m, &r->l->t->features.list[feature], "geometry", NULL),
        is_swapped ? "lies outside the grid, at (%.6g, %.6g), and inside it with its axes "
                     "swapped (%.3g of it); write longitude first"
                   : "reaches beyond the grid at (%.6g, %.6g), with %.3g of its mass; take a "
                     "larger grid, or say \"outside\": \"unallocated\"",
        lon, lat, outside);
}

static enum err measure(struct reading *r, int feature, const unsigned char *wkb, int len)
{
    coverage_clear(&r->coverage);
    enum err e = wkb_walk(wkb, (size_t)len, add_part, r);
    double outside;
    if (e == ERR_OK) {
        e = coverage_finish(&r->coverage, &outside);
    }
    if (e == ERR_INPUT) {
        refuse(r, feature,
               r->of->geometry == FEATURE_LINES
                   ? "has no length; draw the line, or give the source as a point"
                   : "has no area; draw the polygon, or give the source as a point");
        return ERR_OK;
    }
    if (e == ERR_OK && outside > 0 && r->of->outside == FEATURE_OUTSIDE_REFUSE) {
        refuse_outside(r, feature, outside);
        return ERR_OK;
    }
    return e == ERR_OK ? keep_shares(r, feature, outside) : e;
}

static enum err measure_area(struct reading *r, int feature, const struct layer_feature *at)
{
    unsigned char *repaired;
    int len;
    struct why why = {0};
    enum err e = feature_polygon(at->wkb, at->wkb_len, r->of->is_repair, &repaired, &len, &why);
    if (e == ERR_INPUT) {
        issues_add(r->l->issues,
                   features_place(r->l->m, &r->l->t->features.list[feature], "geometry", NULL),
                   "is no valid polygon (%s); mend it, or say \"invalid\": \"repair\"", why.reason);
        return ERR_OK;
    }
    if (e == ERR_OK) {
        e = repaired != NULL ? measure(r, feature, repaired, len)
                             : measure(r, feature, at->wkb, at->wkb_len);
        if (repaired != NULL && e == ERR_OK) {
            r->l->report->repaired_count++;
        }
    }
    free(repaired);
    return e;
}

/* The features of a section stand together, in the order of the file. */
static int first_of(const struct features *f, int section)
{
    int i = 0;
    while (i < f->count && f->list[i].section != section) {
        i++;
    }
    return i;
}

static enum err read_layer(struct reading *r, struct layer *layer, int section)
{
    const struct features *f = &r->l->t->features;
    bool is_there = true;
    enum err e = ERR_OK;
    for (int i = first_of(f, section); e == ERR_OK && is_there && !issues_are_full(r->l->issues);) {
        struct layer_feature at;
        e = layer_next(layer, r->l->issues, &at, &is_there, r->why);
        if (e != ERR_OK || !is_there) {
            break;
        }
        if (i >= f->count || f->list[i].section != section || f->list[i].row != at.row) {
            return why_set(r->why, ERR_INPUT, r->of->layer.file->name,
                           "%s: has changed while it was read; import it again",
                           r->of->layer.file->name);
        }
        e = r->of->geometry == FEATURE_AREAS ? measure_area(r, i, &at)
                                             : measure(r, i, at.wkb, at.wkb_len);
        i++;
    }
    return e;
}

static enum err start(struct load *l)
{
    struct load_features *f = arena_alloc(l->arena, 1, sizeof *f);
    if (f == NULL) {
        return ERR_NO_MEMORY;
    }
    *f = (struct load_features){
        .grid = l->grid.grid,
        .is_read = arena_alloc(l->arena, (size_t)l->m->feature_count, sizeof *f->is_read),
        .of = arena_alloc(l->arena, (size_t)l->t->features.count + 1, sizeof *f->of)};
    if (f->is_read == NULL || f->of == NULL) {
        return ERR_NO_MEMORY;
    }
    l->features = f;
    return ERR_OK;
}

enum err load_features_shares(struct load *l, int section, struct why *why)
{
    enum err e = l->features == NULL ? start(l) : ERR_OK;
    if (e != ERR_OK || l->features->is_read[section]) {
        return e;
    }
    struct reading r = {.l = l, .to = l->features, .of = &l->m->features[section], .why = why};
    struct layer *layer;
    progress_step(l->progress, r.of->layer.file->name);
    e = manifest_layer_open(&r.of->layer, l->arena, l->issues, &layer, why);
    if (e != ERR_OK) {
        return e;
    }
    coverage_init(&r.coverage, l->grid.grid);
    e = read_layer(&r, layer, section);
    coverage_fini(&r.coverage);
    layer_close(layer);
    l->features->is_read[section] = true;
    return e;
}
