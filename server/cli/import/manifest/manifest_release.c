/* The manifest's "release": what it is called, by whom, and what changed since the one before. */
#include "cli/import/manifest/manifest_internal.h"

#include <string.h>

#include "cli/import/table/codes.h"

/* A sector is written as in the tables of totals: without a scheme it is of the home scheme. */
static void read_change_sectors(struct json_reader *r, struct json_node item,
                                struct manifest_change *to)
{
    to->sectors = manifest_texts_at(r, item, "sectors");
    for (int i = 0; to->sectors != NULL && to->sectors[i] != NULL; i++) {
        const char *full = codes_sector(r->arena, CODES_SCHEME, to->sectors[i]);
        to->sectors[i] = full != NULL ? full : "";
    }
}

static void read_change(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"reason", "text", "sectors", NULL};
    struct manifest_change *to = &m->release.changes[i];
    *to = (struct manifest_change){.reason = ""};
    if (!json_only(r, item, keys)) {
        return;
    }
    int reason = json_word_at(r, item, "reason", codes_change_reasons, JSON_NEEDED);
    to->reason = reason < 0 ? "" : codes_change_reasons[reason];
    manifest_languages(r, item, "text", JSON_NEEDED, to->text);
    read_change_sectors(r, item, to);
    to->at = item.path;
}

void manifest_release(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"slug",      "version",   "title",       "warning",
                                       "publisher", "licence",   "attribution", "citation",
                                       "method",    "countries", "changes",     NULL};
    struct json_node node = json_object_at(r, root, "release", JSON_NEEDED);
    struct manifest_release *to = &m->release;
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    /* the forms of slug and version are the schema's to check */
    to->slug = json_text_at(r, node, "slug", JSON_NEEDED);
    to->version = json_text_at(r, node, "version", JSON_NEEDED);
    manifest_languages(r, node, "title", JSON_NEEDED, to->title);
    manifest_languages(r, node, "warning", JSON_OPTIONAL, to->warning);
    to->publisher = json_text_at(r, node, "publisher", JSON_NEEDED);
    to->licence = json_text_at(r, node, "licence", JSON_NEEDED);
    to->attribution = json_text_at(r, node, "attribution", JSON_NEEDED);
    to->citation = json_text_at(r, node, "citation", JSON_NEEDED);
    to->method = json_text_at(r, node, "method", JSON_NEEDED);
    to->countries = manifest_texts_at(r, node, "countries");
    manifest_items(r, m, node, "changes", (void **)&to->changes, sizeof *to->changes,
                   &to->change_count, read_change);
}
