/* values.h - strict readers of single parameter values. Pure, safe from any thread.
 *
 * Each returns false for anything but exactly the form it names: no sign, space, exponent or
 * trailing byte that the form does not have.
 */
#ifndef API_VALUES_H
#define API_VALUES_H

#include <stdbool.h>
#include <stddef.h>

/** Digits only, no leading zero but "0" itself. */
bool value_int(const char *text, int min, int max, int *out);
/** -?digits[.digits], at most 24 bytes, min..max. */
bool value_decimal(const char *text, double min, double max, double *out);
/** "w,s,e,n" in degrees, w <= e, s <= n; numbers may have an exponent. */
bool value_bbox(const char *text, double out[4]);
/** The corners of a box in any reference system, as OGC API has them: least, then greatest; or
 *  with a height behind each, which is let go. Which is greater is not looked at.
 *  @param limits  of either axis, to both sides of zero. */
bool value_bbox_ogc(const char *text, const double limits[2], double out[4]);
/** The index of text in a list of words; -1 = none of them. */
int value_word(const char *text, const char *const *words, int count);
/** Letters, digits and "._:@-" only, 1..max_bytes. */
bool value_is_code(const char *text, size_t max_bytes);
/** The same of the first len bytes. */
bool value_is_code_part(const char *text, size_t len);

#endif
