/* source_row.h - a point source as every answer that shows sources says it. */
#ifndef API_SOURCE_ROW_H
#define API_SOURCE_ROW_H

#include "api/answer.h"
#include "api/doc.h"
#include "store/store.h"

/** Its attributes and "values": its part of the release's masses of the year, gas by gas, in the
 *  answer's unit (the gas's own mass, never CO2e). */
void source_row(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s);
/** Only the "values", into a list that is there: a source of several gases is several rows. */
void source_row_values(struct doc *d, json_t *list, const struct answer *a,
                       const struct source_row *s);

#endif
