/* source_amounts.h - what one source has of a release's masses, year by year.
 *
 * A source in the release is one or more rows of the store (a row for each gas and fuel, and for
 * each description it had over the years); all of them together hold shares of fields, and each
 * slice of such a field is in part the source's. Arena memory.
 */
#ifndef API_SOURCE_AMOUNTS_H
#define API_SOURCE_AMOUNTS_H

#include "api/answer.h"
#include "store/store.h"

struct source_amount { /* of one year, sector, gas and flow: months and fuels added up */
    int year;
    int sector, gas; /* catalog indices */
    enum flow flow;
    double mass_t; /* of the gas */
    int months;    /* how many are in it; 0 = it is known by the year */
    const char *status;
};

struct source_amounts {
    const double *shares; /* by field of the catalog; NaN = none of it */
    struct source_amount *list;
    int count; /* by year, sector, gas, flow */
    const int *used;
    int used_count; /* slices, ascending */
};

enum err source_amounts_read(const struct answer *a, const struct source_row *rows, int count,
                             struct arena *arena, struct source_amounts *out) MUST_CHECK;

/** t CO2e of what a selection of the answer takes of the source. @return what totals_weight() says.
 */
enum err source_amounts_co2e(const struct answer *a, const struct selection *s,
                             const struct source_amounts *of, double *out,
                             struct why *why) MUST_CHECK;

#endif
