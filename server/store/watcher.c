/* watcher.c - a thread that keeps one catalog current and knows whether the database answers.
 *
 * A notification is a hint to ask for the revision, no more: anybody may send one. Between them it
 * asks every few seconds: that finds a publication whose notification was lost, and a database that
 * has gone without closing its socket. The catalog is read again when the revision changed, after a
 * reconnect and now and then.
 */
#include "store/watcher.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/conn.h"
#include "store/statements.h"
#include "store/store.h"

#define IMPORT_STEPS_MAX 100000
#define WATCHER_ROLE     "fluxgrid_server"
#define CHECK_EVERY_MS   5000
#define STANDBY_EVERY_MS 1000 /* no LISTEN there */
#define PAUSE_MAX_MS     500  /* between looks, however many notifications come */
#define CHECK_TIMEOUT_MS 2000
#define READ_TIMEOUT_MS  60000
#define REREAD_EVERY_MS  30000
#define RETRY_AFTER_MS   50 /* conn backs off up to 1 s by itself */

struct watcher {
    pthread_t thread;
    int wake_fd;
    struct conn *db;          /* the thread's */
    uint64_t listening_since; /* conn_opens of the connection that listens; 0 = none */
    bool is_standby;
    int64_t read_ms;   /* when the catalog was read last; 0 = never */
    int64_t looked_ms; /* when the last look began */
    int64_t pause_ms;  /* before the next: doubles when a notification led to nothing */

    pthread_mutex_t lock; /* of all below */
    struct catalog *catalog;
    bool is_ready;
    bool is_stopping;
    struct why cause;
    struct watcher_stats stats;
};

/* ---- shared state ----------------------------------------------------------------------- */

static bool is_stopping(struct watcher *w)
{
    pthread_mutex_lock(&w->lock);
    bool is = w->is_stopping;
    pthread_mutex_unlock(&w->lock);
    return is;
}

static void set_ready(struct watcher *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_ready = true;
    pthread_mutex_unlock(&w->lock);
}

static void set_not_ready(struct watcher *w, const struct why *cause)
{
    pthread_mutex_lock(&w->lock);
    if (w->is_ready || w->stats.failures == 0)
        w->stats.failures++; /* one per time away, not one per attempt */
    w->is_ready = false;
    w->cause = *cause;
    pthread_mutex_unlock(&w->lock);
}

/* Takes the new one. */
static void swap_catalog(struct watcher *w, struct catalog *fresh)
{
    pthread_mutex_lock(&w->lock);
    struct catalog *old = w->catalog;
    w->catalog = fresh;
    w->stats.reloads++;
    pthread_mutex_unlock(&w->lock);
    if (!old || old->revision != fresh->revision)
        log_event(LOG_INFO, "store", "catalog revision %lld: %d releases, %d slices, %d districts",
                  (long long)fresh->revision, fresh->release_count, fresh->slice_count,
                  fresh->district_count);
    catalog_unref(old);
}

struct catalog *watcher_catalog(struct watcher *w)
{
    pthread_mutex_lock(&w->lock);
    struct catalog *c = w->catalog ? catalog_ref(w->catalog) : NULL;
    pthread_mutex_unlock(&w->lock);
    return c;
}

bool watcher_is_ready(struct watcher *w, struct why *why)
{
    pthread_mutex_lock(&w->lock);
    bool is_ready = w->is_ready && w->catalog;
    struct why cause = w->cause;
    pthread_mutex_unlock(&w->lock);
    if (!is_ready)
        why_set(why, ERR_UNAVAILABLE, cause.parameter, "%s",
                cause.reason[0] ? cause.reason : "The catalog has not been read yet.");
    return is_ready;
}

void watcher_stats(struct watcher *w, struct watcher_stats *out)
{
    pthread_mutex_lock(&w->lock);
    *out = w->stats;
    pthread_mutex_unlock(&w->lock);
}

/* ---- the thread ------------------------------------------------------------------------- */

static enum err ask_is_standby(struct watcher *w, struct why *why)
{
    struct rows *rows = NULL;
    enum err e =
        conn_query(w->db, SQL_IS_STANDBY, NULL, 0, clock_ms() + CHECK_TIMEOUT_MS, &rows, why);
    if (!e)
        e = rows_expect(rows, "b", why);
    if (!e)
        w->is_standby = rows_count(rows) > 0 && rows_bool(rows, 0, 0);
    rows_free(rows);
    return e;
}

/* LISTEN comes before the catalog is read, so that nothing falls between the two. */
static enum err listen_anew(struct watcher *w, struct why *why)
{
    enum err e = conn_ensure(w->db, clock_ms() + CHECK_TIMEOUT_MS, why);
    if (e || w->listening_since == conn_opens(w->db))
        return e;
    w->read_ms = 0;
    uint64_t opens = conn_opens(w->db);
    e = ask_is_standby(w, why);
    if (!e && !w->is_standby)
        e = conn_exec(w->db, SQL_LISTEN, clock_ms() + CHECK_TIMEOUT_MS, why);
    if (!e)
        w->listening_since = opens;
    return e;
}

static enum err read_catalog(struct watcher *w, struct why *why)
{
    struct catalog *fresh = NULL;
    enum err e = store_catalog(w->db, clock_ms() + READ_TIMEOUT_MS, &fresh, why);
    if (e)
        return e;
    swap_catalog(w, fresh);
    w->read_ms = clock_ms();
    return ERR_OK;
}

