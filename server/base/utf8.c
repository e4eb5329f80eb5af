#include "base/utf8.h"

#include <string.h>

struct lead {
    size_t len;              /* bytes of the character */
    unsigned char low, high; /* bounds of the second byte */
};

static struct lead lead_of(unsigned char c)
{
    if (c < 0x80) {
        return (struct lead){1, 0, 0};
    }
    if (c < 0xC2 || c > 0xF4) {
        return (struct lead){0, 0, 0};
    }
    if (c < 0xE0) {
        return (struct lead){2, 0x80, 0xBF};
    }
    if (c < 0xF0) {
        return (struct lead){3, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF};
    }
    return (struct lead){4, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF};
}

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_char_len(const char *text, size_t len)
{
    if (len == 0) {
        return 0;
    }
    const unsigned char *p = (const unsigned char *)text;
    struct lead lead = lead_of(p[0]);
    if (lead.len <= 1 || lead.len > len) {
        return lead.len == 1 ? 1 : 0;
    }
    if (p[1] < lead.low || p[1] > lead.high) {
        return 0;
    }
    for (size_t i = 2; i < lead.len; i++) {
        if (!is_continuation(p[i])) {
            return 0;
        }
    }
    return lead.len;
}

bool utf8_is_control(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    return first < 0x20 || first == 0x7F || (first == 0xC2 && (unsigned char)text[1] < 0xA0);
}

bool utf8_is_disruptive(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    bool is_sign = p[0] == 0xE2 && ((p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE) ||
                                    (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9));
    return is_sign || utf8_is_control(text);
}

void utf8_make_printable(char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        size_t n = utf8_char_len(text + i, len - i);
        size_t step = n == 0 ? 1 : n;
        if (n == 0 || utf8_is_disruptive(text + i)) {
            memset(text + i, '?', step);
        }
        i += step;
    }
}

size_t utf8_floor(const char *text, size_t limit)
{
    while (limit > 0 && is_continuation((unsigned char)text[limit])) {
        limit--;
    }
    return limit;
}
