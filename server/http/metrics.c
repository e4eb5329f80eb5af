#include "http/metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"

static const int statuses[] = {200, 204, 304, 400, 401, 404, 405, 406, 409, 410, 411,
                               413, 414, 415, 429, 431, 500, 501, 503, 504, 505, 0};
#define STATUS_COUNT (int)(sizeof statuses / sizeof statuses[0]) /* the last is "any other" */

static const int64_t bounds_us[] = {100,     250,     500,     1000,    2500,   5000,
                                    10000,   25000,   50000,   100000,  250000, 500000,
                                    1000000, 2500000, 5000000, 10000000};
#define BOUND_COUNT (int)(sizeof bounds_us / sizeof bounds_us[0])

struct route_counts {
    uint64_t by_status[STATUS_COUNT];
    uint64_t by_bound[BOUND_COUNT + 1];
    uint64_t sum_us;
};

struct metrics_shard {
    int count;
    struct route_counts routes[];
};

struct metrics_shard *metrics_shard_new(int route_count)
{
    int count = route_count + METRICS_OTHERS;
    struct metrics_shard *s = calloc(1, sizeof *s + (size_t)count * sizeof s->routes[0]);
    if (s != NULL) {
        s->count = count;
    }
    return s;
}

void metrics_shard_free(struct metrics_shard *s)
{
    free(s);
}

/* One writer, so no read-modify-write is needed; readers see whole values. */
static void add(uint64_t *to, uint64_t n)
{
    __atomic_store_n(to, *to + n, __ATOMIC_RELAXED);
}

/* The worker pool's. */
static void add_shared(uint64_t *to, uint64_t n)
{
    (void)__atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

static void count(struct metrics_shard *s, int route, int status, int64_t duration_us,
                  void (*add_to)(uint64_t *to, uint64_t n))
{
    struct route_counts *r = &s->routes[route];
    int slot = 0;
    while (slot < STATUS_COUNT - 1 && statuses[slot] != status) {
        slot++;
    }
    int bound = 0;
    while (bound < BOUND_COUNT && duration_us > bounds_us[bound]) {
        bound++;
    }
    add_to(&r->by_status[slot], 1);
    add_to(&r->by_bound[bound], 1);
    add_to(&r->sum_us, (uint64_t)duration_us);
}

void metrics_count(struct metrics_shard *s, int route, int status, int64_t duration_us)
{
    count(s, route, status, duration_us, add);
}

void metrics_count_shared(struct metrics_shard *s, int route, int status, int64_t duration_us)
{
    count(s, route, status, duration_us, add_shared);
}

static void sum_route(struct metrics_shard *const *shards, int shard_count, int route,
                      struct route_counts *out)
{
    memset(out, 0, sizeof *out);
    for (int i = 0; i < shard_count; i++) {
        const struct route_counts *r = &shards[i]->routes[route];
        for (int k = 0; k < STATUS_COUNT; k++) {
            out->by_status[k] += __atomic_load_n(&r->by_status[k], __ATOMIC_RELAXED);
        }
        for (int k = 0; k <= BOUND_COUNT; k++) {
            out->by_bound[k] += __atomic_load_n(&r->by_bound[k], __ATOMIC_RELAXED);
        }
        out->sum_us += __atomic_load_n(&r->sum_us, __ATOMIC_RELAXED);
    }
}

static const char *label_of(const struct router *router, int route)
{
    static const char *const others[METRICS_OTHERS] = {"static",  "health",   "preflight",
                                                       "limited", "operator", "unmatched"};
    int count = router_count(router);
    return route < count ? router_route(router, route)->pattern : others[route - count];
}

static const char *method_of(const struct router *router, int route)
{
    return route < router_count(router) ? router_route(router, route)->method : "any";
}

static void write_counts(struct buf *b, const char *name, const char *label, const char *method,
                         const struct route_counts *r)
{
    for (int k = 0; k < STATUS_COUNT; k++) {
        if (r->by_status[k] > 0) {
            buf_printf(b, "%s{route=\"%s\",method=\"%s\",status=\"%d\"} %llu\n", name, label,
                       method, statuses[k], (unsigned long long)r->by_status[k]);
        }
    }
}

static void write_histogram(struct buf *b, const char *name, const char *label, const char *method,
                            const struct route_counts *r)
{
    char labels[160];
    (void)snprintf(labels, sizeof labels, "route=\"%s\",method=\"%s\"", label, method);
    metrics_write_histogram(b, name, labels, bounds_us, r->by_bound, BOUND_COUNT, r->sum_us);
}

static bool is_used(const struct route_counts *r)
{
    for (int k = 0; k < STATUS_COUNT; k++) {
        if (r->by_status[k] > 0) {
            return true;
        }
    }
    return false;
}

void metrics_write_routes(struct buf *b, const struct metrics_family *f,
                          const struct router *router, struct metrics_shard *const *shards,
                          int shard_count)
{
    int count = router_count(router) + METRICS_OTHERS;
    struct route_counts sum;
    metrics_write_head(b, f->total, "counter", f->total_help);
    for (int i = 0; i < count; i++) {
        sum_route(shards, shard_count, i, &sum);
        write_counts(b, f->total, label_of(router, i), method_of(router, i), &sum);
    }
    metrics_write_head(b, f->duration, "histogram", f->duration_help);
    for (int i = 0; i < count; i++) {
        sum_route(shards, shard_count, i, &sum);
        if (is_used(&sum)) {
            write_histogram(b, f->duration, label_of(router, i), method_of(router, i), &sum);
        }
    }
}

/* ---- families ---- */

void metrics_write_head(struct buf *b, const char *name, const char *kind, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

void metrics_write_histogram(struct buf *b, const char *name, const char *labels,
                             const int64_t *upper_us, const uint64_t *by_bound, int bound_count,
                             uint64_t sum_us)
{
    bool is_bare = labels[0] == '\0';
    const char *comma = is_bare ? "" : ",";
    const char *open = is_bare ? "" : "{";
    const char *close = is_bare ? "" : "}";
    uint64_t below = 0;
    for (int k = 0; k < bound_count; k++) {
        below += by_bound[k];
        buf_printf(b, "%s_bucket{%s%sle=\"%g\"} %llu\n", name, labels, comma,
                   (double)upper_us[k] / 1e6, (unsigned long long)below);
    }
    below += by_bound[bound_count];
    buf_printf(b, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", name, labels, comma,
               (unsigned long long)below);
    buf_printf(b, "%s_sum%s%s%s %.6f\n", name, open, labels, close, (double)sum_us / 1e6);
    buf_printf(b, "%s_count%s%s%s %llu\n", name, open, labels, close, (unsigned long long)below);
}

void metrics_write_label(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%s=\"", name);
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            buf_add_str(b, "\\n");
            continue;
        }
        if (*value == '"' || *value == '\\') {
            buf_add_char(b, '\\');
        }
        buf_add_char(b, *value);
    }
    buf_add_char(b, '"');
}

