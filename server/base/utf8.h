/* utf8.h - is this text? Pure, safe from any thread.
 *
 * Text that reaches a log line, a problem or a JSON answer may have come from anywhere; these
 * calls are what keeps it printable.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes of the well-formed character at the start of text (RFC 3629: no overlong form, no
 *  surrogate, at most U+10FFFF), 1..4; 0 when there is none or len is 0. */
size_t utf8_char_len(const char *text, size_t len);

/** Is the well-formed character at the start a control character: below U+0020, delete, or U+0080
 *  to U+009F, which terminals obey as well (U+009B begins what an escape and '[' do)? */
bool utf8_is_control(const char *text);

/** May the well-formed character at the start disturb what stands around it where it is shown: a
 *  control character, an end of line (U+2028, U+2029) or an order about the direction of writing
 *  (U+202A to U+202E, U+2066 to U+2069)? Not for logs, as it is. */
bool utf8_is_disruptive(const char *text);

/** Makes a NUL-terminated text printable in place: the bytes of disruptive characters and those
 *  that are no UTF-8 become '?'. The length does not change. */
void utf8_make_printable(char *text);

/** The longest length <= limit that does not cut a character of well-formed text in two. */
size_t utf8_floor(const char *text, size_t limit);

#endif
