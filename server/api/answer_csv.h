/* answer_csv.h - rows as tidy CSV (RFC 4180): one fact per line, CRLF, UTF-8, no BOM.
 *
 * Made from the very rows of the JSON answer, so that the two cannot differ. Every line repeats
 * unit, GWP set and release: a line that is cut out of its file still says what it is. Pure.
 */
#ifndef API_ANSWER_CSV_H
#define API_ANSWER_CSV_H

#include "api/answer.h"
#include "api/doc.h"

struct csv_constant { /* a column that says the same in every line */
    const char *name, *value;
};

/** @param columns  members of the rows, in order, ended by NULL; a row without one leaves it empty,
 *                  a list is its words with blanks between.
 *  @param constants  the last columns, ended by a NULL name; NULL = none. */
enum err answer_csv_table(const struct doc *d, const json_t *rows, const char *const *columns,
                          const struct csv_constant *constants, struct buf *out) MUST_CHECK;
/** The same with unit, GWP set and release of the answer. */
enum err answer_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                    const char *const *columns, struct http_reply *out) MUST_CHECK;
/** The document, or its rows as a table: an answer without unit and release, in the format asked.
 */
enum err answer_list(const struct doc *d, const struct answer *a, const json_t *rows,
                     const char *const *columns, struct http_reply *out) MUST_CHECK;

#endif
