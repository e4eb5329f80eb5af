#include "http/forwarded.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/bytes.h"

#define SCHEME_SIZE 8
#define NODE_SIZE   72 /* "[address]:port" and names of hidden nodes */

struct text {
    const char *at;
    size_t len;
};

static enum err refuse(struct why *why, const char *header)
{
    return why_set(why, ERR_INPUT, header, "the proxy's header %s is malformed", header);
}

/* ---- hosts, ports, prefixes --------------------------------------------------------------- */

/* Digits of a port from 1 to 65535; 0 = none. */
static int port_of(struct text t)
{
    char digits[6];
    if (t.len == 0 || t.len >= sizeof digits) {
        return 0;
    }
    memcpy(digits, t.at, t.len);
    digits[t.len] = '\0';
    long port = strspn(digits, "0123456789") == t.len ? strtol(digits, NULL, 10) : 0;
    return port <= 65535 ? (int)port : 0;
}

/* Length of the host before a port: "[::1]" or "map.example"; 0 = none. */
static size_t host_len(struct text t)
{
    if (t.len > 2 && t.at[0] == '[') {
        const char *end = memchr(t.at, ']', t.len);
        struct address a;
        bool is_v6 = end != NULL && memchr(t.at, ':', (size_t)(end - t.at)) != NULL &&
                     address_read(t.at + 1, (size_t)(end - t.at) - 1, &a);
        return is_v6 ? (size_t)(end - t.at) + 1 : 0;
    }
    size_t n = 0;
    while (n < t.len && byte_is(t.at[n], BYTE_HOST) && strchr(":[]", t.at[n]) == NULL) {
        n++;
    }
    return n;
}

static bool read_host(struct text t, char host[FORWARDED_HOST_SIZE], int *port)
{
    size_t len = host_len(t);
    *port = 0;
    if (len == 0 || len >= FORWARDED_HOST_SIZE) {
        return false;
    }
    if (len < t.len) {
        *port = t.at[len] == ':' ? port_of((struct text){t.at + len + 1, t.len - len - 1}) : 0;
        if (*port == 0) {
            return false;
        }
    }
    memcpy(host, t.at, len);
    host[len] = '\0';
    return true;
}

static bool read_scheme(struct text t, bool *is_https)
{
    *is_https = t.len == 5 && strncasecmp(t.at, "https", 5) == 0;
    return *is_https || (t.len == 4 && strncasecmp(t.at, "http", 4) == 0);
}

/* "/carbon", "/a/b", or "/" for none: bytes that need no escape, and no way up. */
static bool read_prefix(struct text t, char prefix[FORWARDED_PREFIX_SIZE])
{
    if (t.len > 0 && t.at[t.len - 1] == '/') {
        t.len--;
    }
    if (t.len >= FORWARDED_PREFIX_SIZE) {
        return false;
    }
    for (size_t i = 0; i < t.len;) {
        size_t rest = t.len - i - 1;
        size_t len = t.at[i] == '/' ? byte_span(t.at + i + 1, rest, BYTE_PLAIN) : 0;
        bool is_up = len > 0 && len <= 2 && strncmp(t.at + i + 1, "..", len) == 0;
        if (len == 0 || is_up) {
            return false;
        }
        i += 1 + len;
    }
    memcpy(prefix, t.at, t.len);
    prefix[t.len] = '\0';
    return true;
}

/* ---- nodes -------------------------------------------------------------------------------- */

/* An address with or without a port; not "unknown" and not "_hidden". */
static bool read_node(struct text t, struct address *out)
{
    if (address_read(t.at, t.len, out)) {
        return true;
    }
    if (t.len > 2 && t.at[0] == '[') {
        const char *end = memchr(t.at, ']', t.len);
        return end != NULL && address_read(t.at + 1, (size_t)(end - t.at) - 1, out);
    }
    const char *colon = memchr(t.at, ':', t.len);
    return colon != NULL && address_read(t.at, (size_t)(colon - t.at), out);
}

