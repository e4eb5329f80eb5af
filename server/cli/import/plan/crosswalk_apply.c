/* Codes of other schemes in totals, points and grids become sectors: mass x weight for each part.
 */
#include <math.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/plan/crosswalk_internal.h"
#include "geo/sum.h"

#define CLOSING_TOLERANCE 1e-9 /* of a mass: what a negative part may exceed by rounding */

static bool has_foreign(const struct manifest *m, const struct tables *t)
{
    bool is_any = m->crosswalk_count > 0;
    for (int i = 0; i < m->totals_count && !is_any; i++) {
        is_any = strcmp(m->totals[i].scheme, CODES_SCHEME) != 0;
    }
    for (int i = 0; i < t->total_count && !is_any; i++) {
        is_any = crosswalk_is_foreign(t->totals[i].sector);
    }
    for (int i = 0; i < t->point_count && !is_any; i++) {
        is_any = crosswalk_is_foreign(t->points[i].sector);
    }
    for (int i = 0; i < m->grid_count && !is_any; i++) {
        is_any = crosswalk_is_foreign(m->grids[i].sector);
    }
    for (int i = 0; i < t->features.group_count && !is_any; i++) {
        is_any = crosswalk_is_foreign(t->features.groups[i].sector);
    }
    for (int i = 0; i < t->profile_count && !is_any; i++) {
        is_any = crosswalk_is_foreign(t->profiles[i].sector);
    }
    return is_any;
}

double crosswalk_weight_sum(const struct crosswalk_map *map)
{
    struct sum sum = {0, 0};
    for (int i = 0; i < map->part_count; i++) {
        sum_add(&sum, map->parts[i].weight);
    }
    return sum_value(sum);
}

/* The code that a mass came under stays with it, in its provenance's locator. */
const char *crosswalk_locator(struct arena *arena, const char *source, const char *from,
                              double share)
{
    const char *before = source[0] != '\0' ? "; " : "";
    return share == 1 ? arena_printf(arena, "%s%sfrom %s", source, before, from)
                      : arena_printf(arena, "%s%sfrom %s x %.12g", source, before, from, share);
}

static struct place sector_place(struct place at, const char *code)
{
    at.column = "sector";
    at.value = code;
    return at;
}

/* A map for every row, NULL for those of the home scheme. @return rows that there will be. */
static long find_maps(const struct crosswalk *x, const struct tables *t,
                      const struct crosswalk_map **maps, struct issues *issues)
{
    long count = 0;
    for (int i = 0; i < t->total_count && !issues_are_full(issues); i++) {
        const struct total *row = &t->totals[i];
        maps[i] = NULL;
        if (crosswalk_is_foreign(row->sector)) {
            maps[i] = crosswalk_find(x, row->sector, row->gas, sector_place(row->at, row->sector),
                                     issues);
        }
        count += maps[i] != NULL ? maps[i]->part_count : 1;
    }
    return count;
}

static bool split_total(struct arena *arena, const struct total *row,
                        const struct crosswalk_map *map, struct total *to)
{
    double sum = crosswalk_weight_sum(map);
    for (int k = 0; k < map->part_count; k++) {
        double share = map->parts[k].weight / sum;
        to[k] = *row;
        to[k].from = row->sector;
        to[k].sector = map->parts[k].sector;
        to[k].mass_t = row->mass_t * share;
        to[k].source = crosswalk_locator(arena, row->source, row->sector, share);
        if (to[k].source == NULL) {
            return false;
        }
    }
    return true;
}

/* What a negative part takes from: the same sector of the same scheme, place and time. */
static bool is_one_place(const struct total *x, const struct total *y)
{
    return x->year == y->year && x->month == y->month && x->flow == y->flow &&
           x->origin == y->origin && strcmp(x->area, y->area) == 0 && x->table == y->table &&
           strcmp(x->sector, y->sector) == 0 && strcmp(x->gas, y->gas) == 0 &&
           strcmp(x->fuel, y->fuel) == 0 && strcmp(x->spatial, y->spatial) == 0;
}

static void settle_negative(struct tables *t, struct total *row, struct issues *issues)
{
    double open_t = -row->mass_t;
    for (int i = 0; i < t->total_count && open_t > 0; i++) {
        struct total *other = &t->totals[i];
        if (other->from != NULL && other->mass_t > 0 && is_one_place(other, row)) {
            double taken_t = fmin(open_t, other->mass_t);
            other->mass_t -= taken_t;
            open_t -= taken_t;
        }
    }
    if (open_t > CLOSING_TOLERANCE * -row->mass_t) {
        issues_add(issues, sector_place(row->at, row->from),
                   "its weight below 0 takes %.9g t more out of %s than other codes bring there; "
                   "correct the weights, or load the codes that bring the mass",
                   open_t, row->sector);
    }
    row->mass_t = 0;
}

