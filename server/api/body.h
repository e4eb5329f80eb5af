/* body.h - the body of a POST, on the event thread: taken over and named, not yet read.
 *
 * Two bodies that differ in white space between JSON's tokens have one name, so that they are one
 * cache entry. Thread-safe: no state.
 */
#ifndef API_BODY_H
#define API_BODY_H

#include "api/answer.h"
#include "base/digest.h"

/** Copies the body into the answer and digests it.
 *  @return ERR_MEDIA_TYPE unless it is sent as GeoJSON or JSON; ERR_NO_MEMORY. */
enum err body_take(struct answer *a, const struct http_request *r, struct why *why) MUST_CHECK;

/** SHA-256 of a JSON text without the white space that means nothing. @return ERR_NO_MEMORY. */
enum err body_digest(const char *text, size_t len, char out[DIGEST_HEX_SIZE]) MUST_CHECK;

#endif
