/* The manifest's structure, member by member. */
#include "cli/import/manifest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/import/codes.h"
#include "cli/import/file_text.h"
#include "cli/import/manifest_json.h"

#define MANIFEST_MAX_BYTES ((size_t)4 << 20)
#define MANIFEST_FORMAT    1

static const char *const unit_words[] = {"t", "kt", "Gg", "Mt", NULL};
static const double unit_tonnes[] = {1.0, 1e3, 1e3, 1e6};

/* A file named in the manifest; the same name is the same file. NULL after an issue or when the key
 * is not there. */
static struct manifest_file *named_file(struct json_reader *r, struct manifest *m,
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
        json_issue(r, of, key,
                   "must name a file in the manifest's folder (no \"..\", not absolute; at most 64 "
                   "files)");
        return NULL;
    }
    *file = (struct manifest_file){.name = name, .path = path};
    struct stat about;
    if (lstat(path, &about) == 0 && S_ISLNK(about.st_mode)) {
        json_issue(r, of, key, "is a link: a manifest reads files of its own folder only");
        return NULL;
    }
    struct why why = {0};
    if (digest_file(path, file->sha256, &why) != ERR_OK) {
        json_issue(r, of, key, "%s", why.reason);
        return NULL;
    }
    m->files[m->file_count++] = file;
    return file;
}

static struct manifest_file *file_at(struct json_reader *r, struct manifest *m, struct json_node of,
                                     const char *key, enum json_need need)
{
    return named_file(r, m, of, key, json_text_at(r, of, key, need));
}

/* Array members share this walk: allocate, then read each item. */
typedef void read_item(struct json_reader *r, struct manifest *m, struct json_node item, int i);

static void read_items(struct json_reader *r, struct manifest *m, struct json_node of,
                       const char *key, void **list, size_t size, int *count, read_item *read)
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

static void read_languages(struct json_reader *r, struct json_node of, const char *key,
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

static bool is_slug(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return text[len] == '\0' && len >= 1 && len <= 63 && text[0] != '-';
}

static bool is_semver(const char *text)
{
    for (int part = 0; part < 3; part++) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 6 || (digits > 1 && text[0] == '0')) {
            return false;
        }
        text += digits;
        if (part < 2 && *text++ != '.') {
            return false;
        }
    }
    return *text == '\0';
}

static void read_release(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"slug",    "version",     "title",    "warning", "publisher",
                                       "licence", "attribution", "citation", "method",  NULL};
    struct json_node node = json_object_at(r, root, "release", JSON_NEEDED);
    struct manifest_release *to = &m->release;
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    to->slug = json_text_at(r, node, "slug", JSON_NEEDED);
    if (to->slug[0] != '\0' && !is_slug(to->slug)) {
        json_issue(r, node, "slug", "must be 1 to 63 of a-z, 0-9 and -, not - first");
    }
    to->version = json_text_at(r, node, "version", JSON_NEEDED);
    if (to->version[0] != '\0' && !is_semver(to->version)) {
        json_issue(r, node, "version", "must be three numbers such as 1.0.0");
    }
    read_languages(r, node, "title", JSON_NEEDED, to->title);
    read_languages(r, node, "warning", JSON_OPTIONAL, to->warning);
    to->publisher = json_text_at(r, node, "publisher", JSON_NEEDED);
    to->licence = json_text_at(r, node, "licence", JSON_NEEDED);
    to->attribution = json_text_at(r, node, "attribution", JSON_NEEDED);
    to->citation = json_text_at(r, node, "citation", JSON_NEEDED);
    to->method = json_text_at(r, node, "method", JSON_NEEDED);
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
            json_issue(r, item, "id", "is used twice");
        }
    }
}

static int provenance_at(struct json_reader *r, struct manifest *m, struct json_node of)
{
    const char *id = json_text_at(r, of, "provenance", JSON_NEEDED);
    for (int i = 0; i < m->provenance_count; i++) {
        if (strcmp(m->provenances[i].id, id) == 0) {
            return i;
        }
    }
    if (id[0] != '\0') {
        json_issue(r, of, "provenance", "is no id of \"provenance\"");
    }
    return 0;
}

static void read_population(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    if (!json_is_string(item.json)) {
        json_issue(r, item, NULL, "must be a file's name");
        return;
    }
    const char *name =
        arena_strndup(r->arena, json_string_value(item.json), json_string_length(item.json));
    m->populations[i] = named_file(r, m, item, NULL, name != NULL ? name : "");
}

