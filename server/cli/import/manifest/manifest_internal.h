/* manifest_internal.h - what the readers of the manifest's sections share. */
#ifndef IMPORT_MANIFEST_INTERNAL_H
#define IMPORT_MANIFEST_INTERNAL_H

#include "cli/import/manifest/manifest.h"
#include "cli/import/manifest/manifest_json.h"

/** A file named in the manifest; the same name is the same file. NULL after an issue, and for the
 *  name "". */
struct manifest_file *manifest_file_named(struct json_reader *r, struct manifest *m,
                                          struct json_node of, const char *key, const char *name);
struct manifest_file *manifest_file_at(struct json_reader *r, struct manifest *m,
                                       struct json_node of, const char *key, enum json_need need);

/** The keys of a vector file: "file", "layer", "crs", "x", "y", "wkt" (MANIFEST_LAYER_KEYS). The
 *  other files of a Shapefile become files of the release too. */
void manifest_layer_at(struct json_reader *r, struct manifest *m, struct json_node of,
                       struct manifest_layer *to);
#define MANIFEST_LAYER_KEYS "file", "layer", "crs", "x", "y", "wkt"

/** Array members share this walk: allocate *list of *count items of `size`, then read each. */
typedef void manifest_read_item(struct json_reader *r, struct manifest *m, struct json_node item,
                                int i);
void manifest_items(struct json_reader *r, struct manifest *m, struct json_node of, const char *key,
                    void **list, size_t size, int *count, manifest_read_item *read);

void manifest_languages(struct json_reader *r, struct json_node of, const char *key,
                        enum json_need need, const char *to[LANG_COUNT]);
/** Index of the provenance that "provenance" names; 0 after an issue. */
int manifest_provenance_at(struct json_reader *r, struct manifest *m, struct json_node of);
/** A list of texts, NULL-terminated; NULL when the key is not there. */
const char **manifest_texts_at(struct json_reader *r, struct json_node of, const char *key);
/** The column names of "ignore", NULL-terminated; NULL when there are none. */
const char **manifest_ignore(struct json_reader *r, struct json_node of);
/** Tonnes of one "unit" of a table; *word is its name. */
double manifest_unit_at(struct json_reader *r, struct json_node of, const char **word);

/** How to read a raster; the keys are MANIFEST_RASTER_KEYS. */
#define MANIFEST_RASTER_KEYS                                                                       \
    "band", "variable", "select", "driver", "crs", "form", "columns", "registration", "rows",      \
        "extent", "step", "size", "fill", "companions", "per", "border"
void manifest_raster_at(struct json_reader *r, struct manifest *m, struct json_node item,
                        const struct manifest_file *file, struct raster_spec *to);

/** In words: band or variable, and what was selected. */
const char *manifest_raster_label(struct json_reader *r, const struct raster_spec *spec);
/** Appends an entry of "grids" once for each of its years, months and sectors.
 *  @return false when there are too many. */
bool manifest_grid_expand(struct json_reader *r, struct manifest *m, struct json_node item,
                          const struct manifest_grid *base, int *capacity);

/* The sections, each in a file of its own. */
void manifest_release(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_districts(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_proxies(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_features(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_grid(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_grids(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_points(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_crosswalks(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_totals(struct json_reader *r, struct manifest *m, struct json_node root);
void manifest_profiles(struct json_reader *r, struct manifest *m, struct json_node root);

#endif
