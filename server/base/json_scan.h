/* json_scan.h - reading JSON in place, piece by piece, without a tree.
 *
 * For documents that are mostly numbers: a tree would cost eighty times the text. RFC 8259,
 * strictly: no NaN, no comments, no trailing comma, no byte order mark, UTF-8 that is well formed.
 * The first fault stays and makes every later call answer false, so that a reader checks once. One
 * document, one thread; the text is borrowed.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_SCAN_DEPTH 32 /* of arrays and objects within one another */

struct json_scan {
    const char *text;
    const char *at;
    const char *end;
    const char *fault; /* NULL, or what is wrong at `at`, in a sentence without a dot */
    int depth;
};

enum json_kind {
    JSON_KIND_NONE, /* the end, or what begins no value */
    JSON_KIND_OBJECT,
    JSON_KIND_ARRAY,
    JSON_KIND_STRING,
    JSON_KIND_NUMBER,
    JSON_KIND_WORD /* true, false, null */
};

void json_scan_init(struct json_scan *s, const char *text, size_t len);
/** What comes next; moves over white space only. */
enum json_kind json_scan_peek(struct json_scan *s);
const char *json_kind_word(enum json_kind kind); /* "an object", "a number" ... */

/** Steps into the array or object that comes next. @return false unless it is one. */
bool json_scan_open(struct json_scan *s, enum json_kind kind);
/** Is there another element or member? Steps over the comma before it or, when there is none, over
 *  the closing bracket. @param is_first  nothing of it has been read yet. */
bool json_scan_next(struct json_scan *s, enum json_kind kind, bool is_first);
/** A member's name and the colon. The name is raw: between the quotes, escapes as written. */
bool json_scan_name(struct json_scan *s, const char **name, size_t *len);
bool json_scan_string(struct json_scan *s, const char **raw, size_t *len);
/** The nearest double; an overflow is infinite. */
bool json_scan_number(struct json_scan *s, double *out);
/** Steps over any value, checking all of it. */
bool json_scan_skip(struct json_scan *s);
/** Is nothing but white space left? Else that is the fault. */
bool json_scan_end(struct json_scan *s);
/** Is this raw text exactly the word? */
bool json_scan_is(const char *raw, size_t len, const char *word);

#endif
