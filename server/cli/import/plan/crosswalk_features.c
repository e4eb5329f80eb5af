/* Groups of features under codes of other schemes become groups of sectors: masses x weight for
 * each part, over the same features. */
#include <string.h>

#include "cli/import/plan/crosswalk_internal.h"

struct split {
    const struct crosswalk *x;
    struct features *f;
    int mass_count, group_count;
    struct feature_mass *masses;
    struct feature_group *groups;
};

/* Where each group goes; NULL = where it is. *masses and *groups are how many there will be. */
static void find_maps(const struct crosswalk *x, const struct manifest *m, const struct features *f,
                      const struct crosswalk_map **maps, size_t *masses, size_t *groups,
                      struct issues *issues)
{
    for (int i = 0; i < f->group_count && !issues_are_full(issues); i++) {
        const struct feature_group *g = &f->groups[i];
        struct place at = features_group_place(m, f, g, "sector", g->sector);
        maps[i] = crosswalk_is_foreign(g->sector) ? crosswalk_find(x, g->sector, g->gas, at, issues)
                                                  : NULL;
        size_t parts = maps[i] != NULL ? (size_t)maps[i]->part_count : 1;
        *masses += parts * (size_t)g->count;
        *groups += parts;
        if (parts > 1 && m->features[g->section].geometry == FEATURE_POINTS) {
            issues_add(issues, at,
                       "is shared out among several sectors, and a point source has one; give the "
                       "point the code of its own sector");
        }
        for (size_t k = 0; k < parts && maps[i] != NULL; k++) {
            if (maps[i]->parts[k].weight < 0) {
                issues_add(issues, at,
                           "is led somewhere with a weight below 0, and a feature cannot be taken "
                           "out of another; give it weights above 0");
            }
        }
    }
}

static void add(struct split *s, struct feature_group g, double share)
{
    const struct feature_mass *from = &s->f->masses[g.first];
    g.first = s->mass_count;
    g.mass_t *= share;
    for (int i = 0; i < g.count; i++) {
        struct feature_mass mass = from[i];
        mass.group = s->group_count;
        mass.mass_t *= share;
        s->masses[s->mass_count++] = mass;
    }
    s->groups[s->group_count++] = g;
}

static bool split_group(struct split *s, const struct feature_group *g,
                        const struct crosswalk_map *map)
{
    double sum = crosswalk_weight_sum(map);
    for (int k = 0; k < map->part_count; k++) {
        struct feature_group part = *g;
        double share = map->parts[k].weight / sum;
        part.from = g->sector;
        part.sector = map->parts[k].sector;
        part.locator = crosswalk_locator(s->x->arena, g->locator, g->sector, share);
        if (part.locator == NULL) {
            return false;
        }
        add(s, part, share);
    }
    return true;
}

enum err crosswalk_features(const struct crosswalk *x, const struct manifest *m, struct features *f,
                            struct issues *issues)
{
    size_t masses = 0;
    size_t groups = 0;
    const struct crosswalk_map **maps =
        arena_alloc(x->arena, (size_t)f->group_count + 1, sizeof *maps);
    if (maps == NULL) {
        return ERR_NO_MEMORY;
    }
    find_maps(x, m, f, maps, &masses, &groups, issues);
    struct split s = {.x = x,
                      .f = f,
                      .masses = arena_alloc(x->arena, masses + 1, sizeof *s.masses),
                      .groups = arena_alloc(x->arena, groups + 1, sizeof *s.groups)};
    if (issues->count > 0 || s.masses == NULL || s.groups == NULL) {
        return issues->count > 0 ? ERR_OK : ERR_NO_MEMORY;
    }
    for (int i = 0; i < f->group_count; i++) {
        if (maps[i] == NULL) {
            add(&s, f->groups[i], 1);
        } else if (!split_group(&s, &f->groups[i], maps[i])) {
            return ERR_NO_MEMORY;
        }
    }
    f->masses = s.masses;
    f->mass_count = f->mass_capacity = s.mass_count;
    f->groups = s.groups;
    f->group_count = f->group_capacity = s.group_count;
    return ERR_OK;
}
