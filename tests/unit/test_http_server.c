/* test_http_server.c - the server as a whole, with routes made for the purpose: one that sleeps,
 * one that fails, one that says how often it ran. No database: its address leads nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "fixture_client.h"
#include "http/server.h"
#include "store/watcher.h"

/* ---- routes ---- */

enum kind { KIND_BYTES, KIND_SLOW, KIND_FAIL, KIND_TEXT, KIND_LINKS };

struct work {
    enum kind kind;
    long number;
    char base_url[128];
};

#define PATIENT_MS 60000 /* for what comes at once: only ends a hang */

static atomic_int runs;
static atomic_bool is_held; /* slow jobs do not end before it is down */

static void sleep_ms(long ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&t, NULL);
}

static enum err run(void *arg, struct http_worker *worker, struct http_reply *out, struct why *why)
{
    struct work *w = arg;
    int nth = atomic_fetch_add(&runs, 1) + 1;
    assert_non_null(worker->arena);
    if (w->kind == KIND_FAIL) {
        return why_set(why, (enum err)w->number, NULL, "it fails as asked");
    }
    if (w->kind == KIND_SLOW) {
        sleep_ms(w->number);
    }
    while (w->kind == KIND_SLOW && atomic_load(&is_held)) {
        sleep_ms(1);
    }
    out->content_type = w->kind == KIND_TEXT ? "application/json" : "image/png";
    buf_printf(&out->body, "run %d %s", nth, w->base_url);
    for (long i = 0; w->kind != KIND_SLOW && i < w->number; i++) {
        buf_add_char(&out->body, (char)('a' + i % 26));
    }
    http_reply_header(out, "X-Run", "%d", nth);
    return ERR_OK;
}

static enum err plan(const struct http_request *r, struct http_plan *out, enum kind kind,
                     enum http_cache cache, struct why *why)
{
    static const char *const allowed[] = {"k", NULL};
    enum err e = http_query_only(r, allowed, why);
    if (e != ERR_OK) {
        return e;
    }
    struct work *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->kind = kind;
    w->number = r->segment_count > 0 ? strtol(r->segments[0], NULL, 10) : (long)r->body_len;
    if (kind == KIND_LINKS) {
        (void)snprintf(w->base_url, sizeof w->base_url, "%s", r->base_url);
    }
    const char *k = http_query(r, "k");
    out->key = arena_printf(r->arena, "%d %ld %s", (int)kind, w->number, k != NULL ? k : "");
    out->cache = cache;
    out->is_text = kind == KIND_TEXT;
    out->uses_base_url = kind == KIND_LINKS;
    out->varies_language = kind == KIND_TEXT;
    out->canonical_path = "/bytes/7";
    out->cite_path = kind == KIND_LINKS ? "/links/7" : NULL;
    out->run = run;
    out->work = w;
    out->free_work = free;
    return ERR_OK;
}

#define PLAN(name, kind, cache)                                                                    \
    static enum err name(const struct http_request *r, const struct http_state *s,                 \
                         struct http_plan *out, struct why *why)                                   \
    {                                                                                              \
        (void)s;                                                                                   \
        return plan(r, out, kind, cache, why);                                                     \
    }
PLAN(plan_bytes, KIND_BYTES, HTTP_IMMUTABLE)
PLAN(plan_latest, KIND_BYTES, HTTP_LATEST)
PLAN(plan_slow, KIND_SLOW, HTTP_IMMUTABLE)
PLAN(plan_fail, KIND_FAIL, HTTP_REVALIDATE)
PLAN(plan_text, KIND_TEXT, HTTP_REVALIDATE)
PLAN(plan_fresh, KIND_BYTES, HTTP_NO_STORE)
PLAN(plan_links, KIND_LINKS, HTTP_REVALIDATE)

static enum err plan_state(const struct http_request *r, const struct http_state *s,
                           struct http_plan *out, struct why *why)
{
    (void)r;
    (void)out;
    if (s->settings == NULL || s->styles == NULL) {
        return ERR_INTERNAL;
    }
    return s->catalog == NULL ? why_set(why, ERR_UNAVAILABLE, NULL, "no catalog yet")
                              : ERR_INTERNAL;
}

