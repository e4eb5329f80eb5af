#include "api/district_list.h"

#include "inventory/scope.h"

static bool is_below(const struct params *p, int district)
{
    const struct district *d = &p->catalog->districts[district];
    if (p->level < 0)
        return d->parent == p->district;
    return d->level == p->level &&
           (p->district < 0 || catalog_district_within(p->catalog, district, p->district));
}

enum err district_list(const struct params *p, struct arena *arena, int **out, int *count)
{
    const struct catalog *c = p->catalog;
    int *list = arena_alloc(arena, (size_t)c->district_count + 1, sizeof *list);
    if (list == NULL)
        return ERR_NO_MEMORY;
    *count = 0;
    for (int i = 0; i < c->district_count && (p->groupby & GROUP_DISTRICT); i++) {
        if (is_below(p, i) && scope_has(c, p->release, i))
            list[(*count)++] = i;
    }
    bool is_alone = *count == 0 && p->level < 0 && p->district >= 0;
    if (is_alone || !(p->groupby & GROUP_DISTRICT))
        list[(*count)++] = p->district;
    *out = list;
    return ERR_OK;
}