/* Is what the part before says the word of a trusted proxy? */
static bool is_relay(struct text node, const struct networks *trusted)
{
    struct address a;
    return read_node(node, &a) && networks_have(trusted, &a);
}

static void keep_client(struct text node, struct forwarded *out)
{
    struct address a;
    out->client[0] = '\0';
    if (read_node(node, &a)) {
        address_write(&a, out->client);
    }
}

/* ---- X-Forwarded-* ------------------------------------------------------------------------ */

static struct text trimmed(struct text t)
{
    while (t.len > 0 && strchr(" \t", t.at[0]) != NULL) {
        t.at++;
        t.len--;
    }
    while (t.len > 0 && strchr(" \t", t.at[t.len - 1]) != NULL) {
        t.len--;
    }
    return t;
}

static struct text last_of(const char *list)
{
    const char *comma = strrchr(list, ',');
    const char *at = comma == NULL ? list : comma + 1;
    return trimmed((struct text){at, strlen(at)});
}

static void read_x_for(const char *list, const struct networks *trusted, struct forwarded *out)
{
    bool is_first = true;
    for (const char *at = list; at != NULL; is_first = false) {
        size_t len = strcspn(at, ",");
        struct text node = trimmed((struct text){at, len});
        if (is_first || !is_relay(node, trusted)) {
            keep_client(node, out);
        }
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
}

static enum err read_x(const struct forwarded_fields *f, const struct networks *trusted,
                       struct forwarded *out, struct why *why)
{
    if (f->x_for != NULL) {
        read_x_for(f->x_for, trusted, out);
    }
    if (f->x_proto != NULL && !read_scheme(last_of(f->x_proto), &out->is_https)) {
        return refuse(why, "X-Forwarded-Proto");
    }
    if (f->x_host != NULL && !read_host(last_of(f->x_host), out->host, &out->port)) {
        return refuse(why, "X-Forwarded-Host");
    }
    if (f->x_port != NULL) {
        int port = port_of(last_of(f->x_port));
        if (port == 0) {
            return refuse(why, "X-Forwarded-Port");
        }
        out->port = out->port == 0 ? port : out->port;
    }
    if (f->x_prefix != NULL && !read_prefix(last_of(f->x_prefix), out->prefix)) {
        return refuse(why, "X-Forwarded-Prefix");
    }
    return ERR_OK;
}

/* ---- Forwarded: RFC 7239, section 4 ------------------------------------------------------- */

struct element {
    char node[NODE_SIZE], host[FORWARDED_HOST_SIZE + 8], proto[SCHEME_SIZE];
    bool has_node, has_host, has_proto;
};

static const char *skip_blank(const char *at)
{
    return at + strspn(at, " \t");
}

/* A token or a quoted string into out, without quotes and escapes. NULL = malformed. */
static const char *read_value(const char *at, char *out, size_t size)
{
    size_t n = 0;
    if (*at != '"') {
        size_t len = byte_span(at, strlen(at), BYTE_TOKEN);
        if (len == 0 || len >= size) {
            return NULL;
        }
        memcpy(out, at, len);
        out[len] = '\0';
        return at + len;
    }
    for (at++; *at != '"'; at++) {
        at += *at == '\\' ? 1 : 0;
        if (*at == '\0' || n + 1 >= size) {
            return NULL;
        }
        out[n++] = *at;
    }
    out[n] = '\0';
    return at + 1;
}

/* One "name=value"; names other than for, host and proto are passed over. NULL = malformed. */
static const char *read_pair(const char *at, struct element *e)
{
    char other[FORWARDED_HOST_SIZE];
    const struct {
        const char *name;
        char *to;
        size_t size;
        bool *has;
    } known[] = {{"for", e->node, sizeof e->node, &e->has_node},
                 {"host", e->host, sizeof e->host, &e->has_host},
                 {"proto", e->proto, sizeof e->proto, &e->has_proto}};
    size_t len = byte_span(at, strlen(at), BYTE_TOKEN);
    if (len == 0 || at[len] != '=') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strlen(known[i].name) == len && strncasecmp(at, known[i].name, len) == 0) {
            if (*known[i].has) { /* twice: which one? */
                return NULL;
            }
            *known[i].has = true;
            return read_value(at + len + 1, known[i].to, known[i].size);
        }
    }
    return read_value(at + len + 1, other, sizeof other);
}

