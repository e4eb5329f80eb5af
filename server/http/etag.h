/* etag.h - strong entity tags from what an answer IS, and If-None-Match.
 *
 * The tag is a hash of the answer's canonical key and the program's build, so it is known before
 * the answer is made: a client that has it is told so without rendering. Pure.
 */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include <stdbool.h>

#include "http/negotiate.h"

#define ETAG_SIZE 40 /* quotes, 32 hex digits, coding suffix, NUL */

#ifndef FLUXGRID_BUILD_ID
#define FLUXGRID_BUILD_ID "dev"
#endif

/** The quoted tag of the answer `key` in a content coding; codings differ, as strong tags must. */
void etag_of_key(const char *key, enum coding coding, char out[ETAG_SIZE]);

/** Is `etag` in the list of an If-None-Match header? Weak comparison (RFC 9110, 13.1.2).
 *  A malformed list matches nothing. "*" is not looked at here. */
bool etag_matches(const char *if_none_match, const char *etag);
/** Is the header "*" (any representation)? */
bool etag_is_any(const char *if_none_match);

#endif
