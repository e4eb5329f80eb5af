/* buf.h - a growing byte buffer with a maximum.
 *
 * Appends never fail loudly: past the maximum or out of memory the buffer turns `failed` and
 * stays as it was; check once at the end. Not thread-safe; one owner.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
    char *data; /* NUL-terminated whenever non-NULL */
    size_t len; /* bytes, without the NUL */
    size_t cap;
    size_t max;      /* bytes; appends beyond it fail */
    enum err failed; /* ERR_OK, ERR_TOO_LARGE or ERR_NO_MEMORY */
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_fini(struct buf *b);
void buf_reset(struct buf *b); /* keeps the memory, forgets content and failure */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_str(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/** Appends a double as JSON: 12 significant digits, no locale, "null" for NaN and infinities. */
void buf_add_json_double(struct buf *b, double value);
/** Appends `text` as a quoted JSON string, control bytes escaped. */
void buf_add_json_str(struct buf *b, const char *text);
/** Appends text as character data of XML and HTML: < > & " escaped, control characters other than
 *  white space left out, as XML cannot hold them. */
void buf_add_markup(struct buf *b, const char *text, size_t len);

/** Hands the bytes over: *out is malloc'ed, caller frees with free(). The buffer is empty after. */
enum err buf_take(struct buf *b, char **out, size_t *len) MUST_CHECK;

#endif
