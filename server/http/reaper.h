/* reaper.h - absolute deadlines for connections.
 *
 * libmicrohttpd's time-out is one of inactivity, which a byte every few seconds keeps alive. Here
 * each phase of a connection has a deadline that no trickle of bytes moves; past it the socket is
 * shut down, and the library notices and closes it. One reaper per event thread, used by that
 * thread only - its library calls back on the same thread -, so an fd can never be shut down after
 * it was closed and given to another.
 */
#ifndef HTTP_REAPER_H
#define HTTP_REAPER_H

#include <stdbool.h>
#include <stdint.h>

#include "http/wire.h"

/* A crowd that came at once is due at once, and each of it costs its thread about 15 us, here and
 * when the library notices: who asks meanwhile waits for so many of them, not for all. */
#define REAPER_TICK_MAX 64

enum link_phase {
    LINK_HEADER,   /* new: until the first request's headers are complete */
    LINK_IDLE,     /* kept alive: until the next request's headers are complete */
    LINK_BODY,     /* until the request's body is complete */
    LINK_WORK,     /* a worker is at it: the flight has the deadline */
    LINK_RESPONSE, /* until the client has taken the answer */
    LINK_LINGER,   /* refused; a moment to read why */
    LINK_SHUT,     /* shut down; the library closes it soon */
    LINK_PHASES
};

struct event_loop;
struct exchange;
struct MHD_Connection;

/** One connection. */
struct link {
    struct link *next, *previous;
    enum link_phase phase;
    int64_t deadline_ms;
    int fd;
    uint64_t client;           /* admission.h; 0 = not limited. Not the reaper's */
    struct exchange *exchange; /* under way on it; NULL between two. Not the reaper's */
    struct wire wire;          /* what came on it. Not the reaper's */
    uint64_t requests;         /* of that, taken up. Not the reaper's */
    struct event_loop *loop;   /* not the reaper's, as the next */
    struct MHD_Connection *connection;
    size_t unsure_bytes; /* that were sent and may still wait in the socket */
    bool is_narrow;      /* its socket takes less than was asked for */
    /* What was done about its next request before that was left to the library. */
    bool is_charged; /* admission.h */
    bool is_counted; /* as a hit of the response cache */
};

struct reaper {
    struct link *first[LINK_PHASES], *last[LINK_PHASES]; /* each in order of deadline */
    int64_t timeout_ms[LINK_PHASES];                     /* 0 = none */
    int count;
    int crowded_at;                /* connections from which on the oldest idle one makes room */
    unsigned long reaped, evicted; /* since the owner last took them */
};

/** @param timeouts_ms  per phase; 0 = none. @param connection_limit  eviction starts at 90 % of it.
 */
void reaper_init(struct reaper *r, const int64_t timeouts_ms[LINK_PHASES], int connection_limit);
/** A new connection, in LINK_HEADER; evicts the oldest idle one, or else the one whose headers are
 *  the longest on their way, when it is crowded. */
void reaper_add(struct reaper *r, struct link *l, int fd, int64_t now_ms);
/** Shuts down the oldest idle connection, or else the one whose headers are the longest on their
 * way, if it has been so since before_ms. @return whether there was one. */
bool reaper_evict(struct reaper *r, int64_t before_ms);
void reaper_remove(struct reaper *r, struct link *l);
/** Enters a phase; its deadline starts now. A link that was shut stays shut. */
void reaper_move(struct reaper *r, struct link *l, enum link_phase phase, int64_t now_ms);
/** Shuts down what is past its deadline, REAPER_TICK_MAX at most. @return whether more is. */
bool reaper_tick(struct reaper *r, int64_t now_ms);
/** Shuts down the connections of a phase, REAPER_TICK_MAX at most. @return whether there are more.
 */
bool reaper_shut_phase(struct reaper *r, enum link_phase phase);
int reaper_count_phase(const struct reaper *r, enum link_phase phase);

#endif