static const struct http_route routes[] = {
    {"GET", "/bytes/{n}", "", plan_bytes}, {"GET", "/latest/{n}", "", plan_latest},
    {"GET", "/slow/{ms}", "", plan_slow},  {"GET", "/fail/{code}", "", plan_fail},
    {"GET", "/text/{n}", "", plan_text},   {"GET", "/fresh/{n}", "", plan_fresh},
    {"GET", "/links/{n}", "", plan_links}, {"GET", "/state", "", plan_state},
    {"POST", "/echo", "", plan_text},      {NULL, NULL, NULL, NULL},
};

/* ---- the server and a client ---- */

static struct settings settings;
static struct watcher *watcher;
static struct http_server *server;
static char folder[64];

static void write_file(const char *name, const char *text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void start(void)
{
    struct why why = {0};
    atomic_store(&runs, 0);
    assert_int_equal(watcher_start(&settings, &watcher, &why), ERR_OK);
    if (http_server_start(&settings, routes, watcher, &server, &why) != ERR_OK) {
        fail_msg("%s", why.reason);
    }
}

static int set_up(void **state)
{
    (void)state;
    struct why why = {0};
    log_set_level(LOG_ERROR);
    assert_int_equal(settings_load(&settings, NULL, 0, NULL, &why), ERR_OK);
    (void)snprintf(folder, sizeof folder, "/tmp/fluxgrid-http-XXXXXX");
    assert_non_null(mkdtemp(folder));
    write_file("index.html", "<!doctype html><title>page</title>");
    write_file(".hidden", "no");
    (void)snprintf(settings.static_dir, sizeof settings.static_dir, "%s", folder);
    (void)snprintf(settings.database_url, sizeof settings.database_url, "host=/nowhere");
    (void)snprintf(settings.log_level, sizeof settings.log_level, "error");
    settings.port = 0;
    settings.admin_port = 0;
    settings.event_threads = 2;
    settings.workers = 2;
    settings.max_connections = 1000;
    start();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[160];
    atomic_store(&is_held, false);
    if (server != NULL) {
        http_server_drain(server, NULL);
        server = NULL;
        watcher_stop(watcher);
    }
    static const char *const files[] = {"index.html", ".hidden", "app.js"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(command, sizeof command, "%s/%s", folder, files[i]);
        (void)unlink(command);
    }
    return rmdir(folder);
}

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* One answer: reads until its body is complete, the server closes, or nothing comes. */
struct answer {
    int status;
    bool is_closed;
    char head[2048];
    char body[8192];
    size_t body_len;
};

static size_t body_length(const char *head, bool is_bodyless)
{
    const char *at = strstr(head, "Content-Length: ");
    return at == NULL || is_bodyless ? 0 : (size_t)strtol(at + 16, NULL, 10);
}

static bool has_all(const char *text, size_t len, bool is_head, struct answer *out)
{
    const char *end = memmem(text, len, "\r\n\r\n", 4);
    if (end == NULL) {
        return false;
    }
    size_t head_len = (size_t)(end + 4 - text);
    assert_true(head_len < sizeof out->head);
    memcpy(out->head, text, head_len);
    out->head[head_len] = '\0';
    out->status = (int)strtol(text + 9, NULL, 10);
    bool is_bodyless = is_head || out->status == 304 || out->status == 204;
    out->body_len = body_length(out->head, is_bodyless);
    if (len - head_len < out->body_len) {
        return false;
    }
    assert_true(out->body_len < sizeof out->body);
    memcpy(out->body, text + head_len, out->body_len);
    out->body[out->body_len] = '\0';
    return true;
}

static struct answer hear(int fd, bool is_head)
{
    static _Thread_local char text[16384];
    size_t len = 0;
    struct answer a = {0};
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (!has_all(text, len, is_head, &a) && poll(&p, 1, PATIENT_MS) > 0) {
        ssize_t n = recv(fd, text + len, sizeof text - len, 0);
        if (n <= 0) {
            a.is_closed = true;
            break;
        }
        len += (size_t)n;
    }
    return a;
}

static struct answer ask_with(const char *method, const char *target, const char *headers)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: here\r\n%s\r\n", method, target,
                   headers);
    int fd = dial();
    say(fd, text);
    struct answer a = hear(fd, strcmp(method, "HEAD") == 0);
    (void)close(fd);
    return a;
}

static struct answer ask(const char *target)
{
    return ask_with("GET", target, "");
}

