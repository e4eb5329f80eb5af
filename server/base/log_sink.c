#include "base/log_sink.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* PIPE_BUF: a pipe takes so much whole, so lines of processes never mix; and one that can be
 * written at all has room for it. */
#define PIECE_BYTES 4096
#define PATIENCE_MS 20 /* for a reader that is only slow */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool may_lose;
static _Atomic uint64_t lost;
static uint64_t told;  /* of them */
static bool is_stuck;  /* the last piece did not go out: no patience until one does */
static bool is_broken; /* a line was begun and its rest lost */

void log_sink_never_wait(void)
{
    atomic_store(&may_lose, true);
}

uint64_t log_sink_lost(void)
{
    return atomic_load(&lost);
}

/* Also where writing would fail at once: then it shall. */
static bool has_room(void)
{
    struct pollfd standard_error = {.fd = STDERR_FILENO, .events = POLLOUT};
    return !atomic_load(&may_lose) || poll(&standard_error, 1, is_stuck ? 0 : PATIENCE_MS) != 0;
}

/* As many whole lines as go out in one piece, or of a longer line so much. */
static size_t piece_of(const char *lines, size_t len)
{
    if (len <= PIECE_BYTES) {
        return len;
    }
    const char *end = memrchr(lines, '\n', PIECE_BYTES);
    return end == NULL ? PIECE_BYTES : (size_t)(end + 1 - lines);
}

/* @return bytes that were written, maybe not all; 0 = it failed. */
static size_t put(const char *bytes, size_t len)
{
    ssize_t n;
    do {
        n = write(STDERR_FILENO, bytes, len);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? 0 : (size_t)n;
}

static void tell_loss(void)
{
    char time[32], line[192];
    uint64_t all = atomic_load(&lost);
    clock_rfc3339(time);
    int len = snprintf(line, sizeof line,
                       "%s{\"time\":\"%s\",\"level\":\"warn\",\"area\":\"log\","
                       "\"message\":\"nobody read standard error: lines are lost\","
                       "\"lines\":%llu}\n",
                       is_broken ? "\n" : "", time, (unsigned long long)(all - told));
    if (put(line, (size_t)len) > 0) {
        is_stuck = false;
        is_broken = false;
    }
    told = all;
}

static void lose(const char *lines, size_t len)
{
    uint64_t count = 0;
    for (size_t i = 0; i < len; i++) {
        count += lines[i] == '\n';
    }
    atomic_fetch_add(&lost, count);
    is_stuck = true;
}

static void write_all(const char *lines, size_t len)
{
    bool is_within = false; /* a line */
    while (len > 0) {
        bool may_write = has_room();
        if (may_write && atomic_load(&lost) != told) {
            tell_loss();
            continue; /* there may be no more room than that took */
        }
        size_t n = may_write ? put(lines, piece_of(lines, len)) : 0;
        if (n == 0) {
            is_broken = is_broken || is_within;
            lose(lines, len);
            return;
        }
        is_stuck = false;
        is_within = lines[n - 1] != '\n';
        lines += n;
        len -= n;
    }
}

void log_sink_write(const char *lines, size_t len)
{
    int saved = errno;
    (void)pthread_mutex_lock(&lock);
    write_all(lines, len);
    (void)pthread_mutex_unlock(&lock);
    errno = saved;
}
