#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

static struct timespec now(clockid_t clock)
{
    struct timespec t;
    int failed = clock_gettime(clock, &t);
    assert(failed == 0);
    (void)failed;
    return t;
}

int64_t clock_us(void)
{
    struct timespec t = now(CLOCK_MONOTONIC);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_ms(void)
{
    return clock_us() / 1000;
}

double clock_unix_s(void)
{
    struct timespec t = now(CLOCK_REALTIME);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void clock_rfc3339(char text[32])
{
    struct timespec t = now(CLOCK_REALTIME);
    struct tm utc;
    gmtime_r(&t.tv_sec, &utc);
    size_t len = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(text + len, 32 - len, ".%03dZ", (int)(t.tv_nsec / 1000000));
}
