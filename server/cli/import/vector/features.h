/* features.h - features of the manifest's vector files with their masses, not yet in the database.
 *
 * A feature's masses fall into groups: what becomes one field and one slice. Geometry is not kept:
 * load_feature_shares.c reads the files a second time. All memory is the arena's. One thread.
 */
#ifndef IMPORT_FEATURES_H
#define IMPORT_FEATURES_H

#include "cli/import/manifest/manifest.h"

#define FEATURES_MAX       500000  /* of a release */
#define FEATURE_MASSES_MAX 2000000 /* their masses by year, gas ... */

struct point; /* tables.h */

struct feature {
    int section;         /* index into manifest.features */
    long row;            /* as struct layer_feature says it */
    const char *code;    /* its id; "" = none */
    struct point *point; /* what it is; sector, gas, fuel and weight are the group's. NULL for lines
                            and areas */
};

struct feature_mass {
    int group, feature;
    double mass_t;
    double uncertainty_pct; /* NaN = unknown */
};

/** What one slice will hold. `counts: within` in the manifest's section makes it part of a total.
 */
struct feature_group {
    int section;
    int year, month; /* month 0 = the whole year */
    const char *sector, *gas, *fuel;
    const char *from;    /* code of another scheme that was led to the sector; "" = none */
    const char *locator; /* of its masses: the layer, and what was led here */
    const char *method;  /* "calculated", or several: "calculated+measured" */
    enum flow flow;
    enum origin origin;
    double mass_t;          /* of all of it */
    double uncertainty_pct; /* of it, features taken as independent; NaN = unknown for some */
    int first, count;       /* its masses, in the order of their features */
};

struct features {
    int count, capacity;
    struct feature *list;
    int mass_count, mass_capacity;
    struct feature_mass *masses; /* by group, then feature */
    int group_count, group_capacity;
    struct feature_group *groups;
};

/** Reads every file of "features". Faults are issues with the feature's row. */
enum err features_read(const struct manifest *m, struct arena *arena, struct issues *issues,
                       struct features *out, struct why *why) MUST_CHECK;

/** Tonnes of the groups that count beside the totals. */
double features_beside_t(const struct manifest *m, const struct features *f, int year,
                         const char *gas, enum flow flow);

/** Where a feature, or the first one of a group, stands, for an issue. */
struct place features_place(const struct manifest *m, const struct feature *f, const char *column,
                            const char *value);
struct place features_group_place(const struct manifest *m, const struct features *f,
                                  const struct feature_group *g, const char *column,
                                  const char *value);

#endif
