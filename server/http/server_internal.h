/* server_internal.h - the parts of the server, for the files of this folder. */
#ifndef HTTP_SERVER_INTERNAL_H
#define HTTP_SERVER_INTERNAL_H

#include "base/networks.h"
#include "base/tokens.h"
#include "http/handed.h"
#include "http/loop.h"
#include "http/server.h"
#include "http/worker.h"

#define SERVER_LOOPS_MAX     64
#define SERVER_ID_PREFIX_LEN 9 /* 8 hex digits and a dash */

struct http_server {
    struct settings settings;
    struct networks trusted_proxies; /* those of the settings */
    struct networks unlimited_clients;
    struct rate_limit *rate_limit; /* NULL = no limit */
    struct client_count *clients;  /* by their connections; NULL = no limit */
    atomic_ulong limited;          /* requests refused with 429 */
    atomic_ulong turned_away;      /* connections refused at accept */
    atomic_llong limit_log_ms;     /* when that was last logged */
    struct router *router;
    struct router *operator_router; /* NULL = operators' addresses are off */
    struct rate_limit *failures;    /* of requests without a valid token */
    struct watcher *watcher;        /* borrowed */
    struct response_cache *cache;
    struct block_cache *blocks;
    struct flight_table *flights;
    struct worker_pool *workers;
    struct metrics_shard *jobs; /* what the workers ran */
    double started_s;           /* since 1970 */
    int port;
    int loop_count; /* public ones; loops[loop_count] is the admin's if there is one */
    bool has_admin;
    struct event_loop loops[SERVER_LOOPS_MAX + 1];
    struct handed sockets;     /* all it listens on; borrowed from the loops until the drain */
    atomic_bool has_shared;    /* another process may listen on them too */
    int64_t looked_ms;         /* when handshakes were last looked for, on the way out */
    atomic_bool is_calm;       /* all sockets are sealed, and who had begun is in a queue */
    atomic_bool has_successor; /* another process holds the same sockets and serves */
    pthread_mutex_t lock;      /* of the next four */
    struct token_list tokens;
    struct style_set *styles;
    struct static_set *statics;
    atomic_ulong generation; /* of styles and statics; also read without the lock */
    atomic_bool is_draining;
    atomic_ulong aborted; /* requests whose connection broke before the answer was out */
    atomic_ulong request_count;
    char id_prefix[SERVER_ID_PREFIX_LEN + 1]; /* of request ids: when this process started */
    atomic_size_t body_bytes;                 /* of all requests' bodies that are held */
    atomic_ulong reaped, evicted;
};

/** Public ones, and the admin's where there is one. */
static inline int server_loops(const struct http_server *s)
{
    return s->loop_count + (s->has_admin ? 1 : 0);
}
/** Ends threads and frees; leaves behind what a worker that cannot be joined still uses. */
void server_end(struct http_server *s, int64_t deadline_ms);

#endif
