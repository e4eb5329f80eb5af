/* manifest.h - what a release is made of, as its MANIFEST.json says; read strictly.
 *
 * Unknown keys, duplicate keys, wrong types and missing keys are issues with their path, such as
 * "proxies[2].band". All memory is the arena's. docs/import.md is the reference.
 */
#ifndef IMPORT_MANIFEST_H
#define IMPORT_MANIFEST_H

#include "base/arena.h"
#include "base/digest.h"
#include "cli/import/issues.h"
#include "cli/import/manifest/manifest_features.h"
#include "cli/import/raster/raster_spec.h"
#include "geo/grid.h"
#include "inventory/catalog.h"

struct manifest_change { /* an entry of the changelog */
    const char *reason;  /* a code of codes_change_reasons */
    const char *text[LANG_COUNT];
    const char **sectors; /* scheme:code, NULL-terminated; NULL = about all sectors */
    const char *at;       /* its path in the manifest */
};

struct manifest_polygons { /* districts of one level; texts are names of attributes, "" = none */
    struct manifest_layer from;
    int level;
    const char *code, *parent, *iso, *name[LANG_COUNT], *name_uz_cyrl;
    const char *parent_code; /* of them all; instead of `parent` */
};

struct manifest_districts {     /* all empty: those of the database */
    struct manifest_file *mask; /* with areas */
    struct manifest_file *areas;
    int file_count;
    struct manifest_polygons *files;
    bool is_repair;     /* else invalid geometry and overlaps are refused */
    double outside_pct; /* how much of a child may lie outside its parent */
    double bbox[4];     /* west, south, east, north that must hold them; NaN = not given */
    int population_count;
    struct manifest_file **populations;
    int statistics_count;
    struct manifest_file **statistics;
};

struct manifest_release {
    const char *slug, *version, *publisher, *licence, *attribution, *citation, *method;
    const char *title[LANG_COUNT];
    const char *warning[LANG_COUNT];
    const char **countries; /* district codes of level 0, NULL-terminated; NULL = not given */
    int change_count;
    struct manifest_change *changes;
};

struct manifest_provenance {
    const char *id, *dataset, *document, *retrieved, *transformation;
};

struct manifest_proxy {
    const char *id;
    struct manifest_file *file;
    struct raster_spec raster;
    double cell_uncertainty_pct;
};

struct manifest_points {
    struct manifest_file *file;
    bool take_nearest; /* a point outside all districts counts in the nearest */
    double max_distance_km;
    const char *unit; /* NULL = points with weights; else they have masses, in mass_<unit> */
    double tonnes_per_unit;
    const char **ignore; /* NULL-terminated column names */
};

enum fallback { /* where a mass goes whose proxy is zero all over */
                FALLBACK_REFUSE,
                FALLBACK_UNIFORM,    /* evenly over the area's ground, flagged */
                FALLBACK_UNALLOCATED /* it stays without a place */
};

struct manifest_profiles {      /* monthly shares */
    struct manifest_file *file; /* NULL = none */
    const char **ignore;
};

struct manifest_totals {
    struct manifest_file *file;
    const char *unit; /* "t", "kt" or "Mt": the mass column is mass_<unit> */
    double tonnes_per_unit;
    const char *scheme;
    int provenance; /* index */
    enum fallback fallback;
    const char **ignore;
};

struct manifest_crosswalk { /* where codes of other schemes count, for this release */
    struct manifest_file *file;
    bool is_signed; /* weights below 0 are meant */
    const char **ignore;
};

struct manifest_grid { /* a raster whose cells are masses */
    int item;          /* index in the manifest: one entry may stand for many years and sectors */
    struct manifest_file *file;
    struct raster_spec raster;
    const char *label; /* for people: band, variable, what was selected */
    const char *sector, *gas, *fuel, *method;
    const char *from, *locator; /* its code as read (NULL = that of the sector), and what becomes
                                   the locator (NULL = label); set by crosswalk_apply() */
    double share;               /* of the raster's mass */
    int part_of; /* grid that reads the raster for this one too; -1 = reads its own */
    enum flow flow;
    enum origin origin;
    int year, month;                              /* month 0 = the whole year */
    double uncertainty_pct, cell_uncertainty_pct; /* NaN = unknown */
    int provenance;
};

struct manifest_control { /* what a national total must be */
    int year;
    const char *gas;
    enum flow flow;
    double mass_t;
};

struct manifest {
    const char *name; /* of the manifest file itself */
    char sha256[DIGEST_HEX_SIZE];
    struct manifest_release release;
    struct manifest_file *checksums; /* NULL = none */
    int file_count;
    struct manifest_file *files[64];
    int provenance_count;
    struct manifest_provenance *provenances;
    struct manifest_districts districts;
    bool is_boundaries; /* districts alone, and no release */
    int proxy_count;
    struct manifest_proxy *proxies;
    struct manifest_points points; /* file NULL = none */
    struct manifest_profiles profiles;
    int totals_count;
    struct manifest_totals *totals;
    int grid_count;
    struct manifest_grid *grids;
    int crosswalk_count;
    struct manifest_crosswalk *crosswalks;
    int feature_count;
    struct manifest_features *features;
    struct grid grid; /* of points and features where no raster gives one; nx 0 = not given */
    int control_count;
    struct manifest_control *controls;
    double control_tolerance;
    double outside_tolerance; /* share of a (sector, gas, flow, year)'s mass; NaN = all but all */
};

/** Reads and checks the manifest, and takes the checksum of every file it names.
 *  @return ERR_OK also when issues were found; ERR_IO, ERR_NO_MEMORY. */
enum err manifest_read(const char *path, struct arena *arena, struct issues *issues,
                       struct manifest *out, struct why *why) MUST_CHECK;

/** Opens the layer, as layer_open() (cli/import/vector/layer.h). */
struct layer;
enum err manifest_layer_open(const struct manifest_layer *from, struct arena *arena,
                             struct issues *issues, struct layer **out, struct why *why) MUST_CHECK;
/** Checks a file against the manifest's schema only, without the files it names.
 *  @return as manifest_read. */
enum err manifest_check(const char *path, struct arena *arena, struct issues *issues,
                        struct why *why) MUST_CHECK;

#endif
