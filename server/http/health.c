#include "http/exchange.h"

#include <string.h>

#include "http/problem.h"
#include "http/server_internal.h"
#include "store/block_cache.h"
#include "store/watcher.h"

bool health_is_path(const struct exchange *x)
{
    const char *path = x->uri.path;
    return strcmp(path, "/livez") == 0 || strcmp(path, "/readyz") == 0 ||
           (x->loop->is_admin && strcmp(path, "/metrics") == 0);
}

bool health_is_target(const struct exchange *x)
{
    size_t len = strcspn(x->target, "?");
    return (len == 6 && memcmp(x->target, "/livez", len) == 0) ||
           (len == 7 && memcmp(x->target, "/readyz", len) == 0);
}

static enum MHD_Result answer_status(struct exchange *x, const char *word)
{
    struct buf body;
    buf_init(&body, 256);
    buf_printf(&body, "{\"status\":\"%s\"}\n", word);
    return send_document(x, 200, "application/json", &body);
}

static enum MHD_Result answer_readyz(struct exchange *x)
{
    struct why why = {0};
    if (atomic_load(&x->loop->server->is_draining)) {
        (void)why_set(&why, ERR_UNAVAILABLE, NULL, "the server is stopping");
        return send_problem(x, 503, &why, false);
    }
    if (!watcher_is_ready(x->loop->server->watcher, &why)) {
        struct why words = {0}; /* the cause names hosts and paths: for the operator only */
        (void)why_set(&words, ERR_UNAVAILABLE, NULL,
                      "the database or its catalog is not there yet");
        return send_problem(x, 503, x->loop->is_admin ? &why : &words, false);
    }
    return answer_status(x, "ready");
}

static void write_response_cache(struct buf *b, struct http_server *s)
{
    struct response_cache_stats r;
    response_cache_stats(s->cache, &r);
    metrics_write_one(b, "fluxgrid_response_cache_hits_total", "counter",
                      "Requests answered from the response cache.", (double)r.hits);
    metrics_write_one(b, "fluxgrid_response_cache_misses_total", "counter",
                      "Requests the response cache had no answer for.", (double)r.misses);
    metrics_write_one(b, "fluxgrid_response_cache_evictions_total", "counter",
                      "Answers pushed out to make room.", (double)r.evictions);
    metrics_write_one(b, "fluxgrid_response_cache_bytes", "gauge", "Memory of kept answers.",
                      (double)r.bytes);
    metrics_write_one(b, "fluxgrid_response_cache_entries", "gauge", "Kept answers.",
                      (double)r.entries);
}

static void write_block_cache(struct buf *b, struct http_server *s)
{
    struct block_cache_stats c;
    block_cache_stats(s->blocks, &c);
    metrics_write_one(b, "fluxgrid_block_cache_hits_total", "counter",
                      "Blocks of cells found in memory.", (double)c.hits);
    metrics_write_one(b, "fluxgrid_block_cache_misses_total", "counter",
                      "Blocks of cells fetched from the database.", (double)c.misses);
    metrics_write_one(b, "fluxgrid_block_cache_evictions_total", "counter",
                      "Blocks pushed out to make room.", (double)c.evictions);
    metrics_write_one(b, "fluxgrid_block_cache_bytes", "gauge", "Memory of kept blocks.",
                      (double)c.bytes);
    metrics_write_one(b, "fluxgrid_block_cache_blocks", "gauge", "Kept blocks.", (double)c.blocks);
}

