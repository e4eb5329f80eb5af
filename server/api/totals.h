/* totals.h - the sums behind every table: slices x districts, grouped, with their intervals.
 *
 * The country (the only district of level 0) owns the whole release: what lies outside every
 * district and what has no place too, so that it equals the inventory's table. Every other
 * district has what the store counted inside it; sources count whole where they stand. Removals
 * are negative in a net sum, positive everywhere else. Thread-safe: no state.
 */
#ifndef API_TOTALS_H
#define API_TOTALS_H

#include "api/params.h"
#include "http/handler.h"
#include "inventory/uncertainty.h"

struct totals_request {
    const struct params *params; /* release, years, sectors, gas, GWP, flow, lulucf */
    int year_from, year_to;
    const int *districts; /* catalog indices; the rows of each follow one another */
    int district_count;
    unsigned groupby; /* GROUP_* bits but GROUP_DISTRICT, which is always in force */
};

struct totals_row {
    int district;          /* catalog index */
    int year;              /* 0 = not grouped by it */
    int month;             /* 0 = not grouped by it, or mass that is known by the year only */
    int sector;            /* -1 */
    int gas;               /* -1 */
    enum flow flow;        /* the request's, or the row's own when grouped by it */
    struct interval total; /* tonnes */
    const char *status;    /* the weakest method that contributes */
};

struct totals_coverage { /* tonnes of the whole selection */
    double allocated;    /* inside the country's districts */
    double outside;      /* on the map, but in no district */
    double unallocated;  /* without a place */
    double yearly_only;  /* of the month's year: known by the year only, so in none of the above */
};

struct totals {
    struct totals_row *rows; /* by district as asked, then year, sector, gas, flow */
    int row_count;
    int used_count; /* slices that took part, catalog indices, ascending */
    const int *used;
};

/** @param out  arena memory of the worker. @return ERR_NO_MEMORY and what the store says. */
enum err totals_compute(const struct totals_request *q, struct http_worker *worker,
                        struct totals *out, struct why *why) MUST_CHECK;

/** Where the mass of a selection is, over all districts.
 *  @param gas  catalog index, or -1 for all gases of the selection together. */
enum err totals_coverage(const struct totals_request *q, int gas, struct http_worker *worker,
                         struct totals_coverage *out, struct why *why) MUST_CHECK;

/** combination_weight(), or ERR_INPUT with the GWP sets that know the gas: a slice without a weight
 *  would vanish from the sum unseen. */
enum err totals_weight(const struct catalog *c, const struct selection *s, const struct slice *sl,
                       double *out, struct why *why) MUST_CHECK;

/** The weaker of two methods; "no-data" is the strongest so that it can start a fold. */
const char *totals_worse_status(const char *a, const char *b);

#endif
