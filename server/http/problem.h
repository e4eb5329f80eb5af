/* problem.h - everything that went wrong, as RFC 9457 problem details.
 *
 * One table maps enum err to HTTP statuses. Texts are ours, never a client's bytes. Pure.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/buf.h"
#include "base/err.h"

#define PROBLEM_CONTENT_TYPE "application/problem+json"

/** The HTTP status of a class of failure. ERR_OK has none: asserts. */
int problem_status(enum err code);
/** The reason phrase of a status we send; "Error" for others. */
const char *problem_title(int status);
/** Seconds for Retry-After, 0 when the header does not belong to the status. */
int problem_retry_after_s(int status);
/** Appends the JSON document. @param why  may be NULL. @param instance  the request's id. */
void problem_write(struct buf *b, int status, const struct why *why, const char *instance);

#endif
