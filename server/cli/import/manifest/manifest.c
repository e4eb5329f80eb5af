/* The manifest as a whole: its root, provenance, controls, and what its sections share. */
#include "cli/import/manifest/manifest_internal.h"

#include "base/spare_memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/table/file_text.h"
#include "cli/import/manifest/schema.h"

#define MANIFEST_MAX_BYTES ((size_t)4 << 20)
#define MANIFEST_FORMAT    1

/* A file named in the manifest; the same name is the same file. NULL after an issue or when the key
 * is not there. */
struct manifest_file *manifest_file_named(struct json_reader *r, struct manifest *m,
                                          struct json_node of, const char *key, const char *name)
{
    if (name[0] == '\0') {
        return NULL;
    }
    for (int i = 0; i < m->file_count; i++) {
        if (strcmp(m->files[i]->name, name) == 0) {
            return m->files[i];
        }
    }
    const char *path = file_text_path(r->folder, name, r->arena);
    struct manifest_file *file = arena_alloc(r->arena, 1, sizeof *file);
    if (path == NULL || file == NULL || m->file_count == 64) {
        json_issue(
            r, of, key,
            "must name a file in the manifest's folder (at most 64 files); put the file there and "
            "write its name without \"..\" and without a leading /");
        return NULL;
    }
    *file = (struct manifest_file){.name = name, .path = path};
    const char *unfit = file_text_unfit(r->folder, path);
    if (unfit != NULL) {
        json_issue(r, of, key, "%s", unfit);
        return NULL;
    }
    const char *packing = file_text_packing(path);
    if (packing != NULL) {
        json_issue(r, of, key,
                   "%s is packed (%s), and nothing is unpacked here; unpack it, and "
                   "name the file that was in it",
                   name, packing);
        return NULL;
    }
    struct why why = {0};
    if (digest_file(path, file->sha256, &why) != ERR_OK) {
        json_issue(r, of, key, "%s; check its name and that it may be read", why.reason);
        return NULL;
    }
    m->files[m->file_count++] = file;
    return file;
}

struct manifest_file *manifest_file_at(struct json_reader *r, struct manifest *m,
                                       struct json_node of, const char *key, enum json_need need)
{
    return manifest_file_named(r, m, of, key, json_text_at(r, of, key, need));
}

void manifest_items(struct json_reader *r, struct manifest *m, struct json_node of, const char *key,
                    void **list, size_t size, int *count, manifest_read_item *read)
{
    const json_t *array = json_array_at(r, of, key, JSON_OPTIONAL, count);
    *list = *count > 0 ? arena_alloc(r->arena, (size_t)*count, size) : NULL;
    if (*list == NULL) {
        *count = 0;
        return;
    }
    for (int i = 0; i < *count; i++) {
        read(r, m, json_item(r, of, key, array, i), i);
    }
}

void manifest_languages(struct json_reader *r, struct json_node of, const char *key,
                        enum json_need need, const char *to[LANG_COUNT])
{
    static const char *const keys[] = {"en", "ru", "uz", "ko", NULL};
    for (int i = 0; i < LANG_COUNT; i++) {
        to[i] = "";
    }
    struct json_node node = json_object_at(r, of, key, need);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    for (int i = 0; i < LANG_COUNT; i++) {
        to[i] = json_text_at(r, node, keys[i], JSON_NEEDED);
    }
}

static void read_provenance(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"id",        "dataset",        "document",
                                       "retrieved", "transformation", NULL};
    struct manifest_provenance *to = &m->provenances[i];
    *to = (struct manifest_provenance){"", "", "", "", ""};
    if (!json_only(r, item, keys)) {
        return;
    }
    to->id = json_text_at(r, item, "id", JSON_NEEDED);
    to->dataset = json_text_at(r, item, "dataset", JSON_NEEDED);
    to->document = json_text_at(r, item, "document", JSON_OPTIONAL);
    to->retrieved = json_text_at(r, item, "retrieved", JSON_OPTIONAL);
    to->transformation = json_text_at(r, item, "transformation", JSON_OPTIONAL);
    for (int k = 0; k < i; k++) {
        if (strcmp(m->provenances[k].id, to->id) == 0) {
            json_issue(r, item, "id", "is used twice; give each provenance an id of its own");
        }
    }
}

int manifest_provenance_at(struct json_reader *r, struct manifest *m, struct json_node of)
{
    const char *id = json_text_at(r, of, "provenance", JSON_NEEDED);
    for (int i = 0; i < m->provenance_count; i++) {
        if (strcmp(m->provenances[i].id, id) == 0) {
            return i;
        }
    }
    if (id[0] != '\0') {
        json_issue(r, of, "provenance",
                   "is no id of \"provenance\"; add an entry with this id there, or correct it");
    }
    return 0;
}

static const char *const unit_words[] = {"t", "kt", "Gg", "Mt", NULL};
static const double unit_tonnes[] = {1.0, 1e3, 1e3, 1e6};

double manifest_unit_at(struct json_reader *r, struct json_node of, const char **word)
{
    int i = json_word_at(r, of, "unit", unit_words, JSON_NEEDED);
    *word = i < 0 ? "t" : unit_words[i];
    return i < 0 ? 1.0 : unit_tonnes[i];
}

const char **manifest_texts_at(struct json_reader *r, struct json_node of, const char *key)
{
    int count;
    const json_t *array = json_array_at(r, of, key, JSON_OPTIONAL, &count);
    const char **texts =
        array != NULL ? arena_alloc(r->arena, (size_t)count + 1, sizeof *texts) : NULL;
    for (int i = 0, used = 0; texts != NULL && i < count; i++) {
        const json_t *item = json_array_get(array, (size_t)i);
        if (!json_is_string(item) || json_string_length(item) == 0) {
            json_issue(r, of, key, "must list texts that are not empty; write them between quotes");
            continue;
        }
        texts[used] = arena_strndup(r->arena, json_string_value(item), json_string_length(item));
        used += texts[used] != NULL;
    }
    return texts;
}