static enum err apply_totals(const struct crosswalk *x, struct tables *t, struct issues *issues)
{
    const struct crosswalk_map **maps =
        arena_alloc(x->arena, (size_t)t->total_count + 1, sizeof *maps);
    if (maps == NULL) {
        return ERR_NO_MEMORY;
    }
    long room = find_maps(x, t, maps, issues);
    if (issues->count > 0) {
        return ERR_OK;
    }
    struct total *rows = arena_alloc(x->arena, (size_t)room + 1, sizeof *rows);
    int count = 0;
    for (int i = 0; rows != NULL && i < t->total_count; i++) {
        if (maps[i] == NULL) {
            rows[count++] = t->totals[i];
        } else if (split_total(x->arena, &t->totals[i], maps[i], &rows[count])) {
            count += maps[i]->part_count;
        } else {
            return ERR_NO_MEMORY;
        }
    }
    t->totals = rows;
    t->total_count = rows != NULL ? count : 0;
    for (int i = 0; i < t->total_count && !issues_are_full(issues); i++) {
        if (rows[i].from != NULL && rows[i].mass_t < 0) {
            settle_negative(t, &rows[i], issues);
        }
    }
    return rows != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* A point stands in one place and one sector. */
static void apply_points(const struct crosswalk *x, struct tables *t, struct issues *issues)
{
    for (int i = 0; i < t->point_count && !issues_are_full(issues); i++) {
        struct point *p = &t->points[i];
        if (!crosswalk_is_foreign(p->sector)) {
            continue;
        }
        struct place at = sector_place(p->at, p->sector);
        const struct crosswalk_map *map = crosswalk_find(x, p->sector, p->gas, at, issues);
        if (map != NULL && map->part_count != 1) {
            issues_add(issues, at,
                       "%s is shared out among several sectors, and a point source has one; give "
                       "the point the code of its own sector",
                       p->sector);
        } else if (map != NULL) {
            p->from = p->sector;
            p->sector = map->parts[0].sector;
        }
    }
}

static bool split_grid(const struct crosswalk *x, struct manifest *m, int index,
                       const struct crosswalk_map *map, struct issues *issues)
{
    struct manifest_grid *g = &m->grids[index];
    const char *from = g->sector;
    double sum = crosswalk_weight_sum(map);
    g->from = from;
    for (int k = 0; k < map->part_count; k++) {
        struct manifest_grid *to = k == 0 ? g : &m->grids[m->grid_count];
        if (k > 0) {
            *to = *g;
            to->part_of = index;
            m->grid_count++;
        }
        to->sector = map->parts[k].sector;
        to->share = map->parts[k].weight / sum;
        to->locator = crosswalk_locator(x->arena, g->label, from, to->share);
        if (to->locator == NULL) {
            return false;
        }
        if (to->share < 0) {
            issues_add(issues, map->at,
                       "a raster of masses cannot be taken out of another; give %s weights above "
                       "0",
                       from);
        }
    }
    return true;
}

/* Grids that go to several sectors are read once: the further ones say which they are part of. */
static enum err apply_grids(const struct crosswalk *x, struct manifest *m, struct issues *issues)
{
    const struct crosswalk_map **maps =
        arena_alloc(x->arena, (size_t)m->grid_count + 1, sizeof *maps);
    size_t room = 1;
    for (int i = 0; maps != NULL && i < m->grid_count; i++) {
        const struct manifest_grid *g = &m->grids[i];
        const char *path = arena_printf(x->arena, "grids[%d].sector", g->item);
        struct place at = {.file = m->name, .column = path, .value = g->sector};
        maps[i] = crosswalk_is_foreign(g->sector) ? crosswalk_find(x, g->sector, g->gas, at, issues)
                                                  : NULL;
        room += maps[i] != NULL ? (size_t)maps[i]->part_count : 1;
    }
    struct manifest_grid *grids = arena_alloc(x->arena, room, sizeof *grids);
    if (maps == NULL || grids == NULL) {
        return ERR_NO_MEMORY;
    }
    int count = m->grid_count;
    for (int i = 0; i < count; i++) {
        grids[i] = m->grids[i];
    }
    m->grids = grids;
    for (int i = 0; i < count && issues->count == 0; i++) {
        if (maps[i] != NULL && !split_grid(x, m, i, maps[i], issues)) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

/* Profiles hold for what is stored: sectors, of the home scheme or kept whole. */
static void check_profiles(const struct crosswalk *x, const struct tables *t, struct issues *issues)
{
    for (int i = 0; i < t->profile_count && !issues_are_full(issues); i++) {
        const struct profile *p = &t->profiles[i];
        if (crosswalk_is_foreign(p->sector) && !crosswalk_has_sector(x, p->sector)) {
            issues_add(issues, sector_place(p->at, p->sector),
                       "a profile is of a sector as it is stored; write the " CODES_SCHEME
                       " code that the data is led to");
        }
    }
}

enum err crosswalk_lead(const struct crosswalk *x, struct manifest *m, struct tables *t,
                        struct issues *issues)
{
    enum err e = apply_totals(x, t, issues);
    if (e == ERR_OK) {
        apply_points(x, t, issues);
        check_profiles(x, t, issues);
        e = apply_grids(x, m, issues);
    }
    if (e == ERR_OK && issues->count == 0) {
        e = crosswalk_features(x, m, &t->features, issues);
    }
    return e;
}

enum err crosswalk_apply(const char *database_url, struct manifest *m, struct tables *t,
                         struct arena *arena, struct issues *issues, struct crosswalk **out,
                         struct why *why)
{
    *out = NULL;
    if (!has_foreign(m, t)) {
        return ERR_OK;
    }
    struct crosswalk *x = arena_alloc(arena, 1, sizeof *x);
    if (x == NULL) {
        return ERR_NO_MEMORY;
    }
    x->arena = arena;
    enum err e = crosswalk_load(database_url, x, why);
    if (e == ERR_OK) {
        e = crosswalk_read(m, x, issues, why);
    }
    if (e == ERR_OK && issues->count == 0) {
        e = crosswalk_lead(x, m, t, issues);
    }
    *out = x;
    return e;
}
