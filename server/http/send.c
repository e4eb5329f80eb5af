#include "http/exchange.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "http/cors.h"
#include "http/problem.h"

static bool is_closing(const struct exchange *x)
{
    return x->loop->drain_since_ms !=
           0; /* its listening socket is closed: nobody comes back to it */
}

static void note_answer(struct exchange *x, int status, size_t bytes)
{
    x->phase = EXCHANGE_ANSWERED;
    x->status = status;
    x->sent_bytes = x->is_head || status == 304 ? 0 : bytes;
    reaper_move(&x->loop->reaper, x->link, LINK_RESPONSE, x->loop->turn_us / 1000);
}

/* Takes r. */
static enum MHD_Result queue_own(struct exchange *x, struct MHD_Response *r, int status,
                                 size_t bytes)
{
    enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)status, r);
    MHD_destroy_response(r);
    note_answer(x, status, bytes);
    return queued;
}

static struct MHD_Response *wrap_document(struct buf *body, const char *content_type,
                                          bool is_public, size_t *len)
{
    char *bytes = NULL;
    if (buf_take(body, &bytes, len) != ERR_OK) {
        buf_fini(body);
        return NULL;
    }
    struct blob *blob = blob_new(bytes, *len);
    if (blob == NULL) {
        return NULL;
    }
    struct MHD_Response *r = response_of_blob(blob, content_type, is_public);
    blob_unref(blob);
    return r;
}

static bool add_uncached_headers(struct exchange *x, struct MHD_Response *r, int status,
                                 bool closes)
{
    bool ok = response_header(r, "Cache-Control", "no-store") &&
              response_header(r, "X-Request-Id", x->id);
    int retry_after_s = x->retry_after_s > 0 ? x->retry_after_s : problem_retry_after_s(status);
    if (ok && retry_after_s > 0) {
        char text[16];
        (void)snprintf(text, sizeof text, "%d", retry_after_s);
        ok = response_header(r, "Retry-After", text);
    }
    if (ok && status == 401) {
        ok = response_header(r, "WWW-Authenticate", "Bearer realm=\"fluxgrid\"");
    }
    if (ok && status == 405) {
        char allow[40];
        router_allow(&x->match, allow);
        ok = response_header(r, "Allow", allow);
    }
    if (ok && (closes || is_closing(x))) {
        ok = response_header(r, "Connection", "close");
    }
    return ok;
}

static enum MHD_Result send_uncached(struct exchange *x, int status, const char *content_type,
                                     struct buf *body, bool closes)
{
    size_t len = 0;
    struct MHD_Response *r = wrap_document(body, content_type, !x->loop->is_admin, &len);
    if (r == NULL) {
        return MHD_NO;
    }
    if (!add_uncached_headers(x, r, status, closes) || !(x->loop->is_admin || cors_expose(r))) {
        MHD_destroy_response(r);
        return MHD_NO;
    }
    return queue_own(x, r, status, len);
}

enum MHD_Result send_document(struct exchange *x, int status, const char *content_type,
                              struct buf *body)
{
    return send_uncached(x, status, content_type, body, false);
}

/* By the raw target: what is wrong may be the target itself. The one without a prefix = none. */
static const struct http_fault_form *fault_form_of(const struct exchange *x)
{
    const struct http_fault_form *form = api_fault_forms;
    for (; form->prefix != NULL; form++) {
        size_t len = strlen(form->prefix);
        bool is_below = strncmp(x->target, form->prefix, len) == 0;
        if (is_below && (x->target[len] == '\0' || strchr("/?", x->target[len]) != NULL) &&
            (form->is_meant == NULL || form->is_meant(x->target))) {
            break;
        }
    }
    return form;
}

enum MHD_Result send_problem(struct exchange *x, int status, const struct why *why, bool closes)
{
    struct buf body;
    buf_init(&body, 16384);
    const struct http_fault_form *form = fault_form_of(x);
    if (form->prefix != NULL) {
        form->write(&body, status, why, x->id);
        return send_uncached(x, status, form->content_type, &body, closes);
    }
    problem_write(&body, status, why, x->id);
    return send_uncached(x, status, PROBLEM_CONTENT_TYPE, &body, closes);
}

enum MHD_Result send_ready(struct exchange *x, struct ready *a, int status)
{
    if (!ready_queue(a, &x->shape, x->connection, status, is_closing(x))) {
        return MHD_NO;
    }
    note_answer(x, status, ready_body_len(a, x->shape.coding));
    return MHD_YES;
}

enum MHD_Result send_not_modified(struct exchange *x, const char *etag)
{
    struct MHD_Response *r = response_not_modified(&x->shape, etag);
    return r == NULL ? MHD_NO : queue_own(x, r, 304, 0);
}

enum MHD_Result send_preflight(struct exchange *x)
{
    char allow[40];
    router_allow(&x->match, allow);
    struct MHD_Response *r = cors_preflight(allow);
    if (r != NULL && is_closing(x) && !response_header(r, "Connection", "close")) {
        MHD_destroy_response(r);
        return MHD_NO;
    }
    return r == NULL ? MHD_NO : queue_own(x, r, 204, 0);
}

void send_raw_refusal(struct exchange *x, int status)
{
    char text[1024];
    struct buf body;
    buf_init(&body, 4096);
    problem_write(&body, status, &x->why, x->id);
    int len = snprintf(text, sizeof text,
                       "HTTP/1.1 %d %s\r\nContent-Type: " PROBLEM_CONTENT_TYPE
                       "\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n"
                       "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
                       "Access-Control-Allow-Origin: *\r\nX-Request-Id: %s\r\n"
                       "Connection: close\r\n\r\n",
                       status, problem_title(status), body.len, x->id);
    if (body.data != NULL && len > 0 && (size_t)len < sizeof text) {
        (void)send(x->link->fd, text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE);
        (void)send(x->link->fd, body.data, body.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    (void)shutdown(x->link->fd, SHUT_WR);
    buf_fini(&body);
    x->phase = EXCHANGE_DEAD;
    x->status = status;
    reaper_move(&x->loop->reaper, x->link, LINK_LINGER, clock_ms());
}
