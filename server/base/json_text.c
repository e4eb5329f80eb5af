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

/* The number of a disruptive character, none of which has more than three bytes. */
static unsigned code_of(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    if (n == 1) {
        return p[0];
    }
    return n == 2 ? (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu)
                  : (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
}

static size_t put_code(char *out, unsigned code)
{
    static const char hex[] = "0123456789abcdef";
    const char escape[] = {
        '\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
    return put(out, escape, sizeof escape);
}

size_t json_text_next(const char *text, size_t len, char *out, size_t *out_len)
{
    size_t n = utf8_char_len(text, len);
    if (n == 0) {
        *out_len = put(out, "\xEF\xBF\xBD", 3);
        return 1;
    }
    char letter = short_escape(text[0]);
    if (letter != 0) {
        *out_len = put(out, (const char[]){'\\', letter}, 2);
    } else if (utf8_is_disruptive(text)) {
        *out_len = put_code(out, code_of(text, n));
    } else {
        *out_len = put(out, text, n);
    }
    return n;
}
