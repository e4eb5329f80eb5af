/* json_text.h - text as the inside of a JSON string. Pure, safe from any thread. */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include <stddef.h>

#define JSON_TEXT_MAX_BYTES 6 /* the longest escape of one character: \u2028 */

/** Writes the JSON form of the first character of text: quote, backslash and what
 * utf8_is_disruptive() names escaped, a byte that is no UTF-8 replaced by U+FFFD.
 *  @param len  bytes left, > 0.
 *  @param out  JSON_TEXT_MAX_BYTES bytes, no NUL; *out_len says how many were written.
 *  @return bytes of text consumed, 1..4. */
size_t json_text_next(const char *text, size_t len, char *out, size_t *out_len);

#endif
