/* envelope.h - what every answer about amounts says besides its rows.
 *
 * "query", "release", "unit", "gwp", "citation" come before the rows, "coverage", "provenance",
 * "attribution", "licence" and "warning" after them. Thread-safe: no state.
 */
#ifndef API_ENVELOPE_H
#define API_ENVELOPE_H

#include "api/answer.h"
#include "api/doc.h"
#include "api/totals.h"

void envelope_open(struct doc *d, const struct answer *a);
/** @param used  catalog slices whose provenance is named; ascending. */
void envelope_close(struct doc *d, const struct answer *a, const int *used, int used_count);
/** "coverage" of the whole selection, in the answer's unit; by gas where gases are not added. */
enum err envelope_coverage(struct doc *d, const struct answer *a, const struct totals_request *q,
                           struct http_worker *worker, struct why *why) MUST_CHECK;
/** The same into an object of the caller's. */
enum err envelope_coverage_of(struct doc *d, json_t *o, const struct answer *a,
                              const struct totals_request *q, struct http_worker *worker,
                              struct why *why) MUST_CHECK;
/** "kt", "t/capita": the unit of the values; arena memory of the answer. */
const char *envelope_unit(const struct answer *a);
/** Code of the GWP set, or NULL for masses of gases. */
const char *envelope_gwp(const struct answer *a);

/** Adds "value", "lo", "hi" in the answer's unit. */
void envelope_interval(struct doc *d, json_t *row, const struct answer *a, struct interval t);
/** Population, product (in the statistics' unit) or km2 of a district; NaN = not known.
 *  @param status  "official" or "estimated". */
double envelope_denominator(const struct answer *a, enum per per, int district, int year,
                            const char **status);
/** Why there is none: a new JSON text, for doc_put(). */
json_t *envelope_no_denominator(const struct answer *a, enum per per, int district, int year);
/** The same divided as per= asks, with "denominator", and "reason" where there is none.
 *  @param year  whose population or GDP. */
void envelope_value(struct doc *d, json_t *row, const struct answer *a, int district, int year,
                    struct interval t, const char *status);

#endif
