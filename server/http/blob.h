/* blob.h - immutable bytes that several answers and connections hold at once.
 *
 * Counted, because libmicrohttpd may still be sending bytes whose cache entry is long evicted.
 * Thread-safe.
 */
#ifndef HTTP_BLOB_H
#define HTTP_BLOB_H

#include <stddef.h>

struct blob {
    int references;
    size_t len;
    char *data;
};

/** @param data  malloc'ed; taken, on failure too. @return one reference; NULL = no memory. */
struct blob *blob_new(char *data, size_t len);
struct blob *blob_copy(const void *data, size_t len); /* one reference; NULL = no memory */
struct blob *blob_ref(struct blob *b);                /* new reference */
void blob_unref(struct blob *b);                      /* accepts NULL */

#endif
