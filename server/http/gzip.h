/* gzip.h - makes the gzip form of a text (zlib). Never inflates anything. Thread-safe. */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include <stddef.h>

#include "base/err.h"

/** @param level  1 (fast) .. 9 (small).
 *  @param out  malloc'ed, caller frees with free(). @return ERR_NO_MEMORY. */
enum err gzip_text(const void *text, size_t len, int level, char **out, size_t *out_len) MUST_CHECK;

#endif
