/* compare_row.h - one row of a comparison: both sides, difference, per cent, and the split. */
#ifndef API_COMPARE_ROW_H
#define API_COMPARE_ROW_H

#include "api/compare_facts.h"
#include "api/doc.h"

#define COMPARE_COLUMNS_MAX 32

void compare_row(struct doc *d, json_t *row, const struct compare_facts *f,
                 const struct compare_row *r);
/** A row of the above without members in members, for tables. */
void compare_row_flat(struct doc *d, json_t *flat, const struct compare_facts *f,
                      const json_t *row);
/** Names of its columns, ended by NULL. */
void compare_row_columns(const struct answer *a, const char **columns);

#endif
