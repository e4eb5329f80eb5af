#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Ends a text that snprintf cut, so that the reader sees that it was cut. */
static void mark_cut(char *text, size_t size)
{
    size_t keep = utf8_floor(text, size - sizeof "...");
    memcpy(text + keep, "...", sizeof "...");
}

static void format_text(char *text, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void format_text(char *text, size_t size, const char *format, va_list args)
{
    int len = vsnprintf(text, size, format, args);
    if (len < 0) {
        text[0] = '\0';
    } else if ((size_t)len >= size) {
        mark_cut(text, size);
    }
    utf8_make_printable(text);
}

enum err why_set(struct why *why, enum err code, const char *parameter, const char *format, ...)
{
    if (why == NULL || why->code != ERR_OK) {
        return code;
    }
    why->code = code;
    int len = snprintf(why->parameter, sizeof why->parameter, "%s", parameter ? parameter : "");
    if (len >= (int)sizeof why->parameter) {
        mark_cut(why->parameter, sizeof why->parameter);
    }
    utf8_make_printable(why->parameter);
    va_list args;
    va_start(args, format);
    format_text(why->reason, sizeof why->reason, format, args);
    va_end(args);
    return code;
}

void why_kind(struct why *why, const char *kind)
{
    if (why != NULL && why->kind[0] == '\0') {
        (void)snprintf(why->kind, sizeof why->kind, "%s", kind);
    }
}

void why_allow(struct why *why, const char *format, ...)
{
    if (why == NULL || why->allowed[0] != '\0') {
        return;
    }
    va_list args;
    va_start(args, format);
    format_text(why->allowed, sizeof why->allowed, format, args);
    va_end(args);
}

const char *err_words(enum err code)
{
    static const char *const words[ERR_COUNT] = {
        [ERR_OK] = "ok",
        [ERR_INPUT] = "bad request",
        [ERR_NOT_FOUND] = "not found",
        [ERR_METHOD] = "method not allowed",
        [ERR_NOT_ACCEPTABLE] = "not acceptable",
        [ERR_CONFLICT] = "conflict",
        [ERR_GONE] = "gone",
        [ERR_UNSUPPORTED] = "not supported",
        [ERR_UNAUTHORIZED] = "unauthorized",
        [ERR_TOO_LARGE] = "too large",
        [ERR_URI_TOO_LONG] = "address too long",
        [ERR_MEDIA_TYPE] = "unsupported media type",
        [ERR_TOO_MANY] = "too many requests",
        [ERR_HEADER_TOO_LARGE] = "headers too large",
        [ERR_BUSY] = "busy",
        [ERR_UNAVAILABLE] = "unavailable",
        [ERR_STALE] = "stale",
        [ERR_TIMEOUT] = "timed out",
        [ERR_NO_MEMORY] = "out of memory",
        [ERR_IO] = "input/output error",
        [ERR_INTERNAL] = "internal error",
    };
    if ((unsigned)code >= ERR_COUNT) {
        return "unknown error";
    }
    return words[code];
}