/* Up to the next comma or the end. NULL = malformed. */
static const char *read_element(const char *at, struct element *e)
{
    *e = (struct element){0};
    for (;;) {
        at = skip_blank(at);
        if (*at != ';' && *at != ',' && *at != '\0') {
            at = read_pair(at, e);
        }
        if (at == NULL) {
            return NULL;
        }
        at = skip_blank(at);
        if (*at == ',' || *at == '\0') {
            return at;
        }
        if (*at != ';') {
            return NULL;
        }
        at++;
    }
}

static enum err take_element(const struct element *e, struct forwarded *out, struct why *why)
{
    *out = (struct forwarded){0};
    keep_client((struct text){e->node, strlen(e->node)}, out);
    if (e->has_proto && !read_scheme((struct text){e->proto, strlen(e->proto)}, &out->is_https)) {
        return refuse(why, "Forwarded");
    }
    if (e->has_host && !read_host((struct text){e->host, strlen(e->host)}, out->host, &out->port)) {
        return refuse(why, "Forwarded");
    }
    return ERR_OK;
}

static enum err read_standard(const char *list, const struct networks *trusted,
                              struct forwarded *out, struct why *why)
{
    struct element kept = {0};
    bool has_one = false;
    for (const char *at = list; at != NULL;) {
        struct element e;
        at = read_element(at, &e);
        if (at == NULL) {
            return refuse(why, "Forwarded");
        }
        bool is_empty = !e.has_node && !e.has_host && !e.has_proto;
        if (!is_empty && (!has_one || !is_relay((struct text){e.node, strlen(e.node)}, trusted))) {
            kept = e;
            has_one = true;
        }
        at = *at == ',' ? at + 1 : NULL;
    }
    return take_element(&kept, out, why);
}

/* ---- both --------------------------------------------------------------------------------- */

enum err forwarded_read(const struct forwarded_fields *fields, const struct networks *trusted,
                        struct forwarded *out, struct why *why)
{
    bool has_x = fields->x_for != NULL || fields->x_proto != NULL || fields->x_host != NULL ||
                 fields->x_port != NULL || fields->x_prefix != NULL;
    struct forwarded read = {0};
    enum err e = ERR_OK;
    if (has_x) {
        e = read_x(fields, trusted, &read, why);
    } else if (fields->forwarded != NULL) {
        e = read_standard(fields->forwarded, trusted, &read, why);
    }
    if (e == ERR_OK) {
        *out = read;
    }
    return e;
}

bool forwarded_base(const struct forwarded *f, const char *host, char *out, size_t size)
{
    char name[FORWARDED_HOST_SIZE];
    int port = f->port;
    if (f->host[0] != '\0') {
        (void)snprintf(name, sizeof name, "%s", f->host);
    } else {
        int own_port = 0;
        if (!read_host((struct text){host, strlen(host)}, name, &own_port)) {
            return false;
        }
        port = port == 0 ? own_port : port;
    }
    bool is_usual = port == 0 || port == (f->is_https ? 443 : 80);
    char suffix[8] = "";
    if (!is_usual) {
        (void)snprintf(suffix, sizeof suffix, ":%d", port);
    }
    int len =
        snprintf(out, size, "%s://%s%s%s", f->is_https ? "https" : "http", name, suffix, f->prefix);
    return len > 0 && (size_t)len < size;
}
