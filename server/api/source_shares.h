/* source_shares.h - a source beside the totals of the districts it counts in. */
#ifndef API_SOURCE_SHARES_H
#define API_SOURCE_SHARES_H

#include "api/doc.h"
#include "api/source_amounts.h"
#include "http/handler.h"

/** Adds "districts", the country first, and "shares": of each district's total of the answer's
 * year, for each of the source's sectors, gases and flows, and of all emissions in CO2e.
 *  @param source  the row that says where it counts. */
enum err source_shares(struct doc *d, json_t *o, const struct answer *a,
                       const struct source_row *source, const struct source_amounts *amounts,
                       struct http_worker *worker, struct why *why) MUST_CHECK;

#endif