static const char *header_of(const struct answer *a, const char *name, char value[256])
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "\r\n%s: ", name);
    const char *at = strstr(a->head, wanted);
    if (at == NULL) {
        return NULL;
    }
    at += strlen(wanted);
    (void)snprintf(value, 256, "%.*s", (int)strcspn(at, "\r"), at);
    return value;
}

static void assert_header(const struct answer *a, const char *name, const char *expected)
{
    char value[256];
    const char *found = header_of(a, name, value);
    if (expected == NULL) {
        assert_null(found);
    } else if (found == NULL || strcmp(found, expected) != 0) {
        fail_msg("%s: %s instead of %s in\n%s", name, found, expected, a->head);
    }
}

/* ---- tests ---- */

static void a_hit_does_not_run_again(void **state)
{
    (void)state;
    struct answer first = ask("/bytes/10");
    struct answer again = ask("/bytes/10");
    assert_int_equal(first.status, 200);
    assert_string_equal(first.body, "run 1 abcdefghij");
    assert_string_equal(again.body, first.body);
    assert_int_equal(runs, 1);
    assert_header(&first, "X-Run", "1");
    assert_header(&first, "Content-Type", "image/png");
    assert_header(&first, "Cache-Control", "public, max-age=31536000, immutable");
    assert_header(&first, "Access-Control-Allow-Origin", "*");
    assert_header(&first, "X-Content-Type-Options", "nosniff");
    assert_header(&first, "Vary", NULL);
    assert_header(&first, "Content-Encoding", NULL);
    assert_header(&first, "Link", NULL);
}

static void a_tag_is_answered_without_running(void **state)
{
    (void)state;
    char tag[256];
    char condition[300];
    struct answer first = ask("/bytes/10");
    (void)snprintf(condition, sizeof condition, "If-None-Match: \"x\", W/%s\r\n",
                   header_of(&first, "ETag", tag));
    struct answer known = ask_with("GET", "/bytes/10", condition);
    assert_int_equal(known.status, 304);
    assert_header(&known, "ETag", tag);
    assert_header(&known, "Content-Length", "16"); /* that of the 200 */
    assert_int_equal(ask_with("HEAD", "/bytes/10", condition).status, 304);
    assert_int_equal(ask_with("GET", "/bytes/10", "If-None-Match: *\r\n").status, 304);
    assert_int_equal(ask_with("GET", "/bytes/10", "If-None-Match: \"x\"\r\n").status, 200);
    assert_int_equal(runs, 1);
    http_server_drain(server, NULL); /* a fresh server knows the tag without having the answer */
    watcher_stop(watcher);
    start();
    struct answer cold = ask_with("GET", "/bytes/10", condition);
    assert_int_equal(cold.status, 304);
    assert_header(&cold, "ETag", tag);
    assert_header(&cold, "Content-Length", NULL);
    assert_header(&cold, "Transfer-Encoding", NULL);
    assert_int_equal(runs, 0);
}

static void texts_come_zipped_to_those_who_can(void **state)
{
    (void)state;
    char plain_tag[256];
    char zipped_tag[256];
    struct answer plain = ask("/text/1000");
    struct answer zipped = ask_with("GET", "/text/1000", "Accept-Encoding: gzip, br\r\n");
    assert_true(zipped.body_len < plain.body_len);
    assert_memory_equal(zipped.body, "\x1f\x8b", 2);
    assert_header(&zipped, "Content-Encoding", "gzip");
    assert_header(&zipped, "Vary", "Accept-Encoding, Accept-Language");
    assert_header(&plain, "Vary", "Accept-Encoding, Accept-Language");
    assert_string_not_equal(header_of(&plain, "ETag", plain_tag),
                            header_of(&zipped, "ETag", zipped_tag));
    assert_int_equal(runs, 1);
    char condition[300];
    (void)snprintf(condition, sizeof condition, "If-None-Match: %s\r\n", zipped_tag);
    assert_int_equal(ask_with("GET", "/text/1000", condition).status, 200); /* another coding */
    (void)snprintf(condition, sizeof condition, "Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n",
                   zipped_tag);
    assert_int_equal(ask_with("GET", "/text/1000", condition).status, 304);
}

