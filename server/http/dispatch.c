#include "http/exchange.h"

#include <string.h>

#include "base/clock.h"
#include "http/admission.h"
#include "http/hash.h"
#include "http/operators.h"
#include "http/problem.h"
#include "http/server_internal.h"

#define REPLANS_MAX 40 /* of a request whose catalog is behind: about a second */

static int other_route(const struct exchange *x, enum metrics_other other)
{
    return router_count(x->loop->server->router) + (int)other;
}

static bool is_options(const struct exchange *x)
{
    return strcmp(x->method, "OPTIONS") == 0;
}

/* Health paths and files know GET and HEAD only. */
static void route_fixed(struct exchange *x, enum metrics_other other)
{
    x->match.allows_get = true;
    x->route = other_route(x, other);
    if (!x->is_get && !is_options(x)) {
        exchange_refuse(x, ERR_METHOD, "this address answers GET only");
    }
}

static void route_table(struct exchange *x)
{
    enum err e = router_find(x->loop->server->router, x->method, &x->uri, &x->match);
    if (e == ERR_OK) {
        x->route = x->match.index;
    } else if (e == ERR_METHOD) {
        if (!is_options(x)) {
            exchange_refuse(x, ERR_METHOD, "the method is not allowed here");
        }
    } else if (x->loop->statics != NULL && static_set_find(x->loop->statics, x->uri.path) != NULL) {
        route_fixed(x, METRICS_STATIC);
    } else {
        exchange_refuse(x, ERR_NOT_FOUND, "there is no such address%s",
                        x->uri.has_trailing_slash ? "; addresses here have no slash at their end"
                                                  : "");
    }
}

void dispatch_route(struct exchange *x)
{
    enum err e = uri_parse(x->target, &x->arena, &x->uri, &x->why);
    if (e != ERR_OK) {
        x->refusal = problem_status(e);
    } else if (health_is_path(x)) {
        route_fixed(x, METRICS_HEALTH);
    } else if (x->loop->is_admin) {
        operators_route(x);
    } else {
        route_table(x);
    }
}

/* ---- answering ---- */

static bool is_client_current(const struct exchange *x, const char *etag)
{
    const char *header = x->head.if_none_match;
    return x->is_get && header != NULL && x->shape.cache != HTTP_NO_STORE &&
           (etag_is_any(header) || etag_matches(header, etag));
}

int dispatch_status(const struct exchange *x, const struct ready *a)
{
    return is_client_current(x, ready_etag(a, x->shape.coding)) ? 304 : 200;
}

static enum MHD_Result answer_ready(struct exchange *x, struct ready *a, const char *source)
{
    x->source = source;
    return send_ready(x, a, dispatch_status(x, a));
}

/* Of an answer in the shape of x, which this client takes. */
static enum coding coding_of(const struct exchange *x)
{
    bool takes_gzip = x->shape.varies_coding && negotiate_gzip(x->head.accept_encoding);
    return takes_gzip ? CODING_GZIP : CODING_IDENTITY;
}

static enum MHD_Result answer_static(struct exchange *x)
{
    struct ready *a = static_set_find(x->loop->statics, x->uri.path);
    if (a == NULL) {
        return send_problem(x, 404, NULL, false); /* re-read between two calls */
    }
    x->shape.cache = HTTP_REVALIDATE;
    x->shape.varies_coding = ready_is_text(a);
    x->shape.coding = coding_of(x);
    return answer_ready(x, a, "static");
}