const char **manifest_ignore(struct json_reader *r, struct json_node of)
{
    return manifest_texts_at(r, of, "ignore");
}

static void read_control(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"year", "gas", "flow", "mass_kt", NULL};
    struct manifest_control *to = &m->controls[i];
    if (!json_only(r, item, keys)) {
        return;
    }
    double year = json_number_at(r, item, "year", 1750, 2200, JSON_NEEDED);
    to->year = isnan(year) ? 0 : (int)year;
    to->gas = json_text_at(r, item, "gas", JSON_NEEDED);
    to->flow =
        json_word_at(r, item, "flow", codes_flows, JSON_NEEDED) == 1 ? FLOW_REMOVAL : FLOW_EMISSION;
    to->mass_t = json_number_at(r, item, "mass_kt", 0, 1e12, JSON_NEEDED) * 1e3;
}

static void read_controls(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"tolerance", "national", "outside_tolerance", NULL};
    struct json_node node = json_object_at(r, root, "control", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->control_tolerance = json_number_at(r, node, "tolerance", 1e-12, 0.1, JSON_OPTIONAL);
    m->outside_tolerance = json_number_at(r, node, "outside_tolerance", 0, 1, JSON_OPTIONAL);
    manifest_items(r, m, node, "national", (void **)&m->controls, sizeof *m->controls,
                   &m->control_count, read_control);
}

/* Districts alone: nothing of it could belong to a release. */
static bool is_boundaries(struct json_node root)
{
    static const char *const of_release[] = {"release", "totals", "grids",   "features", "proxies",
                                             "points",  "grid",   "control", "profiles", NULL};
    for (int i = 0; of_release[i] != NULL; i++) {
        if (json_object_get(root.json, of_release[i]) != NULL) {
            return false;
        }
    }
    return json_object_get(root.json, "districts") != NULL;
}

static void read_root(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"$schema",    "fluxgrid",  "release",  "checksums",
                                       "provenance", "districts", "proxies",  "points",
                                       "totals",     "grids",     "profiles", "crosswalks",
                                       "control",    "grid",      "features", NULL};
    if (!json_only(r, root, keys)) {
        return;
    }
    json_number_at(r, root, "fluxgrid", MANIFEST_FORMAT, MANIFEST_FORMAT, JSON_NEEDED);
    m->is_boundaries = is_boundaries(root);
    if (!m->is_boundaries) {
        manifest_release(r, m, root);
    }
    m->checksums = manifest_file_at(r, m, root, "checksums", JSON_OPTIONAL);
    manifest_items(r, m, root, "provenance", (void **)&m->provenances, sizeof *m->provenances,
                   &m->provenance_count, read_provenance);
    manifest_districts(r, m, root);
    manifest_proxies(r, m, root);
    manifest_points(r, m, root);
    manifest_totals(r, m, root);
    manifest_profiles(r, m, root);
    manifest_grids(r, m, root);
    manifest_crosswalks(r, m, root);
    manifest_grid(r, m, root);
    manifest_features(r, m, root);
    read_controls(r, m, root);
    if (m->totals_count + m->grid_count + m->feature_count == 0 && !m->is_boundaries) {
        json_issue(r, root, "totals",
                   "a release needs \"totals\", \"grids\" or \"features\"; add one of them");
    }
}

/* Where the file's name starts in its path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* The document, checked against the schema; NULL after an issue. */
static enum err read_document(const char *path, struct arena *arena, struct issues *issues,
                              char *sha256, json_t **out, struct why *why)
{
    char *text;
    size_t len;
    const char *name = base_name(path);
    json_t *schema = NULL;
    *out = NULL;
    enum err e = file_text_read(path, name, MANIFEST_MAX_BYTES, arena, &text, &len, why);
    if (e != ERR_OK) {
        return e;
    }
    digest_hex_of(text, len, sha256);
    json_error_t fault;
    unsigned long spares = spare_count();
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (spare_count() != spares) {
        json_decref(json);
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for the manifest");
    }
    if (json == NULL) {
        issues_add(issues, (struct place){.file = name, .row = fault.line},
                   "column %d: %s; correct the JSON there", fault.column, fault.text);
        return ERR_OK;
    }
    schema = schema_manifest();
    if (schema == NULL) {
        json_decref(json);
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for the manifest's schema");
    }
    schema_check(schema, json, name, arena, issues);
    json_decref(schema);
    *out = json;
    return ERR_OK;
}

enum err manifest_check(const char *path, struct arena *arena, struct issues *issues,
                        struct why *why)
{
    char sha256[DIGEST_HEX_SIZE];
    json_t *json;
    enum err e = read_document(path, arena, issues, sha256, &json, why);
    json_decref(json);
    return e;
}

enum err manifest_read(const char *path, struct arena *arena, struct issues *issues,
                       struct manifest *out, struct why *why)
{
    const char *name = base_name(path);
    json_t *json;
    *out = (struct manifest){.name = name, .outside_tolerance = NAN};
    enum err e = read_document(path, arena, issues, out->sha256, &json, why);
    if (e == ERR_OK && issues->count == 0) { /* the sections may rely on the schema */
        size_t folder_len = (size_t)(name - path);
        const char *folder =
            folder_len == 0 ? "." : arena_strndup(arena, path, folder_len - (folder_len > 1));
        struct json_reader r = {name, folder != NULL ? folder : ".", arena, issues};
        read_root(&r, out, (struct json_node){json, ""});
    }
    json_decref(json);
    return e;
}
