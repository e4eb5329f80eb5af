/* explain_internal.h - what the kinds of files share while they are explained. */
#ifndef IMPORT_EXPLAIN_INTERNAL_H
#define IMPORT_EXPLAIN_INTERNAL_H

#include <stdio.h>

#include <jansson.h>

#include "base/arena.h"
#include "cli/import/explain/explain.h"

#define EXPLAIN_ENTRIES_MAX 24 /* bands, variables or steps that get an entry of their own */

struct explain {
    const char *path, *name;
    FILE *to; /* the description */
    struct arena *arena;
    json_t *manifest; /* the skeleton, to be filled */
    int layer_count;  /* of a vector file */
};

/** One line of the description, indented by 2 x depth; control bytes become '?'. */
void explain_say(struct explain *x, int depth, const char *format, ...) PRINTF_LIKE(3, 4);
/** An empty list of the manifest that takes entries; borrowed. */
json_t *explain_list(struct explain *x, const char *key);
/** Sets a member when the text is one; new text. */
void explain_set(json_t *object, const char *key, const char *text);
/** The members that every mass has (gas, flow, origin, method, provenance), "TODO" where unknown.
 */
void explain_set_subject(json_t *entry);
/** Completes an entry of "grids": unit, gas and year as known or found in the names, and the
 * subject.
 *  @param label  of the band or variable. @param year  0 = unknown. */
void explain_set_mass(struct explain *x, json_t *entry, const char *unit, const char *label,
                      int year);
/** A year that stands in a text ("edgar_2018_co2.tif"); 0 when there is none or several. */
int explain_year_in(const char *text);
/** "gas" from names such as "emi_co2"; NULL when none stands there. */
const char *explain_gas_in(const char *text);

struct explain_attribute {
    const char *name;
    bool is_number;
};

/** Appends an entry of "features". @param geometry  NULL = a person must say.
 *  @return it, borrowed from the manifest. */
json_t *explain_features(struct explain *x, const struct explain_attribute *list, int count,
                         const char *geometry);

/** Each tries its kind. @param is_mine  false when the file is not of the kind. */
enum err explain_raster(struct explain *x, bool *is_mine, struct why *why) MUST_CHECK;
enum err explain_vector(struct explain *x, bool *is_mine, struct why *why) MUST_CHECK;
enum err explain_table(struct explain *x, bool *is_mine, struct why *why) MUST_CHECK;
/** Dimensions and variables of a netCDF or HDF5 file. @param is_mine  false when it has none. */
enum err explain_dimensions(struct explain *x, bool *is_mine, struct why *why) MUST_CHECK;

#endif
