/* cors.h - who may read us from a page of another origin: everyone, without credentials.
 *
 * The data are public; `*` never goes with credentials, so a page gains nothing that curl has not.
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>

#include <microhttpd.h>

#include "base/err.h"

/** On every public answer, problems included. */
bool cors_add(struct MHD_Response *r) MUST_CHECK;
/** The answer to OPTIONS: 204. @param allow  "GET, HEAD, OPTIONS". NULL = no memory. */
struct MHD_Response *cors_preflight(const char *allow);

#endif
