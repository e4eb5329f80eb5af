#include "http/flight.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "http/hash.h"

#define FLIGHT_BUCKETS 1024
#define FLIGHT_WAITER_LAG_MS                                                                       \
    50 /* a waiter outlives its job's deadline, to get the job's own words */

enum queue_kind { QUEUE_PICTURE, QUEUE_TEXT, QUEUE_COUNT };

struct flight {
    struct flight *chain; /* of its bucket */
    struct flight *next_queued;
    struct waiter *waiters;
    struct flight_job job;
    uint64_t hash;
    int64_t deadline_ms;
    bool is_running;
    char key[];
};

struct queue {
    struct flight *first, **last;
    int length;
};

struct flight_table {
    pthread_mutex_t lock;
    pthread_cond_t work; /* something was queued, a text ended, or the table closed */
    struct response_cache *cache;
    struct flight *buckets[FLIGHT_BUCKETS];
    struct queue queues[QUEUE_COUNT];
    struct waiter *first_due, *last_due;
    int queue_max;
    int texts_max; /* workers that texts may hold at once */
    int texts_running;
    int64_t timeout_ms;
    bool is_closed;
    struct flight_stats stats;
};

struct flight_table *flight_table_new(struct response_cache *cache, int queue_max, int workers,
                                      int64_t timeout_ms)
{
    struct flight_table *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return NULL;
    }
    int reserved = workers >= 4 ? workers / 4 : workers > 1;
    t->cache = cache;
    t->queue_max = queue_max;
    t->texts_max = workers - reserved;
    t->timeout_ms = timeout_ms;
    for (int i = 0; i < QUEUE_COUNT; i++) {
        t->queues[i].last = &t->queues[i].first;
    }
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->work, NULL);
    return t;
}

void flight_table_free(struct flight_table *t)
{
    if (t != NULL) {
        (void)pthread_cond_destroy(&t->work);
        (void)pthread_mutex_destroy(&t->lock);
        free(t);
    }
}

static void job_free(const struct flight_job *job)
{
    if (job->free_work != NULL) {
        job->free_work(job->work);
    }
}

/* ---- waiters ---- */

/* Deadlines are all equally far away, so appending keeps the list in order. */
static void due_link(struct flight_table *t, struct waiter *w)
{
    w->next_due = NULL;
    w->previous_due = t->last_due;
    *(t->last_due != NULL ? &t->last_due->next_due : &t->first_due) = w;
    t->last_due = w;
    t->stats.waiting++;
}

static void due_unlink(struct flight_table *t, struct waiter *w)
{
    *(w->previous_due != NULL ? &w->previous_due->next_due : &t->first_due) = w->next_due;
    *(w->next_due != NULL ? &w->next_due->previous_due : &t->last_due) = w->previous_due;
    t->stats.waiting--;
}

static void add_waiter(struct flight_table *t, struct flight *f, struct waiter *w)
{
    w->flight = f;
    w->answer = NULL;
    w->code = ERR_OK;
    w->deadline_ms = clock_ms() + t->timeout_ms + FLIGHT_WAITER_LAG_MS;
    w->suspend(w);
    w->next_waiter = f->waiters;
    f->waiters = w;
    due_link(t, w);
}

static void remove_waiter(struct flight_table *t, struct waiter *w)
{
    struct waiter **at = &w->flight->waiters;
    while (*at != w) {
        at = &(*at)->next_waiter;
    }
    *at = w->next_waiter;
    due_unlink(t, w);
}

/* Gives each of a chain its outcome and lets it go. Without the lock. */
static void resume_all(struct waiter *w, enum err code, struct ready *answer, const struct why *why)
{
    while (w != NULL) {
        struct waiter *next = w->next_waiter; /* w may be gone once resumed */
        w->code = code;
        w->answer = answer != NULL ? ready_ref(answer) : NULL;
        if (why != NULL) {
            *w->why = *why;
        }
        w->resume(w);
        w = next;
    }
}

/* ---- flights, under the lock ---- */

static struct flight **find(struct flight_table *t, uint64_t hash, const char *key)
{
    struct flight **at = &t->buckets[hash % FLIGHT_BUCKETS];
    while (*at != NULL &&
           !((*at)->job.is_shared && (*at)->hash == hash && strcmp((*at)->key, key) == 0)) {
        at = &(*at)->chain;
    }
    return at;
}

static void unlink_flight(struct flight_table *t, struct flight *f)
{
    struct flight **at = &t->buckets[f->hash % FLIGHT_BUCKETS];
    while (*at != f) {
        at = &(*at)->chain;
    }
    *at = f->chain;
}

