#include "http/problem.h"

#include <assert.h>
#include <stddef.h>

#include "http/limits.h"

int problem_status(enum err code)
{
    static const int statuses[ERR_COUNT] = {
        [ERR_INPUT] = 400,
        [ERR_UNAUTHORIZED] = 401,
        [ERR_NOT_FOUND] = 404,
        [ERR_METHOD] = 405,
        [ERR_NOT_ACCEPTABLE] = 406,
        [ERR_CONFLICT] = 409,
        [ERR_GONE] = 410,
        [ERR_UNSUPPORTED] = 501,
        [ERR_TOO_LARGE] = 413,
        [ERR_URI_TOO_LONG] = 414,
        [ERR_MEDIA_TYPE] = 415,
        [ERR_TOO_MANY] = 429,
        [ERR_BUSY] = 503,
        [ERR_HEADER_TOO_LARGE] = 431,
        [ERR_UNAVAILABLE] = 503,
        [ERR_TIMEOUT] = 504,
        [ERR_STALE] = 503,
        [ERR_NO_MEMORY] = 503,
        [ERR_IO] = 500,
        [ERR_INTERNAL] = 500,
    };
    assert(code > ERR_OK && code < ERR_COUNT && statuses[code] != 0);
    return statuses[code];
}

const char *problem_title(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

int problem_retry_after_s(int status)
{
    return status == 503 || status == 429 ? HTTP_RETRY_AFTER_S : 0;
}

static void add_member(struct buf *b, const char *name, const char *text, const char *before)
{
    if (text[0] != '\0') {
        buf_add_str(b, before);
        buf_add_json_str(b, name);
        buf_add_char(b, ':');
        buf_add_json_str(b, text);
    }
}

static void add_errors(struct buf *b, const struct why *why)
{
    if (why->parameter[0] == '\0' && why->allowed[0] == '\0') {
        return;
    }
    buf_add_str(b, ",\"errors\":[{\"parameter\":");
    if (why->parameter[0] != '\0') {
        buf_add_json_str(b, why->parameter);
    } else {
        buf_add_str(b, "null");
    }
    add_member(b, "reason", why->reason, ",");
    add_member(b, "allowed", why->allowed, ",");
    buf_add_str(b, "}]");
}

void problem_write(struct buf *b, int status, const struct why *why, const char *instance)
{
    buf_add_str(b, "{\"type\":\"about:blank\"");
    add_member(b, "title", problem_title(status), ",");
    buf_printf(b, ",\"status\":%d", status);
    if (why != NULL) {
        add_member(b, "detail", why->reason, ",");
    }
    add_member(b, "instance", instance, ",");
    if (why != NULL) {
        add_errors(b, why);
    }
    buf_add_str(b, "}\n");
}
