/* rank_internal.h - between the parts of /v1/rank: what is common to districts, sources and cells.
 *
 * A kind of member knows how to give the value of each and how to write a row; who leads, which set
 * holds a share and how uneven it all is is found here. Rules: docs/decisions/0019-hot-spots.md.
 */
#ifndef API_RANK_INTERNAL_H
#define API_RANK_INTERNAL_H

#include "api/answer.h"
#include "api/doc.h"
#include "api/drawn.h"
#include "api/totals_internal.h"
#include "inventory/combination.h"
#include "inventory/leaders.h"
#include "inventory/spread.h"
#include "store/store.h"

struct rank;
/** Takes one member: its value in tonnes (or what per= makes of them), its key in the order among
 *  equals, and the share of a cell's ground that is asked about. */
typedef void rank_take(struct rank *r, struct leader member);

struct rank_kind {
    /** Gives every member to r->take, each time the same. */
    enum err (*give)(struct rank *r);
    /** Reads what rows need beside the value, after the leaders are known. */
    enum err (*describe)(struct rank *r);
    /** Members of the row of leader i before "value". */
    void (*add_facts)(struct doc *d, json_t *row, const struct rank *r, int i);
    /** "value", "lo", "hi" and what belongs to them. */
    void (*add_value)(struct doc *d, json_t *row, const struct rank *r, int i);
    enum err (*shapes)(struct rank *r, const char **out); /* GeoJSON geometries of the rows */
    void (*close)(struct rank *r);                        /* NULL = nothing to be closed */
    const char *id;                                       /* the member that names a row */
    const char *const *columns; /* of CSV, before "value"; ended by NULL */
};

struct rank {
    struct answer *answer;
    const struct rank_kind *kind;
    const struct drawn *drawn; /* one area; NULL */
    struct http_worker *worker;
    struct why *why;
    void *members; /* the kind's own, arena memory */

    struct combination selected; /* tonnes per unit of a field */
    struct totals_request request;
    struct totals_matches matches;

    rank_take *take;
    struct leaders leaders; /* sorted, the rows; of a share, no more than are in its set */
    struct spread spread;
    struct spread_edge edge;
    int64_t set_count;
    double set_mass;
    int64_t unranked; /* members without a value */
};

extern const struct rank_kind rank_districts, rank_sources, rank_cells;

/** Fields of the selection; arena memory of the worker. */
enum err rank_fields(const struct rank *r, bool is_points, int **out, int *count) MUST_CHECK;
double rank_coefficient(const struct rank *r, int field);
/** The district that bounds the places asked about; -1 = none does: the country owns the whole
 *  release. */
int rank_district(const struct rank *r);
enum err rank_check_time(const struct rank *r) MUST_CHECK;

/** What one member has of each field of the selection that it has anything of. */
struct rank_part {
    int field;
    double mass, sum_sq; /* in the field's unit */
};
/** The interval of their sum, as for any part of the fields (numbers.md, section 5). */
enum err rank_interval(struct rank *r, const struct rank_part *parts, int count,
                       struct interval *out) MUST_CHECK;

/** Which sources are meant: those that the district counts, or that stand in what was drawn. */
struct source_mass_filter rank_source_filter(const struct rank *r, const int *fields, int count);
typedef enum err rank_take_source(const struct rank *r, void *to, const struct source_mass *mass);
/** Each mass of each of them, by source, then field; borrowed for the call. */
enum err rank_each_source(const struct rank *r, const struct source_mass_filter *f,
                          rank_take_source *take, void *to) MUST_CHECK;

/** Finds the leaders, the distribution and the set of a share. */
enum err rank_order(struct rank *r) MUST_CHECK;
/** "rows" and "totals". @return ERR_NO_MEMORY. */
enum err rank_write(struct doc *d, struct rank *r) MUST_CHECK;

#endif
