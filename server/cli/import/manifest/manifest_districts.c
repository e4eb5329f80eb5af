/* The manifest's "districts". */
#include "cli/import/manifest/manifest_internal.h"

#include <math.h>

static struct manifest_file *file_of_item(struct json_reader *r, struct manifest *m,
                                          struct json_node item)
{
    if (!json_is_string(item.json)) {
        json_issue(r, item, NULL, "must be a file's name; write it between quotes");
        return NULL;
    }
    const char *name =
        arena_strndup(r->arena, json_string_value(item.json), json_string_length(item.json));
    return manifest_file_named(r, m, item, NULL, name != NULL ? name : "");
}

static void read_population(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    m->districts.populations[i] = file_of_item(r, m, item);
}

static void read_statistics(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    m->districts.statistics[i] = file_of_item(r, m, item);
}

/* The attributes that hold the names; not needed where a table of areas has them. */
static void read_names(struct json_reader *r, struct json_node of, bool has_areas,
                       struct manifest_polygons *to)
{
    static const char *const keys[] = {"en", "ru", "uz", "ko", "uz_cyrl", NULL};
    enum json_need need = has_areas ? JSON_OPTIONAL : JSON_NEEDED;
    struct json_node node = json_object_at(r, of, "names", need);
    for (int i = 0; i < LANG_COUNT; i++) {
        to->name[i] = "";
    }
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    for (int i = 0; i < LANG_COUNT; i++) {
        to->name[i] = json_text_at(r, node, keys[i], i == LANG_KO ? JSON_OPTIONAL : need);
    }
    to->name_uz_cyrl = json_text_at(r, node, "uz_cyrl", JSON_OPTIONAL);
}

static void check_parent(struct json_reader *r, struct json_node item, bool has_areas,
                         const struct manifest_polygons *of)
{
    bool has_one = of->parent[0] != '\0' || of->parent_code[0] != '\0';
    if (of->parent[0] != '\0' && of->parent_code[0] != '\0') {
        json_issue(r, item, "parent_code", "stands beside \"parent\"; keep one of them");
    } else if (of->level == 0 && has_one) {
        json_issue(r, item, of->parent[0] != '\0' ? "parent" : "parent_code",
                   "is not for countries (level 0), which have no parent; leave it out");
    } else if (of->level > 0 && !has_one && !has_areas) {
        json_issue(r, item, "parent",
                   "is missing; name the attribute that holds the code of the parent, or give "
                   "\"parent_code\" when all have the same");
    }
}

static void read_polygons(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {
        MANIFEST_LAYER_KEYS, "level", "code", "parent", "names", "iso", "parent_code", NULL};
    struct manifest_polygons *to = &m->districts.files[i];
    bool has_areas = m->districts.areas != NULL;
    *to = (struct manifest_polygons){
        .code = "", .parent = "", .iso = "", .name_uz_cyrl = "", .parent_code = ""};
    if (!json_only(r, item, keys)) {
        return;
    }
    manifest_layer_at(r, m, item, &to->from);
    double level = json_number_at(r, item, "level", 0, 2, JSON_NEEDED);
    if (!isnan(level) && floor(level) != level) {
        json_issue(r, item, "level", "must be 0 (country), 1 (region) or 2 (district); write one");
    }
    to->level = isnan(level) ? 0 : (int)level;
    to->code = json_text_at(r, item, "code", JSON_NEEDED);
    to->parent = json_text_at(r, item, "parent", JSON_OPTIONAL);
    to->parent_code = json_text_at(r, item, "parent_code", JSON_OPTIONAL);
    to->iso = json_text_at(r, item, "iso", JSON_OPTIONAL);
    read_names(r, item, has_areas, to);
    check_parent(r, item, has_areas, to);
}

static void read_bbox(struct json_reader *r, struct json_node of, double bbox[4])
{
    int count;
    const json_t *array = json_array_at(r, of, "bbox", JSON_OPTIONAL, &count);
    for (int i = 0; i < 4; i++) {
        const json_t *item = json_array_get(array, (size_t)i);
        bbox[i] = json_is_number(item) ? json_number_value(item) : NAN;
    }
    if (array != NULL && !(count == 4 && bbox[0] < bbox[2] && bbox[1] < bbox[3] &&
                           bbox[0] >= -180 && bbox[2] <= 180 && bbox[1] >= -90 && bbox[3] <= 90)) {
        json_issue(r, of, "bbox",
                   "must be four numbers in degrees; write [west, south, east, north]");
    }
}

static void check_together(struct json_reader *r, struct json_node node,
                           const struct manifest_districts *d)
{
    bool has_mask = json_object_get(node.json, "mask") != NULL;
    bool has_areas = json_object_get(node.json, "areas") != NULL;
    bool has_files = json_object_get(node.json, "files") != NULL;
    if (has_mask && has_files) {
        json_issue(r, node, "mask", "stands beside \"files\"; keep one of them");
    } else if (has_mask && !has_areas) {
        json_issue(r, node, "areas", "is missing; a mask needs the table of its areas");
    } else if (has_areas && !has_mask && !has_files) {
        json_issue(r, node, "mask", "is missing; areas need a \"mask\" or \"files\"");
    } else if (!has_mask && !has_files && d->population_count + d->statistics_count == 0) {
        json_issue(r, node, "files", "is missing; give \"files\", \"mask\" or \"statistics\"");
    }
}

void manifest_districts(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"mask",        "areas", "population", "files", "geometry",
                                       "outside_pct", "bbox",  "statistics", NULL};
    static const char *const geometry[] = {"refuse", "repair", NULL};
    struct manifest_districts *d = &m->districts;
    struct json_node node = json_object_at(r, root, "districts", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    d->mask = manifest_file_at(r, m, node, "mask", JSON_OPTIONAL);
    d->areas = manifest_file_at(r, m, node, "areas", JSON_OPTIONAL);
    d->is_repair = json_word_at(r, node, "geometry", geometry, JSON_OPTIONAL) == 1;
    double pct = json_number_at(r, node, "outside_pct", 0, 100, JSON_OPTIONAL);
    d->outside_pct = isnan(pct) ? 1 : pct;
    read_bbox(r, node, d->bbox);
    manifest_items(r, m, node, "files", (void **)&d->files, sizeof *d->files, &d->file_count,
                   read_polygons);
    manifest_items(r, m, node, "population", (void **)&d->populations,
                   sizeof(struct manifest_file *), &d->population_count, read_population);
    manifest_items(r, m, node, "statistics", (void **)&d->statistics,
                   sizeof(struct manifest_file *), &d->statistics_count, read_statistics);
    check_together(r, node, d);
}
