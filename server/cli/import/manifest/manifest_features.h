/* manifest_features.h - the manifest's "features": vector files whose points, lines or areas have
 * masses, and how their attributes are to be read.
 *
 * All memory is the manifest's arena. docs/import.md is the reference.
 */
#ifndef IMPORT_MANIFEST_FEATURES_H
#define IMPORT_MANIFEST_FEATURES_H

#include <stdbool.h>

#include "cli/import/manifest/manifest_file.h"
#include "cli/import/raster/units.h"

enum feature_geometry { FEATURE_POINTS, FEATURE_LINES, FEATURE_AREAS };

/** What is fixed for all features, or stands in a column. */
enum feature_value {
    FEATURE_SECTOR,
    FEATURE_GAS,
    FEATURE_FLOW,
    FEATURE_ORIGIN,
    FEATURE_FUEL,
    FEATURE_METHOD,
    FEATURE_YEAR,
    FEATURE_MONTH,
    FEATURE_UNCERTAINTY,
    FEATURE_ID,
    FEATURE_NAME, /* from here on of points only */
    FEATURE_OPERATOR,
    FEATURE_STATUS,
    FEATURE_CAPACITY,
    FEATURE_CAPACITY_UNIT,
    FEATURE_COMMISSIONED,
    FEATURE_RETIRED,
    FEATURE_QUALITY,
    FEATURE_DATASET,
    FEATURE_LICENCE,
    FEATURE_DISTRICT,
    FEATURE_NOTE,
    FEATURE_VALUE_COUNT
};

extern const char *const feature_value_keys[]; /* as in the manifest; NULL-terminated */

struct manifest_value { /* both NULL: not given */
    const char *fixed, *column;
};

/** Columns of masses: one, or with {year} and {gas} in its name as many as there are. */
struct manifest_masses {
    const char *column;
    const char *gas; /* NULL = of the feature, or in the column's name */
    int year;        /* 0 = likewise */
};

#define FEATURE_EXTERNALS_MAX 16

struct manifest_external { /* an id of the source in another data set */
    const char *scheme, *column;
};

enum feature_outside {
    FEATURE_OUTSIDE_REFUSE,
    FEATURE_OUTSIDE_NEAREST,    /* points: beside all districts, they count in the nearest */
    FEATURE_OUTSIDE_UNALLOCATED /* lines and areas: what is beyond the grid has no place */
};

struct manifest_features {
    struct manifest_layer layer;
    enum feature_geometry geometry;
    const char *scheme;
    struct unit unit;
    int provenance;
    struct manifest_value values[FEATURE_VALUE_COUNT];
    int masses_count;
    struct manifest_masses *masses;
    int external_count;
    struct manifest_external *externals;
    enum feature_outside outside;
    double max_distance_km;
    bool is_within;       /* part of the totals of the same sector and fuel, else beside them */
    bool is_repair;       /* invalid areas are repaired, else refused */
    bool is_ignoring_all; /* columns that are not named */
    const char **ignore;  /* NULL-terminated */
};

#endif
