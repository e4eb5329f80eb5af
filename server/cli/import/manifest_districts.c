/* The manifest's "districts". */
#include "cli/import/manifest_internal.h"

static void read_population(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    if (!json_is_string(item.json)) {
        json_issue(r, item, NULL, "must be a file's name; write it between quotes");
        return;
    }
    const char *name =
        arena_strndup(r->arena, json_string_value(item.json), json_string_length(item.json));
    m->populations[i] = manifest_file_named(r, m, item, NULL, name != NULL ? name : "");
}

void manifest_districts(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"mask", "areas", "population", NULL};
    struct json_node node = json_object_at(r, root, "districts", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->mask = manifest_file_at(r, m, node, "mask", JSON_NEEDED);
    m->areas = manifest_file_at(r, m, node, "areas", JSON_NEEDED);
    manifest_items(r, m, node, "population", (void **)&m->populations, sizeof *m->populations,
                   &m->population_count, read_population);
}
