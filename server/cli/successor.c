#include "cli/successor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "http/handed.h"

#define OURS 4 /* variables that say what is handed over */

struct parcel {
    struct handed sockets; /* duplicates, beyond the numbers that they get */
    char text[OURS][32 + HANDED_MAX * sizeof HANDED_PUBLIC];
    char **env;
    char **argv;
};

static bool is_ours(const char *variable)
{
    return strncmp(variable, "LISTEN_", 7) == 0 ||
           strncmp(variable, HANDED_PREDECESSOR "=", sizeof HANDED_PREDECESSOR) == 0;
}

static void write_variables(struct parcel *p)
{
    size_t size = sizeof p->text[0], at = 0;
    (void)snprintf(p->text[0], size, "LISTEN_FDS=%d", p->sockets.count);
    (void)snprintf(p->text[1], size, HANDED_PREDECESSOR "=%ld", (long)getpid());
    (void)snprintf(p->text[3], size, HANDED_LENT "=%d", p->sockets.is_lent);
    at = (size_t)snprintf(p->text[2], size, "LISTEN_FDNAMES=");
    for (int i = 0; i < p->sockets.count; i++) {
        at += (size_t)snprintf(p->text[2] + at, size - at, "%s%s", i > 0 ? ":" : "",
                               p->sockets.sockets[i].is_admin ? HANDED_ADMIN : HANDED_PUBLIC);
    }
}

static bool copy_environment(struct parcel *p)
{
    size_t n = 0, kept = 0;
    while (environ[n] != NULL) {
        n++;
    }
    p->env = calloc(n + OURS + 1, sizeof *p->env);
    if (p->env == NULL) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!is_ours(environ[i])) {
            p->env[kept++] = environ[i];
        }
    }
    write_variables(p);
    for (int i = 0; i < OURS; i++) {
        p->env[kept++] = p->text[i];
    }
    return true;
}

static bool copy_arguments(struct parcel *p, int argc, char *const argv[])
{
    static char serve[] = "serve";
    p->argv = calloc((size_t)argc + 3, sizeof *p->argv);
    if (p->argv == NULL) {
        return false;
    }
    p->argv[0] = program_invocation_name;
    p->argv[1] = serve;
    for (int i = 0; i < argc; i++) {
        p->argv[2 + i] = argv[i];
    }
    return true;
}

/* Beyond the numbers that they get in the child, or one would overwrite the next. */
static bool copy_sockets(struct parcel *p, struct http_server *server)
{
    struct handed own;
    http_server_share_sockets(server, &own);
    p->sockets.is_lent = own.is_lent;
    for (int i = 0; i < own.count; i++) {
        p->sockets.sockets[i] = own.sockets[i];
        p->sockets.sockets[i].fd =
            fcntl(own.sockets[i].fd, F_DUPFD_CLOEXEC, HANDED_FIRST_FD + own.count);
        if (p->sockets.sockets[i].fd < 0) {
            return false;
        }
        p->sockets.count++;
    }
    return true;
}

/* @return an errno. */
static int spawn(const struct parcel *p, pid_t *out)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    (void)sigemptyset(&none);
    if (posix_spawn_file_actions_init(&files) != 0) {
        return ENOMEM;
    }
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int error = 0;
    for (int i = 0; error == 0 && i < p->sockets.count; i++) {
        error =
            posix_spawn_file_actions_adddup2(&files, p->sockets.sockets[i].fd, HANDED_FIRST_FD + i);
    }
    if (error == 0) {
        error = posix_spawnp(out, p->argv[0], &files, &attributes, p->argv, p->env);
    }
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&files);
    return error;
}

enum err successor_start(struct http_server *server, int argc, char *const argv[], pid_t *out,
                         struct why *why)
{
    struct parcel *p = calloc(1, sizeof *p);
    int error = ENOMEM;
    if (p != NULL) {
        if (!copy_sockets(p, server)) {
            error = errno;
        } else if (copy_environment(p) && copy_arguments(p, argc, argv)) {
            error = spawn(p, out);
        }
        for (int i = 0; i < p->sockets.count; i++) {
            (void)close(p->sockets.sockets[i].fd);
        }
        free(p->env);
        free(p->argv);
        free(p);
    }
    if (error != 0) {
        http_server_regain_sockets(server);
    }
    return error == 0 ? ERR_OK
                      : why_set(why, ERR_IO, NULL, "%s cannot be started: %s",
                                program_invocation_name, strerror(error));
}

void successor_ready(void)
{
    pid_t predecessor = handed_predecessor();
    if (predecessor != 0 && kill(predecessor, SIGTERM) != 0) {
        log_event(LOG_WARN, "serve", "process %ld cannot be told to stop: %s", (long)predecessor,
                  strerror(errno));
    }
}
