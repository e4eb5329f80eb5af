/* test_http_flight.c - one run per key, the bounded queue, deadlines and clients that left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/flight.h"

struct client {
    struct waiter waiter;
    struct why why;
    atomic_int suspended, resumed;
    bool is_gone;
};

static void note_suspend(struct waiter *w)
{
    ((struct client *)(void *)w)->suspended++;
}

static void note_resume(struct waiter *w)
{
    struct client *c = (struct client *)(void *)w;
    assert_int_equal(c->suspended, 1); /* never resumed before it was suspended */
    c->resumed++;
}

static bool look_gone(struct waiter *w)
{
    return ((struct client *)(void *)w)->is_gone;
}

static struct client *clients_new(int n)
{
    struct client *c = calloc((size_t)n, sizeof *c);
    assert_non_null(c);
    for (int i = 0; i < n; i++) {
        c[i].waiter.suspend = note_suspend;
        c[i].waiter.resume = note_resume;
        c[i].waiter.is_gone = look_gone;
        c[i].waiter.why = &c[i].why;
    }
    return c;
}

static atomic_int works; /* alive: every one made must be freed */

static void free_work(void *work)
{
    works--;
    free(work);
}

static struct flight_job job_new(bool is_text, bool is_shared)
{
    works++;
    return (struct flight_job){.free_work = free_work,
                               .work = malloc(1),
                               .is_text = is_text,
                               .is_kept = is_shared,
                               .is_shared = is_shared};
}

static struct ready *answer_new(void)
{
    struct http_reply reply = {.content_type = "text/plain"};
    struct ready *a = NULL;
    buf_init(&reply.body, 64);
    buf_add_str(&reply.body, "answer");
    assert_int_equal(ready_new("k", &reply, false, &a, NULL), ERR_OK);
    return a;
}

static enum flight_entry enter(struct flight_table *t, const char *key, struct client *c,
                               bool is_text)
{
    struct flight_job job = job_new(is_text, true);
    struct ready *cached = NULL;
    enum flight_entry e = flight_enter(t, key, &job, &c->waiter, &cached);
    assert_true((cached != NULL) == (e == FLIGHT_CACHED));
    ready_unref(cached);
    return e;
}

static void one_run_serves_everyone(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 4, 2, 1000);
    struct client *c = clients_new(500);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(enter(t, "k", &c[i], false), FLIGHT_JOINED);
    }
    assert_int_equal(works, 1);
    struct flight *f = flight_take(t);
    assert_string_equal(flight_key(f), "k");
    struct ready *a = answer_new();
    flight_finish(t, f, ERR_OK, a, NULL);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(c[i].resumed, 1);
        assert_ptr_equal(c[i].waiter.answer, a);
        ready_unref(c[i].waiter.answer);
    }
    struct client *late = clients_new(1);
    assert_int_equal(enter(t, "k", late, false), FLIGHT_CACHED); /* made meanwhile: no second run */
    assert_int_equal(late->suspended, 0);
    struct flight_stats s;
    flight_stats(t, &s);
    assert_true(s.started == 1 && s.joined == 499 && s.waiting == 0 && s.running == 0 &&
                s.queued == 0);
    ready_unref(a);
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    free(late);
    assert_int_equal(works, 0);
}

static void a_failure_reaches_everyone_and_is_not_kept(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 4, 2, 1000);
    struct client *c = clients_new(3);
    struct why why = {0};
    (void)why_set(&why, ERR_UNAVAILABLE, NULL, "the database is away");
    assert_int_equal(enter(t, "k", &c[0], false), FLIGHT_JOINED);
    assert_int_equal(enter(t, "k", &c[1], false), FLIGHT_JOINED);
    flight_finish(t, flight_take(t), ERR_UNAVAILABLE, NULL, &why);
    assert_int_equal(c[1].waiter.code, ERR_UNAVAILABLE);
    assert_string_equal(c[1].why.reason, "the database is away");
    assert_null(c[0].waiter.answer);
    assert_int_equal(enter(t, "k", &c[2], false), FLIGHT_JOINED); /* tried again */
    flight_abandon(t);
    assert_int_equal(c[2].waiter.code, ERR_UNAVAILABLE);
    assert_null(flight_take(t));
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    assert_int_equal(works, 0);
}

static void a_full_queue_refuses_at_once(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 2, 2, 1000);
    struct client *c = clients_new(6);
    assert_int_equal(enter(t, "1", &c[0], false), FLIGHT_JOINED);
    assert_int_equal(enter(t, "2", &c[1], false), FLIGHT_JOINED);
    assert_int_equal(enter(t, "3", &c[2], false), FLIGHT_FULL);
    assert_int_equal(c[2].suspended, 0);
    assert_int_equal(enter(t, "2", &c[3], false), FLIGHT_JOINED); /* joining needs no room */
    assert_int_equal(enter(t, "4", &c[4], true), FLIGHT_JOINED);  /* texts have their own queue */
    flight_close(t);
    assert_int_equal(enter(t, "5", &c[5], true), FLIGHT_FULL);
    flight_abandon(t);
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    assert_int_equal(works, 0);
}

