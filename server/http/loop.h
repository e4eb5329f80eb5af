/* loop.h - one event thread: its own libmicrohttpd daemon, driven by our own loop.
 *
 * libmicrohttpd's internal epoll thread can wait again before serving what one epoll_wait returned
 * (when that is exactly 128 events, or a multiple): clients then hang for seconds. So the daemon
 * runs without a thread of its own, and the loop here is poll(epoll fd, short tick) + MHD_run().
 * The tick bounds what a missed edge can cost. Everything of a loop but the atomic fields belongs
 * to its thread; the library calls back on that thread only.
 */
#ifndef HTTP_LOOP_H
#define HTTP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "http/access_log.h"
#include "http/memo.h"
#include "http/metrics.h"
#include "http/reaper.h"
#include "http/static_files.h"

struct exchange;
struct http_server;

struct event_loop {
    struct http_server *server; /* borrowed */
    int index;
    bool is_admin; /* health and metrics only */
    int listen_fd; /* -1 while the daemon has it */
    int wake_fd;
    struct MHD_Daemon *daemon;
    pthread_t thread;
    bool has_thread;
    struct reaper reaper;
    int connection_limit;
    struct metrics_shard *metrics;
    struct access_log log;
    /* What requests look at; renewed before each round, so that a request sees one picture. */
    struct http_state state;
    struct static_set *statics;
    unsigned long state_generation;
    struct memo *memo;      /* of plans made from that state */
    struct exchange *spare; /* freed exchanges, for the next requests */
    int spare_count;
    /* For others to read; not at an end of this struct, beside what is another thread's. */
    atomic_int exchanges, connections;
    atomic_ulong shortcuts;   /* answers sent past the library */
    int64_t shortcut_from_us; /* no answer is sent past the library before that */
    int64_t turn_us;          /* when this round began: what its requests count from */
    int64_t ticked_ms;
    bool has_due; /* connections past their deadline, left for the next round */
    int64_t starved_log_ms;
    int starved_count;          /* connections it had then */
    bool is_starved;            /* the library ran out of descriptors */
    int crest;                  /* most connections since memory was last given back */
    int64_t flood_ms;           /* when there were last nearly so many */
    int64_t drain_since_ms;     /* 0 = not draining */
    int64_t drain_awake_ms;     /* how long it has run since the listening socket was closed */
    atomic_bool is_draining;    /* asked to; set from outside */
    atomic_bool is_sealed;      /* nobody can begin to connect, on the way out */
    atomic_bool is_quiesced;    /* nothing new can come: the backlog is taken in and counted */
    atomic_bool is_stopping;    /* asked to; set from outside */
    atomic_bool is_woken;       /* a wake-up is on its way */
    atomic_bool must_make_room; /* another thread is out of descriptors */
};

/** Starts the daemon and the thread. listen_fd is taken. @param connection_limit  of this loop. */
enum err loop_start(struct event_loop *l, int connection_limit, struct why *why) MUST_CHECK;
/** Ends its wait, if it waits. From any thread. */
void loop_wake(struct event_loop *l);
/** Joins the thread, which stops its daemon. All suspended connections must have been resumed. */
void loop_join(struct event_loop *l);

#endif
