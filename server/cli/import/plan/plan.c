#include "cli/import/plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/plan_internal.h"

struct plan_key {
    const char *text; /* NULL = free */
    int field;
};

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

/* Where a key lies, or would. */
static struct plan_key *slot_of(struct plan_key *keys, int capacity, const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = text; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    }
    int at = (int)(hash % (uint32_t)capacity);
    while (keys[at].text != NULL && strcmp(keys[at].text, text) != 0) {
        at = (at + 1) % capacity;
    }
    return &keys[at];
}

static bool grow_keys(struct plan *p, struct arena *arena)
{
    if (p->field_count * 2 < p->key_capacity) {
        return true;
    }
    int wanted = p->key_capacity > 0 ? p->key_capacity * 4 : 256;
    struct plan_key *keys = arena_alloc(arena, (size_t)wanted, sizeof *keys);
    if (keys == NULL) {
        return false;
    }
    for (int i = 0; i < p->key_capacity; i++) {
        if (p->keys[i].text != NULL) {
            *slot_of(keys, wanted, p->keys[i].text) = p->keys[i];
        }
    }
    p->keys = keys;
    p->key_capacity = wanted;
    return true;
}

int plan_field_keyed(struct plan *p, struct arena *arena, const char *key, struct plan_field field)
{
    if (!grow_keys(p, arena)) {
        return -1;
    }
    struct plan_key *slot = slot_of(p->keys, p->key_capacity, key);
    if (slot->text == NULL) {
        const char *text = arena_strndup(arena, key, strlen(key));
        int made = text != NULL ? plan_add_field(p, arena, field) : -1;
        if (made < 0) {
            return -1;
        }
        *slot = (struct plan_key){text, made};
    }
    return slot->field;
}

int plan_field_clipped(struct plan *p, const struct manifest *m, enum plan_kind kind, int proxy,
                       const char *inside, const char **outside, struct arena *arena)
{
    const struct manifest_proxy *of = &m->proxies[proxy];
    bool is_clipped = (inside != NULL && inside[0] != '\0') || outside != NULL;
    struct plan_field field = {.kind = kind == PLAN_PROXY && is_clipped ? PLAN_CLIP : kind,
                               .source = proxy,
                               .name = of->id,
                               .cell_uncertainty_pct =
                                   kind == PLAN_UNIFORM ? 0 : of->cell_uncertainty_pct,
                               .is_cut = kind != PLAN_UNIFORM && of->raster.is_cut,
                               .inside = inside != NULL ? inside : "",
                               .outside = outside};
    const char *area = field.inside;
    for (int i = 0; outside != NULL && outside[i] != NULL && area != NULL; i++) {
        area = arena_printf(arena, "%s -%s", area, outside[i]);
    }
    const char *key = area != NULL ? arena_printf(arena, "%d %d %s", kind, proxy, area) : NULL;
    if (key != NULL && (is_clipped || kind == PLAN_UNIFORM)) {
        field.name = arena_printf(arena, "%s%s%s", kind == PLAN_UNIFORM ? "evenly" : of->id,
                                  area[0] != '\0' ? " in" : "", area[0] == ' ' ? "" : " ");
        field.name = field.name != NULL ? arena_printf(arena, "%s%s", field.name, area) : NULL;
    }
    return key == NULL || field.name == NULL ? -1 : plan_field_keyed(p, arena, key, field);
}

double plan_slice_mass_t(const struct plan *p, const struct plan_slice *s)
{
    if (!isnan(s->mass_t)) {
        return s->mass_t;
    }
    const struct plan_field *f = &p->fields[s->field];
    return f->total_read * f->tonnes_per_unit * s->share;
}

int plan_slice_compare(const struct plan_slice *x, const struct plan_slice *y)
{
    int c = strcmp(x->sector, y->sector);
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    c = c != 0 ? c : (int)x->flow - (int)y->flow;
    c = c != 0 ? c : (int)x->origin - (int)y->origin;
    c = c != 0 ? c : strcmp(x->fuel, y->fuel);
    c = c != 0 ? c : x->year - y->year;
    return c != 0 ? c : x->month - y->month;
}

const struct plan_slice **plan_sorted(const struct plan *p, struct arena *arena,
                                      int (*compare)(const void *, const void *))
{
    const struct plan_slice **sorted =
        arena_alloc(arena, (size_t)p->slice_count + 1, sizeof *sorted);
    for (int i = 0; sorted != NULL && i < p->slice_count; i++) {
        sorted[i] = &p->slices[i];
    }
    if (sorted != NULL) {
        qsort(sorted, (size_t)p->slice_count, sizeof *sorted, compare);
    }
    return sorted;
}

/* The sectors that share a raster of masses share its field. */
static int grid_field(struct plan *p, const struct manifest *m, int grid, struct arena *arena)
{
    for (int i = 0; i < p->field_count; i++) {
        if (p->fields[i].kind == PLAN_GRID && p->fields[i].source == grid) {
            return i;
        }
    }
    const struct manifest_grid *g = &m->grids[grid];
    return plan_add_field(p, arena,
                          (struct plan_field){.kind = PLAN_GRID,
                                              .source = grid,
                                              .name = g->label,
                                              .cell_uncertainty_pct = g->cell_uncertainty_pct,
                                              .is_cut = g->raster.is_cut});
}

static enum err add_grid(struct plan *p, const struct manifest *m, int grid, struct arena *arena)
{
    const struct manifest_grid *g = &m->grids[grid];
    int field = grid_field(p, m, g->part_of >= 0 ? g->part_of : grid, arena);
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
                                 .share = g->share,
                                 .uncertainty_pct = g->uncertainty_pct,
                                 .provenance = g->provenance,
                                 .locator = g->locator != NULL ? g->locator : g->label,
                                 .checksum = g->file->sha256,
                                 .at = {.file = g->file->name}};
    return field < 0 || plan_add_slice(p, arena, s) < 0 ? ERR_NO_MEMORY : ERR_OK;
}

static enum err add_all(struct plan_work *w, struct why *why)
{
    const struct plan_input *in = w->in;
    enum err e = totals_order_make(in->t, w->arena, &w->totals, why);
    if (e == ERR_OK) {
        e = points_order_make(in->t, w->arena, &w->points, why);
    }
    w->taken = arena_alloc(w->arena, (size_t)in->t->total_count + 1, sizeof *w->taken);
    if (e == ERR_OK) {
        e = w->taken != NULL ? plan_points(w) : ERR_NO_MEMORY;
    }
    if (e == ERR_OK) {
        e = plan_features(w);
    }
    if (e == ERR_OK) {
        e = plan_totals(w);
    }
    for (int i = 0; i < in->m->grid_count && e == ERR_OK; i++) {
        e = add_grid(w->plan, in->m, i, w->arena);
    }
    return e;
}

enum err plan_build(const struct plan_input *in, struct arena *arena, struct issues *issues,
                    struct report_hybrid *told, struct plan *out, struct why *why)
{
    *out = (struct plan){0};
    struct plan_work w = {.in = in, .plan = out, .arena = arena, .issues = issues, .told = told};
    enum err e = add_all(&w, why);
    if (e == ERR_OK && issues->count == 0) {
        e = plan_check_groups(out, arena, issues, why);
    }
    return e == ERR_OK ? e
                       : why_set(why, e, NULL, "the release does not fit the importer's memory");
}
