/* indicators_row.h - one row of /v1/indicators. */
#ifndef API_INDICATORS_ROW_H
#define API_INDICATORS_ROW_H

#include "api/doc.h"
#include "api/indicators_facts.h"

/** Names of a table's columns, ended by NULL. */
extern const char *const indicators_columns[];

/** @param at  of the districts asked about. @param run  of f->runs, or 0. */
void indicators_row(struct doc *d, json_t *row, const struct indicators_facts *f, int at, int run);
/** "units": of each column that has another one than the answer's. */
void indicators_units(struct doc *d, const struct answer *a);

#endif
