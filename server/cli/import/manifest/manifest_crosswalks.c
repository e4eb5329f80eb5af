/* The manifest's "crosswalks". */
#include "cli/import/manifest/manifest_internal.h"

static void read_crosswalk(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"file", "signed", "ignore", NULL};
    struct manifest_crosswalk *to = &m->crosswalks[i];
    if (!json_only(r, item, keys)) {
        return;
    }
    to->file = manifest_file_at(r, m, item, "file", JSON_NEEDED);
    const json_t *is_signed = json_object_get(item.json, "signed");
    if (is_signed != NULL && !json_is_boolean(is_signed)) {
        json_issue(r, item, "signed", "must be true or false; write it without quotes");
    }
    to->is_signed = json_is_true(is_signed);
    to->ignore = manifest_ignore(r, item);
}

void manifest_crosswalks(struct json_reader *r, struct manifest *m, struct json_node root)
{
    manifest_items(r, m, root, "crosswalks", (void **)&m->crosswalks, sizeof *m->crosswalks,
                   &m->crosswalk_count, read_crosswalk);
}
