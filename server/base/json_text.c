#include "base/json_text.h"

#include <string.h>

#include "base/utf8.h"

static size_t put(char *out, const char *bytes, size_t len)
{
    memcpy(out, bytes, len);
    return len;
}

/* The letter of a two-byte escape, or 0. */
static char short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static size_t put_ascii(char *out, char c)
{
    char letter = short_escape(c);
    if (letter != 0) {
        return put(out, (const char[]){'\\', letter}, 2);
    }
    if ((unsigned char)c < 0x20 || c == 0x7F) {
        static const char hex[] = "0123456789abcdef";
        unsigned char u = (unsigned char)c;
        return put(out, (const char[]){'\\', 'u', '0', '0', hex[u >> 4], hex[u & 15]}, 6);
    }
    return put(out, &c, 1);
}

size_t json_text_next(const char *text, size_t len, char *out, size_t *out_len)
{
    size_t n = utf8_char_len(text, len);
    if (n == 0) {
        *out_len = put(out, "\xEF\xBF\xBD", 3);
        return 1;
    }
    *out_len = n == 1 ? put_ascii(out, text[0]) : put(out, text, n);
    return n;
}
