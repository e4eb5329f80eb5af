#include "http/uri.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "http/bytes.h"

/* A query may hold what browsers leave raw ("|", "{" ...), but nothing outside visible ASCII. */
static bool is_query_byte(unsigned char c)
{
    return c > 0x20 && c < 0x7f && c != '#';
}

static enum err check_bytes(const char *raw, size_t path_len, size_t len, struct why *why)
{
    if (byte_span(raw, path_len, BYTE_PATH) != path_len) {
        return why_set(why, ERR_INPUT, NULL, "the path holds a byte that must be percent-encoded");
    }
    for (size_t i = path_len; i < len; i++) {
        if (!is_query_byte((unsigned char)raw[i])) {
            return why_set(why, ERR_INPUT, NULL,
                           "the query holds a byte that must be percent-encoded");
        }
    }
    return ERR_OK;
}

static enum err check_argument_count(const char *query, struct why *why)
{
    int count = 1;
    for (const char *at = query; (at = strchr(at, '&')) != NULL; at++) {
        count++;
    }
    if (count > HTTP_QUERY_MAX) {
        return why_set(why, ERR_URI_TOO_LONG, NULL, "the query has more than %d arguments",
                       HTTP_QUERY_MAX);
    }
    return ERR_OK;
}

enum err uri_check(const char *raw, struct why *why)
{
    if (raw == NULL || raw[0] != '/') {
        return why_set(why, ERR_INPUT, NULL,
                       "the request target must be a path that starts with /");
    }
    const char *query = strchr(raw, '?');
    if (query != NULL && check_argument_count(query, why) != ERR_OK) {
        return ERR_URI_TOO_LONG;
    }
    size_t len = strlen(raw);
    if (len > HTTP_URI_MAX_BYTES) {
        return why_set(why, ERR_URI_TOO_LONG, NULL, "the request target is longer than %d bytes",
                       HTTP_URI_MAX_BYTES);
    }
    return check_bytes(raw, query == NULL ? len : (size_t)(query - raw), len, why);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte of the escape at text ("%41"), or -1. */
static int escaped_byte(const char *text, size_t len)
{
    if (len < 3 || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0) {
        return -1;
    }
    return hex_digit(text[1]) * 16 + hex_digit(text[2]);
}

static bool is_clean_text(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)text[i];
        size_t step = utf8_char_len(text + i, len - i);
        if (step == 0 || c < 0x20 || c == 0x7f) {
            return false;
        }
        i += step;
    }
    return true;
}

enum err uri_decode(const char *text, size_t len, bool plus_is_space, struct arena *arena,
                    const char **out)
{
    char *decoded = arena_alloc(arena, len + 1, 1);
    if (decoded == NULL) {
        return ERR_NO_MEMORY;
    }
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        int byte = (unsigned char)text[i];
        if (text[i] == '%') {
            byte = escaped_byte(text + i, len - i);
            if (byte <= 0) {
                return ERR_INPUT;
            }
            i += 2;
        } else if (text[i] == '+' && plus_is_space) {
            byte = ' ';
        }
        decoded[n++] = (char)byte;
    }
    if (!is_clean_text(decoded, n)) {
        return ERR_INPUT;
    }
    *out = decoded;
    return ERR_OK;
}

/* Nothing an honest client would escape may come escaped: one thing, one URL. */
static bool has_needless_escape(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%') {
            int byte = escaped_byte(text + i, len - i);
            if (byte >= 0 && (byte_is((char)byte, BYTE_PLAIN) || byte == '/' || byte == '\\')) {
                return true;
            }
        }
    }
    return false;
}

