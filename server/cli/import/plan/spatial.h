/* spatial.h - where a row of the totals goes: "people", "people:0.7+light:0.3", "points",
 * "unallocated". Pure but for the arena. */
#ifndef IMPORT_SPATIAL_H
#define IMPORT_SPATIAL_H

#include "cli/import/table/tables.h"

#define SPATIAL_MAX_PARTS    16
#define SPATIAL_UNALLOCATED  (-1)
#define SPATIAL_POINTS       (-2)
#define SPATIAL_WEIGHT_SLACK 1e-9 /* weights must sum to 1 within this */

struct spatial_part {
    int proxy; /* index into the manifest's proxies, or one of the above */
    double weight;
};

struct spatial {
    int count;
    struct spatial_part parts[SPATIAL_MAX_PARTS]; /* weights sum to 1 */
};

/** @param rule  receives what is wrong, "rule; remedy". @return false then. */
bool spatial_parse(const struct manifest *m, const char *text, struct spatial *out, char *rule,
                   size_t rule_size);

#endif
