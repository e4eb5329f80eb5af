#include "api/body.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PIECE 4096

static bool is_type(const char *header, const char *type)
{
    size_t len = strcspn(header, "; \t");
    return len == strlen(type) && strncasecmp(header, type, len) == 0;
}

static enum err check_type(const struct http_request *r, struct why *why)
{
    if (is_type(r->content_type, "application/geo+json") ||
        is_type(r->content_type, "application/json"))
        return ERR_OK;
    enum err e = why_set(why, ERR_MEDIA_TYPE, "Content-Type", "an area is sent as GeoJSON");
    why_allow(why, "application/geo+json, application/json");
    return e;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_mark(char c)
{
    return c == '[' || c == ']' || c == '{' || c == '}' || c == ',' || c == ':';
}

struct squeeze { /* a text on its way into a digest */
    struct digest *to;
    char piece[PIECE];
    size_t used;
};

static void put(struct squeeze *s, char c)
{
    if (s->used == sizeof s->piece) {
        digest_add(s->to, s->piece, s->used);
        s->used = 0;
    }
    s->piece[s->used++] = c;
}

/* White space beside a mark means nothing; elsewhere it may part two tokens, and one blank stays.
 */
static void squeeze_text(struct squeeze *s, const char *text, size_t len)
{
    bool is_quoted = false;
    char before = '[';
    for (size_t i = 0; i < len; i++) {
        if (!is_quoted && is_blank(text[i])) {
            while (i + 1 < len && is_blank(text[i + 1]))
                i++;
            if (!is_mark(before) && i + 1 < len && !is_mark(text[i + 1]))
                put(s, ' ');
            continue;
        }
        put(s, text[i]);
        before = text[i];
        if (is_quoted && text[i] == '\\' && i + 1 < len)
            put(s, text[++i]);
        else if (text[i] == '"')
            is_quoted = !is_quoted;
    }
}

enum err body_digest(const char *text, size_t len, char out[DIGEST_HEX_SIZE])
{
    struct squeeze s = {.to = digest_new()};
    if (s.to == NULL)
        return ERR_NO_MEMORY;
    squeeze_text(&s, text, len);
    digest_add(s.to, s.piece, s.used);
    digest_hex(s.to, out);
    digest_free(s.to);
    return ERR_OK;
}

enum err body_take(struct answer *a, const struct http_request *r, struct why *why)
{
    enum err e = check_type(r, why);
    if (e != ERR_OK)
        return e;
    a->body = malloc(r->body_len + 1);
    if (a->body == NULL)
        return ERR_NO_MEMORY;
    memcpy(a->body, r->body, r->body_len);
    a->body[r->body_len] = '\0';
    a->body_len = r->body_len;
    return body_digest(a->body, a->body_len, a->body_digest);
}
