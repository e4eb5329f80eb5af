/* bytes.h - which bytes may stand where in a request's head, as one look into a table. Pure. */
#ifndef HTTP_BYTES_H
#define HTTP_BYTES_H

#include <stdbool.h>
#include <stddef.h>

enum byte_class {
    BYTE_TOKEN = 1, /* of a method or a header's name: RFC 9110, 5.6.2 */
    BYTE_PATH = 2,  /* raw in a path: RFC 3986 pchar, '%' of escapes and the separator */
    BYTE_PLAIN = 4, /* never needs an escape: RFC 3986, 2.3 */
    BYTE_HOST = 8   /* of a host or address with a port */
};

extern const unsigned char byte_classes[256];

static inline bool byte_is(char c, enum byte_class class)
{
    return (byte_classes[(unsigned char)c] & class) != 0;
}

/** @return how many bytes from the start are all of that class. */
static inline size_t byte_span(const char *text, size_t len, enum byte_class class)
{
    size_t n = 0;
    while (n < len && byte_is(text[n], class)) {
        n++;
    }
    return n;
}

#endif
