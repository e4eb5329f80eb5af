#include "base/buf.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"

#define BUF_FIRST_CAP_BYTES 256

void buf_init(struct buf *b, size_t max_bytes)
{
    assert(max_bytes < SIZE_MAX / 4);
    *b = (struct buf){.max = max_bytes};
}

void buf_fini(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = ERR_OK;
    if (b->data != NULL) {
        b->data[0] = '\0';
    }
}

static size_t grown_cap(const struct buf *b, size_t need)
{
    size_t cap = b->cap < BUF_FIRST_CAP_BYTES ? BUF_FIRST_CAP_BYTES : b->cap;
    while (cap < need) {
        cap *= 2;
    }
    return cap > b->max + 1 ? b->max + 1 : cap;
}

/* Makes room for len more bytes and the NUL; false when the buffer has failed. */
static bool reserve(struct buf *b, size_t len)
{
    if (b->failed != ERR_OK) {
        return false;
    }
    if (len > b->max - b->len) {
        b->failed = ERR_TOO_LARGE;
        return false;
    }
    size_t need = b->len + len + 1;
    if (need <= b->cap) {
        return true;
    }
    size_t cap = grown_cap(b, need);
    char *data = realloc(b->data, cap);
    if (data == NULL) {
        b->failed = ERR_NO_MEMORY;
        return false;
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (!reserve(b, len)) {
        return;
    }
    if (len > 0) {
        memcpy(b->data + b->len, bytes, len);
    }
    b->len += len;
    b->data[b->len] = '\0';
}

void buf_add_str(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

/* Formats in place when the room suffices; otherwise says how many bytes are needed. */
static int print_into_room(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static int print_into_room(struct buf *b, const char *format, va_list args)
{
    size_t room = b->cap - b->len;
    int len = vsnprintf(b->data + b->len, room, format, args);
    if (len < 0 || (size_t)len >= room) {
        b->data[b->len] = '\0';
    }
    return len;
}

void buf_printf(struct buf *b, const char *format, ...)
{
    if (!reserve(b, 0)) {
        return;
    }
    va_list args;
    va_start(args, format);
    int len = print_into_room(b, format, args);
    va_end(args);
    assert(len >= 0);
    if ((size_t)len >= b->cap - b->len) {
        if (!reserve(b, (size_t)len)) {
            return;
        }
        va_start(args, format);
        len = print_into_room(b, format, args);
        va_end(args);
    }
    b->len += (size_t)len;
}

/* Whatever the locale prints as decimal point, of any number of bytes, becomes one '.'. */
static size_t drop_locale(char *text)
{
    size_t to = 0;
    for (size_t from = 0; text[from] != '\0'; from++) {
        bool is_number = strchr("0123456789+-e", text[from]) != NULL;
        if (is_number) {
            text[to++] = text[from];
        } else if (to == 0 || text[to - 1] != '.') {
            text[to++] = '.';
        }
    }
    return to;
}

void buf_add_json_double(struct buf *b, double value)
{
    if (!isfinite(value)) {
        buf_add_str(b, "null");
        return;
    }
    if (value == 0.0) {
        buf_add_char(b, '0'); /* never "-0" */
        return;
    }
    char text[64];
    (void)snprintf(text, sizeof text, "%.12g", value);
    buf_add(b, text, drop_locale(text));
}

/* Bytes at the start of text that JSON takes as they are. */
static size_t plain_run(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len) {
        unsigned char c = (unsigned char)text[n];
        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
            break;
        }
        n++;
    }
    return n;
}

void buf_add_json_str(struct buf *b, const char *text)
{
    size_t len = strlen(text);
    buf_add_char(b, '"');
    for (size_t i = 0; i < len;) {
        size_t run = plain_run(text + i, len - i);
        buf_add(b, text + i, run);
        i += run;
        if (i < len) {
            char escaped[JSON_TEXT_MAX_BYTES];
            size_t n;
            i += json_text_next(text + i, len - i, escaped, &n);
            buf_add(b, escaped, n);
        }
    }
    buf_add_char(b, '"');
}

void buf_add_markup(struct buf *b, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '<':
            buf_add_str(b, "&lt;");
            break;
        case '>':
            buf_add_str(b, "&gt;");
            break;
        case '&':
            buf_add_str(b, "&amp;");
            break;
        case '"':
            buf_add_str(b, "&quot;");
            break;
        default:
            if ((unsigned char)text[i] >= 0x20 || strchr("\t\n\r", text[i]) != NULL)
                buf_add_char(b, text[i]);
        }
    }
}

enum err buf_take(struct buf *b, char **out, size_t *len)
{
    if (!reserve(b, 0)) {
        return b->failed;
    }
    b->data[b->len] = '\0';
    char *fitted = realloc(b->data, b->len + 1); /* up to half of it was room to grow */
    *out = fitted != NULL ? fitted : b->data;
    *len = b->len;
    *b = (struct buf){.max = b->max};
    return ERR_OK;
}
