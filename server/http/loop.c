#include "http/loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "http/admission.h"
#include "http/exchange.h"
#include "http/intake.h"
#include "http/listener.h"
#include "http/server_internal.h"
#include "http/shortcut.h"
#include "render/style.h"
#include "store/watcher.h"

#define LOOP_TICK_MS            10  /* bounds what a missed edge costs */
#define LOOP_SLEEPY_TICK_MS     250 /* without any connection: listening is level-triggered */
#define LOOP_CHORES_MS          20  /* deadlines are looked at this often */
#define LOOP_FLOOD              512 /* connections from which on an ebb is worth a look at memory */
#define LOOP_EBB_MS             1000 /* and that it lasts: the look takes milliseconds */
#define LOOP_LOG_EVERY_MS       1000
#define LOOP_SETTLE_MS          250 /* a client younger than that may be about to ask */
#define LOOP_SETTLE_EACH_MS     25  /* but where there is room for few, a queue waits behind them */
#define LOOP_LINGER_MS          1000
#define LOOP_DRAIN_HANDSHAKE_MS 3500 /* the kernel repeats its part after 1 and 3 s */
#define LOOP_DRAIN_IDLE_MS      300  /* a kept-alive client that was quiet so long is idle */
#define LOOP_DRAIN_HEADER_MS    1000 /* a request so long on its way is none */

/* ---- connections ---- */

/* NULL when the library does not know it. */
static const struct sockaddr *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

/* Without a delay: the library sees to that only for its own answers. @return whether it sends as
 * much at once as it was asked to: the system may allow less. */
static bool set_socket(int fd)
{
    int wanted = HTTP_SOCKET_SEND_BYTES, granted = 0, on = 1;
    socklen_t size = sizeof granted;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
    return getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &granted, &size) == 0 && granted >= wanted;
}

static void connection_started(struct event_loop *l, struct MHD_Connection *connection,
                               void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL || info == NULL || intake_watch(info->connect_fd, &link->wire) != ERR_OK) {
        free(link);
        if (info != NULL) {
            (void)shutdown(info->connect_fd, SHUT_RDWR); /* no reaper would ever end it */
        }
        return;
    }
    *context = link;
    reaper_add(&l->reaper, link, info->connect_fd, clock_ms());
    link->loop = l;
    link->connection = connection;
    link->is_narrow = !set_socket(info->connect_fd);
    link->client = admission_enter(l, peer_of(connection));
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct event_loop *l = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        connection_started(l, connection, context);
    } else if (*context != NULL) {
        struct link *link = *context;
        exchange_abandon(link->exchange);
        (void)intake_watch(link->fd, NULL);
        reaper_remove(&l->reaper, link);
        admission_leave(l, link->client);
        free(link);
        *context = NULL;
    }
    atomic_store_explicit(&l->connections, l->reaper.count, memory_order_relaxed);
}

/* Targets are decoded by us, strictly; the library shall leave them alone. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

static void log_library(void *cls, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void log_library(void *cls, const char *format, va_list args)
{
    struct event_loop *l = cls;
    char text[512];
    (void)vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\r\n")] = '\0';
    log_event(LOG_DEBUG, "http", "libmicrohttpd: %s", text);
    if (strstr(text, "resource limit") != NULL) {
        l->starved_count = l->reaper.count;
        l->is_starved = true; /* it accepts again only after a connection of its own was closed */
    }
}

/* ---- the picture of the world that requests see ---- */

static void drop_state(struct event_loop *l)
{
    catalog_unref(l->state.catalog);
    style_set_unref(l->state.styles);
    static_set_unref(l->statics);
    l->state.catalog = NULL;
    l->state.styles = NULL;
    l->state.statics = NULL;
    l->statics = NULL;
}

