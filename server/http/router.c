#include "http/router.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct part {
    const char *text; /* NULL = a placeholder */
    size_t len;
};

struct compiled {
    const struct http_route *route;
    bool has_slash; /* at its end: another address than the one without */
    int part_count;
    struct part parts[HTTP_SEGMENTS_MAX];
};

struct router {
    int count;
    struct compiled routes[];
};

static struct part part_of(const char *text, size_t len)
{
    bool is_placeholder = len >= 2 && text[0] == '{' && text[len - 1] == '}';
    assert(len > 0 && (is_placeholder || memchr(text, '{', len) == NULL));
    return is_placeholder ? (struct part){0} : (struct part){text, len};
}

static void compile(const struct http_route *route, struct compiled *out)
{
    const char *at = route->pattern;
    assert(at[0] == '/');
    out->route = route;
    while (at[0] == '/' && at[1] != '\0') {
        size_t len = strcspn(at + 1, "/");
        assert(out->part_count < HTTP_SEGMENTS_MAX);
        out->parts[out->part_count++] = part_of(at + 1, len);
        at += 1 + len;
    }
    out->has_slash = at[0] == '/' && out->part_count > 0;
}

struct router *router_new(const struct http_route *routes)
{
    int count = 0;
    while (routes[count].pattern != NULL) {
        count++;
    }
    struct router *r = calloc(1, sizeof *r + (size_t)count * sizeof r->routes[0]);
    if (r == NULL) {
        return NULL;
    }
    r->count = count;
    for (int i = 0; i < count; i++) {
        compile(&routes[i], &r->routes[i]);
    }
    return r;
}

void router_free(struct router *r)
{
    free(r);
}

static bool is_match(const struct compiled *c, const struct uri *u)
{
    if (c->part_count != u->segment_count || c->has_slash != u->has_trailing_slash) {
        return false;
    }
    for (int i = 0; i < c->part_count; i++) {
        const struct part *p = &c->parts[i];
        if (p->text != NULL &&
            (strncmp(u->segments[i], p->text, p->len) != 0 || u->segments[i][p->len] != '\0')) {
            return false;
        }
    }
    return true;
}

static void capture(const struct compiled *c, const struct uri *u, struct router_match *out)
{
    for (int i = 0; i < c->part_count; i++) {
        if (c->parts[i].text == NULL) {
            out->captured[out->captured_count++] = u->segments[i];
        }
    }
}

enum err router_find(const struct router *r, const char *method, const struct uri *u,
                     struct router_match *out)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    memset(out, 0, sizeof *out);
    out->index = -1;
    for (int i = 0; i < r->count; i++) {
        const struct compiled *c = &r->routes[i];
        if (!is_match(c, u)) {
            continue;
        }
        if (strcmp(c->route->method, wanted) == 0) {
            out->route = c->route;
            out->index = i;
            capture(c, u, out);
            return ERR_OK;
        }
        out->allows_get |= strcmp(c->route->method, "GET") == 0;
        out->allows_post |= strcmp(c->route->method, "POST") == 0;
    }
    return out->allows_get || out->allows_post ? ERR_METHOD : ERR_NOT_FOUND;
}

void router_allow(const struct router_match *m, char text[40])
{
    (void)snprintf(text, 40, "%s%sOPTIONS", m->allows_get ? "GET, HEAD, " : "",
                   m->allows_post ? "POST, " : "");
}

int router_count(const struct router *r)
{
    return r->count;
}

const struct http_route *router_route(const struct router *r, int index)
{
    return r->routes[index].route;
}
