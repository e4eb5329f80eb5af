#include "http/server.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/client_count.h"
#include "http/hash.h"
#include "http/listener.h"
#include "http/operators.h"
#include "http/rate_limit.h"
#include "http/response.h"
#include "http/server_internal.h"
#include "inventory/catalog.h"
#include "render/style.h"
#include "render/text_draw.h"
#include "store/block_cache.h"

#define SERVER_THREADS_DEFAULT_MAX 4
#define SERVER_ADMIN_CONNECTIONS   64
#define SERVER_SPARE_FDS           64 /* log, files, LISTEN connection, libraries */

static int core_count(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 64 ? 64 : (int)n;
}

static int loop_count_of(const struct settings *s)
{
    int cores = core_count();
    int preset = cores < SERVER_THREADS_DEFAULT_MAX ? cores : SERVER_THREADS_DEFAULT_MAX;
    int asked = s->event_threads > 0 ? (int)s->event_threads : preset;
    return asked < SERVER_LOOPS_MAX ? asked : SERVER_LOOPS_MAX;
}

/* One more where operators act: an act may hold a worker while it waits for a lock. */
static int worker_count_of(const struct settings *s)
{
    int asked = s->workers > 0 ? (int)s->workers : 2 * core_count();
    return asked + (s->operator_tokens_file[0] != '\0');
}

/* Running out of descriptors later would stop accepting without a word; so it is said now. */
static enum err check_descriptors(const struct settings *s, struct why *why)
{
    struct rlimit limit;
    rlim_t needed = (rlim_t)(s->max_connections + SERVER_ADMIN_CONNECTIONS + worker_count_of(s) +
                             SERVER_SPARE_FDS);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return why_set(why, ERR_IO, NULL, "the limit of open files cannot be read: %s",
                       strerror(errno));
    }
    if (limit.rlim_cur < needed && limit.rlim_max >= needed) {
        limit.rlim_cur = needed;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur < needed) {
        return why_set(why, ERR_IO, "max_connections",
                       "%lld connections need %llu open files, but the limit is %llu: raise it "
                       "(ulimit -n, LimitNOFILE=) or lower --max-connections",
                       (long long)s->max_connections, (unsigned long long)needed,
                       (unsigned long long)limit.rlim_cur);
    }
    return ERR_OK;
}

static void warn_if_public(const char *address, const char *what)
{
    if (strncmp(address, "127.", 4) != 0 && strcmp(address, "::1") != 0) {
        log_event(LOG_WARN, "http", "the %s listener is reachable from other machines (%s)", what,
                  address);
    }
}

static enum err load_content(struct http_server *s, struct why *why)
{
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        text_draw_prepare(lang_word((enum lang)lang));
    }
    enum err e = style_set_load(s->settings.styles_dir, &s->styles, why);
    return e != ERR_OK ? e : static_set_load(s->settings.static_dir, &s->statics, why);
}

static enum err build_limits(struct http_server *s, struct why *why)
{
    const struct settings *t = &s->settings;
    bool is_rated = t->rate_limit_per_s > 0;
    bool is_counted = t->max_connections_per_client > 0;
    s->rate_limit = is_rated ? rate_limit_new(t->rate_limit_per_s, t->rate_limit_burst) : NULL;
    s->clients = is_counted ? client_count_new((size_t)t->max_connections) : NULL;
    if ((is_rated && s->rate_limit == NULL) || (is_counted && s->clients == NULL)) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    return ERR_OK;
}

