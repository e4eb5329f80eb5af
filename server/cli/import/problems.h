/* problems.h - what is wrong with the input, collected so that one run shows more than one fault.
 *
 * Each problem names file, place (row and column, pixel, or JSON path), value and rule. At most
 * PROBLEMS_MAX are kept; from then on problems_is_full tells a reader to stop. Values are shown
 * printable and short: no byte of a broken file reaches a terminal as it is. Not thread-safe.
 */
#ifndef CLI_IMPORT_PROBLEMS_H
#define CLI_IMPORT_PROBLEMS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

#define PROBLEMS_MAX 20

struct problem {
    char file[160];
    char place[160]; /* "row 14, column mass_kt", "pixel (column 3, row 5)", "$.release.slug" */
    char value[80];  /* "" = none to show */
    char rule[480];
};

struct problems {
    int count;
    struct problem list[PROBLEMS_MAX];
};

/** Adds one. @param place,value  borrowed; NULL = none. Dropped when full. */
void problems_add(struct problems *p, const char *file, const char *place, const char *value,
                  const char *rule, ...) PRINTF_LIKE(5, 6);
bool problems_is_full(const struct problems *p);
/** ERR_INPUT once there is one. */
enum err problems_err(const struct problems *p) MUST_CHECK;
/** One line each. */
void problems_print(const struct problems *p, FILE *to);

#endif