static void renew_state(struct event_loop *l)
{
    struct http_server *s = l->server;
    struct catalog *old = l->state.catalog;
    l->state.catalog = watcher_catalog(s->watcher);
    if (l->state.catalog != old) { /* compared while both live: an address is not reused */
        memo_clear(l->memo);
    }
    catalog_unref(old);
    unsigned long generation = atomic_load_explicit(&s->generation, memory_order_acquire);
    if (generation == l->state_generation) {
        return;
    }
    memo_clear(l->memo);
    style_set_unref(l->state.styles);
    static_set_unref(l->statics);
    (void)pthread_mutex_lock(&s->lock);
    l->state.styles = s->styles != NULL ? style_set_ref(s->styles) : NULL;
    l->statics = s->statics != NULL ? static_set_ref(s->statics) : NULL;
    l->state.statics = l->statics;
    l->state_generation = atomic_load_explicit(&s->generation, memory_order_relaxed);
    (void)pthread_mutex_unlock(&s->lock);
}

/* ---- draining ---- */

/* What already sits in the queue is served: closing the socket would reset it. No more than there
 * is room for: the rest may be somebody else's yet. */
static void accept_queue(struct event_loop *l)
{
    struct sockaddr_storage peer;
    for (int room = l->connection_limit - l->reaper.count; room > 0; room--) {
        socklen_t len = sizeof peer;
        int fd =
            accept4(l->listen_fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        if (MHD_add_connection(l->daemon, fd, (struct sockaddr *)&peer, len) != MHD_YES) {
            log_event(LOG_DEBUG, "http", "a connection of the backlog was dropped");
        }
    }
}

/* The order was measured: quiesce, answer with Connection: close (send.c), stop listening, wait
 * until nothing is in flight. A queue that only we have is sealed before it is emptied, or a client
 * that comes between the last accept() and close() is reset. */
static void begin_drain(struct event_loop *l, int64_t now_ms)
{
    l->listen_fd = MHD_quiesce_daemon(l->daemon);
    l->drain_since_ms = now_ms;
    atomic_store(&l->is_sealed, l->listen_fd >= 0 && !atomic_load(&l->server->has_shared) &&
                                    listener_seal(l->listen_fd));
}

static bool has_handshakes(struct event_loop *l, int64_t now_ms)
{
    return atomic_load(&l->is_sealed) && !atomic_load(&l->server->is_calm) &&
           now_ms - l->drain_since_ms < LOOP_DRAIN_HANDSHAKE_MS;
}

static void stop_listening(struct event_loop *l, int64_t now_ms)
{
    bool is_last = !has_handshakes(l, now_ms); /* asked before the queue is emptied, not after */
    if (!atomic_load(&l->server->has_successor)) {
        accept_queue(l);
    }
    if (is_last) {
        (void)close(l->listen_fd);
        l->listen_fd = -1;
    }
}

/* @param since_ms  the chores before. Time in which this thread did not run counts as one round of
 * chores: what waits in sockets from then is read before anybody is taken for idle. */
static void drain_chores(struct event_loop *l, int64_t now_ms, int64_t since_ms)
{
    if (l->drain_since_ms == 0) {
        begin_drain(l, now_ms);
    }
    if (l->listen_fd >= 0) {
        stop_listening(l, now_ms);
        return; /* what was in the queue is counted after the next MHD_run() */
    }
    atomic_store(&l->is_quiesced, true);
    l->drain_awake_ms += now_ms - since_ms < LOOP_CHORES_MS ? now_ms - since_ms : LOOP_CHORES_MS;
    if (l->drain_awake_ms >= LOOP_DRAIN_IDLE_MS) {
        l->has_due = reaper_shut_phase(&l->reaper, LINK_IDLE) || l->has_due;
    }
    if (l->drain_awake_ms >= LOOP_DRAIN_HEADER_MS) {
        l->has_due = reaper_shut_phase(&l->reaper, LINK_HEADER) || l->has_due;
    }
}

/* ---- the loop ---- */

static void publish_counts(struct event_loop *l)
{
    atomic_fetch_add_explicit(&l->server->reaped, l->reaper.reaped, memory_order_relaxed);
    atomic_fetch_add_explicit(&l->server->evicted, l->reaper.evicted, memory_order_relaxed);
    l->reaper.reaped = 0;
    l->reaper.evicted = 0;
}

/* The descriptors are the process's: where this thread holds no idle client, the others must. */
static void ask_others_for_room(struct event_loop *l)
{
    struct http_server *s = l->server;
    for (int i = 0; i < s->loop_count; i++) {
        if (&s->loops[i] != l) {
            atomic_store(&s->loops[i].must_make_room, true);
            loop_wake(&s->loops[i]);
        }
    }
}

/* Out of descriptors: an idle connection goes, so that the next client can be let in. Not one that
 * has only just come: the library reports the limit while it takes in the last client there is room
 * for, and that one's request is still to be read. */
static void make_room(struct event_loop *l)
{
    int64_t settle_ms = (int64_t)l->reaper.count * LOOP_SETTLE_EACH_MS;
    int64_t before_ms = l->ticked_ms - (settle_ms < LOOP_SETTLE_MS ? settle_ms : LOOP_SETTLE_MS);
    if (atomic_exchange(&l->must_make_room, false)) {
        (void)reaper_evict(&l->reaper, before_ms);
    }
    if (!l->is_starved) {
        return;
    }
    if (l->reaper.count == 0) {
        ask_others_for_room(l);
    } else if (l->reaper.count >= l->starved_count && !reaper_evict(&l->reaper, before_ms)) {
        return; /* until one has settled, or has gone by itself */
    }
    l->is_starved = false;
    if (l->ticked_ms - l->starved_log_ms >= LOOP_LOG_EVERY_MS) {
        l->starved_log_ms = l->ticked_ms;
        log_event(LOG_WARN, "http", "out of file descriptors: idle connections are ended");
    }
}

/* After a flood its memory goes back to the system, which malloc alone would not do. */
static void give_back_memory(struct event_loop *l)
{
    if (l->reaper.count > l->crest) {
        l->crest = l->reaper.count;
    }
    if (l->crest < LOOP_FLOOD || l->reaper.count >= l->crest / 4) {
        l->flood_ms = l->ticked_ms;
    } else if (l->ticked_ms - l->flood_ms >= LOOP_EBB_MS) {
        l->crest = l->reaper.count;
        exchange_free_spares(l);
        memory_give_back();
    }
}

static void chores(struct event_loop *l)
{
    int64_t now_ms = l->turn_us / 1000;
    bool is_drain_due = atomic_load_explicit(&l->is_draining, memory_order_relaxed) &&
                        !atomic_load_explicit(&l->is_quiesced, memory_order_relaxed);
    if (now_ms - l->ticked_ms < LOOP_CHORES_MS && !is_drain_due && !l->has_due) {
        return;
    }
    int64_t since_ms = l->ticked_ms;
    l->ticked_ms = now_ms;
    l->has_due = reaper_tick(&l->reaper, now_ms);
    make_room(l);
    publish_counts(l);
    give_back_memory(l);
    if (l->index == 0) {
        flight_expire(l->server->flights, now_ms);
    }
    if (atomic_load_explicit(&l->is_draining, memory_order_relaxed)) {
        drain_chores(l, now_ms, since_ms);
    }
}

static int wait_ms(struct event_loop *l)
{
    MHD_UNSIGNED_LONG_LONG library_ms = 0;
    bool is_sleepy = l->reaper.count == 0 && l->drain_since_ms == 0;
    int tick_ms = is_sleepy ? LOOP_SLEEPY_TICK_MS : LOOP_TICK_MS;
    if (l->index == 0 && tick_ms > LOOP_TICK_MS * 2) {
        tick_ms = LOOP_TICK_MS * 2; /* it also expires the waiters of the others */
    }
    if (MHD_get_timeout(l->daemon, &library_ms) == MHD_YES &&
        library_ms < (MHD_UNSIGNED_LONG_LONG)tick_ms) {
        return (int)library_ms;
    }
    return tick_ms;
}

static void wait_for_work(struct event_loop *l)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct pollfd fds[2] = {{.fd = info->epoll_fd, .events = POLLIN},
                            {.fd = l->wake_fd, .events = POLLIN}};
    /* With no connection to close, the library would try to accept for ever: look away a while. */
    bool is_stuck = l->is_starved && l->reaper.count == 0;
    fds[0].fd = is_stuck ? -1 : info->epoll_fd;
    if (poll(fds, 2, is_stuck ? LOOP_CHORES_MS : wait_ms(l)) > 0 &&
        (fds[1].revents & POLLIN) != 0) {
        uint64_t count;
        if (read(l->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN) {
            log_event(LOG_WARN, "http", "the wake-up of an event thread fails: %s",
                      strerror(errno));
        }
        /* After the read: who finds the flag up resumed before the MHD_run() that comes next. */
        atomic_store(&l->is_woken, false);
    }
}

static void *run(void *arg)
{
    struct event_loop *l = arg;
    intake_ask_first(shortcut_answers);
    while (!atomic_load_explicit(&l->is_stopping, memory_order_acquire)) {
        renew_state(l);
        l->turn_us = clock_us();
        (void)MHD_run(l->daemon);
        chores(l);
        access_log_flush(&l->log);
        wait_for_work(l);
    }
    MHD_stop_daemon(l->daemon);
    l->daemon = NULL;
    access_log_fini(&l->log);
    exchange_free_spares(l);
    intake_fini();
    drop_state(l);
    return NULL;
}

static enum err start_daemon(struct event_loop *l, int connection_limit, struct why *why)
{
    /* No time-out of the library's: the reaper has them, and it would look at the clock six times a
     * request and take a lock three times. */
    l->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, admission_accepts, l,
        exchange_on_request, l, MHD_OPTION_EXTERNAL_LOGGER, log_library, l,
        MHD_OPTION_LISTEN_SOCKET, l->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)connection_limit, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HTTP_CONNECTION_BYTES, MHD_OPTION_URI_LOG_CALLBACK, exchange_on_uri, l,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        exchange_on_completed, l, MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
    if (l->daemon == NULL) {
        return why_set(why, ERR_IO, NULL, "the HTTP library does not start");
    }
    l->listen_fd = -1;
    return ERR_OK;
}

