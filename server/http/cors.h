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
/** On every public answer when all its other headers are there: such a page may read those that
 *  need leave. No others are named: a client reads every byte of every head. */
bool cors_expose(struct MHD_Response *r) MUST_CHECK;
/** The same of headers that the answer has not: a 304 renews the head of a 200 that has. */
bool cors_expose_all(struct MHD_Response *r) MUST_CHECK;
/** The answer to OPTIONS: 204. @param allow  "GET, HEAD, OPTIONS". NULL = no memory. */
struct MHD_Response *cors_preflight(const char *allow);

#endif
