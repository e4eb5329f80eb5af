/* measure.h - the masses of fields within drawn areas: what district_field is for districts.
 *
 * Cells count by their share of ground, points where they stand and whole. Blocks come through the
 * cache, only those under an area, some at a time: memory does not grow with the area. On a worker.
 */
#ifndef API_MEASURE_H
#define API_MEASURE_H

#include "api/drawn.h"
#include "http/handler.h"
#include "store/store.h"

struct measured {
    int count;
    struct district_mass *masses; /* by area, whose number is `district`, then field; only where
                                     there is data: a cell that has some, or a source */
    double *cut;                  /* of each, what lies in cells that the outline cuts */
    double *km2;                  /* by area: ground */
};

/** @param fields  ascending; borrowed. @param out  arena memory of the worker.
 *  @return ERR_TOO_LARGE when an outline cuts too many cells; ERR_TIMEOUT; ERR_NO_MEMORY; what the
 *          store says. */
enum err measure(const struct catalog *c, const struct drawn *areas, const int *fields,
                 int field_count, struct http_worker *worker, struct measured *out,
                 struct why *why) MUST_CHECK;

#endif
