/* A vector file as manifests name it, with the files that lie beside a Shapefile. */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli/import/vector/layer.h"
#include "cli/import/manifest/manifest_internal.h"

static bool is_beside(const struct json_reader *r, const char *name)
{
    const char *path = arena_printf(r->arena, "%s/%s", r->folder, name);
    struct stat about;
    return path != NULL && lstat(path, &about) == 0;
}

/* What OGR will open without being asked is content of the release: sealed by its checksum, and no
 * link. */
static void add_beside(struct json_reader *r, struct manifest *m, struct json_node of,
                       const char *name)
{
    static const struct {
        const char *lower, *upper;
        bool is_needed;
    } beside[] = {{".shx", ".SHX", true},
                  {".dbf", ".DBF", true},
                  {".prj", ".PRJ", false},
                  {".cpg", ".CPG", false}};
    int stem = (int)strlen(name) - 4;
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        const char *lower = arena_printf(r->arena, "%.*s%s", stem, name, beside[i].lower);
        const char *upper = arena_printf(r->arena, "%.*s%s", stem, name, beside[i].upper);
        if (lower == NULL || upper == NULL) {
            return;
        }
        if (is_beside(r, lower)) {
            manifest_file_named(r, m, of, "file", lower);
        } else if (is_beside(r, upper)) {
            manifest_file_named(r, m, of, "file", upper);
        } else if (beside[i].is_needed) {
            json_issue(r, of, "file",
                       "has no %s beside it; a Shapefile is its .shp, .shx and .dbf together",
                       beside[i].lower);
        }
    }
}

void manifest_layer_at(struct json_reader *r, struct manifest *m, struct json_node of,
                       struct manifest_layer *to)
{
    *to = (struct manifest_layer){.file = manifest_file_at(r, m, of, "file", JSON_NEEDED),
                                  .layer = json_text_at(r, of, "layer", JSON_OPTIONAL),
                                  .crs = json_text_at(r, of, "crs", JSON_OPTIONAL),
                                  .x = json_text_at(r, of, "x", JSON_OPTIONAL),
                                  .y = json_text_at(r, of, "y", JSON_OPTIONAL),
                                  .wkt = json_text_at(r, of, "wkt", JSON_OPTIONAL)};
    if (to->file != NULL) {
        size_t len = strlen(to->file->name);
        if (len > 4 && strcasecmp(to->file->name + len - 4, ".shp") == 0) {
            add_beside(r, m, of, to->file->name);
        }
    }
}

enum err manifest_layer_open(const struct manifest_layer *from, struct arena *arena,
                             struct issues *issues, struct layer **out, struct why *why)
{
    const struct layer_source source = {.path = from->file->path,
                                        .name = from->file->name,
                                        .layer = from->layer,
                                        .crs = from->crs,
                                        .x = from->x,
                                        .y = from->y,
                                        .wkt = from->wkt};
    return layer_open(&source, arena, issues, out, why);
}
