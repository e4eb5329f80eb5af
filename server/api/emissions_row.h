/* emissions_row.h - what rows of /v1/emissions have in common, whatever place they are about. */
#ifndef API_EMISSIONS_ROW_H
#define API_EMISSIONS_ROW_H

#include "api/answer.h"
#include "api/doc.h"
#include "api/totals.h"

#define EMISSIONS_COLUMNS_MAX 16

/** The keys of the grouping but for the place: year, sector, gas, flow, month. */
void emissions_row_keys(struct doc *d, json_t *row, const struct answer *a,
                        const struct totals_row *t);
/** Names of those columns and of the values, ended by NULL. */
void emissions_row_columns(const struct answer *a, const char **columns);
/** @return ERR_TOO_LARGE for too many rows. @param allowed  what would make them fewer. */
enum err emissions_row_limit(const struct totals *t, const char *allowed,
                             struct why *why) MUST_CHECK;

#endif
