#include "http/exchange.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "http/admission.h"
#include "http/operators.h"
#include "http/problem.h"
#include "http/server_internal.h"

#define EXCHANGE_SPARES_MAX 256 /* per event thread */

static struct link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* ---- the waiter's side: how a flight lets us sleep and wakes us ---- */

static struct exchange *exchange_of(struct waiter *w)
{
    return (struct exchange *)(void *)((char *)w - offsetof(struct exchange, waiter));
}

static void suspend_exchange(struct waiter *w)
{
    struct exchange *x = exchange_of(w);
    x->phase = EXCHANGE_WAITING;
    MHD_suspend_connection(x->connection);
}

/* The library marks the connection but does not wake a loop that is not its own. */
static void resume_exchange(struct waiter *w)
{
    struct exchange *x = exchange_of(w);
    struct event_loop *l = x->loop; /* x may be answered and gone once it is resumed */
    MHD_resume_connection(x->connection);
    loop_wake(l);
}

/* A suspended connection is not read, so its fd is ours to look at: end of file means gone. */
static bool is_client_gone(struct waiter *w)
{
    char byte;
    return recv(exchange_of(w)->link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* ---- birth and death ---- */

/* This thread is the only writer, so no read-modify-write is needed. */
static void count_exchanges(struct event_loop *l, int more)
{
    int n = atomic_load_explicit(&l->exchanges, memory_order_relaxed);
    atomic_store_explicit(&l->exchanges, n + more, memory_order_relaxed);
}

/* As good as zeroing its kilobyte and a half. */
static void why_clear(struct why *why)
{
    why->code = ERR_OK;
    why->parameter[0] = '\0';
    why->reason[0] = '\0';
    why->allowed[0] = '\0';
    why->kind[0] = '\0';
}

struct exchange *exchange_new(struct event_loop *l)
{
    struct exchange *x = l->spare;
    if (x != NULL) {
        l->spare = x->next_spare;
        l->spare_count--;
    } else if ((x = malloc(sizeof *x)) == NULL) {
        return NULL;
    }
    memset(x, 0, offsetof(struct exchange, why));
    why_clear(&x->why);
    x->short_target[0] = '\0';
    x->target = x->short_target;
    x->waiter.suspend = suspend_exchange;
    x->waiter.resume = resume_exchange;
    x->waiter.is_gone = is_client_gone;
    x->waiter.why = &x->why;
    x->loop = l;
    x->started_us = l->turn_us;
    x->route = router_count(l->server->router) + METRICS_UNMATCHED;
    x->source = "";
    arena_init(&x->arena, HTTP_REQUEST_ARENA_MAX);
    buf_init(&x->body, (size_t)l->server->settings.max_body_bytes);
    count_exchanges(l, 1);
    return x;
}

static void drop_body(struct exchange *x)
{
    if (x->body.len > 0) { /* the count is everybody's: most leave it alone */
        atomic_fetch_sub_explicit(&x->loop->server->body_bytes, x->body.len, memory_order_relaxed);
    }
    buf_fini(&x->body);
}

void exchange_free(struct exchange *x)
{
    struct event_loop *l = x->loop;
    ready_unref(x->waiter.answer);
    if (x->target != x->short_target) {
        free(x->target);
    }
    arena_fini(&x->arena);
    drop_body(x);
    count_exchanges(l, -1);
    if (l->spare_count >= EXCHANGE_SPARES_MAX) {
        free(x);
        return;
    }
    x->next_spare = l->spare;
    l->spare = x;
    l->spare_count++;
}

void exchange_free_spares(struct event_loop *l)
{
    while (l->spare != NULL) {
        struct exchange *x = l->spare;
        l->spare = x->next_spare;
        free(x);
    }
    l->spare_count = 0;
}

/* Unique in this process and, by its start time, in the logs of earlier ones. */
void exchange_make_id(struct exchange *x)
{
    static const char digits[] = "0123456789abcdef";
    unsigned long n =
        atomic_fetch_add_explicit(&x->loop->server->request_count, 1, memory_order_relaxed);
    memcpy(x->id, x->loop->server->id_prefix, SERVER_ID_PREFIX_LEN);
    char *at = x->id + SERVER_ID_PREFIX_LEN;
    for (int shift = (63 - __builtin_clzl(n | 1)) / 4 * 4; shift >= 0; shift -= 4) {
        *at++ = digits[n >> shift & 15];
    }
    *at = '\0';
}

static bool is_usable_id(const char *id)
{
    size_t len = strlen(id);
    return len > 0 && len < HTTP_REQUEST_ID_SIZE &&
           strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == len;
}

bool exchange_keep_target(struct exchange *x, const char *uri)
{
    size_t len = strnlen(uri, HTTP_URI_MAX_BYTES);
    if (len > EXCHANGE_SHORT_TARGET) {
        char *target = malloc(len + 1);
        if (target == NULL) {
            return false;
        }
        x->target = target;
    }
    memcpy(x->target, uri, len);
    x->target[len] = '\0';
    x->target_len = len;
    return true;
}

/* ---- the callbacks ---- */

void *exchange_on_uri(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct event_loop *l = cls;
    struct exchange *x = exchange_new(l);
    if (x == NULL) {
        return NULL;
    }
    x->connection = connection;
    x->link = link_of(connection);
    if (x->link != NULL) {
        exchange_abandon(x->link->exchange);
        x->link->exchange = x;
        x->link->requests++;
        x->client = x->link->client;
    }
    exchange_make_id(x);
    enum err e = uri_check(uri, &x->why);
    if (uri != NULL && !exchange_keep_target(x, uri)) {
        e = why_set(&x->why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    if (e != ERR_OK) {
        x->refusal = problem_status(e);
        if (e == ERR_URI_TOO_LONG && x->link != NULL) {
            send_raw_refusal(x, x->refusal); /* too many arguments would leave the library mute */
        }
    }
    return x;
}

static enum MHD_Result look_at_field(void *cls, enum MHD_ValueKind kind, const char *name,
                                     size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    head_field(cls, name, name_len, value, value_len);
    return MHD_YES;
}

static bool peer_of(struct MHD_Connection *connection, struct address *out)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info != NULL && admission_address(info->client_addr, out);
}

void exchange_refuse(struct exchange *x, enum err code, const char *format, ...)
{
    char reason[sizeof x->why.reason];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    x->refusal = problem_status(code);
    (void)why_set(&x->why, code, NULL, "%s", reason);
}

void exchange_retry_in(struct exchange *x, int64_t wait_us)
{
    x->retry_after_s = (int)((wait_us + 999999) / 1000000);
}

bool exchange_peer(const struct exchange *x, struct address *out)
{
    return peer_of(x->connection, out);
}

void exchange_client(const struct exchange *x, char out[NETWORKS_ADDRESS_SIZE])
{
    struct address peer;
    out[0] = '\0';
    if (x->told_client != NULL) {
        (void)snprintf(out, NETWORKS_ADDRESS_SIZE, "%s", x->told_client);
    } else if (peer_of(x->connection, &peer)) {
        address_write(&peer, out);
    }
}

enum err exchange_hear_proxy(struct exchange *x)
{
    const struct http_server *s = x->loop->server;
    struct address peer;
    struct forwarded f;
    char base[HTTP_BASE_MAX_BYTES];
    if (s->trusted_proxies.count == 0 || x->loop->is_admin || !peer_of(x->connection, &peer) ||
        !networks_have(&s->trusted_proxies, &peer)) {
        return ERR_OK;
    }
    enum err e = forwarded_read(&x->head.forwarded, &s->trusted_proxies, &f, &x->why);
    if (e != ERR_OK) {
        return e;
    }
    if (f.client[0] != '\0') {
        x->told_client = arena_strndup(&x->arena, f.client, strlen(f.client));
        x->client = admission_told_client(s, f.client);
    }
    const char *host = x->head.host != NULL ? x->head.host : "";
    if (s->settings.public_url[0] == '\0' && forwarded_base(&f, host, base, sizeof base)) {
        x->told_base = arena_strndup(&x->arena, base, strlen(base));
    }
    return ERR_OK;
}

/* What the wire refused, and what the library read by a way that leads around it. */
static void hear_wire(struct exchange *x)
{
    const struct wire *w = &x->link->wire;
    if (x->link->requests > w->heads) {
        x->head.status = w->fault != NULL ? w->status : 500;
        x->head.fault = w->fault != NULL ? w->fault : "the request cannot be vouched for";
    }
}

void exchange_set_method(struct exchange *x, const char *method)
{
    x->method = method;
    x->is_head = strcmp(method, "HEAD") == 0;
    x->is_get = x->is_head || strcmp(method, "GET") == 0;
}

void exchange_take_id(struct exchange *x)
{
    if (x->head.request_id != NULL && is_usable_id(x->head.request_id)) {
        (void)snprintf(x->id, sizeof x->id, "%s", x->head.request_id);
    }
}

/* It had a look before: what it did about this request is not done twice. */
static void hear_shortcut(struct exchange *x)
{
    x->is_charged = x->link->is_charged;
    x->is_counted = x->link->is_counted;
    x->link->is_charged = x->link->is_counted = false;
}

/* The first call: the head is complete. Whatever is wrong with the framing ends the connection. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
    exchange_set_method(x, method);
    hear_shortcut(x);
    x->head.target_len = x->target_len;
    hear_wire(x);
    (void)MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, look_at_field, &x->head);
    if (!x->is_get) { /* whose phase ends within this turn of the loop */
        reaper_move(&x->loop->reaper, x->link, LINK_BODY, clock_ms());
    }
    int64_t max_body_bytes = x->loop->is_admin ? operators_body_max(x->loop->server)
                                               : x->loop->server->settings.max_body_bytes;
    int status = head_judge(&x->head, method, version, max_body_bytes, &x->body_len);
    if (status != 0) {
        why_clear(&x->why);
        (void)why_set(&x->why, ERR_INPUT, NULL, "%s", x->head.fault);
        /* Most clients read no answer before all is sent: let it come. And after a large head the
         * library may have no room for its own. */
        if (status == 413 || status == 414 || status == 431) {
            send_raw_refusal(x, status);
            return MHD_YES;
        }
        return send_problem(x, status, &x->why, true);
    }
    if (x->refusal != 0) {
        return send_problem(x, x->refusal, &x->why, true);
    }
    enum err e = exchange_hear_proxy(x);
    if (e != ERR_OK) {
        return send_problem(x, problem_status(e), &x->why, true);
    }
    exchange_take_id(x);
    x->phase = EXCHANGE_READY;
    if (!x->is_charged && !admission_take_request(x)) {
        return x->body_len > 0 ? send_problem(x, x->refusal, &x->why, true) : MHD_YES;
    }
    if (x->is_get) {
        return MHD_YES; /* answered at the next call: the library closes after an early answer */
    }
    dispatch_route(x);
    if (x->body_len > 0 && x->refusal != 0) {
        return send_problem(x, x->refusal, &x->why, true);
    }
    x->phase = x->body_len > 0 ? EXCHANGE_BODY : EXCHANGE_READY;
    return MHD_YES;
}

/* All bodies that are held have a bound together; what is over it is read and forgotten. */
static void keep_body(struct exchange *x, const char *bytes, size_t len)
{
    if (x->refusal != 0) {
        return;
    }
    size_t before = x->body.len;
    buf_add(&x->body, bytes, len);
    size_t all = atomic_fetch_add_explicit(&x->loop->server->body_bytes, x->body.len - before,
                                           memory_order_relaxed);
    if (all + len > HTTP_BODIES_MAX_BYTES) {
        drop_body(x);
        exchange_refuse(x, ERR_BUSY, "too many bodies at once; try again shortly");
    }
}

/* The head was good and a body was promised: collect it, then answer. */
static enum MHD_Result collect(struct exchange *x, const char *upload, size_t *upload_len)
{
    if (*upload_len > 0) {
        keep_body(x, upload, *upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    if (x->refusal == 0 && (x->body.failed != ERR_OK || x->body.len != x->body_len)) {
        return MHD_NO; /* no memory, or the library's count and ours differ: drop it */
    }
    x->phase = EXCHANGE_READY;
    return dispatch_answer(x);
}

enum MHD_Result exchange_on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_len, void **context)
{
    (void)cls;
    (void)connection;
    (void)url; /* decoded by the library; ours is x->target */
    struct exchange *x = *context;
    if (x == NULL || x->link == NULL) {
        return MHD_NO;
    }
    switch (x->phase) {
    case EXCHANGE_NEW:
        return begin(x, method, version);
    case EXCHANGE_BODY:
        return collect(x, upload, upload_len);
    case EXCHANGE_READY:
        return x->is_get ? dispatch_get(x) : dispatch_answer(x);
    case EXCHANGE_WAITING:
        return dispatch_outcome(x);
    case EXCHANGE_ANSWERED:
        *upload_len = 0;
        return MHD_YES;
    case EXCHANGE_DEAD:
        if (*upload_len == 0) {
            return MHD_NO;
        }
        *upload_len = 0;
        return MHD_YES;
    }
    return MHD_NO;
}

/* A secret that somebody put there is not for the log, at the wrong listener neither. */
static void hide_query(struct exchange *x)
{
    if (x->loop->is_admin || operators_is_target(x->target)) {
        x->target[strcspn(x->target, "?")] = '\0';
    }
}

static void log_exchange(struct exchange *x, int64_t duration_us)
{
    char client[NETWORKS_ADDRESS_SIZE];
    if (!x->loop->log.is_on) {
        return;
    }
    exchange_client(x, client);
    hide_query(x);
    utf8_make_printable(x->target);
    struct access_line line = {.id = x->id,
                               .client = client,
                               .method = x->method != NULL && x->status != 400 ? x->method : "-",
                               .target = x->target,
                               .source = x->source,
                               .status = x->status,
                               .bytes = x->sent_bytes,
                               .duration_us = duration_us};
    access_log_add(&x->loop->log, &line);
}

/* Counted, logged, gone. */
static void end(struct exchange *x)
{
    int64_t now_us = clock_us();
    int64_t duration_us = now_us - x->started_us;
    metrics_count(x->loop->metrics, x->route, x->status, duration_us);
    log_exchange(x, duration_us);
    if (x->link != NULL) {
        x->link->exchange = NULL;
        x->link->unsure_bytes += x->sent_bytes + HTTP_HEAD_SENT_BYTES;
        if (x->phase != EXCHANGE_DEAD) {
            reaper_move(&x->loop->reaper, x->link, LINK_IDLE, now_us / 1000);
        }
    }
    exchange_free(x);
}

void exchange_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode how)
{
    struct event_loop *l = cls;
    struct exchange *x = *context;
    (void)connection;
    if (x == NULL) {
        return;
    }
    *context = NULL;
    if (how != MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        atomic_fetch_add_explicit(&l->server->aborted, 1, memory_order_relaxed);
    }
    end(x);
}

void exchange_abandon(struct exchange *x)
{
    if (x != NULL) {
        end(x);
    }
}