static enum queue_kind kind_of(const struct flight_job *job)
{
    return job->is_text || job->is_long ? QUEUE_TEXT : QUEUE_PICTURE;
}

static struct flight *flight_new(const char *key, uint64_t hash, const struct flight_job *job)
{
    size_t len = strlen(key);
    struct flight *f = calloc(1, sizeof *f + len + 1);
    if (f != NULL) {
        f->job = *job;
        f->hash = hash;
        memcpy(f->key, key, len + 1);
    }
    return f;
}

static void queue_push(struct flight_table *t, struct flight *f)
{
    struct queue *q = &t->queues[kind_of(&f->job)];
    *q->last = f;
    q->last = &f->next_queued;
    q->length++;
    struct flight **bucket = &t->buckets[f->hash % FLIGHT_BUCKETS];
    f->chain = *bucket;
    *bucket = f;
}

static struct flight *queue_pop(struct flight_table *t, enum queue_kind kind)
{
    struct queue *q = &t->queues[kind];
    struct flight *f = q->first;
    q->first = f->next_queued;
    if (q->first == NULL) {
        q->last = &q->first;
    }
    q->length--;
    return f;
}

static struct flight *start(struct flight_table *t, const char *key, uint64_t hash,
                            const struct flight_job *job)
{
    if (t->is_closed || t->queues[kind_of(job)].length >= t->queue_max) {
        return NULL;
    }
    struct flight *f = flight_new(key, hash, job);
    if (f != NULL) {
        f->deadline_ms = clock_ms() + t->timeout_ms;
    }
    return f;
}

enum flight_entry flight_enter(struct flight_table *t, const char *key,
                               const struct flight_job *job, struct waiter *w,
                               struct ready **cached)
{
    uint64_t hash = hash_bytes(key, strlen(key));
    enum flight_entry entry = FLIGHT_JOINED;
    bool is_taken = false;
    (void)pthread_mutex_lock(&t->lock);
    struct flight *f = job->is_shared ? *find(t, hash, key) : NULL;
    struct ready *made =
        f == NULL && job->is_kept ? response_cache_get(t->cache, key, false) : NULL;
    if (made != NULL) {
        *cached = made;
        entry = FLIGHT_CACHED;
    } else if (f != NULL) {
        add_waiter(t, f, w);
        t->stats.joined++;
    } else if ((f = start(t, key, hash, job)) != NULL) {
        add_waiter(t, f, w);
        queue_push(t, f);
        t->stats.started++;
        is_taken = true;
    } else {
        t->stats.refused++;
        entry = FLIGHT_FULL;
    }
    (void)pthread_mutex_unlock(&t->lock);
    if (is_taken) {
        (void)pthread_cond_signal(&t->work); /* who wakes wants the lock at once */
    } else {
        job_free(job);
    }
    return entry;
}

void flight_expire(struct flight_table *t, int64_t now_ms)
{
    struct waiter *late = NULL;
    struct waiter *never_begun = NULL;
    (void)pthread_mutex_lock(&t->lock);
    while (t->first_due != NULL && t->first_due->deadline_ms <= now_ms) {
        struct waiter *w = t->first_due;
        struct waiter **chain = w->flight->is_running ? &late : &never_begun;
        remove_waiter(t, w);
        w->next_waiter = *chain;
        *chain = w;
        t->stats.expired++;
    }
    (void)pthread_mutex_unlock(&t->lock);
    if (late != NULL) {
        struct why why = {0};
        (void)why_set(&why, ERR_TIMEOUT, NULL, "the answer was not ready in time");
        resume_all(late, ERR_TIMEOUT, NULL, &why);
    }
    if (never_begun != NULL) {
        struct why why = {0};
        (void)why_set(&why, ERR_BUSY, NULL, "the server is busy; try again shortly");
        resume_all(never_begun, ERR_BUSY, NULL, &why);
    }
}

/* ---- the workers' side ---- */

static bool may_take_text(const struct flight_table *t)
{
    return t->queues[QUEUE_TEXT].length > 0 && t->texts_running < t->texts_max;
}

/* The older of the two queues' heads would be fairest; alternating by need is enough: pictures are
 * quick, and texts may hold only some of the workers. */
static struct flight *pop_any(struct flight_table *t)
{
    if (may_take_text(t) &&
        (t->queues[QUEUE_PICTURE].length == 0 || t->texts_running < (t->texts_max + 1) / 2)) {
        t->texts_running++;
        return queue_pop(t, QUEUE_TEXT);
    }
    return t->queues[QUEUE_PICTURE].length > 0 ? queue_pop(t, QUEUE_PICTURE) : NULL;
}

