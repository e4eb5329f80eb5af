#include "http/validate.h"

#include <string.h>
#include <strings.h>

#include "http/bytes.h"
#include "http/limits.h"

#define HOST_MAX_BYTES 255

static bool is_token(const char *text, size_t len)
{
    return len > 0 && byte_span(text, len, BYTE_TOKEN) == len;
}

static bool has_control(const char *text, size_t len)
{
    size_t n = byte_span_from(' ', text, len);
    while (n < len && text[n] == '\t') {
        n++;
        n += byte_span_from(' ', text + n, len - n);
    }
    return n < len;
}

static void refuse(struct head *h, int status, const char *reason)
{
    if (h->status == 0) {
        h->status = status;
        h->fault = reason;
    }
}

struct known_name {
    const char *text;
    size_t len;
};
#define KNOWN(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static bool is_named(const char *name, size_t len, struct known_name wanted)
{
    return len == wanted.len && strncasecmp(name, wanted.text, len) == 0;
}

static bool starts_like(const char *name, size_t len, struct known_name wanted)
{
    return len >= wanted.len && strncasecmp(name, wanted.text, wanted.len) == 0;
}

/* The two fields that frame a message, and everything that may be one of them in disguise. */
static void look_at_framing(struct head *h, const char *name, size_t len, const char *value)
{
    static const struct known_name length = KNOWN("Content-Length");
    static const struct known_name coding = KNOWN("Transfer-Encoding");
    if (is_named(name, len, length)) {
        h->length_count++;
        h->content_length = value;
    } else if (is_named(name, len, coding)) {
        refuse(h, 501, "transfer codings are not supported");
    } else if (starts_like(name, len, length) || starts_like(name, len, coding)) {
        refuse(h, 400, "a header name is malformed");
    }
}

static void keep_known(struct head *h, const char *name, size_t len, const char *value)
{
    static const struct {
        struct known_name name;
        size_t offset; /* of the text in struct head */
    } known[] = {
        {KNOWN("Content-Type"), offsetof(struct head, content_type)},
        {KNOWN("Accept"), offsetof(struct head, accept)},
        {KNOWN("Accept-Encoding"), offsetof(struct head, accept_encoding)},
        {KNOWN("Accept-Language"), offsetof(struct head, accept_language)},
        {KNOWN("If-None-Match"), offsetof(struct head, if_none_match)},
        {KNOWN("X-Request-Id"), offsetof(struct head, request_id)},
        {KNOWN("Authorization"), offsetof(struct head, authorization)},
        {KNOWN("Forwarded"), offsetof(struct head, forwarded.forwarded)},
        {KNOWN("X-Forwarded-For"), offsetof(struct head, forwarded.x_for)},
        {KNOWN("X-Forwarded-Proto"), offsetof(struct head, forwarded.x_proto)},
        {KNOWN("X-Forwarded-Host"), offsetof(struct head, forwarded.x_host)},
        {KNOWN("X-Forwarded-Port"), offsetof(struct head, forwarded.x_port)},
        {KNOWN("X-Forwarded-Prefix"), offsetof(struct head, forwarded.x_prefix)},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (is_named(name, len, known[i].name)) {
            *(const char **)(void *)((char *)h + known[i].offset) = value;
            return;
        }
    }
}

void head_field(struct head *h, const char *name, size_t name_len, const char *value,
                size_t value_len)
{
    static const struct known_name host = KNOWN("Host");
    h->field_count++;
    h->bytes += name_len + value_len;
    if (value == NULL) {
        value = "";
        value_len = 0;
    }
    if (h->field_count > HTTP_HEADERS_MAX || value_len > HTTP_HEADER_MAX_BYTES ||
        h->bytes > (size_t)2 * HTTP_HEADER_MAX_BYTES) {
        refuse(h, 431, "the request has too many or too long header fields");
        return;
    }
    if (!is_token(name, name_len)) {
        refuse(h, 400, "a header name is malformed");
        return;
    }
    if (strlen(value) != value_len || has_control(value, value_len)) {
        refuse(h, 400, "a header value holds a control byte");
        return;
    }
    if (is_named(name, name_len, host)) {
        h->host_count++;
        h->host = value;
        return;
    }
    static const struct known_name authorization = KNOWN("Authorization");
    h->authorization_count += is_named(name, name_len, authorization);
    look_at_framing(h, name, name_len, value);
    keep_known(h, name, name_len, value);
}

