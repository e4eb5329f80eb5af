/* uri.h - a request target, strictly: raw bytes in, decoded path segments and arguments out.
 *
 * Pure functions; memory from the caller's arena. One thing has one URL: what RFC 3986 calls
 * unreserved may not be percent-encoded in a path, no segment is empty, "." or "..", and nothing
 * is normalised silently - such a target is refused.
 */
#ifndef HTTP_URI_H
#define HTTP_URI_H

#include "base/arena.h"
#include "base/err.h"
#include "http/limits.h"

struct uri {
    const char *path; /* as sent, without the query; starts with '/' */
    int segment_count;
    const char *segments[HTTP_SEGMENTS_MAX]; /* decoded; "/" has none */
    bool has_trailing_slash;                 /* other than "/" itself */
    int query_count;
    const char **query_names; /* decoded, unique */
    const char **query_values;
};

/** Cheap look at a raw target, before any memory is taken: length, first byte, forbidden bytes,
 *  number of arguments.
 *  @param raw  NUL-terminated; NULL counts as malformed.
 *  @return ERR_INPUT, ERR_URI_TOO_LONG. */
enum err uri_check(const char *raw, struct why *why) MUST_CHECK;

/** Splits and decodes a target that uri_check() accepted.
 *  @return ERR_INPUT (bad percent, not UTF-8, control byte, duplicate argument ...),
 *          ERR_NOT_FOUND for more segments than any route has, ERR_NO_MEMORY. */
enum err uri_parse(const char *raw, struct arena *arena, struct uri *out,
                   struct why *why) MUST_CHECK;

/** Percent-decodes len bytes. @param plus_is_space  as in query strings.
 *  @return ERR_INPUT for a bad escape, a control byte or bytes that are no UTF-8; ERR_NO_MEMORY. */
enum err uri_decode(const char *text, size_t len, bool plus_is_space, struct arena *arena,
                    const char **out) MUST_CHECK;

/** A parameter's name may be shown in a problem only if it cannot be anything but a name. */
bool uri_is_plain_name(const char *name);

#endif