static bool has_anyone(const struct flight *f)
{
    for (struct waiter *w = f->waiters; w != NULL; w = w->next_waiter) {
        if (!w->is_gone(w)) {
            return true;
        }
    }
    return false;
}

static struct flight *wait_for_flight(struct flight_table *t)
{
    struct flight *f;
    while ((f = pop_any(t)) == NULL) {
        if (t->is_closed && t->queues[QUEUE_TEXT].length == 0) {
            return NULL;
        }
        (void)pthread_cond_wait(&t->work, &t->lock);
    }
    f->is_running = true;
    t->stats.running++;
    return f;
}

struct flight *flight_take(struct flight_table *t)
{
    for (;;) {
        (void)pthread_mutex_lock(&t->lock);
        struct flight *f = wait_for_flight(t);
        bool is_wanted = f != NULL && has_anyone(f);
        t->stats.dropped += f != NULL && !is_wanted;
        (void)pthread_mutex_unlock(&t->lock);
        if (f == NULL || is_wanted) {
            return f;
        }
        flight_finish(t, f, ERR_UNAVAILABLE, NULL, NULL);
    }
}

const struct flight_job *flight_job(const struct flight *f)
{
    return &f->job;
}

const char *flight_key(const struct flight *f)
{
    return f->key;
}

int64_t flight_deadline_ms(const struct flight *f)
{
    return f->deadline_ms;
}

void flight_finish(struct flight_table *t, struct flight *f, enum err code, struct ready *answer,
                   const struct why *why)
{
    if (answer != NULL && f->job.is_kept) {
        response_cache_put(t->cache, f->key,
                           answer); /* before the flight vanishes: no second run */
    }
    (void)pthread_mutex_lock(&t->lock);
    unlink_flight(t, f);
    struct waiter *waiters = f->waiters;
    for (struct waiter *w = waiters; w != NULL; w = w->next_waiter) {
        due_unlink(t, w);
    }
    t->stats.running--;
    if (kind_of(&f->job) == QUEUE_TEXT) {
        t->texts_running--;
        (void)pthread_cond_broadcast(&t->work); /* one more text may start, or the last one ended */
    }
    (void)pthread_mutex_unlock(&t->lock);
    resume_all(waiters, code, answer, why);
    job_free(&f->job);
    free(f);
}

void flight_close(struct flight_table *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->is_closed = true;
    (void)pthread_cond_broadcast(&t->work);
    (void)pthread_mutex_unlock(&t->lock);
}

/* Under the lock: all waiters of one flight move to the chain. */
static void strip(struct flight_table *t, struct flight *f, struct waiter **chain)
{
    while (f->waiters != NULL) {
        struct waiter *w = f->waiters;
        f->waiters = w->next_waiter;
        due_unlink(t, w);
        w->next_waiter = *chain;
        *chain = w;
    }
}

static struct flight *drop_queued(struct flight_table *t)
{
    struct flight *dropped = NULL;
    for (int kind = 0; kind < QUEUE_COUNT; kind++) {
        while (t->queues[kind].length > 0) {
            struct flight *f = queue_pop(t, (enum queue_kind)kind);
            unlink_flight(t, f);
            f->next_queued = dropped;
            dropped = f;
        }
    }
    return dropped;
}

void flight_abandon(struct flight_table *t)
{
    struct waiter *chain = NULL;
    (void)pthread_mutex_lock(&t->lock);
    t->is_closed = true;
    for (int i = 0; i < FLIGHT_BUCKETS; i++) {
        for (struct flight *f = t->buckets[i]; f != NULL; f = f->chain) {
            strip(t, f, &chain);
        }
    }
    struct flight *dropped = drop_queued(t);
    (void)pthread_cond_broadcast(&t->work);
    (void)pthread_mutex_unlock(&t->lock);
    struct why why = {0};
    (void)why_set(&why, ERR_UNAVAILABLE, NULL, "the server is stopping; try again shortly");
    resume_all(chain, ERR_UNAVAILABLE, NULL, &why);
    while (dropped != NULL) {
        struct flight *next = dropped->next_queued;
        job_free(&dropped->job);
        free(dropped);
        dropped = next;
    }
}

void flight_stats(struct flight_table *t, struct flight_stats *out)
{
    (void)pthread_mutex_lock(&t->lock);
    *out = t->stats;
    out->queued = t->queues[QUEUE_PICTURE].length + t->queues[QUEUE_TEXT].length;
    (void)pthread_mutex_unlock(&t->lock);
}
