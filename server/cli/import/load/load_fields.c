/* The fields of the plan, one by one: raster bands (proxies and mass grids) and groups of points.
 * Equal patterns are one field. */
#include <math.h>
#include <string.h>

#include "cli/import/load/load_internal.h"

static enum err put_grid(struct load *l, struct grid g, int64_t *id, struct why *why)
{
    const struct param p[] = {{load_number(l, g.x0_deg)}, {load_number(l, g.y0_deg)},
                              {load_number(l, g.dx_deg)}, {load_number(l, g.dy_deg)},
                              {load_id(l, g.nx)},         {load_id(l, g.ny)}};
    enum err e = load_int(l, "SELECT grid_put($1, $2, $3, $4, $5, $6)", p, 6, id, why);
    int64_t rows = 0;
    const struct param grid = {load_id(l, *id)};
    if (e == ERR_OK) {
        e = load_int(
            l, "SELECT count(*) FROM (SELECT FROM district_cell WHERE grid = $1 LIMIT 1) any_row",
            &grid, 1, &rows, why);
    }
    if (e == ERR_OK && rows == 0) {
        progress_step(l->progress, "area fractions of the grid");
        e = load_int(l, "SELECT district_cell_refresh($1)", &grid, 1, &rows, why);
    }
    return e;
}

enum err load_use_grid(struct load *l, struct grid g, struct why *why)
{
    for (int i = 0; i < l->grid_count; i++) {
        if (grid_equal(l->grids[i].grid, g)) {
            l->grid = l->grids[i];
            return ERR_OK;
        }
    }
    struct load_grid *grids = arena_alloc(l->arena, (size_t)l->grid_count + 1, sizeof *grids);
    if (grids == NULL) {
        return ERR_NO_MEMORY;
    }
    if (l->grid_count > 0) {
        memcpy(grids, l->grids, (size_t)l->grid_count * sizeof *grids);
    }
    struct load_grid *made = &grids[l->grid_count];
    made->grid = g;
    enum err e = put_grid(l, g, &made->id, why);
    if (e == ERR_OK) {
        l->grids = grids;
        l->grid_count++;
        l->grid = *made;
    }
    return e;
}

/* Room grows by doubling: the arena keeps what it outgrew. */
static enum err note_raster(struct load *l, const struct raster *r)
{
    struct report *to = l->report;
    struct buf json;
    buf_init(&json, REPORT_MAX_BYTES);
    raster_note(r, &json);
    const char *text = json.failed == ERR_OK ? arena_printf(l->arena, "%s", json.data) : NULL;
    buf_fini(&json);
    int n = to->raster_count;
    if ((n & (n - 1)) == 0) { /* 0, 1, 2, 4 ... */
        const char **more = arena_alloc(l->arena, n > 0 ? (size_t)n * 2 : 1, sizeof *more);
        if (more != NULL && n > 0) {
            memcpy(more, to->rasters, (size_t)n * sizeof *more);
        }
        to->rasters = more;
    }
    if (text == NULL || to->rasters == NULL) {
        to->raster_count = 0;
        return ERR_NO_MEMORY;
    }
    to->rasters[to->raster_count++] = text;
    return ERR_OK;
}

/* Whatever became of the file's cells on the way (turned, halved, shared out), none was lost. */
static enum err check_sum(const struct load *l, const struct raster *r, const char *file,
                          const struct plan_field *f, struct why *why)
{
    double sum = raster_file_sum(r);
    if (l->issues->count > 0 || isnan(sum) || fabs(f->total_read - sum) <= 1e-9 * sum) {
        return ERR_OK;
    }
    return why_set(why, ERR_INTERNAL, file,
                   "%s: its cells sum to %.12g and to %.12g on the grid; report this file", file,
                   sum, f->total_read);
}

static enum err load_band(struct load *l, const struct raster_spec *spec, struct plan_field *f,
                          struct why *why)
{
    progress_step(l->progress, f->name);
    struct raster *r;
    enum err e = raster_open(spec, l->issues, &r, why);
    if (e != ERR_OK) {
        return e;
    }
    f->tonnes_per_unit = raster_tonnes_per_unit(r);
    e = load_use_grid(l, raster_grid(r), why);
    if (e == ERR_OK && f->kind == PLAN_PROXY) { /* what a zero proxy means: load_fallback.c */
        struct cell_source from = cells_of_raster(r, spec->name);
        e = load_field_cells(l, &from, f, why);
    } else if (e == ERR_OK) {
        e = load_field_raster(l, r, spec->name, f, why);
    }
    if (e == ERR_OK) {
        e = check_sum(l, r, spec->name, f, why);
    }
    if (e == ERR_OK) {
        e = note_raster(l, r);
    }
    raster_close(r);
    return e;
}

/* When points are all there is, the first proxy still says on which cells they are drawn. */
static enum err use_proxy_grid(struct load *l, struct why *why)
{
    struct raster *r;
    enum err e = raster_open(&l->m->proxies[0].raster, l->issues, &r, why);
    if (e == ERR_OK) {
        e = load_use_grid(l, raster_grid(r), why);
        raster_close(r);
    }
    return e;
}

enum err load_use_common_grid(struct load *l, const char *of, struct why *why)
{
    if (l->m->grid.nx > 0) {
        return load_use_grid(l, l->m->grid, why);
    }
    enum err e = l->grid_count == 0 && l->m->proxy_count > 0 ? use_proxy_grid(l, why) : ERR_OK;
    if (e != ERR_OK) {
        return e;
    }
    if (l->grid_count == 0) {
        issues_add(l->issues, (struct place){.file = l->m->name, .column = of},
                   "need a grid; add \"grid\" to the manifest, or name a raster as proxy or grid");
        return issues_verdict(l->issues, why);
    }
    l->grid = l->grids[0];
    return ERR_OK;
}

static enum err load_group(struct load *l, struct plan_field *f, struct why *why)
{
    enum err e = load_use_common_grid(l, "points", why);
    return e == ERR_OK ? load_field_points(l, f, why) : e;
}

enum err load_field(struct load *l, struct plan_field *f, struct why *why)
{
    switch (f->kind) {
    case PLAN_PROXY:
        return load_band(l, &l->m->proxies[f->source].raster, f, why);
    case PLAN_GRID:
        return load_band(l, &l->m->grids[f->source].raster, f, why);
    case PLAN_POINTS:
        return load_group(l, f, why);
    case PLAN_CLIP:
    case PLAN_UNIFORM:
        return load_field_clip(l, f, why);
    case PLAN_FEATURES:
        return load_field_features(l, f, why);
    }
    return why_set(why, ERR_INTERNAL, NULL, "a field of an unknown kind");
}

/* Rasters first: they bring the grids that points and features need. */
enum err load_fields(struct load *l, struct why *why)
{
    enum err e = ERR_OK;
    for (int pass = 0; pass < 2 && l->issues->count == 0; pass++) {
        for (int i = 0; i < l->plan->field_count && e == ERR_OK && !issues_are_full(l->issues);
             i++) {
            struct plan_field *f = &l->plan->fields[i];
            bool is_late = f->kind == PLAN_POINTS || f->kind == PLAN_FEATURES;
            if (is_late == (pass == 1)) {
                e = load_field(l, f, why);
            }
        }
    }
    return e == ERR_OK ? issues_verdict(l->issues, why) : e;
}
