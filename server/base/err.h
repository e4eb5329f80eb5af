/* err.h - how a fallible function says no, and why.
 *
 * Every fallible function returns `enum err` (ERR_OK is 0) and is MUST_CHECK; outputs are
 * written on success only. Where a person needs more than the class of the failure, the last
 * parameter is a `struct why *`: fixed size, no allocation, the first writer wins.
 * Safe from any thread (no shared state).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#define MUST_CHECK              __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

enum err {
    ERR_OK = 0,
    ERR_INPUT,            /* the caller's input is wrong: HTTP 400, exit 2 */
    ERR_NOT_FOUND,        /* well-formed, but no such thing: 404 */
    ERR_METHOD,           /* method not allowed here: 405 */
    ERR_NOT_ACCEPTABLE,   /* none of the accepted formats: 406 */
    ERR_CONFLICT,         /* another import runs, or the version exists: 409 */
    ERR_GONE,             /* the release was withdrawn: 410 */
    ERR_TOO_LARGE,        /* body or answer over its limit: 413 */
    ERR_URI_TOO_LONG,     /* 414 */
    ERR_MEDIA_TYPE,       /* 415 */
    ERR_TOO_MANY,         /* rate limit: 429 */
    ERR_HEADER_TOO_LARGE, /* 431 */
    ERR_BUSY,             /* queue full: 503 + Retry-After */
    ERR_UNAVAILABLE,      /* database away or not ready: 503 + Retry-After */
    ERR_TIMEOUT,          /* a deadline passed: 504 */
    ERR_NO_MEMORY,        /* 503 */
    ERR_IO,               /* file or socket: 500 */
    ERR_INTERNAL,         /* the database answered what it must not: 500 */
    ERR_STALE,            /* the database is at another revision than the catalog: ask again; 503 */
    ERR_UNSUPPORTED,      /* an operation that is not offered: 501 */
    ERR_UNAUTHORIZED,     /* no valid token of an operator: 401 */
    ERR_COUNT
};

/** What a person needs to mend it. Zero-initialise before use. */
struct why {
    enum err code;
    char parameter[64]; /* the query parameter, setting, or "file:row" that is wrong; may be "" */
    char reason[512];   /* one sentence, no input bytes beyond printable ASCII/UTF-8 */
    char allowed[1024]; /* what would be right: list or range; may be "" */
    char kind[32];      /* a protocol's own name of the fault, where it has one; may be "" */
};

/** Records a reason unless one is there already.
 *  @param why  may be NULL (then nothing is recorded).
 *  @param parameter  borrowed; NULL for none.
 *  @return `code`, so that a caller can `return why_set(...)`. */
enum err why_set(struct why *why, enum err code, const char *parameter, const char *format, ...)
    PRINTF_LIKE(4, 5);

/** Adds what would be allowed; keeps the first. Truncates with "..." at the limit. */
void why_allow(struct why *why, const char *format, ...) PRINTF_LIKE(2, 3);

/** Names the fault in the words of a protocol ("MissingParameterValue"); keeps the first. */
void why_kind(struct why *why, const char *kind);

/** One or two English words for a class: "bad request", "not found". Never NULL. */
const char *err_words(enum err code);

#endif