static enum err parse_segment(const char *raw, size_t len, struct arena *arena, struct uri *out,
                              struct why *why)
{
    if (out->segment_count == HTTP_SEGMENTS_MAX) {
        return why_set(why, ERR_NOT_FOUND, NULL, "no address here has so many parts");
    }
    bool is_dots = (len == 1 && raw[0] == '.') || (len == 2 && memcmp(raw, "..", 2) == 0);
    if (len == 0 || is_dots || has_needless_escape(raw, len)) {
        return why_set(why, ERR_INPUT, NULL,
                       "the path has an empty, dotted or needlessly percent-encoded part");
    }
    enum err e = uri_decode(raw, len, false, arena, &out->segments[out->segment_count]);
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "the path is not percent-encoded UTF-8 text");
    }
    out->segment_count++;
    return ERR_OK;
}

static enum err parse_path(const char *raw, size_t len, struct arena *arena, struct uri *out,
                           struct why *why)
{
    if (len > 1 && raw[len - 1] == '/') {
        out->has_trailing_slash = true;
        len--;
    }
    size_t start = 1;
    while (start < len) {
        const char *slash = memchr(raw + start, '/', len - start);
        size_t end = slash == NULL ? len : (size_t)(slash - raw);
        enum err e = parse_segment(raw + start, end - start, arena, out, why);
        if (e != ERR_OK) {
            return e;
        }
        start = end + 1;
    }
    if (out->has_trailing_slash && raw[len - 1] == '/') {
        return why_set(why, ERR_INPUT, NULL, "the path has an empty part");
    }
    return ERR_OK;
}

static bool is_duplicate(const struct uri *u, const char *name)
{
    for (int i = 0; i < u->query_count; i++) {
        if (strcmp(u->query_names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool uri_is_plain_name(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len < 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-") ==
               len;
}

static enum err parse_argument(const char *raw, size_t len, struct arena *arena, struct uri *out,
                               struct why *why)
{
    const char *equals = memchr(raw, '=', len);
    size_t name_len = equals == NULL ? len : (size_t)(equals - raw);
    const char *name = "";
    const char *value = "";
    enum err e = uri_decode(raw, name_len, true, arena, &name);
    if (e == ERR_OK && equals != NULL) {
        e = uri_decode(equals + 1, len - name_len - 1, true, arena, &value);
    }
    if (e != ERR_OK) {
        return why_set(why, e, NULL, "the query is not percent-encoded UTF-8 text");
    }
    if (name[0] == '\0') {
        return why_set(why, ERR_INPUT, NULL, "the query has an argument without a name");
    }
    if (is_duplicate(out, name)) {
        return why_set(why, ERR_INPUT, uri_is_plain_name(name) ? name : NULL,
                       "an argument was sent twice");
    }
    out->query_names[out->query_count] = name;
    out->query_values[out->query_count] = value;
    out->query_count++;
    return ERR_OK;
}

static enum err parse_query(const char *raw, struct arena *arena, struct uri *out, struct why *why)
{
    if (raw[0] == '\0') {
        return ERR_OK; /* "/a?" is "/a": forms without fields send it */
    }
    out->query_names = arena_alloc(arena, HTTP_QUERY_MAX, sizeof *out->query_names);
    out->query_values = arena_alloc(arena, HTTP_QUERY_MAX, sizeof *out->query_values);
    if (out->query_names == NULL || out->query_values == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    for (const char *at = raw;; at++) {
        size_t len = strcspn(at, "&");
        /* An empty one says nothing: GIS clients join theirs with "&" to whatever is there. */
        enum err e = len == 0 ? ERR_OK : parse_argument(at, len, arena, out, why);
        if (e != ERR_OK) {
            return e;
        }
        at += len;
        if (*at == '\0') {
            return ERR_OK;
        }
    }
}

enum err uri_parse(const char *raw, struct arena *arena, struct uri *out, struct why *why)
{
    struct uri u = {0};
    size_t path_len = strcspn(raw, "?");
    enum err e = parse_path(raw, path_len, arena, &u, why);
    if (e == ERR_OK && raw[path_len] == '?') {
        e = parse_query(raw + path_len + 1, arena, &u, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    u.path = arena_strndup(arena, raw, path_len);
    if (u.path == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    *out = u;
    return ERR_OK;
}
