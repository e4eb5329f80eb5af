/* district_list.h - which districts the rows of an answer are about. Thread-safe: no state. */
#ifndef API_DISTRICT_LIST_H
#define API_DISTRICT_LIST_H

#include "api/params.h"

/** The asked district; grouped by district its children, or those of the asked level below it; one
 *  without children is its own. @param out  catalog indices, ascending; arena memory.
 *  @return ERR_NO_MEMORY. */
enum err district_list(const struct params *p, struct arena *arena, int **out,
                       int *count) MUST_CHECK;

#endif
