/* source_choice.h - which sources the parameters of a request mean. Pure. */
#ifndef API_SOURCE_CHOICE_H
#define API_SOURCE_CHOICE_H

#include "api/answer.h"
#include "store/store.h"

#define SOURCE_CHOICE_PAGE_MAX 1000 /* of one statement */

/** Settles the gas: a source is a row for each of its gases, in the gas's own mass.
 *  @return ERR_INPUT for gas=CO2e. */
enum err source_choice_settle(struct answer *a, struct why *why) MUST_CHECK;
/** @param out  texts in the arena. */
enum err source_choice_filter(const struct answer *a, struct arena *arena,
                              struct source_filter *out) MUST_CHECK;

#endif
