/* Rasters of masses against each other: a sector and one above it must not both hold data, or
 * every total of the upper one counts the lower twice. Two rasters of one sector may stand: a map
 * that is cut at the 180th meridian, or parts of a country. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/table/tables_check_internal.h"

static int compare(const void *a, const void *b)
{
    const struct manifest_grid *x = *(const struct manifest_grid *const *)a;
    const struct manifest_grid *y = *(const struct manifest_grid *const *)b;
    int c = x->year - y->year;
    c = c != 0 ? c : (int)x->flow - (int)y->flow;
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    return c != 0 ? c : strcmp(x->sector, y->sector);
}

/* A raster of a sector above this one's, for the same year, gas and flow; NULL when none is. */
static const struct manifest_grid *above(const struct manifest_grid *const *sorted, int count,
                                         const struct manifest_grid *grid)
{
    char sector[128];
    size_t len = strlen(grid->sector);
    struct manifest_grid key = *grid;
    const struct manifest_grid *wanted = &key;
    if (len >= sizeof sector) {
        return NULL;
    }
    memcpy(sector, grid->sector, len + 1);
    key.sector = sector;
    for (char *dot = strrchr(sector, '.'); dot != NULL; dot = strrchr(sector, '.')) {
        *dot = '\0';
        const struct manifest_grid *const *found =
            bsearch(&wanted, sorted, (size_t)count, sizeof(const struct manifest_grid *), compare);
        if (found != NULL && !codes_are_apart(grid->from, (*found)->from)) {
            return *found;
        }
    }
    return NULL;
}

enum err tables_check_grids(const struct manifest *m, struct arena *arena, struct issues *issues)
{
    const struct manifest_grid **sorted =
        arena_alloc(arena, (size_t)m->grid_count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < m->grid_count; i++) {
        sorted[i] = &m->grids[i];
    }
    qsort(sorted, (size_t)m->grid_count, sizeof *sorted, compare);
    for (int i = 0; i < m->grid_count && !issues_are_full(issues); i++) {
        const struct manifest_grid *grid = &m->grids[i];
        const struct manifest_grid *upper = above(sorted, m->grid_count, grid);
        if (upper != NULL) {
            char path[32];
            snprintf(path, sizeof path, "grids[%d]", grid->item);
            issues_add(issues,
                       (struct place){.file = m->name, .column = path, .value = grid->sector},
                       "is part of %s in grids[%d], and a sector and its parent must not both hold "
                       "data for %s in %d; keep the parts or the whole",
                       upper->sector, upper->item, grid->gas, grid->year);
        }
    }
    return ERR_OK;
}
