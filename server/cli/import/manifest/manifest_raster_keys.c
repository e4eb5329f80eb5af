/* How to read a raster: the keys that "proxies" and "grids" share. */
#include "cli/import/manifest/manifest_internal.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void read_selects(struct json_reader *r, struct json_node item, struct raster_spec *to)
{
    struct json_node node = json_object_at(r, item, "select", JSON_OPTIONAL);
    const char *dimension;
    json_t *value;
    if (node.json == NULL) {
        return;
    }
    json_object_foreach((json_t *)node.json, dimension, value)
    {
        const char *text = json_text_at(r, node, dimension, JSON_NEEDED);
        if (to->select_count == RASTER_MAX_SELECTS) {
            json_issue(r, item, "select", "names too many dimensions; %d is the limit",
                       RASTER_MAX_SELECTS);
            return;
        }
        to->selects[to->select_count++] =
            (struct raster_select){arena_strndup(r->arena, dimension, strlen(dimension)), text};
    }
}

/* Numbers of a JSON array of just that length; false when it is not there or wrong. */
static bool read_numbers(struct json_reader *r, struct json_node item, const char *key, int wanted,
                         double *to)
{
    int count;
    const json_t *array = json_array_at(r, item, key, JSON_OPTIONAL, &count);
    bool is_right = count == wanted;
    for (int i = 0; i < count && is_right; i++) {
        const json_t *number = json_array_get(array, (size_t)i);
        is_right = json_is_number(number);
        to[i] = json_number_value(number);
    }
    if (array != NULL && !is_right) {
        json_issue(r, item, key, "must be a list of %d numbers; see docs/import.md", wanted);
    }
    return array != NULL && is_right;
}

static void read_extent(struct json_reader *r, struct json_node item, struct raster_spec *to)
{
    to->has_extent = read_numbers(r, item, "extent", 4, to->extent);
    if (to->has_extent && (!(to->extent[0] < to->extent[2]) || !(to->extent[1] < to->extent[3]))) {
        json_issue(r, item, "extent",
                   "must be west, south, east, north of the cells' outer edges; write the smaller "
                   "first");
        to->has_extent = false;
    }
    double step[2] = {0, 0};
    if (read_numbers(r, item, "step", 2, step) && !(step[0] > 0 && step[1] > 0)) {
        json_issue(r, item, "step", "must be above 0; write the cells' width and height");
        return;
    }
    memcpy(to->step_deg, step, sizeof step);
    double size[2] = {0, 0};
    if (read_numbers(r, item, "size", 2, size) &&
        !(size[0] >= 1 && size[0] <= 1e6 && size[1] >= 1 && size[1] <= 1e6 &&
          floor(size[0]) == size[0] && floor(size[1]) == size[1])) {
        json_issue(r, item, "size", "must be whole numbers; write the columns and the rows");
        return;
    }
    to->size[0] = (int)size[0];
    to->size[1] = (int)size[1];
}

static void read_columns(struct json_reader *r, struct json_node item, struct raster_spec *to)
{
    static const char *const keys[] = {"lon", "lat", "value", NULL};
    struct json_node node = json_object_at(r, item, "columns", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    for (int i = 0; i < 3; i++) {
        to->columns[i] = json_text_at(r, node, keys[i], JSON_NEEDED);
    }
}

/* Their content is part of the release: they are checked and named like any other file. */
static void read_companions(struct json_reader *r, struct manifest *m, struct json_node item,
                            struct raster_spec *to)
{
    int count;
    const json_t *array = json_array_at(r, item, "companions", JSON_OPTIONAL, &count);
    const char **names = arena_alloc(r->arena, (size_t)count + 1, sizeof *names);
    for (int i = 0; names != NULL && i < count; i++) {
        const char *text = json_string_value(json_array_get(array, (size_t)i));
        if (text == NULL || text[0] == '\0') {
            json_issue(r, item, "companions", "must list file names; write them as texts");
            return;
        }
        names[i] = arena_strndup(r->arena, text, strlen(text));
        if (names[i] == NULL || manifest_file_named(r, m, item, "companions", names[i]) == NULL) {
            return;
        }
    }
    to->companions = names;
}

static int word_of(struct json_reader *r, struct json_node item, const char *key,
                   const char *const *words)
{
    if (json_object_get(item.json, key) == NULL) {
        return 0;
    }
    int i = json_word_at(r, item, key, words, JSON_NEEDED);
    return i < 0 ? 0 : i + 1;
}

void manifest_raster_at(struct json_reader *r, struct manifest *m, struct json_node item,
                        const struct manifest_file *file, struct raster_spec *to)
{
    static const char *const forms[] = {"table", "list", NULL};
    static const char *const registrations[] = {"centre", "corner", NULL};
    static const char *const rows[] = {"north-up", "south-up", NULL};
    static const char *const pers[] = {"cell", "km2", "ha", "m2", NULL};
    static const char *const borders[] = {"whole", "cut", NULL};
    *to = raster_spec_of(file != NULL ? file->path : "", file != NULL ? file->name : "");
    to->band = json_text_at(r, item, "band", JSON_OPTIONAL);
    to->variable = json_text_at(r, item, "variable", JSON_OPTIONAL);
    to->driver = json_text_at(r, item, "driver", JSON_OPTIONAL);
    to->crs = json_text_at(r, item, "crs", JSON_OPTIONAL);
    to->form = (enum raster_form)word_of(r, item, "form", forms);
    to->registration = (enum raster_registration)word_of(r, item, "registration", registrations);
    to->rows = (enum raster_rows)word_of(r, item, "rows", rows);
    to->per = (enum raster_per)word_of(r, item, "per", pers);
    to->is_cut = word_of(r, item, "border", borders) == 2;
    to->fill = json_number_at(r, item, "fill", -DBL_MAX, DBL_MAX, JSON_OPTIONAL);
    read_selects(r, item, to);
    read_extent(r, item, to);
    read_columns(r, item, to);
    read_companions(r, m, item, to);
    if (to->band[0] != '\0' && to->variable[0] != '\0') {
        json_issue(r, item, "variable", "must not stand beside \"band\"; keep one of them");
    }
}