static void write_flights(struct buf *b, struct http_server *s)
{
    struct flight_stats f;
    flight_stats(s->flights, &f);
    metrics_write_one(b, "fluxgrid_jobs_started_total", "counter", "Jobs queued for a worker.",
                      (double)f.started);
    metrics_write_one(b, "fluxgrid_jobs_joined_total", "counter",
                      "Requests that joined a job under way.", (double)f.joined);
    metrics_write_one(b, "fluxgrid_jobs_refused_total", "counter",
                      "Requests refused because the queue was full.", (double)f.refused);
    metrics_write_one(b, "fluxgrid_jobs_dropped_total", "counter",
                      "Jobs dropped because every client had left.", (double)f.dropped);
    metrics_write_one(b, "fluxgrid_waiters_expired_total", "counter",
                      "Requests whose answer was not ready in time.", (double)f.expired);
    metrics_write_one(b, "fluxgrid_jobs_queued", "gauge", "Jobs waiting for a worker.",
                      (double)f.queued);
    metrics_write_one(b, "fluxgrid_jobs_running", "gauge", "Jobs on a worker.", (double)f.running);
    metrics_write_one(b, "fluxgrid_waiters", "gauge", "Requests waiting for a job.",
                      (double)f.waiting);
}

static void write_connections(struct buf *b, struct http_server *s)
{
    int open = 0;
    int exchanges = 0;
    for (int i = 0; i < s->loop_count; i++) {
        open += atomic_load(&s->loops[i].connections);
        exchanges += atomic_load(&s->loops[i].exchanges);
    }
    metrics_write_one(b, "fluxgrid_http_exchanges", "gauge", "Public requests under way.",
                      exchanges);
    metrics_write_one(b, "fluxgrid_http_connections", "gauge", "Open public connections.", open);
    metrics_write_one(b, "fluxgrid_http_connections_reaped_total", "counter",
                      "Connections ended at a deadline.", (double)atomic_load(&s->reaped));
    metrics_write_one(b, "fluxgrid_http_connections_evicted_total", "counter",
                      "Idle connections ended to make room.", (double)atomic_load(&s->evicted));
    metrics_write_one(b, "fluxgrid_http_aborted_total", "counter",
                      "Requests whose connection broke before the answer was out.",
                      (double)atomic_load(&s->aborted));
    metrics_write_one(b, "fluxgrid_http_rate_limited_total", "counter",
                      "Requests refused because their client asked too much.",
                      (double)atomic_load(&s->limited));
    metrics_write_one(b, "fluxgrid_http_connections_refused_total", "counter",
                      "Connections refused because their client had too many.",
                      (double)atomic_load(&s->turned_away));
}

static void write_watcher(struct buf *b, struct http_server *s)
{
    struct watcher_stats w;
    watcher_stats(s->watcher, &w);
    metrics_write_one(b, "fluxgrid_catalog_reloads_total", "counter", "Catalogs read.",
                      (double)w.reloads);
    metrics_write_one(b, "fluxgrid_catalog_failures_total", "counter",
                      "Catalogs that could not be read.", (double)w.failures);
    metrics_write_one(b, "fluxgrid_ready", "gauge",
                      "1 when the database answers and a catalog is read.",
                      watcher_is_ready(s->watcher, NULL) ? 1 : 0);
}

static enum MHD_Result answer_metrics(struct exchange *x)
{
    struct http_server *s = x->loop->server;
    struct metrics_shard *shards[SERVER_LOOPS_MAX + 1];
    int count = s->loop_count + (s->has_admin ? 1 : 0);
    for (int i = 0; i < count; i++) {
        shards[i] = s->loops[i].metrics;
    }
    struct buf body;
    buf_init(&body, (size_t)4 << 20);
    metrics_write_requests(&body, s->router, shards, count);
    write_response_cache(&body, s);
    write_block_cache(&body, s);
    write_flights(&body, s);
    write_connections(&body, s);
    write_watcher(&body, s);
    metrics_write_process(&body);
    return send_document(x, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
}

enum MHD_Result health_answer(struct exchange *x)
{
    if (strcmp(x->uri.path, "/livez") == 0) {
        return answer_status(x, "alive");
    }
    return strcmp(x->uri.path, "/readyz") == 0 ? answer_readyz(x) : answer_metrics(x);
}
