/* serve: watcher and HTTP server until a signal says otherwise. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/ogc/xml.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/log_sink.h"
#include "base/memory.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/successor.h"
#include "http/handed.h"
#include "http/server.h"
#include "inventory/catalog.h"
#include "store/watcher.h"

#define GIVE_BACK_EVERY_S 2
#define CATALOG_WAIT_MS   30000

/* What the main thread knows while the others serve. */
struct watch {
    struct http_server *server;
    int argc; /* of the command line, for a successor */
    char **argv;
    pid_t successor; /* started and not yet serving; 0 = none */
};

/* Blocked before any thread starts, so that only wait_for_end sees them. */
static void block_signals(sigset_t *set)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaddset(set, signals[i]);
    }
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* The signal that came; meanwhile free memory goes back to the system. */
static int wait_for_signal(const sigset_t *set, siginfo_t *info)
{
    const struct timespec pause = {.tv_sec = GIVE_BACK_EVERY_S};
    int which;
    while ((which = sigtimedwait(set, info, &pause)) < 0) {
        memory_give_back(); /* nothing came, or a debugger did */
    }
    return which;
}

static void reload(const struct watch *w)
{
    struct why why = {0};
    if (http_server_reload(w->server, &why) == ERR_OK) {
        log_event(LOG_INFO, "serve", "reloaded styles and static files");
    } else {
        log_event(LOG_ERROR, "serve", "reload refused, the former stay: %s", why.reason);
    }
}

static void start_successor(struct watch *w)
{
    struct why why = {0};
    if (w->successor != 0) {
        log_event(LOG_WARN, "serve", "successor %ld is still starting", (long)w->successor);
    } else if (successor_start(w->server, w->argc, w->argv, &w->successor, &why) == ERR_OK) {
        log_event(LOG_INFO, "serve", "successor %ld is starting", (long)w->successor);
    } else {
        w->successor = 0;
        log_event(LOG_ERROR, "serve", "no successor, this process goes on: %s", why.reason);
    }
}

static void look_after_successor(struct watch *w)
{
    int status;
    if (w->successor != 0 && waitpid(w->successor, &status, WNOHANG) == w->successor) {
        log_event(LOG_ERROR, "serve", "successor %ld ended (status %d), this process goes on",
                  (long)w->successor, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
        w->successor = 0;
        http_server_regain_sockets(w->server);
    }
}

/* Why the server is to end: its successor serves, or somebody wants no server any more. */
static void begin_end(const struct watch *w, int which, pid_t from)
{
    if (w->successor != 0 && which == SIGTERM && from == w->successor) {
        http_server_succeeded(w->server);
        log_event(LOG_INFO, "serve", "successor %ld serves: draining", (long)from);
        return;
    }
    if (w->successor != 0) {
        (void)kill(w->successor, SIGTERM);
    }
    log_event(LOG_INFO, "serve", "signal %d: draining", which);
}

static void wait_for_end(struct watch *w, const sigset_t *set)
{
    for (;;) {
        siginfo_t info;
        int which = wait_for_signal(set, &info);
        if (which == SIGHUP) {
            reload(w);
        } else if (which == SIGUSR2) {
            start_successor(w);
        } else if (which == SIGCHLD) {
            look_after_successor(w);
        } else {
            begin_end(w, which, info.si_pid);
            return;
        }
    }
}

/* A second SIGTERM, or SIGINT, ends what still runs. */
static bool must_hurry(void)
{
    const struct timespec now = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    int which = sigtimedwait(&set, NULL, &now);
    if (which > 0) {
        log_event(LOG_WARN, "serve", "signal %d again: what still runs is ended", which);
    }
    return which > 0;
}

/* SIGTERM or SIGINT came before there was anything to end. */
static bool is_told_to_stop(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}

/* Clients wait in sockets that were handed over: they are taken in when there is something to
 * answer. A predecessor goes on until then; without one they are told 503 rather than nothing. */
static enum err wait_for_catalog(struct watcher *watcher, struct why *why)
{
    const struct timespec step = {.tv_nsec = 5000000};
    int64_t until_ms = clock_ms() + CATALOG_WAIT_MS;
    while (handed_is_offered() && !is_told_to_stop()) {
        struct catalog *found = watcher_catalog(watcher);
        catalog_unref(found);
        if (found != NULL) {
            break;
        }
        if (clock_ms() >= until_ms) {
            return handed_predecessor() == 0
                       ? ERR_OK
                       : why_set(why, ERR_UNAVAILABLE, NULL, "no catalog could be read in %d s",
                                 CATALOG_WAIT_MS / 1000);
        }
        (void)nanosleep(&step, NULL);
    }
    return ERR_OK;
}

/* @param out  NULL when it shall not start at all. */
static enum err start(const struct settings *settings, struct watcher *watcher,
                      struct http_server **out, struct why *why)
{
    enum err e = wait_for_catalog(watcher, why);
    if (e == ERR_OK && is_told_to_stop()) {
        return ERR_OK;
    }
    if (e == ERR_OK) {
        e = http_server_start(settings, api_routes, watcher, out, why);
    }
    if (e == ERR_OK) {
        printf("Fluxgrid is at http://%s:%d/\n", settings->listen_address, http_server_port(*out));
        fflush(stdout);
        successor_ready();
    }
    return e;
}

static int serve(const struct settings *settings, int argc, char *argv[])
{
    sigset_t signals;
    block_signals(&signals);
    log_sink_never_wait();
    memory_settle();
    xml_prepare();
    struct why why = {0};
    struct watcher *watcher = NULL;
    struct watch watch = {.argc = argc, .argv = argv};
    enum err e = watcher_start(settings, &watcher, &why);
    if (e == ERR_OK) {
        e = start(settings, watcher, &watch.server, &why);
    }
    if (e == ERR_OK && watch.server != NULL) {
        wait_for_end(&watch, &signals);
        http_server_drain(watch.server, must_hurry);
    }
    if (watcher != NULL) {
        watcher_stop(watcher);
    }
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}

int command_serve(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct settings settings;
    if (!arguments_settings(&a, &settings)) {
        return 2;
    }
    if (geteuid() == 0) {
        fputs("fluxgrid serve: refuses to run as root: start it as an unprivileged user ('make "
              "run' does)\n",
              stderr);
        return 2;
    }
    enum log_level level;
    if (log_level_parse(settings.log_level, &level) == ERR_OK) {
        log_set_level(level);
    }
    return serve(&settings, argc, argv);
}