static void read_districts(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"mask", "areas", "population", NULL};
    struct json_node node = json_object_at(r, root, "districts", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->mask = file_at(r, m, node, "mask", JSON_NEEDED);
    m->areas = file_at(r, m, node, "areas", JSON_NEEDED);
    read_items(r, m, node, "population", (void **)&m->populations, sizeof *m->populations,
               &m->population_count, read_population);
}

static const char **read_ignore(struct json_reader *r, struct json_node of)
{
    int count;
    const json_t *array = json_array_at(r, of, "ignore", JSON_OPTIONAL, &count);
    const char **names = arena_alloc(r->arena, (size_t)count + 1, sizeof *names);
    for (int i = 0, used = 0; names != NULL && i < count; i++) {
        const json_t *item = json_array_get(array, (size_t)i);
        if (!json_is_string(item)) {
            json_issue(r, of, "ignore", "must list column names");
            continue;
        }
        names[used] = arena_strndup(r->arena, json_string_value(item), json_string_length(item));
        used += names[used] != NULL;
    }
    return names;
}

static void read_proxy(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"id", "file", "band", "cell_uncertainty_pct", NULL};
    struct manifest_proxy *to = &m->proxies[i];
    *to = (struct manifest_proxy){.id = "", .band = ""};
    if (!json_only(r, item, keys)) {
        return;
    }
    to->id = json_text_at(r, item, "id", JSON_NEEDED);
    to->file = file_at(r, m, item, "file", JSON_NEEDED);
    to->band = json_text_at(r, item, "band", JSON_NEEDED);
    double u = json_number_at(r, item, "cell_uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    to->cell_uncertainty_pct = isnan(u) ? 0 : u;
    bool is_reserved = strcmp(to->id, "points") == 0 || strcmp(to->id, "unallocated") == 0;
    for (int k = 0; k < i || is_reserved; k++) {
        if (is_reserved || strcmp(m->proxies[k].id, to->id) == 0) {
            json_issue(r, item, "id", is_reserved ? "is a reserved word" : "is used twice");
            break;
        }
    }
}

static void read_points(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"file", "outside", "max_distance_km", "ignore", NULL};
    static const char *const outside[] = {"refuse", "nearest", NULL};
    struct json_node node = json_object_at(r, root, "points", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->points.file = file_at(r, m, node, "file", JSON_NEEDED);
    m->points.take_nearest = json_word_at(r, node, "outside", outside, JSON_NEEDED) == 1;
    double km = json_number_at(r, node, "max_distance_km", 0, 100,
                               m->points.take_nearest ? JSON_NEEDED : JSON_OPTIONAL);
    m->points.max_distance_km = m->points.take_nearest && !isnan(km) ? km : 0;
    m->points.ignore = read_ignore(r, node);
}

static double unit_at(struct json_reader *r, struct json_node of, const char **word)
{
    int i = json_word_at(r, of, "unit", unit_words, JSON_NEEDED);
    *word = i < 0 ? "t" : unit_words[i];
    return i < 0 ? 1.0 : unit_tonnes[i];
}

static void read_totals(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"file", "unit", "scheme", "provenance", "ignore", NULL};
    static const char *const schemes[] = {CODES_SCHEME, NULL};
    struct manifest_totals *to = &m->totals[i];
    if (!json_only(r, item, keys)) {
        return;
    }
    to->file = file_at(r, m, item, "file", JSON_NEEDED);
    to->tonnes_per_unit = unit_at(r, item, &to->unit);
    int scheme = json_word_at(r, item, "scheme", schemes, JSON_NEEDED);
    to->scheme = schemes[scheme < 0 ? 0 : scheme];
    to->provenance = provenance_at(r, m, item);
    to->ignore = read_ignore(r, item);
}

