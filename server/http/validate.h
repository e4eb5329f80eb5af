/* validate.h - what a request's head must be before anything else looks at it.
 *
 * libmicrohttpd 0.9.75 accepts requests that a proxy in front may read differently (request
 * smuggling): two lengths, a transfer coding, folded or malformed names. They end here, with the
 * connection. Pure.
 */
#ifndef HTTP_VALIDATE_H
#define HTTP_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/forwarded.h"

/** What one pass over the header fields finds; texts are borrowed, NULL when absent. */
struct head {
    size_t target_len; /* set by the caller */
    int field_count;
    size_t bytes;
    int host_count, length_count, authorization_count;
    const char *host;
    const char *content_length;
    const char *content_type;
    const char *accept;
    const char *accept_encoding;
    const char *accept_language;
    const char *if_none_match;
    const char *request_id;
    const char *authorization;         /* never logged */
    struct forwarded_fields forwarded; /* anybody may have written them */
    int status;                        /* the first fault; 0 = none */
    const char *fault;                 /* in a sentence; static */
};

/** Looks at one field. Sizes as received: a value whose length differs from its text has a NUL. */
void head_field(struct head *h, const char *name, size_t name_len, const char *value,
                size_t value_len);

/** Judges the whole head.
 *  @param max_body_bytes  of a POST.
 *  @param body_len  out: the declared length of the body, 0 without one.
 *  @return 0, or the HTTP status to refuse it with; the connection must then be closed, and
 *          h->fault says why. Methods other than GET, HEAD, OPTIONS and POST pass here (405 is the
 *          router's to say), but a body with them does not. */
int head_judge(struct head *h, const char *method, const char *version, int64_t max_body_bytes,
               size_t *body_len);

/** May this Host header go into a link? Host or address, optional port; nothing else. */
bool head_is_plain_host(const char *host);

#endif
