/* A proxy inside one area and outside of others, and the ground area of cells clipped likewise.
 *
 * Cells are multiplied by the share of their ground that lies in the area. A cell on the area's
 * border so becomes a cell with less in it; what it holds is spread over the whole cell again when
 * districts are summed, because a field knows no finer place than its cell
 * (docs/decisions/0015-totals-of-areas-are-clipped-proxies.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/load/load_internal.h"
#include "cli/import/load/load_shares.h"
#include "geo/ellipsoid.h"

#define SHARE_NOISE 1e-9 /* nearer to 0 or 1 than this is 0 or 1 */

struct side {       /* some areas */
    bool *has_leaf; /* by index into shares->districts; NULL = no areas were asked for */
    double *share;  /* of one row's cells: of their ground inside */
};

struct clip {
    struct load *l;
    struct raster *raster;
    struct grid grid;
    const struct plan_field *f;
    const struct shares *shares;
    struct side inside, outside, whole; /* whole: the countries of the release */
};

static void read_row(const struct shares *s, int32_t y, struct side *to)
{
    if (to->has_leaf == NULL) {
        return;
    }
    memset(to->share, 0, (size_t)s->nx * sizeof *to->share);
    for (size_t i = s->first_run[y]; i < s->first_run[y + 1]; i++) {
        const struct shares_run *r = &s->runs[i];
        for (int32_t x = r->col; to->has_leaf[r->leaf] && x < r->col + r->len; x++) {
            to->share[x] = 1;
        }
    }
    for (size_t i = s->first_cut[y]; i < s->first_cut[y + 1]; i++) {
        const struct shares_cut *c = &s->cuts[i];
        if (to->has_leaf[c->leaf]) {
            to->share[c->cell % s->nx] += c->fraction;
        }
    }
}

/* Share of a cell's ground that is wanted. */
static double wanted(const struct clip *c, int32_t x)
{
    double whole = c->whole.has_leaf != NULL ? c->whole.share[x] : 1;
    double in = c->inside.has_leaf != NULL ? c->inside.share[x] : 1;
    double out = c->outside.has_leaf != NULL ? c->outside.share[x] : 0;
    if (c->f->kind == PLAN_UNIFORM && c->inside.has_leaf == NULL) {
        in = whole;
    }
    if (c->f->is_cut && whole > 0) { /* the cell holds only what lies inside the country */
        in = c->inside.has_leaf != NULL ? in / whole : 1;
        out /= whole;
    }
    double share = in - out;
    return share < SHARE_NOISE ? 0 : share > 1 - SHARE_NOISE ? 1 : share;
}

static double row_area_km2(struct grid g, int32_t y)
{
    return ellipsoid_area_km2(g.dx_deg, ellipsoid_q(grid_edge_lat_deg(g, 0, y + 1)),
                              ellipsoid_q(grid_edge_lat_deg(g, 0, y)));
}

static enum err clip_row(void *context, int32_t y, double *values, unsigned char *is_nodata,
                         struct why *why)
{
    struct clip *c = context;
    enum err e = ERR_OK;
    if (c->f->kind == PLAN_CLIP) {
        e = raster_row(c->raster, y, values, is_nodata, why);
    }
    read_row(c->shares, y, &c->inside);
    read_row(c->shares, y, &c->outside);
    read_row(c->shares, y, &c->whole);
    double area = row_area_km2(c->grid, y);
    for (int32_t x = 0; x < c->grid.nx && e == ERR_OK; x++) {
        double share = wanted(c, x);
        if (c->f->kind == PLAN_UNIFORM) {
            values[x] = area;
            is_nodata[x] = 0;
        }
        values[x] *= share;
        is_nodata[x] = is_nodata[x] || share == 0;
    }
    return e;
}

static enum err new_side(const struct clip *c, struct side *out)
{
    out->has_leaf = calloc((size_t)c->shares->district_count + 1, sizeof *out->has_leaf);
    out->share = calloc((size_t)c->grid.nx, sizeof *out->share);
    return out->has_leaf != NULL && out->share != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* @param codes  NULL-terminated. */
static enum err open_areas(struct clip *c, const char *const *codes, struct side *out,
                           struct why *why)
{
    const char *lines = "";
    for (int i = 0; codes[i] != NULL && lines != NULL; i++) {
        lines = arena_printf(c->l->arena, "%s%s%s", lines, i > 0 ? "\n" : "", codes[i]);
    }
    enum err e = lines != NULL ? new_side(c, out) : ERR_NO_MEMORY;
    const struct param p = {lines};
    struct rows *rows;
    if (e == ERR_OK) {
        e = conn_query(c->l->db, "SELECT unnest(area_leaves(string_to_array($1, E'\\n')))", &p, 1,
                       CONN_NO_DEADLINE, &rows, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < rows_count(rows); i++) {
        for (int k = 0; k < c->shares->district_count; k++) {
            out->has_leaf[k] =
                out->has_leaf[k] || c->shares->districts[k].id == rows_int(rows, i, 0);
        }
    }
    rows_free(rows);
    return ERR_OK;
}

/* Leaves that make up the countries cover each place once. Without any the grid is all there is. */
static enum err open_whole(struct clip *c)
{
    if (c->shares->district_count == 0) {
        return ERR_OK;
    }
    enum err e = new_side(c, &c->whole);
    for (int i = 0; e == ERR_OK && i < c->shares->district_count; i++) {
        c->whole.has_leaf[i] = c->shares->districts[i].owner[0] >= 0;
    }
    return e;
}

static enum err open_sides(struct clip *c, struct why *why)
{
    const char *const inside[] = {c->f->inside, NULL};
    enum err e = load_shares(c->l, &c->l->grid, c->l->countries, &c->shares, why);
    if (e == ERR_OK && c->f->inside[0] != '\0') {
        e = open_areas(c, inside, &c->inside, why);
    }
    if (e == ERR_OK && c->f->outside != NULL) {
        e = open_areas(c, c->f->outside, &c->outside, why);
    }
    if (e == ERR_OK && (c->f->is_cut || c->f->kind == PLAN_UNIFORM)) {
        e = open_whole(c);
    }
    return e;
}

static enum err load_clip(struct clip *c, struct plan_field *out, struct why *why)
{
    enum err e = open_sides(c, why);
    if (e == ERR_OK) {
        struct cell_source from = {.grid = c->grid,
                                   .file = c->l->m->proxies[out->source].raster.name,
                                   .row = clip_row,
                                   .context = c};
        e = load_field_cells(c->l, &from, out, why);
    }
    struct side *const sides[] = {&c->inside, &c->outside, &c->whole};
    for (int i = 0; i < 3; i++) {
        free(sides[i]->has_leaf);
        free(sides[i]->share);
    }
    return e;
}

enum err load_field_clip(struct load *l, struct plan_field *out, struct why *why)
{
    progress_step(l->progress, out->name);
    struct clip c = {.l = l, .f = out};
    enum err e = raster_open(&l->m->proxies[out->source].raster, l->issues, &c.raster, why);
    if (e != ERR_OK) {
        return e;
    }
    c.grid = raster_grid(c.raster);
    e = load_use_grid(l, c.grid, why);
    if (e == ERR_OK) {
        e = load_clip(&c, out, why);
    }
    raster_close(c.raster);
    return e;
}