static void head_is_get_without_a_body(void **state)
{
    (void)state;
    struct answer get = ask("/bytes/10");
    struct answer head = ask_with("HEAD", "/bytes/10", "");
    assert_string_equal(strstr(get.head, "X-Content"), strstr(head.head, "X-Content"));
    int fd = dial();
    say(fd, "HEAD /bytes/10 HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(hear(fd, true).status, 200);
    (void)close(fd);
}

static void policies_and_links(void **state)
{
    (void)state;
    struct answer latest = ask("/latest/10");
    assert_header(&latest, "Cache-Control",
                  "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400");
    assert_header(&latest, "Link", "</bytes/7>; rel=\"canonical\"");
    assert_int_equal(ask("/bytes/10").status, 200); /* the same key: one run, another dress */
    assert_int_equal(runs, 1);
    struct answer fresh = ask("/fresh/1");
    assert_header(&fresh, "Cache-Control", "no-store");
    assert_header(&fresh, "ETag", NULL);
    assert_int_equal(ask("/fresh/1").status, 200);
    assert_int_equal(runs, 3);
    struct answer one = ask("/links/0");
    assert_string_equal(one.body, "run 4 http://here");
    assert_header(&one, "Link", "</links/7>; rel=\"cite-as\"");
    int fd = dial();
    say(fd, "GET /links/0 HTTP/1.1\r\nHost: elsewhere:81\r\n\r\n");
    assert_string_equal(hear(fd, false).body,
                        "run 5 http://elsewhere:81"); /* not the first one's */
    (void)close(fd);
}

static void problems(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        int status;
    } cases[] = {{"/nothing", 404},
                 {"/bytes/1/", 404},
                 {"/bytes/1?x=1", 400},
                 {"/bytes/1?k=1&k=1", 400},
                 {"/%2e%2e/etc/passwd", 400},
                 {"/.hidden", 404},
                 {"/metrics", 404},
                 {"/state", 503},
                 {"/fail/1", 400},
                 {"/fail/2", 404},
                 {"/fail/6", 410},
                 {"/fail/12", 503},
                 {"/fail/14", 504},
                 {"/fail/17", 500},
                 {"/readyz", 503},
                 {"/echo", 405}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer a = ask(cases[i].target);
        if (a.status != cases[i].status) {
            fail_msg("%s: %d", cases[i].target, a.status);
        }
        char value[256];
        assert_header(&a, "Content-Type", "application/problem+json");
        assert_header(&a, "Cache-Control", "no-store");
        assert_header(&a, "Retry-After", a.status == 503 ? "1" : NULL);
        assert_header(&a, "Allow", a.status == 405 ? "POST, OPTIONS" : NULL);
        assert_non_null(header_of(&a, "X-Request-Id", value));
        assert_non_null(strstr(a.body, value));
    }
    struct answer named = ask_with("GET", "/nothing", "X-Request-Id: abc-123\r\n");
    assert_header(&named, "X-Request-Id", "abc-123");
    named = ask_with("GET", "/nothing", "X-Request-Id: a\"b\r\n");
    assert_null(strstr(named.head, "a\"b"));
    assert_int_equal(ask_with("OPTIONS", "/echo", "").status, 204);
    assert_int_equal(ask("/livez").status, 200);
}

static void bodies(void **state)
{
    (void)state;
    struct answer a = ask_with("POST", "/echo", "Content-Length: 5\r\n\r\nhello");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "run 1 abcde");
    assert_header(&a, "Cache-Control", "no-store");
    int fd = dial();
    say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhel");
    sleep_ms(50);
    say(fd, "lo!");
    assert_string_equal(hear(fd, false).body, "run 2 abcdef");
    say(fd, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(hear(fd, false).status, 200);
    (void)close(fd);
    assert_int_equal(ask_with("POST", "/nothing", "Content-Length: 5\r\n\r\nhello").status, 404);
    assert_int_equal(ask_with("POST", "/echo", "Content-Length: 1048577\r\n").status, 413);
    assert_int_equal(ask_with("POST", "/echo", "Content-Length: 0\r\n").status, 200);
}

