/* clock.h - monotonic time for deadlines, wall time only for people. Safe from any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);    /* CLOCK_MONOTONIC, milliseconds */
int64_t clock_us(void);    /* CLOCK_MONOTONIC, microseconds */
double clock_unix_s(void); /* CLOCK_REALTIME, seconds since 1970; for people's figures only */
/** RFC 3339 UTC with milliseconds into text[32]. */
void clock_rfc3339(char text[32]);

#endif
