/* text_lines.h - a text file of numbers, line by line and field by field; memory stays at one line.
 */
#ifndef IMPORT_TEXT_LINES_H
#define IMPORT_TEXT_LINES_H

#include <stdio.h>

#include "cli/import/issues.h"

#define TEXT_LINE_BYTES 4096
#define TEXT_MAX_FIELDS 256

struct text_lines {
    FILE *file;
    const char *name; /* for messages; borrowed */
    long row;         /* of the line at hand, from 1 */
    char separator;   /* ' ' = blanks; 0 = by the line: ; tab , or blanks */
    int field_count;
    char *fields[TEXT_MAX_FIELDS]; /* into `line` */
    char line[TEXT_LINE_BYTES];
};

enum err text_lines_open(struct text_lines *t, const char *path, const char *name,
                         struct why *why) MUST_CHECK;
void text_lines_close(struct text_lines *t);
/** The next line that is not blank, cut into fields. *is_end is true behind the last.
 *  @return ERR_INPUT for NUL, for a line that is too long or has too many fields. */
enum err text_lines_next(struct text_lines *t, bool *is_end, struct why *why) MUST_CHECK;
/** Are there fields, and are all of them numbers? (nan and inf count, so that a line of data is not
 *  taken for a header.) */
bool text_lines_is_data(const struct text_lines *t);

#endif