static void waiters_do_not_wait_for_ever(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 4, 2, 100);
    struct client *c = clients_new(2);
    assert_int_equal(enter(t, "running", &c[0], false), FLIGHT_JOINED);
    struct flight *f = flight_take(t);
    assert_int_equal(enter(t, "queued", &c[1], false), FLIGHT_JOINED);
    flight_expire(t, clock_ms());
    assert_int_equal(c[0].resumed, 0);
    flight_expire(t, clock_ms() + 200);
    assert_int_equal(c[0].resumed, 1);
    assert_int_equal(c[0].waiter.code, ERR_TIMEOUT);
    assert_int_equal(c[1].resumed, 1);
    assert_int_equal(c[1].waiter.code, ERR_BUSY);
    struct ready *a = answer_new();
    flight_finish(t, f, ERR_OK, a, NULL); /* the job went on: its answer is kept */
    struct ready *kept = response_cache_get(cache, "running", false);
    assert_ptr_equal(kept, a);
    assert_int_equal(c[0].resumed, 1);
    ready_unref(kept);
    ready_unref(a);
    flight_abandon(t);
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    assert_int_equal(works, 0);
}

static void a_flight_nobody_waits_for_is_dropped(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 4, 2, 1000);
    struct client *c = clients_new(3);
    assert_int_equal(enter(t, "left", &c[0], false), FLIGHT_JOINED);
    assert_int_equal(enter(t, "left", &c[1], false), FLIGHT_JOINED);
    assert_int_equal(enter(t, "here", &c[2], false), FLIGHT_JOINED);
    c[0].is_gone = c[1].is_gone = true;
    struct flight *f = flight_take(t);
    assert_string_equal(flight_key(f), "here");
    assert_int_equal(c[0].resumed, 1); /* so that its connection can be closed */
    flight_finish(t, f, ERR_INTERNAL, NULL, NULL);
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    assert_int_equal(works, 0);
}

static void unshared_jobs_run_each(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 4, 2, 1000);
    struct client *c = clients_new(2);
    struct ready *cached = NULL;
    for (int i = 0; i < 2; i++) {
        struct flight_job job = job_new(false, false);
        assert_int_equal(flight_enter(t, "", &job, &c[i].waiter, &cached), FLIGHT_JOINED);
    }
    for (int i = 0; i < 2; i++) {
        struct ready *a = answer_new();
        flight_finish(t, flight_take(t), ERR_OK, a, NULL);
        ready_unref(a);
        ready_unref(c[i].waiter.answer);
        assert_int_equal(c[i].resumed, 1);
    }
    assert_null(response_cache_get(cache, "", false));
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    assert_int_equal(works, 0);
}

static void texts_leave_a_worker_to_pictures(void **state)
{
    (void)state;
    struct response_cache *cache = response_cache_new(1 << 20);
    struct flight_table *t = flight_table_new(cache, 8, 4, 1000);
    struct client *c = clients_new(5);
    static const char *const keys[] = {"t0", "t1", "t2", "t3", "p"};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(enter(t, keys[i], &c[i], true), FLIGHT_JOINED);
    }
    struct flight *texts[3];
    for (int i = 0; i < 3; i++) {
        texts[i] = flight_take(t);
        assert_true(flight_job(texts[i])->is_text);
    }
    assert_int_equal(enter(t, "p", &c[4], false), FLIGHT_JOINED);
    struct flight *picture = flight_take(t); /* a fourth text waits, the picture does not */
    assert_string_equal(flight_key(picture), "p");
    for (int i = 0; i < 3; i++) {
        flight_finish(t, texts[i], ERR_INTERNAL, NULL, NULL);
    }
    flight_finish(t, flight_take(t), ERR_INTERNAL, NULL, NULL);
    flight_finish(t, picture, ERR_INTERNAL, NULL, NULL);
    flight_table_free(t);
    response_cache_free(cache);
    free(c);
    assert_int_equal(works, 0);
}

struct race {
    struct flight_table *table;
    struct client *clients;
};

static void *work_until_closed(void *arg)
{
    struct race *r = arg;
    struct flight *f;
    while ((f = flight_take(r->table)) != NULL) {
        struct ready *a = answer_new();
        flight_finish(r->table, f, ERR_OK, a, NULL);
        ready_unref(a);
    }
    return NULL;
}

static void threads_lose_nobody(void **state)
{
    (void)state;
    enum { CLIENTS = 4000 };
    struct response_cache *cache = response_cache_new(1 << 16);
    struct race r = {flight_table_new(cache, CLIENTS, 4, 10000), clients_new(CLIENTS)};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work_until_closed, &r), 0);
    }
    int waiting = 0;
    for (int i = 0; i < CLIENTS; i++) {
        char key[8] = {(char)('a' + i % 26), (char)('a' + i / 26 % 8), '\0'};
        waiting += enter(r.table, key, &r.clients[i], i % 3 == 0) == FLIGHT_JOINED;
        flight_expire(r.table, clock_ms());
    }
    flight_close(r.table);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    int resumed = 0;
    for (int i = 0; i < CLIENTS; i++) {
        resumed += r.clients[i].resumed;
        ready_unref(r.clients[i].waiter.answer);
    }
    assert_int_equal(resumed, waiting);
    assert_int_equal(works, 0);
    flight_table_free(r.table);
    response_cache_free(cache);
    free(r.clients);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_run_serves_everyone),
        cmocka_unit_test(a_failure_reaches_everyone_and_is_not_kept),
        cmocka_unit_test(a_full_queue_refuses_at_once),
        cmocka_unit_test(waiters_do_not_wait_for_ever),
        cmocka_unit_test(a_flight_nobody_waits_for_is_dropped),
        cmocka_unit_test(unshared_jobs_run_each),
        cmocka_unit_test(texts_leave_a_worker_to_pictures),
        cmocka_unit_test(threads_lose_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
