/* fold.h - names as people type them: case, and the many apostrophes of Uzbek, do not matter.
 *
 * Latin and Cyrillic letters only; every other character equals itself. Pure.
 */
#ifndef API_FOLD_H
#define API_FOLD_H

#include <stdbool.h>

/** @param text,part  well-formed UTF-8; an empty part is in every text. */
bool fold_contains(const char *text, const char *part);

#endif
