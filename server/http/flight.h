/* flight.h - one run per answer, however many ask: single flight and the bounded queue in front of
 * the workers.
 *
 * A request that misses the cache joins the flight of its key or starts one. Its connection is
 * suspended BEFORE a worker can see the flight (resuming a connection that is not suspended is
 * undefined), under the table's lock; it is resumed outside of it. Every waiter has a deadline of
 * its own, because a suspended connection neither times out nor notices that its client left.
 * Two queues, pictures and texts: texts (queries) never take the last workers from the tiles.
 * Thread-safe. Knows nothing of libmicrohttpd.
 */
#ifndef HTTP_FLIGHT_H
#define HTTP_FLIGHT_H

#include <stdint.h>

#include "http/response_cache.h"

struct flight_table;

/** What a flight does; copied from the plan that started it. */
struct flight_job {
    enum err (*run)(void *work, struct http_worker *worker, struct http_reply *out,
                    struct why *why);
    void (*free_work)(void *work);
    void *work;
    int route; /* index in the table of routes; for the counters */
    bool is_text;
    bool is_long;   /* queues with the texts */
    bool is_kept;   /* the answer goes into the cache */
    bool is_shared; /* others may join; false: key is ignored */
};

/** One suspended request; caller's storage, valid until its resume() was called. */
struct waiter {
    /* filled by the caller */
    void (*suspend)(struct waiter *w); /* called under the table's lock */
    void (*resume)(
        struct waiter *w); /* called without it, exactly once, after the outcome is set */
    bool (*is_gone)(struct waiter *w); /* has the client left? called under the lock */
    struct why *why;                   /* where the words of a failure go; empty */
    /* the outcome: an answer (one reference, the waiter's), or a code */
    enum err code;
    struct ready *answer;
    /* the table's */
    struct flight *flight;
    int64_t deadline_ms;
    struct waiter *next_waiter;             /* of the flight */
    struct waiter *next_due, *previous_due; /* of the table, by deadline */
};

/** @param cache  borrowed; looked at again under the lock so that no answer is made twice.
 *  @param workers  how many will call flight_take(). NULL = no memory. */
struct flight_table *flight_table_new(struct response_cache *cache, int queue_max, int workers,
                                      int64_t timeout_ms);
void flight_table_free(struct flight_table *t); /* accepts NULL; no worker may be left */

enum flight_entry {
    FLIGHT_JOINED, /* suspended; the outcome comes by resume() */
    FLIGHT_CACHED, /* made in the meantime: *cached is a new reference; not suspended */
    FLIGHT_FULL    /* the queue is full or closed; not suspended */
};
/** @param job  its work is taken in every case. @param key  borrowed. */
enum flight_entry flight_enter(struct flight_table *t, const char *key,
                               const struct flight_job *job, struct waiter *w,
                               struct ready **cached) MUST_CHECK;

/** Lets every waiter whose deadline passed go: ERR_TIMEOUT, or ERR_BUSY if its job never started.
 *  The job goes on. Call every few milliseconds, from any thread. */
void flight_expire(struct flight_table *t, int64_t now_ms);

/** For workers: waits for a flight. NULL = the table was closed and its queue is empty. A flight
 *  whose clients all left is dropped here. */
struct flight *flight_take(struct flight_table *t) MUST_CHECK;
const struct flight_job *flight_job(const struct flight *f);
const char *flight_key(const struct flight *f);
int64_t flight_deadline_ms(const struct flight *f);
/** Ends it: caches the answer if it is kept, resumes everyone, frees the flight and its work.
 *  @param answer  borrowed; NULL on failure. @param why  borrowed. */
void flight_finish(struct flight_table *t, struct flight *f, enum err code, struct ready *answer,
                   const struct why *why);

/** No more flights start; workers get NULL once the queue is empty. */
void flight_close(struct flight_table *t);
/** Lets everyone who still waits go with ERR_UNAVAILABLE, and drops what is queued. */
void flight_abandon(struct flight_table *t);

struct flight_stats {
    uint64_t started, joined, refused, expired, dropped;
    int queued, running, waiting;
};
void flight_stats(struct flight_table *t, struct flight_stats *out);

#endif
