/* serve: watcher and HTTP server until a signal says otherwise. */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "http/server.h"
#include "store/watcher.h"

#define GIVE_BACK_EVERY_S 2

/* Blocked before any thread starts, so that only wait_for_end sees them. */
static void block_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* The signal that came; meanwhile free memory goes back to the system. */
static int wait_for_signal(const sigset_t *set)
{
    const struct timespec pause = {.tv_sec = GIVE_BACK_EVERY_S};
    int which;
    while ((which = sigtimedwait(set, NULL, &pause)) < 0) {
        memory_give_back(); /* nothing came, or a debugger did */
    }
    return which;
}

static void wait_for_end(struct http_server *server, const sigset_t *set)
{
    int which;
    while ((which = wait_for_signal(set)) == SIGHUP) {
        struct why why = {0};
        if (http_server_reload(server, &why) == ERR_OK) {
            log_event(LOG_INFO, "serve", "reloaded styles and static files");
        } else {
            log_event(LOG_ERROR, "serve", "reload refused, the former stay: %s", why.reason);
        }
    }
    log_event(LOG_INFO, "serve", "signal %d: draining", which);
}

static int serve(const struct settings *settings)
{
    sigset_t signals;
    block_signals(&signals);
    memory_settle();
    struct why why = {0};
    struct watcher *watcher = NULL;
    struct http_server *server = NULL;
    enum err e = watcher_start(settings, &watcher, &why);
    if (e == ERR_OK) {
        e = http_server_start(settings, api_routes, watcher, &server, &why);
    }
    if (e == ERR_OK) {
        printf("Fluxgrid is at http://%s:%d/\n", settings->listen_address,
               http_server_port(server));
        fflush(stdout);
        wait_for_end(server, &signals);
        http_server_drain(server);
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
    return serve(&settings);
}