static void files(void **state)
{
    (void)state;
    struct why why = {0};
    struct answer page = ask("/");
    assert_int_equal(page.status, 200);
    assert_header(&page, "Content-Type", "text/html; charset=utf-8");
    assert_header(&page, "Cache-Control", "public, no-cache");
    assert_header(&page, "Vary", "Accept-Encoding");
    assert_non_null(strstr(page.head, "Content-Security-Policy: default-src 'none'"));
    assert_int_equal(ask("/index.html").status, 200);
    assert_int_equal(ask("/app.js").status, 404);
    write_file("app.js", "export {};\n");
    assert_int_equal(http_server_reload(server, &why), ERR_OK);
    struct answer script = ask("/app.js");
    assert_int_equal(script.status, 200);
    assert_header(&script, "Content-Type", "text/javascript; charset=utf-8");
    assert_int_equal(ask_with("POST", "/app.js", "Content-Length: 0\r\n").status, 405);
}

/* Sends one request on each of many connections, then hears them all. @return how many are 200. */
static int ask_at_once(int count, const char *path)
{
    int *fds = calloc((size_t)count, sizeof *fds);
    char text[256];
    assert_non_null(fds);
    for (int i = 0; i < count; i++) {
        fds[i] = dial();
    }
    for (int i = 0; i < count; i++) {
        (void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
        say(fds[i], text);
    }
    int good = 0;
    for (int i = 0; i < count; i++) {
        good += hear(fds[i], false).status == 200;
        (void)close(fds[i]);
    }
    free(fds);
    return good;
}

static void a_stampede_is_one_run(void **state)
{
    (void)state;
    assert_int_equal(ask_at_once(500, "/slow/150"), 500);
    assert_int_equal(runs, 1);
}

static void start_anew(void)
{
    http_server_drain(server, NULL);
    watcher_stop(watcher);
    start();
}

/* Nothing ends by a deadline. */
static int set_up_patient(void **state)
{
    int failed = set_up(state);
    settings.queue_length = 8;
    settings.request_timeout_ms = 10 * PATIENT_MS;
    settings.drain_timeout_ms = 10 * PATIENT_MS;
    start_anew();
    return failed;
}

static int set_up_small(void **state)
{
    int failed = set_up(state);
    settings.request_timeout_ms = 1000;
    settings.header_timeout_ms = 200;
    settings.idle_timeout_ms = 2000;
    settings.response_timeout_ms = 500;
    start_anew();
    return failed;
}

/* Two run and eight wait: the rest are told so while nothing has ended yet. */
static void a_full_queue_says_so(void **state)
{
    (void)state;
    enum { CLIENTS = 40, ROOM = 10 };
    struct pollfd p[CLIENTS];
    char text[64];
    int busy = 0, good = 0;
    atomic_store(&is_held, true);
    for (int i = 0; i < CLIENTS; i++) {
        p[i] = (struct pollfd){.fd = dial(), .events = POLLIN};
        (void)snprintf(text, sizeof text, "GET /slow/0?k=%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
        say(p[i].fd, text);
    }
    while (busy + good < CLIENTS) {
        assert_true(poll(p, CLIENTS, PATIENT_MS) > 0);
        for (int i = 0; i < CLIENTS; i++) {
            if (p[i].fd >= 0 && p[i].revents != 0) {
                int status = hear(p[i].fd, false).status;
                busy += status == 503;
                good += status == 200;
                (void)close(p[i].fd);
                p[i].fd = -1;
            }
        }
        if (busy >= CLIENTS - ROOM) {
            atomic_store(&is_held, false);
        }
    }
    assert_in_range(good, ROOM - 2, ROOM); /* the two may have been too late to make room */
}

static void nobody_waits_past_the_deadline(void **state)
{
    (void)state;
    atomic_store(&is_held, true);
    assert_int_equal(ask("/slow/0").status, 504);
    atomic_store(&is_held, false);
    int status = 504;
    while (status == 504) {
        status = ask("/slow/0").status; /* the job went on, and was kept */
    }
    assert_int_equal(status, 200);
    assert_int_equal(runs, 1);
}

static bool is_closed_within(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char byte;
    return poll(&p, 1, ms) > 0 && recv(fd, &byte, 1, 0) <= 0;
}

static void drip_until_closed(int fd)
{
    for (int64_t end_ms = clock_ms() + PATIENT_MS; !is_closed_within(fd, 20);) {
        assert_true(clock_ms() < end_ms);
        (void)send(fd, "a", 1, MSG_NOSIGNAL);
    }
    (void)close(fd);
}

static void a_trickle_does_not_hold_a_connection(void **state)
{
    (void)state;
    int idle = dial();
    int header = dial();
    int body = dial();
    say(header, "GET /livez HTTP/1.1\r\nX: ");
    say(body, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    drip_until_closed(header);
    drip_until_closed(body);
    assert_true(is_closed_within(idle, PATIENT_MS));
    (void)close(idle);
}

static void a_kept_connection_ends_when_idle(void **state)
{
    (void)state;
    int fd = dial();
    for (int i = 0; i < 3; i++) {
        say(fd, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_int_equal(hear(fd, false).status, 200);
        sleep_ms(250); /* longer than the header's time, shorter than the idle time */
    }
    assert_true(is_closed_within(fd, PATIENT_MS));
    (void)close(fd);
}

static _Thread_local bool is_drainer;

static void *drain(void *arg)
{
    (void)arg;
    is_drainer = true;
    http_server_drain(server, NULL);
    return NULL;
}

/* A request whose job runs, and does not end. */
static int dial_held(void)
{
    int fd = dial();
    atomic_store(&is_held, true);
    say(fd, "GET /slow/0 HTTP/1.1\r\nHost: a\r\n\r\n");
    while (atomic_load(&runs) == 0) {
        sleep_ms(1);
    }
    return fd;
}

static void draining_finishes_what_runs(void **state)
{
    (void)state;
    pthread_t thread;
    int idle = dial();
    say(idle, "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(hear(idle, false).status, 200);
    int fd = dial_held();
    assert_int_equal(pthread_create(&thread, NULL, drain, NULL), 0);
    assert_true(is_closed_within(idle, PATIENT_MS)); /* it has begun */
    atomic_store(&is_held, false);
    struct answer a = hear(fd, false);
    assert_int_equal(a.status, 200);
    assert_header(&a, "Connection", "close");
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(fd);
    (void)close(idle);
    server = NULL;
    watcher_stop(watcher);
}

/* ---- clients that come while it drains ---- */

#define COMERS        12
#define COMER_WAIT_MS 300 /* for a connection: who is not let in by then goes elsewhere */

static atomic_int answers_so_far;

struct comer {
    pthread_t thread;
    int port, answers, cuts;
};

/* -1 when nobody listens any more. */
static int try_to_dial(int port)
{
    int fd = client_dial(port);
    if (client_connected(fd, COMER_WAIT_MS) == 0) {
        return fd;
    }
    (void)close(fd);
    return -1;
}

/* Comes again and again. Whoever was let in must be answered. */
static void *come(void *arg)
{
    static const char request[] = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct comer *c = arg;
    for (int fd = try_to_dial(c->port); fd >= 0; fd = try_to_dial(c->port)) {
        bool is_sent = send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0;
        if (is_sent && hear(fd, false).status == 200) {
            c->answers++;
            atomic_fetch_add(&answers_so_far, 1);
        } else {
            c->cuts++;
        }
        (void)close(fd);
    }
    return NULL;
}

static void who_is_let_in_is_answered(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct comer comers[COMERS] = {0};
        atomic_store(&answers_so_far, 0);
        for (int i = 0; i < COMERS; i++) {
            comers[i].port = http_server_port(server);
            assert_int_equal(pthread_create(&comers[i].thread, NULL, come, &comers[i]), 0);
        }
        while (atomic_load(&answers_so_far) == 0) {
            sleep_ms(1); /* on a busy machine threads are slow to start */
        }
        sleep_ms(50);
        http_server_drain(server, NULL);
        watcher_stop(watcher);
        server = NULL; /* nothing is left to tear down if this round fails */
        int answers = 0, cuts = 0;
        for (int i = 0; i < COMERS; i++) {
            assert_int_equal(pthread_join(comers[i].thread, NULL), 0);
            answers += comers[i].answers;
            cuts += comers[i].cuts;
        }
        assert_true(answers > 0);
        assert_int_equal(cuts, 0);
        start();
    }
}

/* The kernel's tables of connections are long: who reads them stands for tens of milliseconds. This
 * stands before the C library's. */
static atomic_int looks, looks_of_others;

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *) = NULL;
    void *found = dlsym(RTLD_NEXT, "fopen");
    memcpy(&real, &found, sizeof real);
    if (strncmp(path, "/proc/self/net/", 15) == 0) {
        atomic_fetch_add(&looks, 1);
        atomic_fetch_add(&looks_of_others, !is_drainer);
    }
    return real(path, mode);
}

/* The kernel repeats its answer to who has begun to connect after a second. */
static void drain_with_a_slow_handshake(void)
{
    pthread_t thread;
    int fd = client_dial_deaf(http_server_port(server));
    assert_int_equal(pthread_create(&thread, NULL, drain, NULL), 0);
    sleep_ms(400);
    client_hears(fd);
    int error = client_connected(fd, PATIENT_MS);
    static const char request[] = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    bool is_sent = send(fd, request, sizeof request - 1, MSG_NOSIGNAL) > 0;
    int status = is_sent ? hear(fd, false).status : 0;
    assert_int_equal(pthread_join(thread, NULL), 0);
    watcher_stop(watcher);
    server = NULL; /* nothing is left to tear down if this fails */
    (void)close(fd);
    assert_int_equal(error, 0);
    assert_int_equal(status, 200);
}

static void a_slow_handshake_is_waited_for(void **state)
{
    (void)state;
    drain_with_a_slow_handshake();
}

static void no_event_thread_reads_tables(void **state)
{
    (void)state;
    atomic_store(&looks, 0);
    atomic_store(&looks_of_others, 0);
    drain_with_a_slow_handshake();
    assert_true(atomic_load(&looks) > 0);
    assert_int_equal(atomic_load(&looks_of_others), 0);
}

/* A successor that failed holds nothing any more. */
static void sockets_that_are_ours_again_are_sealed(void **state)
{
    (void)state;
    struct handed lent;
    http_server_share_sockets(server, &lent);
    assert_true(lent.count > 0 && !lent.is_lent);
    http_server_regain_sockets(server);
    drain_with_a_slow_handshake();
}

static void draining_does_not_wait_for_ever(void **state)
{
    (void)state;
    pthread_t thread;
    settings.drain_timeout_ms = 600;
    start_anew();
    int fd = dial_held();
    assert_int_equal(pthread_create(&thread, NULL, drain, NULL), 0);
    struct answer a = hear(fd, false);
    atomic_store(&is_held, false);
    assert_int_equal(a.status, 503);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(fd);
    server = NULL;
    watcher_stop(watcher);
}

static void a_taken_port_is_named(void **state)
{
    (void)state;
    struct http_server *second = NULL;
    struct why why = {0};
    struct settings same = settings;
    same.port = http_server_port(server);
    assert_int_equal(http_server_start(&same, routes, watcher, &second, &why), ERR_IO);
    assert_null(second);
    assert_non_null(strstr(why.reason, "is taken by another program"));
    assert_non_null(strstr(why.reason, "--port"));
    assert_int_equal(ask("/livez").status, 200);
}

static void too_few_descriptors_are_named(void **state)
{
    (void)state;
    struct rlimit before;
    struct http_server *second = NULL;
    struct why why = {0};
    struct settings large = settings;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    large.max_connections = (int64_t)before.rlim_max + 1;
    assert_int_equal(http_server_start(&large, routes, watcher, &second, &why), ERR_IO);
    assert_non_null(strstr(why.reason, "open files"));
    assert_string_equal(why.parameter, "max_connections");
}

#define SERVED(test)  cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define SMALL(test)   cmocka_unit_test_setup_teardown(test, set_up_small, tear_down)
#define PATIENT(test) cmocka_unit_test_setup_teardown(test, set_up_patient, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED(a_hit_does_not_run_again),
        SERVED(a_tag_is_answered_without_running),
        SERVED(texts_come_zipped_to_those_who_can),
        SERVED(head_is_get_without_a_body),
        SERVED(policies_and_links),
        SERVED(problems),
        SERVED(bodies),
        SERVED(files),
        SERVED(a_stampede_is_one_run),
        PATIENT(a_full_queue_says_so),
        SMALL(nobody_waits_past_the_deadline),
        SMALL(a_trickle_does_not_hold_a_connection),
        SMALL(a_kept_connection_ends_when_idle),
        PATIENT(draining_finishes_what_runs),
        SERVED(who_is_let_in_is_answered),
        SERVED(a_slow_handshake_is_waited_for),
        SERVED(no_event_thread_reads_tables),
        SERVED(sockets_that_are_ours_again_are_sealed),
        PATIENT(draining_does_not_wait_for_ever),
        SERVED(a_taken_port_is_named),
        SERVED(too_few_descriptors_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
