/* source_row.h - a point source as every answer that shows sources says it. */
#ifndef API_SOURCE_ROW_H
#define API_SOURCE_ROW_H

#include "api/answer.h"
#include "api/doc.h"
#include "store/store.h"

/** Its attributes and "values": its part of the release's masses of the year, gas by gas, in the
 *  answer's unit (the gas's own mass, never CO2e). */
void source_row(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s);
/** "year", "value" and "status": all that the values of the year come to, months added up. */
void source_row_total(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s);
/** What a map shows of it, flat: who and where it is, and source_row_total(). */
void source_row_brief(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s);
/** The slices of the year that rows are shares of, ascending; arena memory. */
enum err source_row_used(const struct answer *a, const struct source_row *sources, int count,
                         struct arena *arena, int **out, int *used_count) MUST_CHECK;
/** Its share of a field; NaN = it has no part in it, as none has in field -1 (no place). */
double source_row_share(const struct source_row *s, int field);
/** Where it stands, as GeoJSON in the system it was asked for in; arena memory, NULL = no memory.
 */
const char *source_row_point(const struct source_row *s, struct arena *arena);
/** Only the "values", into a list that is there: a source of several gases is several rows. */
void source_row_values(struct doc *d, json_t *list, const struct answer *a,
                       const struct source_row *s);

#endif
