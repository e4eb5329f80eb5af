/* issues.h - what is wrong with the input, collected: a person mends twenty faults at a time.
 *
 * Each issue names file, place (row, or pixel), column, value and rule, in one line. Values are
 * made printable and cut short, so that no input byte reaches a terminal raw. One thread.
 */
#ifndef IMPORT_ISSUES_H
#define IMPORT_ISSUES_H

#include "base/err.h"

#define ISSUES_MAX        20
#define ISSUES_LINE_BYTES 512

struct issues {
    int count; /* all of them, also those beyond ISSUES_MAX */
    char lines[ISSUES_MAX][ISSUES_LINE_BYTES];
};

/** Where in the input: every part may be empty or 0. */
struct place {
    const char *file;
    long row;       /* line of a text file, from 1; 0 = none */
    long pixel_col; /* of a raster, from 0; used when is_pixel */
    long pixel_row;
    bool is_pixel;
    const char *column; /* of a table, or a path in the manifest */
    const char *value;  /* as read; NULL = none */
};

/** Records one; past ISSUES_MAX only counts.
 *  @param rule  the rule and what mends it: "must be a number such as 12.5; write a decimal point".
 */
void issues_add(struct issues *to, struct place where, const char *rule, ...) PRINTF_LIKE(3, 4);
bool issues_are_full(const struct issues *of);
/** ERR_OK when there are none; else ERR_INPUT with the first one in `why`. */
enum err issues_verdict(const struct issues *of, struct why *why) MUST_CHECK;

#endif