static const char *base_url_of(struct exchange *x)
{
    const struct settings *s = &x->loop->server->settings;
    if (s->public_url[0] != '\0') {
        return s->public_url;
    }
    if (x->told_base != NULL) {
        return x->told_base;
    }
    if (x->head.host != NULL) {
        return arena_printf(&x->arena, "http://%s", x->head.host);
    }
    bool is_v6 = strchr(s->listen_address, ':') != NULL;
    return arena_printf(&x->arena, is_v6 ? "http://[%s]:%d" : "http://%s:%d", s->listen_address,
                        x->loop->server->port);
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static bool fill_request(struct exchange *x, struct http_request *r)
{
    *r = (struct http_request){
        .method = x->method,
        .path = x->uri.path,
        .segment_count = x->match.captured_count,
        .query_count = x->uri.query_count,
        .query_names = x->uri.query_names,
        .query_values = x->uri.query_values,
        .accept = or_empty(x->head.accept),
        .accept_language = or_empty(x->head.accept_language),
        .content_type = or_empty(x->head.content_type),
        .base_url = base_url_of(x),
        .body = or_empty(x->body.data),
        .body_len = x->body.len,
        .operator_name = x->operator_name,
        .client = "",
        .arena = &x->arena,
    };
    if (x->operator_name != NULL) {
        char client[NETWORKS_ADDRESS_SIZE];
        exchange_client(x, client);
        r->client = arena_strndup(&x->arena, client, strlen(client));
    }
    memcpy(r->segments, x->match.captured, sizeof r->segments);
    return r->base_url != NULL && r->client != NULL;
}

/* What the Link header points to: absolute only if we were told our address, by the settings or by
 * a trusted proxy; a path cannot be poisoned by a Host header. NULL = nothing, or no memory for it.
 */
static const char *link_of(struct exchange *x, const struct http_plan *plan)
{
    const char *base = x->told_base != NULL ? x->told_base : x->loop->server->settings.public_url;
    const char *canonical = plan->cache == HTTP_LATEST ? plan->canonical_path : NULL;
    const char *cite = plan->cite_path;
    const char *link = NULL;
    if (canonical != NULL && cite != NULL) {
        link = arena_printf(&x->arena, "<%s%s>; rel=\"canonical\", <%s%s>; rel=\"cite-as\"", base,
                            canonical, base, cite);
    } else if (canonical != NULL || cite != NULL) {
        link = arena_printf(&x->arena, "<%s%s>; rel=\"%s\"", base,
                            canonical != NULL ? canonical : cite,
                            canonical != NULL ? "canonical" : "cite-as");
    }
    return link == NULL || strlen(link) > HTTP_LINK_MAX_BYTES ? NULL : link;
}

static void shape_answer(struct exchange *x, const struct http_plan *plan)
{
    x->shape = (struct response_shape){
        .cache = x->is_get ? plan->cache : HTTP_NO_STORE,
        .is_private = x->loop->is_admin,
        .varies_coding = plan->is_text,
        .varies_language = plan->varies_language,
        .varies_accept = plan->varies_accept,
        .max_age_s = (int)x->loop->server->settings.latest_max_age_s,
        .link = link_of(x, plan),
    };
    x->shape.coding = coding_of(x);
}

static void free_work(const struct http_plan *plan)
{
    if (plan->free_work != NULL) {
        plan->free_work(plan->work);
    }
}

static enum MHD_Result join_flight(struct exchange *x, const char *key,
                                   const struct http_plan *plan)
{
    struct flight_job job = {.run = plan->run,
                             .free_work = plan->free_work,
                             .work = plan->work,
                             .route = x->route,
                             .is_text = plan->is_text,
                             .is_long = plan->is_long,
                             .is_kept = x->is_shared,
                             .is_shared = x->is_shared};
    struct ready *cached = NULL;
    if (x->replans == 0 && !admission_take_job(x, plan->is_long)) {
        free_work(plan);
        return send_problem(x, x->refusal, &x->why, false);
    }
    reaper_move(&x->loop->reaper, x->link, LINK_WORK, clock_ms());
    enum MHD_Result result = MHD_YES;
    /* Once it has joined, a worker may have resumed the exchange already: hands off. */
    switch (flight_enter(x->loop->server->flights, key, &job, &x->waiter, &cached)) {
    case FLIGHT_JOINED:
        break;
    case FLIGHT_CACHED:
        result = answer_ready(x, cached, "hit");
        ready_unref(cached);
        break;
    case FLIGHT_FULL:
        (void)why_set(&x->why, ERR_BUSY, NULL, "the server is busy; try again shortly");
        result = send_problem(x, 503, &x->why, false);
        break;
    }
    return result;
}

/* A client that has the answer already is told so without making it. */
static bool is_known_by_client(struct exchange *x, const char *key, char etag[ETAG_SIZE])
{
    if (!x->is_shared || x->head.if_none_match == NULL || etag_is_any(x->head.if_none_match)) {
        return false;
    }
    etag_of_key(key, x->shape.coding, etag);
    return is_client_current(x, etag);
}

static struct memo_question question_of(const struct exchange *x)
{
    return (struct memo_question){.target = x->target,
                                  .target_len = x->target_len,
                                  .told_base = x->told_base,
                                  .host = x->head.host,
                                  .accept = x->head.accept,
                                  .accept_language = x->head.accept_language};
}

/* Only what is asked for a second time is remembered: a crawl of cold tiles passes by. */
static void remember(struct exchange *x, const char *key, const struct http_plan *plan,
                     const struct ready *answer)
{
    struct memo_question q = question_of(x);
    size_t key_len = strlen(key);
    struct memo_plan planned = {.key = key,
                                .key_len = key_len,
                                .key_hash = hash_bytes(key, key_len),
                                .route = x->route,
                                .shape = x->shape,
                                .uses_base_url = plan->uses_base_url,
                                .is_large = ready_least_len(answer) > HTTP_SHORT_ANSWER_BYTES};
    if (x->is_get) {
        memo_put(x->loop->memo, &q, &planned);
    }
}

const struct memo_plan *dispatch_remembered(const struct exchange *x)
{
    struct memo_question q = question_of(x);
    return x->loop->is_admin ? NULL : memo_find(x->loop->memo, &q);
}

struct ready *dispatch_at_hand(struct exchange *x, const struct memo_plan *p)
{
    struct ready *cached = response_cache_get_known(x->loop->server->cache, p->key, p->key_len,
                                                    p->key_hash, !x->is_counted);
    if (cached != NULL) {
        x->route = p->route;
        x->shape = p->shape;
        x->shape.coding = coding_of(x);
        x->source = "hit";
    }
    return cached;
}

static enum MHD_Result answer_plan(struct exchange *x, const char *key,
                                   const struct http_plan *plan)
{
    struct ready *cached =
        x->is_shared ? response_cache_get(x->loop->server->cache, key, true) : NULL;
    char etag[ETAG_SIZE];
    if (cached != NULL) {
        remember(x, key, plan, cached);
        free_work(plan);
        enum MHD_Result result = answer_ready(x, cached, "hit");
        ready_unref(cached);
        return result;
    }
    if (is_known_by_client(x, key, etag)) {
        free_work(plan);
        x->source = "etag";
        return send_not_modified(x, etag);
    }
    x->source = "run";
    return join_flight(x, key, plan);
}

static enum MHD_Result answer_route(struct exchange *x)
{
    struct http_request r;
    struct http_plan plan = {0};
    if (!fill_request(x, &r)) {
        return MHD_NO;
    }
    enum err e = x->match.route->plan(&r, &x->loop->state, &plan, &x->why);
    if (e != ERR_OK) {
        return send_problem(x, problem_status(e), &x->why, false);
    }
    shape_answer(x, &plan);
    x->is_shared = plan.cache != HTTP_NO_STORE && plan.key != NULL;
    const char *key = x->is_shared ? plan.key : "";
    if (plan.uses_base_url && x->is_shared) {
        key = arena_printf(&x->arena, "%s\n%s", plan.key, r.base_url);
    }
    if (key == NULL) {
        free_work(&plan);
        return MHD_NO;
    }
    return answer_plan(x, key, &plan);
}

enum MHD_Result dispatch_answer(struct exchange *x)
{
    int other = x->route - router_count(x->loop->server->router);
    if (x->refusal != 0) {
        return send_problem(x, x->refusal, &x->why, false);
    }
    if (is_options(x)) {
        x->route = other_route(x, METRICS_PREFLIGHT);
        return send_preflight(x);
    }
    if (other == METRICS_HEALTH) {
        return health_answer(x);
    }
    return other == METRICS_STATIC ? answer_static(x) : answer_route(x);
}

enum MHD_Result dispatch_get(struct exchange *x)
{
    const struct memo_plan *plan = x->refusal == 0 ? dispatch_remembered(x) : NULL;
    struct ready *at_hand = plan == NULL ? NULL : dispatch_at_hand(x, plan);
    if (at_hand != NULL) {
        enum MHD_Result result = send_ready(x, at_hand, dispatch_status(x, at_hand));
        ready_unref(at_hand);
        return result;
    }
    if (x->refusal == 0) {
        dispatch_route(x);
    }
    return dispatch_answer(x);
}

/* Districts or releases were replaced between the catalog and the statement: the whole answer is
 * made anew from the catalog that has come since, so that no answer is half of each. */
static enum MHD_Result plan_again(struct exchange *x)
{
    x->replans++;
    x->waiter.code = ERR_OK;
    x->why = (struct why){.code = ERR_OK};
    x->phase = EXCHANGE_READY;
    return answer_route(x);
}

enum MHD_Result dispatch_outcome(struct exchange *x)
{
    if (x->waiter.answer != NULL) {
        return answer_ready(x, x->waiter.answer, "run");
    }
    if (x->waiter.code == ERR_STALE && x->replans < REPLANS_MAX) {
        return plan_again(x);
    }
    int status = x->waiter.code == ERR_OK ? 500 : problem_status(x->waiter.code);
    return send_problem(x, status, &x->why, false);
}