static enum err build_parts(struct http_server *s, const struct http_route *routes, struct why *why)
{
    int workers = worker_count_of(&s->settings);
    s->router = router_new(routes);
    s->cache = response_cache_new((size_t)s->settings.response_cache_mib << 20);
    s->blocks = block_cache_new((size_t)s->settings.block_cache_mib << 20);
    s->jobs = s->router == NULL ? NULL : metrics_shard_new(router_count(s->router));
    if (s->jobs == NULL || s->cache == NULL || s->blocks == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    s->flights = flight_table_new(s->cache, (int)s->settings.queue_length, workers,
                                  s->settings.request_timeout_ms);
    if (s->flights == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    enum err e = build_limits(s, why);
    if (e == ERR_OK) {
        e = load_content(s, why);
    }
    if (e == ERR_OK) {
        e = operators_start(s, why);
    }
    return e != ERR_OK ? e
                       : worker_pool_start(&s->settings, s->flights, s->blocks, s->cache, s->jobs,
                                           workers, &s->workers, why);
}

/* Every loop gets one of the sockets that were handed over, or a duplicate; each must be
 * somebody's, or the clients that it takes would wait for ever. */
static enum err share_out(struct http_server *s, const struct handed *h, struct why *why)
{
    int given = handed_count(h, false), taken = 0;
    if (given > s->loop_count) {
        return why_set(why, ERR_INPUT, "event_threads",
                       "%d public sockets were handed over to %d event threads: start with as many "
                       "at least",
                       given, s->loop_count);
    }
    for (int i = 0; i < h->count; i++) {
        if (!h->sockets[i].is_admin) {
            s->port = s->port == 0 ? h->sockets[i].port : s->port;
            s->loops[taken++].listen_fd = h->sockets[i].fd;
        }
    }
    for (int i = given; i < s->loop_count; i++) {
        s->loops[i].listen_fd = fcntl(s->loops[i % given].listen_fd, F_DUPFD_CLOEXEC, 0);
        if (s->loops[i].listen_fd < 0) {
            return why_set(why, ERR_IO, NULL, "a socket cannot be shared: %s", strerror(errno));
        }
    }
    return ERR_OK;
}

static enum err open_public(struct http_server *s, const struct handed *h, struct why *why)
{
    int fds[SERVER_LOOPS_MAX];
    if (handed_count(h, false) > 0) {
        return share_out(s, h, why);
    }
    enum err e = listener_open(s->settings.listen_address, (int)s->settings.port, "port",
                               s->loop_count, fds, &s->port, why);
    for (int i = 0; e == ERR_OK && i < s->loop_count; i++) {
        s->loops[i].listen_fd = fds[i];
    }
    return e;
}

static enum err open_admin(struct http_server *s, const struct handed *h, struct why *why)
{
    int bound_port = 0;
    struct event_loop *admin = &s->loops[s->loop_count];
    if (handed_count(h, true) > 1) {
        return why_set(why, ERR_INPUT, "LISTEN_FDS", "more than one admin socket was handed over");
    }
    for (int i = 0; i < h->count; i++) {
        admin->listen_fd = h->sockets[i].is_admin ? h->sockets[i].fd : admin->listen_fd;
    }
    enum err e = ERR_OK;
    if (admin->listen_fd < 0) {
        if (s->settings.admin_port == 0) {
            return ERR_OK;
        }
        e = listener_open(s->settings.admin_address, (int)s->settings.admin_port, "admin-port", 1,
                          &admin->listen_fd, &bound_port, why);
    }
    admin->is_admin = true;
    s->has_admin = e == ERR_OK;
    return e;
}

static enum err open_sockets(struct http_server *s, struct why *why)
{
    struct handed h;
    enum err e = handed_take(&s->settings, &h, why);
    s->sockets.is_lent = h.is_lent;
    atomic_store(&s->has_shared, h.is_lent);
    if (e == ERR_OK) {
        e = open_public(s, &h, why);
    }
    if (e == ERR_OK) {
        e = open_admin(s, &h, why);
    }
    for (int i = 0; e == ERR_OK && i <= s->loop_count; i++) {
        const struct event_loop *l = &s->loops[i];
        if (l->listen_fd >= 0) {
            s->sockets.sockets[s->sockets.count++] =
                (struct handed_socket){.fd = l->listen_fd, .is_admin = l->is_admin};
        }
    }
    return e;
}

static enum err start_loops(struct http_server *s, struct why *why)
{
    enum err e = ERR_OK;
    int share = (int)s->settings.max_connections / s->loop_count;
    for (int i = 0; e == ERR_OK && i < server_loops(s); i++) {
        struct event_loop *l = &s->loops[i];
        e = loop_start(l, l->is_admin ? SERVER_ADMIN_CONNECTIONS : share > 1 ? share : 1, why);
    }
    return e;
}

/* Threads inherit the mask: signals are the main thread's, but not those that a fault raises, which
 * would end the process without a word to whoever wants to report them. */
static void block_signals(sigset_t *before)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
    sigset_t all;
    (void)sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        (void)sigdelset(&all, faults[i]);
    }
    (void)pthread_sigmask(SIG_SETMASK, &all, before);
}