static void init_reaper(struct event_loop *l, int connection_limit)
{
    const struct settings *s = &l->server->settings;
    const int64_t timeouts_ms[LINK_PHASES] = {
        [LINK_HEADER] = s->header_timeout_ms, [LINK_IDLE] = s->idle_timeout_ms,
        [LINK_BODY] = s->request_timeout_ms,  [LINK_RESPONSE] = s->response_timeout_ms,
        [LINK_LINGER] = LOOP_LINGER_MS,
    };
    reaper_init(&l->reaper, timeouts_ms, connection_limit);
}

enum err loop_start(struct event_loop *l, int connection_limit, struct why *why)
{
    enum log_level level = LOG_INFO;
    (void)!log_level_parse(l->server->settings.log_level, &level);
    access_log_init(&l->log, level <= LOG_INFO);
    init_reaper(l, connection_limit);
    l->connection_limit = connection_limit;
    l->state.settings = &l->server->settings;
    l->state_generation = 0;
    l->metrics = metrics_shard_new(router_count(l->server->router));
    l->memo = memo_new();
    l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (l->metrics == NULL || l->memo == NULL || l->wake_fd < 0) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory or file descriptors");
    }
    enum err e = start_daemon(l, connection_limit, why);
    if (e != ERR_OK) {
        return e;
    }
    if (pthread_create(&l->thread, NULL, run, l) != 0) {
        MHD_stop_daemon(l->daemon);
        return why_set(why, ERR_IO, NULL, "no more threads can be started (check ulimit -u)");
    }
    l->has_thread = true;
    return ERR_OK;
}

void loop_wake(struct event_loop *l)
{
    uint64_t one = 1;
    if (atomic_exchange(&l->is_woken, true)) {
        return; /* one is on its way */
    }
    if (write(l->wake_fd, &one, sizeof one) < 0 && errno != EAGAIN) {
        log_event(LOG_WARN, "http", "an event thread cannot be woken: %s", strerror(errno));
    }
}

void loop_join(struct event_loop *l)
{
    if (l->has_thread) {
        atomic_store(&l->is_stopping, true);
        loop_wake(l);
        (void)pthread_join(l->thread, NULL);
        l->has_thread = false;
    }
    if (l->listen_fd >= 0) {
        (void)close(l->listen_fd);
        l->listen_fd = -1;
    }
    if (l->wake_fd >= 0) {
        (void)close(l->wake_fd);
        l->wake_fd = -1;
    }
    metrics_shard_free(l->metrics);
    l->metrics = NULL;
    memo_free(l->memo);
    l->memo = NULL;
}
