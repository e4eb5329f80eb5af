#include "http/operators.h"

#include <string.h>

#include "base/log.h"
#include "http/admission.h"
#include "http/exchange.h"
#include "http/rate_limit.h"
#include "http/server_internal.h"

#define OPERATOR_PREFIX "/operator" /* as api_operator_routes has it */
#define BODY_MAX_BYTES  4096
/* Five wrong tokens, and another one every twelve seconds. */
#define FAILURE_COST  12
#define FAILURE_BURST 60
#define FAILURE_PER_S 1

static bool are_on(const struct http_server *s)
{
    return s->settings.operator_tokens_file[0] != '\0';
}

static enum err read_tokens(struct http_server *s, struct why *why)
{
    struct token_list tokens;
    enum err e = tokens_read(s->settings.operator_tokens_file, &tokens, why);
    if (e != ERR_OK) {
        return e;
    }
    (void)pthread_mutex_lock(&s->lock);
    s->tokens = tokens;
    (void)pthread_mutex_unlock(&s->lock);
    log_event(LOG_INFO, "operator", "%d operator tokens are valid", tokens.count);
    return ERR_OK;
}

enum err operators_start(struct http_server *s, struct why *why)
{
    if (!are_on(s)) {
        return ERR_OK;
    }
    s->operator_router = router_new(api_operator_routes);
    s->failures = rate_limit_new(FAILURE_PER_S, FAILURE_BURST);
    if (s->operator_router == NULL || s->failures == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    return read_tokens(s, why);
}

void operators_stop(struct http_server *s)
{
    router_free(s->operator_router);
    rate_limit_free(s->failures);
}

enum err operators_reload(struct http_server *s, struct why *why)
{
    return are_on(s) ? read_tokens(s, why) : ERR_OK;
}

bool operators_is_target(const char *target)
{
    return strncmp(target, OPERATOR_PREFIX, sizeof OPERATOR_PREFIX - 1) == 0;
}

int64_t operators_body_max(const struct http_server *s)
{
    return are_on(s) ? BODY_MAX_BYTES : 0;
}

/* The name of its owner, in the request's memory; NULL = nobody's. */
static const char *owner_of(struct exchange *x)
{
    static const char scheme[] = "Bearer ";
    const char *field = x->head.authorization;
    if (field == NULL || x->head.authorization_count != 1 ||
        strncasecmp(field, scheme, sizeof scheme - 1) != 0) {
        return NULL;
    }
    struct http_server *s = x->loop->server;
    (void)pthread_mutex_lock(&s->lock);
    const char *owner = tokens_owner(&s->tokens, field + sizeof scheme - 1);
    const char *copy = owner == NULL ? NULL : arena_strndup(&x->arena, owner, strlen(owner));
    (void)pthread_mutex_unlock(&s->lock);
    return copy;
}

/* One that presents no valid token may try again a few times, then slowly. */
static void count_failure(struct exchange *x)
{
    struct address peer;
    int64_t missing_us = 0;
    if (exchange_peer(x, &peer)) {
        missing_us = rate_limit_take(x->loop->server->failures, admission_client_of(&peer),
                                     FAILURE_COST, x->loop->turn_us);
    }
    if (missing_us > 0) {
        exchange_retry_in(x, missing_us);
        exchange_refuse(x, ERR_TOO_MANY, "too many requests without a valid token");
        return;
    }
    char client[NETWORKS_ADDRESS_SIZE];
    exchange_client(x, client);
    log_event(LOG_WARN, "operator", "a request from %s had no valid token", client);
    exchange_refuse(
        x, ERR_UNAUTHORIZED,
        "this address wants the header Authorization: Bearer, with a token of an operator");
}

void operators_route(struct exchange *x)
{
    struct http_server *s = x->loop->server;
    enum err e = ERR_NOT_FOUND;
    if (s->operator_router != NULL) {
        e = router_find(s->operator_router, x->method, &x->uri, &x->match);
    }
    if (e == ERR_NOT_FOUND) {
        exchange_refuse(x, e, "there is no such address");
        return;
    }
    x->route = router_count(s->router) + METRICS_OPERATOR;
    x->operator_name = owner_of(x);
    if (x->operator_name == NULL) {
        count_failure(x);
    } else if (e != ERR_OK) {
        exchange_refuse(x, ERR_METHOD, "the method is not allowed here");
    }
}
