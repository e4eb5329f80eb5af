/* number_text.h - numbers as inventories may write them: digits, one dot, an exponent; nothing
 * else.
 *
 * No sign for counts, no hexadecimal, no "nan", no decimal comma, no blanks, no text behind.
 * Independent of the locale. Pure.
 */
#ifndef IMPORT_NUMBER_TEXT_H
#define IMPORT_NUMBER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

bool number_text_double(const char *text, double *out); /* finite; "1e999" is refused */
bool number_text_int(const char *text, int64_t low, int64_t high, int64_t *out);

#endif
