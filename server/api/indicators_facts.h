/* indicators_facts.h - the totals behind /v1/indicators: of the districts asked about, of those
 * they are compared with, and of the years between.
 *
 * The store is asked twice at most, whatever the number of rows: once for the last year of all
 * peers, once for the years of the districts asked about. Arena memory of the worker.
 */
#ifndef API_INDICATORS_FACTS_H
#define API_INDICATORS_FACTS_H

#include "api/answer.h"
#include "api/totals.h"
#include "inventory/indicators.h"

struct indicators_rank {
    int position; /* 0 = none */
    int of;
};

struct indicators_facts {
    const struct answer *a;
    int *districts; /* asked about, of one level; catalog indices */
    int count;
    int *peers; /* these, all others of the level, and those above them */
    int peer_count;
    int *place; /* of a district among the peers; -1 = it is none */
    struct totals_request now_request;
    struct totals now; /* of the last year: peers x runs */
    int runs;          /* one, or one for each sector; 0 = the release has nothing of it */
    double *whole;     /* of each peer: the sum of its runs, tonnes */
    struct indicators_rank *in_country, *in_parent; /* peers x runs */
    struct totals series;                           /* of all years: districts x series_runs */
    int series_runs;
    double *years, *values; /* room for one series */
};

enum err indicators_facts_read(const struct answer *a, struct http_worker *worker,
                               struct indicators_facts *out, struct why *why) MUST_CHECK;

/** Tonnes of a district's run in the last year; all NaN when there is no run.
 *  @param district  catalog index of a peer. */
const struct totals_row *indicators_facts_row(const struct indicators_facts *f, int district,
                                              int run);
/** Years and tonnes of a run over the years asked for, into f->years and f->values; a year for
 *  which the release has nothing is left out. @param at  of the districts asked about.
 *  @return how many. */
size_t indicators_facts_series(const struct indicators_facts *f, int at, int run);
/** The district of level 0 that holds a district; catalog indices. */
int indicators_facts_country(const struct catalog *c, int district);

#endif
