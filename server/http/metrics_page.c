#include "http/exchange.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/log_sink.h"
#include "http/server_internal.h"
#include "store/block_cache.h"
#include "store/db_stats.h"
#include "store/watcher.h"

#ifndef FLUXGRID_BUILD_ID
#define FLUXGRID_BUILD_ID "dev"
#endif
#ifndef FLUXGRID_VERSION
#define FLUXGRID_VERSION "dev"
#endif

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
    unsigned long shortcuts = 0;
    for (int i = 0; i < s->loop_count; i++) {
        shortcuts += atomic_load(&s->loops[i].shortcuts);
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
    metrics_write_one(b, "fluxgrid_http_shortcuts_total", "counter",
                      "Answers at hand that were sent past libmicrohttpd.", (double)shortcuts);
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
    metrics_write_one(b, "fluxgrid_imports_running", "gauge",
                      "Imports that load into this database.", w.imports);
    metrics_write_one(b, "fluxgrid_import_steps", "gauge",
                      "Steps of the running import; 0 = none runs.", w.import_steps);
    metrics_write_one(b, "fluxgrid_import_steps_done", "gauge",
                      "Steps that the running import has behind it.", w.import_done);
}

static void write_requests(struct buf *b, struct http_server *s)
{
    static const struct metrics_family requests = {
        "fluxgrid_http_requests_total", "Requests answered.",
        "fluxgrid_http_request_duration_seconds",
        "From the request line to the last byte of the answer."};
    static const struct metrics_family jobs = {
        "fluxgrid_jobs_total", "Jobs that a worker ran, by the route that asked first.",
        "fluxgrid_job_duration_seconds", "Time on a worker: database, rendering, compression."};
    struct metrics_shard *shards[SERVER_LOOPS_MAX + 1];
    int count = s->loop_count + (s->has_admin ? 1 : 0);
    for (int i = 0; i < count; i++) {
        shards[i] = s->loops[i].metrics;
    }
    metrics_write_routes(b, &requests, s->router, shards, count);
    metrics_write_routes(b, &jobs, s->router, &s->jobs, 1);
}

static void write_database(struct buf *b)
{
    static const char *const states[DB_STATES] = {NULL, "closed", "connecting", "open", "failed"};
    static const char *const outcomes[DB_OUTCOMES] = {"ok", "timeout", "unavailable", "error"};
    struct db_stats d;
    db_stats_read(&d);
    metrics_write_head(b, "fluxgrid_database_connections", "gauge",
                       "Database connections by state.");
    for (int i = DB_CLOSED; i < DB_STATES; i++) {
        buf_printf(b, "fluxgrid_database_connections{state=\"%s\"} %lld\n", states[i],
                   (long long)d.connections[i]);
    }
    metrics_write_one(b, "fluxgrid_database_connects_total", "counter",
                      "Database connections that were opened.", (double)d.opened);
    metrics_write_one(b, "fluxgrid_database_connect_failures_total", "counter",
                      "Attempts to connect to the database that failed.", (double)d.failed);
    metrics_write_one(b, "fluxgrid_database_connections_lost_total", "counter",
                      "Database connections that broke or gave no answer in time.", (double)d.lost);
    metrics_write_head(b, "fluxgrid_database_statements_total", "counter",
                       "Database statements by outcome.");
    for (int i = 0; i < DB_OUTCOMES; i++) {
        buf_printf(b, "fluxgrid_database_statements_total{outcome=\"%s\"} %llu\n", outcomes[i],
                   (unsigned long long)d.statements[i]);
    }
    metrics_write_head(b, "fluxgrid_database_statement_duration_seconds", "histogram",
                       "Time from sending a statement to its last row.");
    metrics_write_histogram(b, "fluxgrid_database_statement_duration_seconds", "", db_bounds_us,
                            d.by_bound, DB_BOUNDS, d.sum_us);
}

static void write_release(struct buf *b, const char *name, const struct release *r, double value)
{
    buf_printf(b, "%s{", name);
    metrics_write_label(b, "release", r->slug);
    buf_add_char(b, ',');
    metrics_write_label(b, "version", r->version);
    buf_printf(b, "} %.17g\n", value);
}

/* Seconds since 1970 of "2026-11-29T06:00:00..." in UTC; NaN for anything else. */
static double unix_seconds(const char *rfc3339)
{
    struct tm t = {0};
    const char *rest = strptime(rfc3339, "%Y-%m-%dT%H:%M:%S", &t);
    return rest == NULL ? NAN : (double)timegm(&t);
}

static void write_catalog(struct buf *b, const struct catalog *c)
{
    metrics_write_one(b, "fluxgrid_catalog_revision", "gauge",
                      "Revision of what is served; grows with each publication.",
                      c == NULL ? 0 : (double)c->revision);
    metrics_write_one(b, "fluxgrid_releases", "gauge", "Releases that are served.",
                      c == NULL ? 0 : c->release_count);
    metrics_write_head(b, "fluxgrid_release_info", "gauge",
                       "1 for the latest release of each inventory.");
    for (int i = 0; c != NULL && i < c->release_count; i++) {
        if (c->releases[i].is_latest) {
            write_release(b, "fluxgrid_release_info", &c->releases[i], 1);
        }
    }
    metrics_write_head(b, "fluxgrid_release_published_timestamp_seconds", "gauge",
                       "When the latest release of each inventory was published.");
    for (int i = 0; c != NULL && i < c->release_count; i++) {
        if (c->releases[i].is_latest) {
            write_release(b, "fluxgrid_release_published_timestamp_seconds", &c->releases[i],
                          unix_seconds(c->releases[i].published));
        }
    }
}

static void write_build(struct buf *b)
{
    metrics_write_head(b, "fluxgrid_build_info", "gauge", "1; which program this is.");
    buf_add_str(b, "fluxgrid_build_info{version=\"" FLUXGRID_VERSION "\",build=\"" FLUXGRID_BUILD_ID
                   "\"} 1\n");
}

enum MHD_Result metrics_answer(struct exchange *x)
{
    struct http_server *s = x->loop->server;
    struct buf body;
    buf_init(&body, (size_t)4 << 20);
    write_build(&body);
    metrics_write_one(&body, "fluxgrid_log_lines_lost_total", "counter",
                      "Lines of the log that standard error did not take in time.",
                      (double)log_sink_lost());
    write_requests(&body, s);
    write_response_cache(&body, s);
    write_block_cache(&body, s);
    write_flights(&body, s);
    write_connections(&body, s);
    write_watcher(&body, s);
    write_catalog(&body, x->loop->state.catalog);
    write_database(&body);
    metrics_write_process(&body, s->started_s);
    return send_document(x, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
}
