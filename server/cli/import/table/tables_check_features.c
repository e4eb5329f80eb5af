/* Would features and a table, a raster or other features hold the same tonnes? A parent holds its
 * parts, whatever the fuel; within one sector the fuels are apart. */
#include <stdio.h>
#include <string.h>

#include "cli/import/table/tables_check_internal.h"

static bool is_ancestor(const char *ancestor, const char *code)
{
    size_t len = strlen(ancestor);
    return strncmp(ancestor, code, len) == 0 && code[len] == '.';
}

static bool is_related(const char *a, const char *b)
{
    return is_ancestor(a, b) || is_ancestor(b, a);
}

static struct place place_of(const struct manifest *m, const struct tables *t,
                             const struct feature_group *g)
{
    return features_group_place(m, &t->features, g, "sector", g->sector);
}

static void check_totals(const struct manifest *m, const struct tables *t,
                         const struct totals_order *totals, const struct feature_group *g,
                         struct issues *issues)
{
    struct total_key key = {g->year, g->gas, g->flow, g->sector, g->fuel, NULL};
    int first;
    int end;
    totals_order_find(totals, key, &first, &end);
    const struct total *row = NULL;
    if (!m->features[g->section].is_within && first < end) {
        row = totals->rows[first];
    }
    row = row != NULL ? row : totals_order_above(totals, key);
    row = row != NULL ? row : totals_order_below(totals, key);
    if (row != NULL) {
        issues_add(issues, place_of(m, t, g),
                   "%s:%ld holds %s for this gas, flow and year, and the same mass would count "
                   "twice; keep one of them, or say \"counts\": \"within\" for one sector and fuel",
                   row->at.file, row->at.row, row->sector);
    }
}

static void check_grids(const struct manifest *m, const struct tables *t,
                        const struct feature_group *g, struct issues *issues)
{
    for (int i = 0; i < m->grid_count; i++) {
        const struct manifest_grid *grid = &m->grids[i];
        bool is_same = strcmp(g->sector, grid->sector) == 0 && strcmp(g->fuel, grid->fuel) == 0;
        if (grid->year == g->year && grid->flow == g->flow && strcmp(grid->gas, g->gas) == 0 &&
            (is_same || is_related(g->sector, grid->sector))) {
            issues_add(issues, place_of(m, t, g),
                       "grids[%d] holds %s for this gas, flow and year, and the same mass would "
                       "count twice; keep the grid or the features",
                       i, grid->sector);
            return;
        }
    }
}

/* Two files may share a sector; a sector and its parent must not both hold data. */
static void check_others(const struct manifest *m, const struct tables *t, int group,
                         struct issues *issues)
{
    const struct feature_group *g = &t->features.groups[group];
    for (int i = 0; i < group; i++) {
        const struct feature_group *other = &t->features.groups[i];
        if (other->year == g->year && other->flow == g->flow && strcmp(other->gas, g->gas) == 0 &&
            is_related(g->sector, other->sector)) {
            struct place at = place_of(m, t, other);
            issues_add(issues, place_of(m, t, g),
                       "%s:%ld holds %s, and a sector and its parent must not both hold data; keep "
                       "the parts or the whole",
                       at.file, at.row, other->sector);
            return;
        }
    }
}

void tables_check_features(const struct manifest *m, const struct tables *t,
                           const struct totals_order *totals, struct issues *issues)
{
    for (int i = 0; i < t->features.group_count && !issues_are_full(issues); i++) {
        check_totals(m, t, totals, &t->features.groups[i], issues);
        check_grids(m, t, &t->features.groups[i], issues);
        check_others(m, t, i, issues);
    }
}
