#include "base/log_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

/* PIPE_BUF: a pipe takes so much whole, so lines of processes never mix; and one that can be
 * written at all has room for it. */
#define PIECE_BYTES 4096
#define PATIENCE_MS 20 /* for a reader that is only slow */
/* Of a second, in all: a reader that is slower than the log for long would have every thread wait
 * here most of the time. */
#define PATIENCE_A_SECOND_US 100000
#define SECOND_US            1000000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool may_lose;
static int sink_fd = STDERR_FILENO;
static _Atomic uint64_t lost;
static uint64_t told;     /* of them */
static bool is_stuck;     /* the last piece did not go out: no patience until one does */
static bool is_broken;    /* a line was begun and its rest lost */
static int64_t second_us; /* when it began */
static int64_t waited_us; /* in it */

/* The same pipe or terminal, opened once more: what poll() says of a terminal is not that a line
 * fits, and of a pipe not that another process leaves the room. O_NONBLOCK on standard error
 * itself would be everybody's who shares it. */
static int open_again(void)
{
    struct stat found;
    bool is_needed = fstat(STDERR_FILENO, &found) == 0 &&
                     (S_ISFIFO(found.st_mode) || isatty(STDERR_FILENO) == 1);
    int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = is_needed ? open("/proc/self/fd/2", flags) : -1;
    return fd < 0 ? STDERR_FILENO : fd; /* another user's cannot be opened: poll() has to do */
}

void log_sink_never_wait(void)
{
    if (sink_fd != STDERR_FILENO) {
        (void)close(sink_fd);
    }
    sink_fd = open_again();
    atomic_store(&may_lose, true);
}

uint64_t log_sink_lost(void)
{
    return atomic_load(&lost);
}

static int patience_ms(int64_t now_us)
{
    if (now_us - second_us >= SECOND_US) {
        second_us = now_us;
        waited_us = 0;
    }
    return is_stuck || waited_us >= PATIENCE_A_SECOND_US ? 0 : PATIENCE_MS;
}

/* Also where writing would fail at once: then it shall. */
static bool has_room(void)
{
    struct pollfd sink = {.fd = sink_fd, .events = POLLOUT};
    if (!atomic_load(&may_lose) || poll(&sink, 1, 0) != 0) {
        return true;
    }
    int64_t from_us = clock_us();
    bool has_come = poll(&sink, 1, patience_ms(from_us)) != 0;
    waited_us += clock_us() - from_us;
    return has_come;
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
        n = write(sink_fd, bytes, len);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? 0 : (size_t)n;
}

/* @return whether it is told; if not, it will be. */
static bool tell_loss(void)
{
    char time[32], line[192];
    uint64_t all = atomic_load(&lost);
    clock_rfc3339(time);
    int len = snprintf(line, sizeof line,
                       "%s{\"time\":\"%s\",\"level\":\"warn\",\"area\":\"log\","
                       "\"message\":\"nobody read standard error: lines are lost\","
                       "\"lines\":%llu}\n",
                       is_broken ? "\n" : "", time, (unsigned long long)(all - told));
    size_t n = put(line, (size_t)len);
    if (n > 0) {
        is_broken = n < (size_t)len;
    }
    if (n < (size_t)len) {
        return false;
    }
    told = all;
    is_stuck = false;
    return true;
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
            may_write = tell_loss();
            if (may_write) {
                continue; /* there may be no more room than that took */
            }
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
