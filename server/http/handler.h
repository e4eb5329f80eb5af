/* handler.h - what an endpoint is, seen from the HTTP side.
 *
 * A request is planned on the event thread (cheap: parse and look up, never block) and, on a
 * cache miss, run on a worker (database, rendering). Between the two, http/ does everything
 * common: cache, single flight, ETag and 304, HEAD, gzip, CORS, problems, deadlines.
 */
#ifndef HTTP_HANDLER_H
#define HTTP_HANDLER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "inventory/catalog.h"

struct block_cache;
struct conn;
struct response_cache;
struct style_set;
struct static_set;
struct settings;

/** A parsed request; all text borrowed from the request's arena, percent-decoded, valid UTF-8. */
struct http_request {
    const char *method; /* "GET", "HEAD", "POST" */
    const char *path;
    const char *segments[12]; /* what the route's {placeholders} matched, in order */
    int segment_count;
    int query_count;
    const char **query_names; /* in the order sent; duplicates were refused */
    const char **query_values;
    const char *accept; /* "" when absent */
    const char *accept_language;
    const char *base_url;     /* "http://host:port/prefix" without trailing slash; a plan whose
                                 answer holds it sets uses_base_url */
    const char *content_type; /* POST; "" when absent */
    const char *body;
    size_t body_len;           /* POST; NUL-terminated after body_len */
    const char *operator_name; /* whose token it came with; NULL on the public listener */
    const char *client;        /* the address it came from, with an operator_name; else "" */
    struct arena *arena;       /* for planning; dies with the request */
};
/** NULL when the parameter was not sent. */
const char *http_query(const struct http_request *r, const char *name);
/** ERR_INPUT (with what is allowed) when a parameter outside the list was sent. NULL-terminated
 * list. */
enum err http_query_only(const struct http_request *r, const char *const *allowed,
                         struct why *why) MUST_CHECK;

/** What a plan may look at; immutable for the request. */
struct http_state {
    const struct settings *settings;
    struct catalog *catalog;    /* borrowed; NULL while none was read: answer ERR_UNAVAILABLE */
    struct style_set *styles;   /* borrowed */
    struct static_set *statics; /* borrowed; NULL = no files */
};

enum http_cache { HTTP_NO_STORE, HTTP_REVALIDATE, HTTP_LATEST, HTTP_IMMUTABLE };

/** The outcome of a job; body is taken from it. http/ has initialised body with its maximum; a job
 *  only appends, and need not check body.failed. */
struct http_reply {
    const char *content_type; /* a static string */
    struct buf body;
    char header_name[4][40]; /* extra headers: X-Tile-Mass-t, Content-Disposition ... */
    char header_value[4][256];
    int header_count;
};
void http_reply_header(struct http_reply *r, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/** What a worker lends to a job. */
struct http_worker {
    struct conn *db;
    struct block_cache *blocks;
    struct response_cache *responses;
    struct arena *arena; /* reset after each job */
    int64_t deadline_ms;
};

/** Filled by a route's plan function. */
struct http_plan {
    const char *key; /* canonical identity of the ANSWER (content ids, not "latest"); the
                        ETag is sha256(key, build); arena memory of the request */
    enum http_cache cache;
    bool is_text; /* worth gzip */
    bool is_long; /* takes much longer than a tile: may hold only the workers that texts may, and
                     costs its client more */
    bool varies_language; /* names follow Accept-Language (no lang= given) */
    bool varies_accept;   /* the format follows Accept (no suffix or format= given) */
    bool uses_base_url;   /* absolute links inside: base_url becomes part of the identity */
    const char
        *canonical_path;   /* HTTP_LATEST: pinned path+query for Link rel="canonical"; else NULL */
    const char *cite_path; /* path+query to cite, for Link rel="cite-as" (RFC 8574); NULL = none */
    /** Runs on a worker. `work` was made by the plan with malloc or holds counted references only
     *  (catalog_ref, style_set_ref): nothing of the request's arena. */
    enum err (*run)(void *work, struct http_worker *worker, struct http_reply *out,
                    struct why *why);
    void (*free_work)(void *work);
    void *work;
};

struct http_route {
    const char *method;  /* "GET" (HEAD comes with it) or "POST" */
    const char *pattern; /* "/tiles/{release}/{layer}/{z}/{x}/{file}"; "{...}" = one segment */
    const char *summary; /* one sentence, for /docs and openapi.json's check */
    enum err (*plan)(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why);
};

/** How the addresses of a protocol say that something is wrong, where it has a form for that. */
struct http_fault_form {
    const char *prefix; /* "/wmts": that path, and all below it */
    const char *content_type;
    /** Appends the document. @param why  may be NULL. @param instance  the request's id. */
    void (*write)(struct buf *b, int status, const struct why *why, const char *instance);
    /** NULL, or which of those addresses are meant; the first form that fits is taken.
     *  @param target  as sent. */
    bool (*is_meant)(const char *target);
};

/** Forms other than application/problem+json, ended by a NULL prefix; defined in api/routes.c. */
extern const struct http_fault_form api_fault_forms[];

/** Those of the admin listener, for operators; defined in api/operator/routes.c. */
extern const struct http_route api_operator_routes[];

/** Table of all endpoints, ended by a NULL pattern; defined in api/routes.c. */
extern const struct http_route api_routes[];

#endif
