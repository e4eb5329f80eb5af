#include "http/response.h"

#include <stdio.h>
#include <string.h>

#include "http/cors.h"

#define CSP_FORMAT                                                                                 \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:%s%.*s; "  \
    "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "           \
    "frame-ancestors 'none'"

static char page_policy[1024]; /* written once, before the first thread */

void response_allow_pictures(const char *url)
{
    const char *host = strstr(url, "://");
    size_t len = host == NULL ? 0 : (size_t)(host + 3 - url) + strcspn(host + 3, "/");
    (void)snprintf(page_policy, sizeof page_policy, CSP_FORMAT, len > 0 ? " " : "", (int)len, url);
}

bool response_header(struct MHD_Response *r, const char *name, const char *value)
{
    return MHD_add_response_header(r, name, value) == MHD_YES;
}

static bool is_html(const char *content_type)
{
    return strncmp(content_type, "text/html", 9) == 0;
}

static bool add_common(struct MHD_Response *r, const char *content_type, bool is_public)
{
    if (!response_header(r, "X-Content-Type-Options", "nosniff") ||
        !response_header(r, "Referrer-Policy", "no-referrer") || (is_public && !cors_add(r))) {
        return false;
    }
    if (content_type == NULL) {
        return true;
    }
    if (is_html(content_type) &&
        !(response_header(r, "Content-Security-Policy", page_policy) &&
          response_header(r, "Cross-Origin-Opener-Policy", "same-origin"))) {
        return false;
    }
    return response_header(r, "Content-Type", content_type);
}

static void release_blob(void *cls)
{
    blob_unref(cls);
}

static struct MHD_Response *wrap_blob(struct blob *body)
{
    struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
        body->len, body->data, release_blob, blob_ref(body));
    if (r == NULL) {
        blob_unref(body);
    }
    return r;
}

struct MHD_Response *response_of_blob(struct blob *body, const char *content_type, bool is_public)
{
    struct MHD_Response *r = wrap_blob(body);
    if (r != NULL && !add_common(r, content_type, is_public)) {
        MHD_destroy_response(r);
        return NULL;
    }
    return r;
}

static void write_cache_control(const struct response_shape *shape, char *out, size_t size)
{
    switch (shape->cache) {
    case HTTP_IMMUTABLE:
        (void)snprintf(out, size, "public, max-age=31536000, immutable");
        break;
    case HTTP_LATEST:
        (void)snprintf(out, size,
                       "public, max-age=%d, stale-while-revalidate=300, stale-if-error=86400",
                       shape->max_age_s);
        break;
    case HTTP_REVALIDATE:
        (void)snprintf(out, size, "public, no-cache");
        break;
    case HTTP_NO_STORE:
        (void)snprintf(out, size, "no-store");
        break;
    }
}

static bool add_vary(struct MHD_Response *r, const struct response_shape *shape)
{
    char vary[64] = "";
    (void)snprintf(vary, sizeof vary, "%s%s%s", shape->varies_coding ? ", Accept-Encoding" : "",
                   shape->varies_language ? ", Accept-Language" : "",
                   shape->varies_accept ? ", Accept" : "");
    return vary[0] == '\0' || response_header(r, "Vary", vary + 2);
}

bool response_dress(struct MHD_Response *r, const struct response_shape *shape, const char *etag)
{
    char cache_control[96];
    write_cache_control(shape, cache_control, sizeof cache_control);
    return response_header(r, "Cache-Control", cache_control) &&
           (etag[0] == '\0' || response_header(r, "ETag", etag)) && add_vary(r, shape) &&
           (shape->coding == CODING_IDENTITY || response_header(r, "Content-Encoding", "gzip")) &&
           (shape->link == NULL || response_header(r, "Link", shape->link));
}

static enum MHD_Result copy_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    (void)kind;
    return MHD_add_response_header(cls, name, value);
}

struct MHD_Response *response_closing(struct MHD_Response *original, struct blob *body)
{
    struct MHD_Response *r = wrap_blob(body);
    if (r == NULL) {
        return NULL;
    }
    (void)MHD_get_response_headers(original, copy_header, r);
    if (!response_header(r, "Connection", "close")) {
        MHD_destroy_response(r);
        return NULL;
    }
    return r;
}

static ssize_t read_nothing(void *cls, uint64_t at, char *to, size_t max)
{
    (void)cls;
    (void)at;
    (void)to;
    (void)max;
    return MHD_CONTENT_READER_END_OF_STREAM;
}

struct MHD_Response *response_not_modified(const struct response_shape *shape, const char *etag)
{
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64, read_nothing, NULL, NULL);
    if (r == NULL) {
        return NULL;
    }
    if (MHD_set_response_options(r, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END) != MHD_YES ||
        !add_common(r, NULL, true) || !response_dress(r, shape, etag) || !cors_expose_all(r) ||
        !response_header(r, "Connection", "close")) {
        MHD_destroy_response(r);
        return NULL;
    }
    return r;
}