static enum err needs_reading(struct watcher *w, bool *needed, struct why *why)
{
    int64_t revision = 0, boundary = 0;
    *needed = true;
    if (w->read_ms == 0 || clock_ms() - w->read_ms >= REREAD_EVERY_MS)
        return ERR_OK;
    enum err e = store_revision(w->db, clock_ms() + CHECK_TIMEOUT_MS, &revision, &boundary, why);
    if (!e) /* only this thread writes w->catalog */
        *needed = revision != w->catalog->revision || boundary != w->catalog->boundary_revision;
    return e;
}

/* "fluxgrid import 3/17 mass balance", of which anybody may write anything. */
static bool read_progress(const char *text, int *done, int *steps)
{
    static const char before[] = "fluxgrid import ";
    char *end = NULL;
    if (strncmp(text, before, sizeof before - 1) != 0)
        return false;
    long first = strtol(text + sizeof before - 1, &end, 10);
    long second = *end == '/' ? strtol(end + 1, NULL, 10) : -1;
    if (first < 0 || second < first || second == 0 || second > IMPORT_STEPS_MAX)
        return false;
    *done = (int)first;
    *steps = (int)second;
    return true;
}

/* Of no weight: a database that does not say has other faults, which the next look finds. */
static void look_for_imports(struct watcher *w)
{
    struct rows *rows = NULL;
    struct why ignored = {0};
    struct watcher_stats seen = {0};
    enum err e =
        conn_query(w->db, SQL_IMPORTS, NULL, 0, clock_ms() + CHECK_TIMEOUT_MS, &rows, &ignored);
    if (!e)
        e = rows_expect(rows, "T", &ignored);
    for (int i = 0; !e && i < rows_count(rows); i++) {
        int done = 0, steps = 0;
        if (!read_progress(rows_text(rows, i, 0), &done, &steps))
            continue;
        seen.imports++;
        if (steps - done >= seen.import_steps - seen.import_done) {
            seen.import_done = done;
            seen.import_steps = steps;
        }
    }
    rows_free(rows);
    pthread_mutex_lock(&w->lock);
    w->stats.imports = seen.imports;
    w->stats.import_done = seen.import_done;
    w->stats.import_steps = seen.import_steps;
    pthread_mutex_unlock(&w->lock);
}

/* One look at the database. */
static enum err check(struct watcher *w, struct why *why)
{
    bool is_needed = false;
    enum err e = listen_anew(w, why);
    if (!e)
        e = needs_reading(w, &is_needed, why);
    int64_t longer_ms = w->pause_ms ? 2 * w->pause_ms : 1;
    w->pause_ms = is_needed ? 0 : longer_ms > PAUSE_MAX_MS ? PAUSE_MAX_MS : longer_ms;
    if (!e && is_needed)
        e = read_catalog(w, why);
    return e;
}

/* A notification that came while something was asked was read with that answer: its socket is
 * still, and what has been read must be looked at before a wait for more. */
static bool has_news(struct watcher *w)
{
    int notified = 0;
    struct why ignored = {0};
    return conn_notifications(w->db, &notified, &ignored) != ERR_OK || notified > 0;
}

/* @return whether there are news, or the time is up. */
static bool wait_for_news(struct watcher *w, int timeout_ms)
{
    struct pollfd p[] = {{.fd = w->wake_fd, .events = POLLIN},
                         {.fd = conn_socket(w->db), .events = POLLIN}};
    return poll(p, 2, timeout_ms) != 0; /* a negative fd is left out */
}

/* Notifications that tell of a change are followed at once, a flood of empty ones now and then. */
static void rest_between_looks(struct watcher *w)
{
    int64_t left_ms = w->looked_ms + w->pause_ms - clock_ms();
    struct pollfd p = {.fd = w->wake_fd, .events = POLLIN};
    if (left_ms > 0 && poll(&p, 1, (int)left_ms) < 0)
        return; /* a look too many does no harm */
}

static void *watch(void *arg)
{
    struct watcher *w = arg;
    while (!is_stopping(w)) {
        struct why why = {0};
        w->looked_ms = clock_ms();
        if (check(w, &why) == ERR_OK) {
            set_ready(w);
            look_for_imports(w);
            if (!has_news(w) &&
                !wait_for_news(w, w->is_standby ? STANDBY_EVERY_MS : CHECK_EVERY_MS))
                w->pause_ms = 0;
            rest_between_looks(w);
        } else {
            set_not_ready(w, &why);
            (void)wait_for_news(w, RETRY_AFTER_MS);
        }
    }
    return NULL;
}

/* ---- life ------------------------------------------------------------------------------- */

static void watcher_free(struct watcher *w)
{
    conn_free(w->db);
    catalog_unref(w->catalog);
    if (w->wake_fd >= 0)
        close(w->wake_fd);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

enum err watcher_start(const struct settings *settings, struct watcher **out, struct why *why)
{
    struct watcher *w = calloc(1, sizeof *w);
    if (!w)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    pthread_mutex_init(&w->lock, NULL);
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    w->db = conn_new(settings->database_url, WATCHER_ROLE, READ_TIMEOUT_MS);
    enum err e = ERR_OK;
    if (!w->db)
        e = why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    else if (w->wake_fd < 0)
        e = why_set(why, ERR_IO, NULL, "No event descriptor: %s.", strerror(errno));
    else if (pthread_create(&w->thread, NULL, watch, w) != 0)
        e = why_set(why, ERR_IO, NULL, "The watcher's thread cannot be started.");
    if (e) {
        watcher_free(w);
        return e;
    }
    *out = w;
    return ERR_OK;
}

void watcher_stop(struct watcher *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_mutex_unlock(&w->lock);
    uint64_t one = 1;
    if (write(w->wake_fd, &one, sizeof one) < 0)
        log_event(LOG_WARN, "store", "the watcher wakes by itself: %s", strerror(errno));
    pthread_join(w->thread, NULL);
    watcher_free(w);
}
