#include "http/worker.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/spare_memory.h"
#include "http/limits.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "store/conn.h"

#define WORKER_ROLE   "fluxgrid_server"
#define WORKER_NICE   5 /* below the rest of the process */
#define STALE_WAIT_MS 30

struct worker {
    struct worker_pool *pool;
    pthread_t thread;
    struct flight_table *flights;
    struct metrics_shard *jobs;
    struct http_worker lent;
    struct arena arena;
};

struct worker_pool {
    pthread_mutex_t lock; /* of `ended` */
    pthread_cond_t end;
    int ended;
    int count;
    struct worker workers[];
};

static enum err run_job(struct worker *w, struct flight *f, struct ready **answer, struct why *why)
{
    const struct flight_job *job = flight_job(f);
    if (clock_ms() >= flight_deadline_ms(f)) {
        return why_set(why, ERR_BUSY, NULL, "the server is busy; try again shortly");
    }
    struct http_reply reply = {0};
    buf_init(&reply.body, HTTP_ANSWER_MAX_BYTES);
    w->lent.deadline_ms = flight_deadline_ms(f);
    unsigned long spares = spare_count();
    enum err e = job->run(job->work, &w->lent, &reply, why);
    bool is_starved = spare_count() != spares || (e == ERR_OK && w->lent.arena->has_failed);
    if (is_starved) { /* something may be left out, or a fault be none */
        *why = (struct why){0};
        e = why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    if (e != ERR_OK) {
        buf_fini(&reply.body);
        return e;
    }
    return ready_new(job->is_shared ? flight_key(f) : NULL, &reply, job->is_text, answer, why);
}

/* The catalog follows within milliseconds of a commit; the request is planned again with it. */
static void wait_for_catalog(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STALE_WAIT_MS * 1000000L}, NULL);
}

/* Where cores are short, who answers from memory goes before who computes: on Linux a thread has a
 * priority of its own. It only ever yields; refused or unknown, nothing is lost but that. */
static void yield_to_event_threads(void)
{
    id_t self = (id_t)gettid();
    (void)setpriority(PRIO_PROCESS, self, getpriority(PRIO_PROCESS, self) + WORKER_NICE);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    yield_to_event_threads();
    struct flight *f;
    while ((f = flight_take(w->flights)) != NULL) {
        struct why why = {0};
        struct ready *answer = NULL;
        int64_t started_us = clock_us();
        enum err e = run_job(w, f, &answer, &why);
        metrics_count_shared(w->jobs, flight_job(f)->route, e == ERR_OK ? 200 : problem_status(e),
                             clock_us() - started_us);
        if (e == ERR_INTERNAL || e == ERR_IO) {
            log_event(LOG_ERROR, "http", "a job failed: %s: %s", err_words(e), why.reason);
        }
        if (e == ERR_STALE) {
            wait_for_catalog();
        }
        flight_finish(w->flights, f, e, answer, &why);
        ready_unref(answer);
        arena_reset(&w->arena);
    }
    arena_fini(&w->arena);
    conn_free(w->lent.db);
    w->lent.db = NULL;
    (void)pthread_mutex_lock(&w->pool->lock);
    w->pool->ended++;
    (void)pthread_cond_signal(&w->pool->end);
    (void)pthread_mutex_unlock(&w->pool->lock);
    return NULL;
}

static enum err start_one(struct worker *w, const struct settings *settings, struct why *why)
{
    arena_init(&w->arena, HTTP_JOB_ARENA_MAX);
    w->lent.arena = &w->arena;
    w->lent.db = conn_new(settings->database_url, WORKER_ROLE, settings->statement_timeout_ms);
    if (w->lent.db == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    if (pthread_create(&w->thread, NULL, work, w) != 0) {
        conn_free(w->lent.db);
        return why_set(why, ERR_IO, NULL, "no more threads can be started (check ulimit -u)");
    }
    return ERR_OK;
}

static void pool_init(struct worker_pool *p)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->end, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

enum err worker_pool_start(const struct settings *settings, struct flight_table *flights,
                           struct block_cache *blocks, struct response_cache *responses,
                           struct metrics_shard *jobs, int count, struct worker_pool **out,
                           struct why *why)
{
    struct worker_pool *p = calloc(1, sizeof *p + (size_t)count * sizeof p->workers[0]);
    if (p == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    pool_init(p);
    while (p->count < count) {
        struct worker *w = &p->workers[p->count];
        w->pool = p;
        w->flights = flights;
        w->lent.blocks = blocks;
        w->jobs = jobs;
        w->lent.responses = responses;
        enum err e = start_one(w, settings, why);
        if (e != ERR_OK) {
            flight_close(flights);
            bool is_joined = worker_pool_join(p, clock_ms() + 1000);
            assert(is_joined); /* nothing was queued yet */
            return e;
        }
        p->count++;
    }
    *out = p;
    return ERR_OK;
}

/* Waits until all have ended, or the deadline. */
static bool wait_for_end(struct worker_pool *p, int64_t deadline_ms)
{
    struct timespec until = {.tv_sec =
                                 (time_t)(deadline_ms / 1000), /* clock_ms() is monotonic too */
                             .tv_nsec = (long)(deadline_ms % 1000) * 1000000};
    int failed = 0;
    (void)pthread_mutex_lock(&p->lock);
    while (p->ended < p->count && failed == 0) {
        failed = pthread_cond_timedwait(&p->end, &p->lock, &until);
    }
    bool all = p->ended == p->count;
    (void)pthread_mutex_unlock(&p->lock);
    return all;
}

bool worker_pool_join(struct worker_pool *p, int64_t deadline_ms)
{
    if (!wait_for_end(p, deadline_ms)) {
        return false;
    }
    for (int i = 0; i < p->count; i++) {
        (void)pthread_join(p->workers[i].thread, NULL);
    }
    (void)pthread_cond_destroy(&p->end);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
    return true;
}
