/* answer_csv.h - rows as tidy CSV (RFC 4180): one fact per line, CRLF, UTF-8, no BOM.
 *
 * Made from the very rows of the JSON answer, so that the two cannot differ. Every line repeats
 * unit, GWP set and release: a line that is cut out of its file still says what it is. Pure.
 */
#ifndef API_ANSWER_CSV_H
#define API_ANSWER_CSV_H

#include "api/answer.h"
#include "api/doc.h"

/** @param columns  members of the rows, in order, ended by NULL. */
enum err answer_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                    const char *const *columns, struct http_reply *out) MUST_CHECK;

#endif
