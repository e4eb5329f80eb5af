/* shares.h - which part of each cell's ground lies in which district, in a form to sum with.
 *
 * Made once for a grid and a scope, from district_cell: cells that lie whole in a district become
 * runs (row, first column, length), cells that are cut by a border stay single. Only districts with
 * a polygon of their own (leaves) have shares; one that is the union of its children owns theirs.
 * Levels that are made of the same leaves are one group, so that their cover is measured once.
 * Memory: 16 bytes for a run or a cut cell. Immutable after shares_finish().
 */
#ifndef IMPORT_SHARES_H
#define IMPORT_SHARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SHARES_LEVELS 3 /* country, region, district */

struct shares_run {
    int32_t row, col, len;
    int32_t leaf;
};

struct shares_cut {
    int32_t cell; /* row * nx + column */
    int32_t leaf;
    double fraction; /* 0 < fraction < 1 */
};

struct shares_district {
    int64_t id;
    int level;
    bool is_union;
    int parent;               /* index, -1 = none */
    int owner[SHARES_LEVELS]; /* of a leaf: the district of that level it counts in; -1 = none */
};

struct shares {
    int32_t nx, ny;
    int district_count, district_capacity;
    struct shares_district *districts; /* parents before their children */
    size_t run_count, run_capacity;
    struct shares_run *runs; /* by row, column */
    size_t cut_count, cut_capacity;
    struct shares_cut *cuts; /* by cell */
    size_t *first_run;       /* of each row; ny + 1 */
    size_t *first_cut;
    int group[SHARES_LEVELS]; /* the first level made of the same leaves; -1 = no such level */
};

struct shares *shares_new(int32_t nx, int32_t ny); /* NULL = out of memory */
void shares_free(struct shares *s);                /* accepts NULL */
/** @param parent  index of one added before, or -1. @return its index, -1 when out of memory. */
int shares_add_district(struct shares *s, int64_t id, int level, bool is_union, int parent);
/** @param fraction  above 0; 1 and more is a whole cell. In the order of (district, cell), so that
 * neighbours meet. */
enum err shares_add(struct shares *s, int district, int32_t cell, double fraction) MUST_CHECK;
/** Sorts, and finds owners and groups. Nothing is added afterwards. */
enum err shares_finish(struct shares *s) MUST_CHECK;

#endif