void metrics_write_one(struct buf *b, const char *name, const char *kind, const char *help,
                       double value)
{
    metrics_write_head(b, name, kind, help);
    buf_printf(b, "%s %.17g\n", name, value);
}

static double resident_bytes(void)
{
    char text[128] = "";
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL) {
        return 0;
    }
    char *got = fgets(text, sizeof text, f);
    (void)fclose(f);
    const char *second = got != NULL ? strchr(text, ' ') : NULL;
    return second == NULL ? 0 : strtod(second, NULL) * (double)sysconf(_SC_PAGESIZE);
}

static double open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int n = -3; /* ".", ".." and the folder itself */
    if (dir == NULL) {
        return 0;
    }
    while (readdir(dir) != NULL) {
        n++;
    }
    (void)closedir(dir);
    return n;
}

static double most_files(void)
{
    struct rlimit limit = {0};
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    return (double)limit.rlim_cur;
}

void metrics_write_process(struct buf *b, double started_s)
{
    struct rusage use;
    (void)getrusage(RUSAGE_SELF, &use);
    double cpu_s = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                   (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
    metrics_write_one(b, "process_resident_memory_bytes", "gauge", "Resident memory.",
                      resident_bytes());
    metrics_write_one(b, "fluxgrid_heap_in_use_bytes", "gauge",
                      "Memory that malloc has given out, free pages aside.",
                      (double)memory_in_use());
    metrics_write_one(b, "process_open_fds", "gauge", "Open file descriptors.", open_files());
    metrics_write_one(b, "process_max_fds", "gauge", "File descriptors there may be.",
                      most_files());
    metrics_write_one(b, "process_start_time_seconds", "gauge",
                      "When the process started, in seconds since 1970.", started_s);
    metrics_write_one(b, "process_cpu_seconds_total", "counter", "CPU time, user and system.",
                      cpu_s);
}
