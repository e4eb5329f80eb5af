/* bytes.h - which bytes may stand where in a request's head, as one look into a table. Pure. */
#ifndef HTTP_BYTES_H
#define HTTP_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
    while (len - n >= 4 &&
           (byte_classes[(unsigned char)text[n]] & byte_classes[(unsigned char)text[n + 1]] &
            byte_classes[(unsigned char)text[n + 2]] & byte_classes[(unsigned char)text[n + 3]] &
            class) != 0) {
        n += 4;
    }
    while (n < len && byte_is(text[n], class)) {
        n++;
    }
    return n;
}

/** @param least  1 to 0x7f.
 *  @return how many bytes from the start are no smaller than that and not DEL; eight are looked at
 *          together, by Mycroft's test for a zero byte. */
static inline size_t byte_span_from(unsigned char least, const char *text, size_t len)
{
    static const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    size_t n = 0;
    for (; len - n >= sizeof(uint64_t); n += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text + n, sizeof word);
        word = le64toh(word);
        uint64_t del = word ^ (ones * 0x7f);
        /* A borrow may mark a byte that is right, but only behind one that is wrong. */
        uint64_t wrong = (((word - ones * least) & ~word) | ((del - ones) & ~del)) & tops;
        if (wrong != 0) {
            return n + (size_t)__builtin_ctzll(wrong) / 8;
        }
    }
    while (n < len && (unsigned char)text[n] >= least && text[n] != 0x7f) {
        n++;
    }
    return n;
}

#endif
