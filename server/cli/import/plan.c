#include "cli/import/plan.h"

#include <math.h>
#include <string.h>

/* Doubles an arena's array when it is full. @return NULL when the arena is. */
static void *room_for_one(struct arena *arena, void *items, int count, int *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    int wanted = *capacity > 0 ? *capacity * 2 : 64;
    void *larger = arena_alloc(arena, (size_t)wanted, size);
    if (larger != NULL && count > 0) {
        memcpy(larger, items, (size_t)count * size);
    }
    *capacity = larger != NULL ? wanted : *capacity;
    return larger;
}

int plan_add_field(struct plan *p, struct arena *arena, struct plan_field field)
{
    struct plan_field *fields =
        room_for_one(arena, p->fields, p->field_count, &p->field_capacity, sizeof field);
    if (fields == NULL) {
        return -1;
    }
    p->fields = fields;
    p->fields[p->field_count] = field;
    return p->field_count++;
}

int plan_add_slice(struct plan *p, struct arena *arena, struct plan_slice slice)
{
    struct plan_slice *slices =
        room_for_one(arena, p->slices, p->slice_count, &p->slice_capacity, sizeof slice);
    if (slices == NULL) {
        return -1;
    }
    p->slices = slices;
    p->slices[p->slice_count] = slice;
    return p->slice_count++;
}

double plan_slice_mass_t(const struct plan *p, const struct plan_slice *s)
{
    if (!isnan(s->mass_t)) {
        return s->mass_t;
    }
    const struct plan_field *f = &p->fields[s->field];
    return f->total_read * f->tonnes_per_unit * s->share;
}

static bool same_group(const struct total *x, const struct total *y)
{
    return strcmp(x->sector, y->sector) == 0 && strcmp(x->gas, y->gas) == 0 &&
           strcmp(x->fuel, y->fuel) == 0;
}

/* Years of one group of points share its field. */
static int points_field(struct plan *p, const struct tables *t, int total, struct arena *arena)
{
    const struct total *row = &t->totals[total];
    for (int i = 0; i < p->field_count; i++) {
        if (p->fields[i].kind == PLAN_POINTS && same_group(&t->totals[p->fields[i].source], row)) {
            return i;
        }
    }
    const char *name = arena_printf(arena, "points: %s %s %s", row->sector, row->gas, row->fuel);
    return name == NULL ? -1
                        : plan_add_field(p, arena,
                                         (struct plan_field){
                                             .kind = PLAN_POINTS, .source = total, .name = name});
}

static int proxy_field(struct plan *p, const struct manifest *m, int proxy, struct arena *arena)
{
    for (int i = 0; i < p->field_count; i++) {
        if (p->fields[i].kind == PLAN_PROXY && p->fields[i].source == proxy) {
            return i;
        }
    }
    const struct manifest_proxy *of = &m->proxies[proxy];
    return plan_add_field(p, arena,
                          (struct plan_field){.kind = PLAN_PROXY,
                                              .source = proxy,
                                              .name = of->id,
                                              .cell_uncertainty_pct = of->cell_uncertainty_pct,
                                              .is_cut = of->raster.is_cut});
}

static enum err add_total(struct plan *p, const struct manifest *m, const struct tables *t,
                          int total, struct arena *arena)
{
    const struct total *row = &t->totals[total];
    const struct manifest_totals *table = &m->totals[row->table];
    struct plan_slice s = {.year = row->year,
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
                           .at = row->at};
    if (strcmp(row->spatial, "unallocated") != 0) {
        int proxy = m->proxy_count - 1;
        while (proxy >= 0 && strcmp(m->proxies[proxy].id, row->spatial) != 0) {
            proxy--;
        }
        s.field = proxy >= 0 ? proxy_field(p, m, proxy, arena) : points_field(p, t, total, arena);
        if (s.field < 0) {
            return ERR_NO_MEMORY;
        }
    }
    return plan_add_slice(p, arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

static enum err add_grid(struct plan *p, const struct manifest *m, int grid, struct arena *arena)
{
    const struct manifest_grid *g = &m->grids[grid];
    int field = plan_add_field(p, arena,
                               (struct plan_field){.kind = PLAN_GRID,
                                                   .source = grid,
                                                   .name = g->label,
                                                   .cell_uncertainty_pct = g->cell_uncertainty_pct,
                                                   .is_cut = g->raster.is_cut});
    const struct plan_slice s = {.year = g->year,
                                 .sector = g->sector,
                                 .gas = g->gas,
                                 .fuel = g->fuel,
                                 .method = g->method,
                                 .flow = g->flow,
                                 .origin = g->origin,
                                 .field = field,
                                 .mass_t = NAN,
                                 .month = g->month,
                                 .share = 1.0,
                                 .uncertainty_pct = g->uncertainty_pct,
                                 .provenance = g->provenance,
                                 .locator = g->label,
                                 .checksum = g->file->sha256,
                                 .at = {.file = g->file->name}};
    return field < 0 || plan_add_slice(p, arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

enum err plan_build(const struct manifest *m, const struct tables *t, struct arena *arena,
                    struct issues *issues, struct plan *out, struct why *why)
{
    (void)issues;
    *out = (struct plan){0};
    enum err e = ERR_OK;
    for (int i = 0; i < t->total_count && e == ERR_OK; i++) {
        e = add_total(out, m, t, i, arena);
    }
    for (int i = 0; i < m->grid_count && e == ERR_OK; i++) {
        e = add_grid(out, m, i, arena);
    }
    return e == ERR_OK
               ? e
               : why_set(why, e, NULL, "the release does not fit the importer's memory; split it");
}
