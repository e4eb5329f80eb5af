/* district_masses.h - a field's mass in every district and outside of them all, in one pass.
 *
 * The same as SQL's district_field_refresh_raster(), which stays as the oracle: a cell counts with
 * the fraction of its ground in the district; parents that are unions of their children sum the
 * fractions cell by cell; what lies outside is measured from the cells, level by level, not taken
 * as the rest. Cells that the data's author cut at the border hold only what lies inside: their
 * fractions are divided by their sum (is_cut). One thread.
 */
#ifndef IMPORT_DISTRICT_MASSES_H
#define IMPORT_DISTRICT_MASSES_H

#include "cli/import/field/shares.h"
#include "geo/sum.h"

struct district_mass_sums {
    struct sum mass, sum_sq;
    bool is_touched; /* by a cell with data: a mass of 0 is an answer then */
};

struct district_masses {
    const struct shares *shares;
    bool is_cut;
    struct district_mass_sums *districts; /* as shares->districts */
    struct sum outside[SHARES_LEVELS];    /* where shares->group is not -1 */
    struct district_mass_sums *whole;     /* of leaves: whole cells, until the end */
    double *covered;                      /* of one row's cells */
};

/** @param shares  finished; borrowed until district_masses_fini(). @return ERR_NO_MEMORY. */
enum err district_masses_init(struct district_masses *m, const struct shares *shares,
                              bool is_cut) MUST_CHECK;
/** Rows in any order, each once. cells: nx numbers, NaN = no data. */
void district_masses_row(struct district_masses *m, int32_t row, const float *cells);
/** After the last row: the sums are final then. */
void district_masses_end(struct district_masses *m);
void district_masses_fini(struct district_masses *m); /* after a failed init as well */

#endif
