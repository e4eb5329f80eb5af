/* ready.h - a finished answer, ready to be queued any number of times.
 *
 * Holds the bytes in each coding and, per dress (cache policy, coding, Vary, link), one
 * libmicrohttpd response and the text of its fields, made on first use: a hit is a look-up and a
 * queue call, or the sending of two texts (shortcut.h). Immutable for its
 * users, counted, thread-safe.
 */
#ifndef HTTP_READY_H
#define HTTP_READY_H

#include "http/response.h"

struct ready;

/** Makes an answer of a job's outcome.
 *  @param key  its canonical identity: the source of its ETag; NULL = no ETag.
 *  @param reply  its body is taken, on failure too.
 *  @param is_text  also makes the gzip form.
 *  @return ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err ready_new(const char *key, struct http_reply *reply, bool is_text, struct ready **out,
                   struct why *why) MUST_CHECK;
struct ready *ready_ref(struct ready *a); /* new reference */
void ready_unref(struct ready *a);        /* accepts NULL */

/** Bytes that keeping it costs, about. */
size_t ready_bytes(const struct ready *a);
/** The bytes as they are without a coding; borrowed. */
const char *ready_body(const struct ready *a);
size_t ready_body_len(const struct ready *a, enum coding coding);
/** In the coding that takes the fewest. */
size_t ready_least_len(const struct ready *a);
bool ready_is_text(const struct ready *a);
const char *ready_etag(const struct ready *a, enum coding coding); /* "" = none */

/** Queues it on a connection. @param status  200, or 304 (libmicrohttpd then leaves the body out).
 *  @param closes  adds Connection: close (while draining).
 *  @return false: no memory; drop the connection. */
bool ready_queue(struct ready *a, const struct response_shape *shape, struct MHD_Connection *to,
                 int status, bool closes) MUST_CHECK;

/** What a client is sent of it behind the status line and the date. */
struct ready_text {
    const char *fields; /* of the header, and the empty line that ends it */
    size_t fields_len;
    const char *body;
    size_t body_len;
};

/** Shows that to `use`, which must be quick and keeps nothing.
 *  @return what `use` does; false without asking it: no memory. */
bool ready_show(struct ready *a, const struct response_shape *shape,
                bool (*use)(void *cls, const struct ready_text *text), void *cls) MUST_CHECK;

#endif
