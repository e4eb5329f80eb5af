/* load_features.h - lines and areas as shares of cells, for the groups that spread them.
 *
 * The files are read a second time, each once per load and grid; a feature's shares sum to 1 less
 * what lies beyond the grid. Memory: 12 bytes for each share. One thread.
 */
#ifndef IMPORT_LOAD_FEATURES_H
#define IMPORT_LOAD_FEATURES_H

#include "cli/import/load/load_internal.h"

#define LOAD_SHARES_MAX 20000000

struct feature_share { /* of one feature: a run of the arrays below */
    int64_t first;
    int32_t count;
    double outside; /* share beyond the grid */
};

struct load_features {
    struct grid grid; /* of the shares that are there */
    bool *is_read;    /* by section */
    int64_t share_count, share_capacity;
    int32_t *cells;
    double *shares;
    struct feature_share *of; /* by feature; arena memory */
};

void load_features_free(struct load_features *f); /* accepts NULL */

/** Shares of every feature of a section on the grid in use. Faults of the geometry are issues. */
enum err load_features_shares(struct load *l, int section, struct why *why) MUST_CHECK;

/** A polygon as it should be.
 *  @param wkb  borrowed; *out is it, or a repaired one that the caller frees with free().
 *  @return ERR_INPUT when it is invalid and not repaired, with GEOS's reason in `why`. */
enum err feature_polygon(const unsigned char *wkb, int len, bool is_repair,
                         unsigned char **repaired, int *repaired_len, struct why *why) MUST_CHECK;

#endif
