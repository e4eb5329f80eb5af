#include "api/ogc/dimensions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/ogc/kvp.h"

#define NAME_MAX_BYTES 32

enum { SECTOR, GWP };
static const char *const names[OGC_DIMENSION_COUNT] = {[SECTOR] = "sector", [GWP] = "gwp"};

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The sectors that the layer has data of, and those above them. */
static void mark_sectors(const struct catalog *c, const struct ogc_layer *l, bool *is_there)
{
    const struct release *r = &c->releases[l->release_index];
    struct selection s = {.release = l->release_index, .flow = l->flow, .gas = l->gas_index};
    s.gwp_set = -1;
    for (int i = 0; i < r->slice_count; i++) {
        const struct slice *slice = &c->slices[r->first_slice + i];
        s.year = slice->year;
        if (!selection_takes(c, &s, slice)) {
            continue;
        }
        for (int k = slice->sector; k >= 0 && !is_there[k]; k = c->sectors[k].parent) {
            is_there[k] = true;
        }
    }
}

static enum err list_sectors(const struct catalog *c, const struct ogc_layer *l,
                             struct arena *arena, struct ogc_dimension *out)
{
    bool *is_there = arena_alloc(arena, (size_t)c->sector_count + 1, sizeof *is_there);
    const char **values = arena_alloc(arena, (size_t)c->sector_count + 1, sizeof *values);
    if (is_there == NULL || values == NULL) {
        return ERR_NO_MEMORY;
    }
    mark_sectors(c, l, is_there);
    int count = 1;
    for (int i = 0; i < c->sector_count; i++) {
        if (is_there[i]) {
            values[count++] = c->sectors[i].code;
        }
    }
    values[0] = OGC_ALL_SECTORS;
    qsort(values + 1, (size_t)count - 1, sizeof *values, compare_codes);
    out->default_value = OGC_ALL_SECTORS;
    out->count = count;
    out->values = values;
    return ERR_OK;
}

static enum err list_weights(const struct catalog *c, const char *default_gwp, struct arena *arena,
                             struct ogc_dimension *out)
{
    const char **values = arena_alloc(arena, (size_t)c->gwp_set_count + 1, sizeof *values);
    if (values == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < c->gwp_set_count; i++) {
        values[i] = c->gwp_sets[i].code;
    }
    out->default_value = default_gwp;
    out->count = c->gwp_set_count;
    out->values = values;
    return ERR_OK;
}

enum err ogc_dimensions(const struct catalog *c, const struct ogc_layer *l, const char *default_gwp,
                        struct arena *arena, struct ogc_dimension out[OGC_DIMENSION_COUNT])
{
    for (int i = 0; i < OGC_DIMENSION_COUNT; i++) {
        out[i] = (struct ogc_dimension){.name = names[i]};
    }
    enum err e = list_sectors(c, l, arena, &out[SECTOR]);
    if (e == ERR_OK && l->gas_index == SELECTION_GAS_CO2E) {
        e = list_weights(c, default_gwp, arena, &out[GWP]);
    }
    return e;
}

const char *ogc_dimension_asked(const struct http_request *r, const char *prefix, int which,
                                const char **name)
{
    char parameter[NAME_MAX_BYTES];
    *name = names[which];
    (void)snprintf(parameter, sizeof parameter, "%s%s", prefix, names[which]);
    const char *value = kvp_find(r, parameter);
    bool is_default = value == NULL || strcmp(value, "default") == 0 ||
                      (which == SECTOR && strcmp(value, OGC_ALL_SECTORS) == 0);
    return is_default ? NULL : value;
}
