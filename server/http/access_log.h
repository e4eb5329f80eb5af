/* access_log.h - one JSON line per request, batched per event thread.
 *
 * A write per request would cost more than a cache hit; here lines gather in a buffer that its
 * event thread writes out after each round of its loop, whole lines at a time. Same shape as
 * base/log.h. One thread only.
 */
#ifndef HTTP_ACCESS_LOG_H
#define HTTP_ACCESS_LOG_H

#include <stdint.h>

#include "base/buf.h"

struct access_log {
    struct buf lines;
    bool is_on;
    int64_t stamped_ms; /* when `stamp` was taken */
    char stamp[32];
};

struct access_line {
    const char *id, *client, *method, *target, *source; /* source: hit, run, static ... */
    int status;
    size_t bytes;
    int64_t duration_us;
};

void access_log_init(struct access_log *l, bool is_on);
void access_log_fini(struct access_log *l); /* flushes */
void access_log_add(struct access_log *l, const struct access_line *line);
void access_log_flush(struct access_log *l);

#endif
