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
#include "store/store.h"

struct totals_request {
    const struct params *params; /* release, years, sectors, gas, GWP, flow, lulucf */
    int year_from, year_to;
    const int *districts; /* catalog indices; the rows of each follow one another */
    int district_count;
    unsigned groupby; /* GROUP_* bits but GROUP_DISTRICT, which is always in force */
    /* Of drawn areas, whose numbers then stand for districts: the masses of totals_fields() within
     * them, sorted by area and field; what is not there has no data, and a row of such alone has
     * neither. NULL = districts, of which the store knows. */
    const struct district_mass *given;
    int given_count;
    bool keeps_parts; /* rows say what they are summed of */
};

struct totals_row {
    int district;          /* catalog index */
    int year;              /* 0 = not grouped by it */
    int month;             /* 0 = not grouped by it, or mass that is known by the year only */
    int sector;            /* -1 */
    int gas;               /* -1 */
    enum flow flow;        /* the request's, or the row's own when grouped by it */
    struct interval total; /* tonnes */
    double grid;           /* of it, in cells */
    double points;         /* of it, where sources stand */
    double nowhere;        /* of it, without a place */
    const char *status;    /* the weakest method that contributes */
    /* With keeps_parts: what is in it and is not 0, and the catalog's slice of each. */
    struct uncertain_part *parts;
    const int *slices;
    int part_count;
};

struct totals_coverage { /* tonnes of the whole selection */
    double allocated;    /* inside the country's districts */
    double outside;      /* on the map, but in no district */
    double unallocated;  /* without a place */
    double yearly_only;  /* of the month's year: known by the year only, so in none of the above */
};

struct totals_split {   /* tonnes of the whole selection within one drawn area */
    double grid;        /* by their share of cells */
    double points;      /* where they stand */
    double unallocated; /* without a place: in no area */
    double yearly_only; /* here, of the month's year: known by the year only, so in none of these */
    double gross;       /* of the grid, without signs */
    double gross_cut;   /* of that, in cells that the outline cuts */
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
 *  @param out  one, or one for each gas of the catalog if is_by_gas. */
enum err totals_coverage(const struct totals_request *q, bool is_by_gas, struct http_worker *worker,
                         struct totals_coverage *out, struct why *why) MUST_CHECK;

/** The fields of a selection over all its years, ascending; arena memory of the worker. */
enum err totals_fields(const struct totals_request *q, struct http_worker *worker, int **out,
                       int *count, struct why *why) MUST_CHECK;
/** The slices of a selection, to be split area by area. */
struct totals_match;
struct totals_matches {
    const struct totals_match *list;
    int count;
};
enum err totals_matches(const struct totals_request *q, struct http_worker *worker,
                        struct totals_matches *out, struct why *why) MUST_CHECK;
/** @param cut  of q->given, what lies in cells that the outline cuts.
 *  @param out  one, or one for each gas of the catalog if is_by_gas. */
enum err totals_split(const struct totals_request *q, const struct totals_matches *m, int area,
                      const double *cut, bool is_by_gas, struct totals_split *out,
                      struct why *why) MUST_CHECK;

/** combination_weight(), or ERR_INPUT with the GWP sets that know the gas: a slice without a weight
 *  would vanish from the sum unseen. */
enum err totals_weight(const struct catalog *c, const struct selection *s, const struct slice *sl,
                       double *out, struct why *why) MUST_CHECK;

/** The weaker of two methods; "no-data" is the strongest so that it can start a fold. */
const char *totals_worse_status(const char *a, const char *b);

#endif
