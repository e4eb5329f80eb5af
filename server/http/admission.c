#include "http/admission.h"

#include <netinet/in.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/client_count.h"
#include "http/exchange.h"
#include "http/hash.h"
#include "http/rate_limit.h"
#include "http/server_internal.h"

#define V6_NETWORK_BYTES 8 /* what one subscriber gets: counting addresses would count nothing */
#define LOG_EVERY_MS     60000

/* What an answer costs, in units of one that is at hand: measured on the reference machine a
 * picture takes some ten times as long, an area, an export or an audit hundreds of times. */
#define COST_REQUEST 1
#define COST_JOB     9   /* and the request's */
#define COST_LONG    199 /* and the request's */

bool admission_address(const struct sockaddr *from, struct address *out)
{
    if (from != NULL && from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)from;
        memcpy(out->bytes, &v6->sin6_addr, sizeof out->bytes);
        return true;
    }
    if (from != NULL && from->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)from;
        *out = address_of_v4((const void *)&v4->sin_addr);
        return true;
    }
    return false;
}

uint64_t admission_client_of(const struct address *a)
{
    size_t len = address_is_v4(a) ? sizeof a->bytes : V6_NETWORK_BYTES;
    uint64_t hash = hash_bytes(a->bytes, len);
    return hash != 0 ? hash : 1;
}

static uint64_t limited_client(const struct http_server *s, const struct address *a)
{
    return networks_have(&s->unlimited_clients, a) ? 0 : admission_client_of(a);
}

uint64_t admission_told_client(const struct http_server *s, const char *text)
{
    struct address a;
    return address_read(text, strlen(text), &a) ? limited_client(s, &a) : 0;
}

/* ---- connections ---- */

/* 0 = not limited. */
static uint64_t client_at(const struct event_loop *l, const struct sockaddr *from)
{
    struct address a;
    if (l->is_admin || !admission_address(from, &a) ||
        networks_have(&l->server->trusted_proxies, &a)) {
        return 0;
    }
    return limited_client(l->server, &a);
}

enum MHD_Result admission_accepts(void *cls, const struct sockaddr *from, socklen_t len)
{
    struct event_loop *l = cls;
    struct http_server *s = l->server;
    (void)len;
    uint64_t client = s->clients == NULL ? 0 : client_at(l, from);
    if (client == 0 ||
        client_count_of(s->clients, client) < s->settings.max_connections_per_client) {
        return MHD_YES;
    }
    atomic_fetch_add_explicit(&s->turned_away, 1, memory_order_relaxed);
    return MHD_NO;
}

uint64_t admission_enter(struct event_loop *l, const struct sockaddr *from)
{
    uint64_t client = client_at(l, from);
    if (client != 0 && l->server->clients != NULL) {
        client_count_add(l->server->clients, client);
    }
    return client;
}

void admission_leave(struct event_loop *l, uint64_t client)
{
    if (client != 0 && l->server->clients != NULL) {
        client_count_remove(l->server->clients, client);
    }
}

/* ---- requests ---- */

/* A proxy nobody told us of looks like one client that asks for all: that is worth a line. */
static void log_limited(struct exchange *x)
{
    struct http_server *s = x->loop->server;
    long long last_ms = atomic_load(&s->limit_log_ms);
    long long now_ms = x->loop->turn_us / 1000;
    if ((last_ms != 0 && now_ms - last_ms < LOG_EVERY_MS) ||
        !atomic_compare_exchange_strong(&s->limit_log_ms, &last_ms, now_ms)) {
        return;
    }
    bool is_told = x->told_client != NULL;
    bool is_proxy = !is_told && (x->head.forwarded.x_for != NULL || x->head.forwarded.forwarded);
    char client[NETWORKS_ADDRESS_SIZE];
    exchange_client(x, client);
    log_event(LOG_WARN, "http", "%s asks for more than rate_limit_per_s and is refused%s", client,
              is_proxy ? "; it forwards for others: is it a proxy missing in trusted_proxies?"
                       : "");
}

static bool take(struct exchange *x, int64_t cost)
{
    struct http_server *s = x->loop->server;
    if (s->rate_limit == NULL || x->client == 0) {
        return true;
    }
    int64_t missing_us = rate_limit_take(s->rate_limit, x->client, cost, x->loop->turn_us);
    if (missing_us == 0) {
        return true;
    }
    atomic_fetch_add_explicit(&s->limited, 1, memory_order_relaxed);
    log_limited(x);
    exchange_retry_in(x, missing_us);
    exchange_refuse(x, ERR_TOO_MANY, "too many requests from your address; try again in %d s",
                    x->retry_after_s);
    return false;
}

bool admission_take_hit(struct exchange *x)
{
    const struct http_server *s = x->loop->server;
    return s->rate_limit == NULL || x->client == 0 ||
           rate_limit_take(s->rate_limit, x->client, COST_REQUEST, x->loop->turn_us) == 0;
}

bool admission_take_request(struct exchange *x)
{
    bool is_free = x->client == 0 || x->loop->is_admin || health_is_target(x);
    if (is_free || take(x, COST_REQUEST)) {
        return true;
    }
    x->route = router_count(x->loop->server->router) + METRICS_LIMITED;
    return false;
}

bool admission_take_job(struct exchange *x, bool is_long)
{
    return take(x, is_long ? COST_LONG : COST_JOB);
}