static void read_grid(struct json_reader *r, struct manifest *m, struct json_node item, int i)
{
    static const char *const keys[] = {"file",
                                       "band",
                                       "unit",
                                       "sector",
                                       "gas",
                                       "flow",
                                       "origin",
                                       "fuel",
                                       "year",
                                       "uncertainty_pct",
                                       "cell_uncertainty_pct",
                                       "method",
                                       "provenance",
                                       NULL};
    struct manifest_grid *to = &m->grids[i];
    if (!json_only(r, item, keys)) {
        return;
    }
    const char *unit;
    to->file = file_at(r, m, item, "file", JSON_NEEDED);
    to->band = json_text_at(r, item, "band", JSON_NEEDED);
    to->tonnes_per_unit = unit_at(r, item, &unit);
    const char *sector = json_text_at(r, item, "sector", JSON_NEEDED);
    const char *full = codes_sector(r->arena, CODES_SCHEME, sector);
    to->sector = full != NULL ? full : sector;
    to->gas = json_text_at(r, item, "gas", JSON_NEEDED);
    int flow = json_word_at(r, item, "flow", codes_flows, JSON_NEEDED);
    to->flow = flow == 1 ? FLOW_REMOVAL : FLOW_EMISSION;
    int origin = json_word_at(r, item, "origin", codes_origins, JSON_NEEDED);
    to->origin = origin < 0 ? ORIGIN_NA : (enum origin)origin;
    to->fuel = json_text_at(r, item, "fuel", JSON_OPTIONAL);
    double year = json_number_at(r, item, "year", 1750, 2200, JSON_NEEDED);
    if (!isnan(year) && floor(year) != year) {
        json_issue(r, item, "year", "must be a whole number");
    }
    to->year = isnan(year) ? 0 : (int)year;
    to->uncertainty_pct = json_number_at(r, item, "uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    double u = json_number_at(r, item, "cell_uncertainty_pct", 0, 1000, JSON_OPTIONAL);
    to->cell_uncertainty_pct = isnan(u) ? 0 : u;
    to->method = json_text_at(r, item, "method", JSON_NEEDED);
    to->provenance = provenance_at(r, m, item);
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
    static const char *const keys[] = {"tolerance", "national", NULL};
    struct json_node node = json_object_at(r, root, "control", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->control_tolerance = json_number_at(r, node, "tolerance", 1e-12, 0.1, JSON_NEEDED);
    read_items(r, m, node, "national", (void **)&m->controls, sizeof *m->controls,
               &m->control_count, read_control);
}

static void read_root(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"fluxgrid",  "release", "checksums", "provenance",
                                       "districts", "proxies", "points",    "totals",
                                       "grids",     "control", NULL};
    if (!json_only(r, root, keys)) {
        return;
    }
    json_number_at(r, root, "fluxgrid", MANIFEST_FORMAT, MANIFEST_FORMAT, JSON_NEEDED);
    read_release(r, m, root);
    m->checksums = file_at(r, m, root, "checksums", JSON_OPTIONAL);
    read_items(r, m, root, "provenance", (void **)&m->provenances, sizeof *m->provenances,
               &m->provenance_count, read_provenance);
    read_districts(r, m, root);
    read_items(r, m, root, "proxies", (void **)&m->proxies, sizeof *m->proxies, &m->proxy_count,
               read_proxy);
    read_points(r, m, root);
    read_items(r, m, root, "totals", (void **)&m->totals, sizeof *m->totals, &m->totals_count,
               read_totals);
    read_items(r, m, root, "grids", (void **)&m->grids, sizeof *m->grids, &m->grid_count,
               read_grid);
    read_controls(r, m, root);
    if (m->totals_count + m->grid_count == 0) {
        json_issue(r, root, "totals", "a release needs \"totals\" or \"grids\"");
    }
}

/* Where the file's name starts in its path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

enum err manifest_read(const char *path, struct arena *arena, struct issues *issues,
                       struct manifest *out, struct why *why)
{
    char *text;
    size_t len;
    const char *name = base_name(path);
    enum err e = file_text_read(path, name, MANIFEST_MAX_BYTES, arena, &text, &len, why);
    if (e != ERR_OK) {
        return e;
    }
    *out = (struct manifest){.name = name};
    digest_hex_of(text, len, out->sha256);
    json_error_t fault;
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (json == NULL) {
        issues_add(issues, (struct place){.file = name, .row = fault.line}, "column %d: %s",
                   fault.column, fault.text);
        return ERR_OK;
    }
    size_t folder_len = (size_t)(name - path);
    const char *folder =
        folder_len == 0 ? "." : arena_strndup(arena, path, folder_len - (folder_len > 1));
    struct json_reader r = {name, folder != NULL ? folder : ".", arena, issues};
    read_root(&r, out, (struct json_node){json, ""});
    json_decref(json);
    return ERR_OK;
}