static enum err start_quietly(struct http_server *s, const struct http_route *routes,
                              struct why *why)
{
    sigset_t before;
    block_signals(&before);
    enum err e = open_sockets(s, why);
    if (e == ERR_OK) {
        e = build_parts(s, routes, why);
    }
    if (e == ERR_OK) {
        e = start_loops(s, why);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return e;
}

static struct http_server *server_new(const struct settings *settings, struct watcher *watcher)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->settings = *settings;
    s->watcher = watcher;
    s->started_s = clock_unix_s();
    s->loop_count = loop_count_of(settings);
    atomic_store(&s->generation, 1);
    (void)snprintf(s->id_prefix, sizeof s->id_prefix, "%08lx-",
                   (unsigned long)clock_us() & 0xffffffffUL);
    (void)pthread_mutex_init(&s->lock, NULL);
    for (int i = 0; i <= s->loop_count; i++) {
        s->loops[i].server = s;
        s->loops[i].index = i;
        s->loops[i].listen_fd = -1;
        s->loops[i].wake_fd = -1;
    }
    return s;
}

/* Every thread must have ended. */
static void server_free(struct http_server *s)
{
    flight_table_free(s->flights);
    response_cache_free(s->cache);
    block_cache_free(s->blocks);
    rate_limit_free(s->rate_limit);
    metrics_shard_free(s->jobs);
    client_count_free(s->clients);
    style_set_unref(s->styles);
    static_set_unref(s->statics);
    router_free(s->router);
    operators_stop(s);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

void server_end(struct http_server *s, int64_t deadline_ms)
{
    bool is_joined = true;
    if (s->workers != NULL) {
        is_joined = worker_pool_join(s->workers, deadline_ms);
    }
    for (int i = 0; i <= s->loop_count; i++) {
        loop_join(&s->loops[i]);
    }
    if (is_joined) {
        server_free(s);
    } else {
        log_event(LOG_WARN, "http", "a worker did not end in time and was left behind");
    }
}

enum err http_server_start(const struct settings *settings, const struct http_route *routes,
                           struct watcher *watcher, struct http_server **out, struct why *why)
{
    enum err e = check_descriptors(settings, why);
    if (e != ERR_OK) {
        return e;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    hash_seed();
    response_allow_pictures(settings->basemap_url);
    struct http_server *s = server_new(settings, watcher);
    if (s == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    e = networks_read(settings->trusted_proxies, &s->trusted_proxies);
    assert(e == ERR_OK); /* as the settings have checked */
    e = networks_read(settings->unlimited_clients, &s->unlimited_clients);
    assert(e == ERR_OK);
    e = start_quietly(s, routes, why);
    if (e != ERR_OK) {
        if (s->flights != NULL) {
            flight_abandon(s->flights);
        }
        server_end(s, clock_ms() + 1000);
        return e;
    }
    warn_if_public(settings->listen_address, "public");
    if (s->has_admin) {
        warn_if_public(settings->admin_address, "admin");
    }
    log_event(LOG_INFO, "http",
              "listening on %s port %d: %d event threads, %d workers, %d static files",
              settings->listen_address, s->port, s->loop_count, worker_count_of(settings),
              static_set_count(s->statics));
    *out = s;
    return ERR_OK;
}

void http_server_succeeded(struct http_server *s)
{
    atomic_store(&s->has_successor, true);
}

void http_server_share_sockets(struct http_server *s, struct handed *out)
{
    atomic_store(&s->has_shared, true);
    *out = s->sockets;
}

void http_server_regain_sockets(struct http_server *s)
{
    atomic_store(&s->has_shared, s->sockets.is_lent);
}

enum err http_server_reload(struct http_server *s, struct why *why)
{
    struct style_set *styles = NULL;
    struct static_set *statics = NULL;
    enum err e = style_set_load(s->settings.styles_dir, &styles, why);
    if (e != ERR_OK) {
        return e;
    }
    e = static_set_load(s->settings.static_dir, &statics, why);
    if (e == ERR_OK) { /* the last that can be refused: all is taken, or nothing */
        e = operators_reload(s, why);
    }
    if (e != ERR_OK) {
        style_set_unref(styles);
        static_set_unref(statics);
        return e;
    }
    (void)pthread_mutex_lock(&s->lock);
    struct style_set *old_styles = s->styles;
    struct static_set *old_statics = s->statics;
    s->styles = styles;
    s->statics = statics;
    (void)atomic_fetch_add_explicit(&s->generation, 1, memory_order_release);
    (void)pthread_mutex_unlock(&s->lock);
    style_set_unref(old_styles);
    static_set_unref(old_statics);
    return ERR_OK;
}

int http_server_port(const struct http_server *s)
{
    return s->port;
}
