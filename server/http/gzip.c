#include "http/gzip.h"

#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#define GZIP_WINDOW                                                                                \
    (15 + 16) /* 32 KiB window, gzip wrapper; no time stamp: same text, same bytes */

enum err gzip_text(const void *text, size_t len, int level, char **out, size_t *out_len)
{
    z_stream z = {0};
    if (deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return ERR_NO_MEMORY;
    }
    enum err e = ERR_NO_MEMORY;
    size_t bound = deflateBound(&z, (uLong)len);
    unsigned char *bytes = malloc(bound);
    if (bytes == NULL) {
        goto out;
    }
    z.next_in = text;
    z.avail_in = (uInt)len;
    z.next_out = bytes;
    z.avail_out = (uInt)bound;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        goto out;
    }
    unsigned char *fitted = realloc(bytes, z.total_out);
    *out = (char *)(fitted != NULL ? fitted : bytes);
    *out_len = z.total_out;
    bytes = NULL;
    e = ERR_OK;
out:
    free(bytes);
    (void)deflateEnd(&z);
    return e;
}
