/* features_internal.h - what the readers of features share. */
#ifndef IMPORT_FEATURES_INTERNAL_H
#define IMPORT_FEATURES_INTERNAL_H

#include "cli/import/vector/features.h"
#include "cli/import/vector/layer.h"
#include "cli/import/table/tables.h"

struct feature_texts; /* equal texts once */
struct feature_index; /* groups by what they are */

struct feature_column { /* of masses */
    int attribute;
    const char *gas; /* NULL = of the feature */
    int year;        /* 0 = of the feature */
};

struct feature_reader {
    const struct manifest *m;
    const struct manifest_features *of;
    int section;
    struct layer *layer;
    struct arena *arena;
    struct issues *issues;
    struct features *out;
    struct feature_texts *texts;
    struct feature_index *index;
    int attributes[FEATURE_VALUE_COUNT]; /* -1 = fixed or not given */
    int externals[FEATURE_EXTERNALS_MAX];
    int column_count;
    struct feature_column *columns;
    long row; /* of the feature at hand */
};

/** Finds every column that the section names; a missing one and one that nobody names are issues.
 */
enum err features_columns(struct feature_reader *r) MUST_CHECK;

/** The place of a value of the feature at hand. */
struct place features_at(const struct feature_reader *r, enum feature_value v);
/** Text of a value, until the next call; "" when there is none. */
const char *features_text(const struct feature_reader *r, enum feature_value v);
/** The same, kept; equal texts are one pointer. NULL without memory. */
const char *features_keep(struct feature_reader *r, const char *text);
/** A number; NaN when there is none, and after an issue. */
double features_number(const struct feature_reader *r, enum feature_value v, double low,
                       double high);
/** The same, a whole number; `none` when there is none or after an issue. */
int features_whole(const struct feature_reader *r, enum feature_value v, int low, int high,
                   int none);

/** Masses of the feature at hand into their groups. */
enum err features_masses(struct feature_reader *r, int feature) MUST_CHECK;
/** Operator, fuel, capacity ... of the point at hand. NULL without memory. */
struct point *features_point(struct feature_reader *r, const struct layer_feature *at);

/** The group of a key (section, period, sector, gas, fuel, flow, origin); made when it is new.
 *  @param key  its texts are kept ones. @return index, -1 without memory. */
int features_group(struct feature_reader *r, const struct feature_group *key);
struct feature_texts *features_texts_new(struct arena *arena);
struct feature_index *features_index_new(struct arena *arena);

/** Appends to an arena's array that doubles. @return room for one, NULL without memory. */
void *features_room(struct arena *arena, void **items, int count, int *capacity, size_t size);

/** Sorts masses by group, sums the groups, and finds what stands twice. */
enum err features_sum(const struct manifest *m, struct arena *arena, struct issues *issues,
                      struct features *f) MUST_CHECK;

#endif