static bool is_method(const char *method, const char *one, const char *other)
{
    return strcmp(method, one) == 0 || (other != NULL && strcmp(method, other) == 0);
}

/* Digits only, no sign, no blank. False when it is none or too large for int64. */
static bool parse_length(const char *text, int64_t *out)
{
    size_t len = strlen(text);
    int64_t value = 0;
    if (len == 0 || len > 18 || strspn(text, "0123456789") != len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

static void judge_body(struct head *h, const char *method, int64_t max_body_bytes, size_t *body_len)
{
    int64_t length = 0;
    if (h->length_count > 1) {
        refuse(h, 400, "the request has more than one Content-Length");
    } else if (h->length_count == 1 && !parse_length(h->content_length, &length)) {
        refuse(h, 400, "the Content-Length is malformed");
    } else if (length > 0 && !is_method(method, "POST", NULL)) {
        refuse(h, 400, "only POST may have a body");
    } else if (length > max_body_bytes) {
        refuse(h, 413, "the request's body is too large");
    } else if (h->length_count == 0 && is_method(method, "POST", NULL)) {
        refuse(h, 411, "a POST needs a Content-Length");
    } else {
        *body_len = (size_t)length;
    }
}

/* Bytes of a name, an IPv4 address, or an IPv6 address in its brackets; 0 = none of them. */
static size_t host_part(const char *host)
{
    if (host[0] != '[') {
        return strcspn(host, ":[]");
    }
    size_t len = strspn(host + 1, "0123456789abcdefABCDEF:.");
    return len > 0 && host[1 + len] == ']' ? len + 2 : 0;
}

bool head_is_plain_host(const char *host)
{
    size_t len = strlen(host);
    size_t end = host_part(host);
    if (len > HOST_MAX_BYTES || end == 0 || byte_span(host, len, BYTE_HOST) != len) {
        return false;
    }
    return end == len ||
           (host[end] == ':' && strspn(host + end + 1, "0123456789") == len - end - 1);
}

static void judge_host(struct head *h, bool is_1_1)
{
    if (h->host_count > 1 || (is_1_1 && h->host_count == 0)) {
        refuse(h, 400, "the request must have exactly one Host header");
    } else if (h->host_count == 1 && !head_is_plain_host(h->host)) {
        refuse(h, 400, "the Host header is malformed");
    }
}

/* Where the head leaves no room for that of an answer, the library would close without one. */
static void judge_memory(struct head *h)
{
    size_t used = h->target_len + h->bytes + (size_t)h->field_count * HTTP_FIELD_BYTES;
    if (used > HTTP_HEAD_MAX_BYTES) {
        refuse(h, 431, "the request's head is too large");
    }
}

int head_judge(struct head *h, const char *method, const char *version, int64_t max_body_bytes,
               size_t *body_len)
{
    *body_len = 0;
    bool is_1_1 = strcmp(version, "HTTP/1.1") == 0;
    if (!is_1_1 && strcmp(version, "HTTP/1.0") != 0) {
        refuse(h, 505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    }
    if (!is_token(method, strlen(method)) || strlen(method) > 32) {
        refuse(h, 400, "the method is malformed");
    }
    judge_memory(h);
    judge_host(h, is_1_1);
    judge_body(h, method, max_body_bytes, body_len);
    if (h->status != 0) {
        *body_len = 0;
    }
    return h->status;
}
