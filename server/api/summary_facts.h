/* summary_facts.h - the numbers that a summary speaks of. Masses in tonnes of the selection.
 *
 * They come from the same sums as /v1/emissions, so that a sentence and a table cannot differ.
 * On a worker.
 */
#ifndef API_SUMMARY_FACTS_H
#define API_SUMMARY_FACTS_H

#include "api/answer.h"
#include "api/totals.h"

struct summary_sector {
    int sector; /* catalog index */
    struct interval total;
    const char *status;
};

struct summary_facts {
    bool is_area;    /* drawn; else the district of the parameters */
    bool is_country; /* the place is the release as a whole */
    bool has_data;
    struct interval total;
    const char *status;             /* the weakest method that contributes */
    int sector_count;               /* with data */
    struct summary_sector *sectors; /* the largest first, whatever its sign */

    bool has_country;
    double country;     /* the same selection in the country */
    double nowhere;     /* of it, without a place */
    double yearly_only; /* with a month, of its year: known by the year only */

    bool has_before; /* the first year that has data, if it is an earlier one */
    int before_year;
    double before;
    int rank, peers; /* among the districts of its level, from the largest; 0 = not ranked */

    int used_count; /* slices, for the provenance */
    const int *used;
};

/** @param out  arena memory of the worker. @return what totals and areas refuse. */
enum err summary_facts(const struct answer *a, struct http_worker *worker,
                       struct summary_facts *out, struct why *why) MUST_CHECK;

#endif
