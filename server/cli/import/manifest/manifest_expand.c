/* One entry of "grids" that stands for many: "years", "months", "sectors". */
#include <math.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/manifest/manifest_internal.h"

#define EXPANDED_MAX 100000

struct sector_place { /* where a file has a sector, and which it is */
    const char *place, *code;
};

struct axes {
    int year_count, month_count, sector_count;
    int *years, *months;
    struct sector_place *sectors;
    const char *dimension; /* "" = the places are variables or bands */
    bool is_variables;
};

/* A list of whole numbers within bounds; one 0 when the key is not there. */
static int read_integers(struct json_reader *r, struct json_node item, const char *key, int low,
                         int high, int **out)
{
    int count;
    const json_t *array = json_array_at(r, item, key, JSON_OPTIONAL, &count);
    int *list = arena_alloc(r->arena, (size_t)count + 1, sizeof *list);
    *out = list;
    if (array == NULL || list == NULL) {
        return list != NULL;
    }
    bool is_right = count > 0;
    for (int i = 0; i < count && is_right; i++) {
        double value = json_number_value(json_array_get(array, (size_t)i));
        is_right = floor(value) == value && value >= low && value <= high;
        list[i] = is_right ? (int)value : 0;
        for (int k = 0; k < i && is_right; k++) {
            is_right = list[k] != list[i];
        }
    }
    if (!is_right) {
        json_issue(r, item, key, "must list whole numbers from %d to %d, each once; mend the list",
                   low, high);
    }
    return is_right ? count : 1;
}

static const char *copy(struct json_reader *r, const char *text)
{
    const char *made = arena_strndup(r->arena, text, strlen(text));
    return made != NULL ? made : "";
}

/* {"ENE": "1.A.1.a"} or, where the file's words are the codes, ["ENE"]. */
static void read_codes(struct json_reader *r, struct json_node node, const char *key,
                       struct axes *to)
{
    const json_t *codes = json_object_get(node.json, key);
    size_t count = json_is_object(codes) ? json_object_size(codes) : json_array_size(codes);
    to->sectors = arena_alloc(r->arena, count + 1, sizeof *to->sectors);
    if (count == 0 || to->sectors == NULL) {
        json_issue(r, node, key,
                   "must be a list of sectors, or an object of the file's words and sectors; see "
                   "docs/import.md");
        return;
    }
    void *at = json_object_iter((json_t *)codes);
    for (size_t i = 0; i < count; i++) {
        const char *text =
            json_string_value(at != NULL ? json_object_iter_value(at) : json_array_get(codes, i));
        if (text == NULL || text[0] == '\0') {
            json_issue(r, node, key, "must hold texts that are not empty; write them in quotes");
            return;
        }
        to->sectors[i].code = copy(r, text);
        to->sectors[i].place = at != NULL ? copy(r, json_object_iter_key(at)) : to->sectors[i].code;
        at = at != NULL ? json_object_iter_next((json_t *)codes, at) : NULL;
    }
    to->sector_count = (int)count;
}

static void read_sectors(struct json_reader *r, struct json_node item, struct axes *to)
{
    static const char *const keys[] = {"dimension", "codes", "variables", "bands", NULL};
    struct json_node node = json_object_at(r, item, "sectors", JSON_OPTIONAL);
    to->dimension = "";
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    bool has[] = {json_object_get(node.json, "dimension") != NULL,
                  json_object_get(node.json, "variables") != NULL,
                  json_object_get(node.json, "bands") != NULL};
    if (has[0] + has[1] + has[2] != 1) {
        json_issue(r, item, "sectors",
                   "must have one of \"dimension\", \"variables\" and \"bands\"; keep one");
        return;
    }
    if (has[0]) {
        to->dimension = json_text_at(r, node, "dimension", JSON_NEEDED);
    }
    to->is_variables = has[1];
    read_codes(r, node, has[0] ? "codes" : has[1] ? "variables" : "bands", to);
}

static bool set_sector(struct json_reader *r, struct json_node item, const struct axes *axes, int i,
                       struct manifest_grid *to)
{
    const struct sector_place *s = &axes->sectors[i];
    const char *scheme = json_text_at(r, item, "scheme", JSON_OPTIONAL);
    const char *full = codes_sector(r->arena, scheme[0] != '\0' ? scheme : CODES_SCHEME, s->code);
    to->sector = full != NULL ? full : s->code;
    if (axes->dimension[0] == '\0') {
        *(axes->is_variables ? &to->raster.variable : &to->raster.band) = s->place;
        return true;
    }
    if (to->raster.select_count == RASTER_MAX_SELECTS) {
        json_issue(r, item, "select", "names too many dimensions; %d is the limit",
                   RASTER_MAX_SELECTS);
        return false;
    }
    to->raster.selects[to->raster.select_count++] =
        (struct raster_select){axes->dimension, s->place};
    return true;
}

static bool append(struct json_reader *r, struct manifest *m, const struct manifest_grid *grid,
                   int *capacity)
{
    if (m->grid_count == *capacity) {
        int wanted = *capacity > 0 ? *capacity * 2 : 16;
        struct manifest_grid *more = arena_alloc(r->arena, (size_t)wanted, sizeof *more);
        if (more == NULL || wanted > EXPANDED_MAX) {
            return false;
        }
        if (m->grid_count > 0) {
            memcpy(more, m->grids, (size_t)m->grid_count * sizeof *more);
        }
        m->grids = more;
        *capacity = wanted;
    }
    m->grids[m->grid_count++] = *grid;
    return true;
}

bool manifest_grid_expand(struct json_reader *r, struct manifest *m, struct json_node item,
                          const struct manifest_grid *base, int *capacity)
{
    struct axes axes = {0};
    axes.year_count = read_integers(r, item, "years", 1750, 2200, &axes.years);
    axes.month_count = read_integers(r, item, "months", 1, 12, &axes.months);
    read_sectors(r, item, &axes);
    int sectors = axes.sector_count > 0 ? axes.sector_count : 1;
    int count = axes.year_count * axes.month_count * sectors;
    bool is_done = true;
    for (int i = 0; i < count && is_done; i++) {
        struct manifest_grid g = *base;
        int year = axes.years[i / (axes.month_count * sectors)];
        int month = axes.months[i / sectors % axes.month_count];
        g.year = year != 0 ? year : g.year;
        g.month = month != 0 ? month : g.month;
        g.raster.year = g.year;
        g.raster.month = g.month;
        is_done = axes.sector_count == 0 || set_sector(r, item, &axes, i % sectors, &g);
        const char *label = manifest_raster_label(r, &g.raster);
        g.label = count > 1 && g.month != 0
                      ? arena_printf(r->arena, "%s %d-%02d", label, g.year, g.month)
                  : count > 1 ? arena_printf(r->arena, "%s %d", label, g.year)
                              : label;
        is_done = is_done && g.label != NULL && append(r, m, &g, capacity);
    }
    return is_done;
}
