#include "http/shortcut.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/sockios.h>

#include "http/admission.h"
#include "http/exchange.h"
#include "http/server_internal.h"

#define HEAD_MAX_BYTES   2048 /* a browser's, with room */
#define PAUSE_US         ((int64_t)10 * 1000 * 1000)
#define LINE_END_BYTES   2
#define STATUS_MAX_BYTES 96 /* status line and date */

static _Thread_local struct {
    time_t at;
    char text[STATUS_MAX_BYTES / 2];
    size_t len;
} date;

/* As RFC 9110 has it, whatever the locale. */
static void renew_date(void)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm t;
    if (now != date.at && gmtime_r(&now, &t) != NULL) {
        date.at = now;
        date.len = (size_t)snprintf(date.text, sizeof date.text,
                                    "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
                                    days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900,
                                    t.tm_hour, t.tm_min, t.tm_sec);
        assert(date.len < sizeof date.text);
    }
}

/* ---- reading: the wire has seen to the form ---- */

/* @return the next line; NULL = this field is the library's to understand. */
static char *read_field(struct head *h, char *line, size_t left)
{
    char *end = memchr(line, '\r', left);
    char *colon = end == NULL ? NULL : memchr(line, ':', (size_t)(end - line));
    if (colon == NULL) {
        return NULL;
    }
    char *value = colon + 1;
    while (*value == ' ' || *value == '\t') {
        value++;
    }
    *colon = '\0';
    *end = '\0'; /* blanks before it stay, as the library leaves them */
    bool is_plain = strcasecmp(line, "Connection") != 0 || strcasecmp(value, "keep-alive") == 0;
    if (!is_plain || strcasecmp(line, "Expect") == 0) {
        return NULL;
    }
    head_field(h, line, (size_t)(colon - line), value, strlen(value));
    return end + LINE_END_BYTES;
}

static bool read_fields(struct head *h, char *line, const char *end)
{
    while (line != NULL && line < end && *line != '\r') {
        line = read_field(h, line, (size_t)(end - line));
    }
    return line != NULL;
}

/* The library's method, where there may be an answer at hand; else NULL. */
static const char *known_method(const char *text)
{
    return strcmp(text, "GET") == 0 ? "GET" : strcmp(text, "HEAD") == 0 ? "HEAD" : NULL;
}

/* "GET /target HTTP/1.1". @return the line behind it; NULL = the library's, or no memory. */
static char *read_request_line(struct exchange *x, char *text, char *end)
{
    static const char version[] = " HTTP/1.1";
    const size_t version_len = sizeof version - 1;
    char *line = memchr(text, '\r', (size_t)(end - text));
    char *target = line == NULL ? NULL : memchr(text, ' ', (size_t)(line - text));
    if (target == NULL || (size_t)(line - target) <= version_len) {
        return NULL;
    }
    *target++ = '\0';
    char *rest = line - version_len;
    const char *method = known_method(text);
    if (method == NULL || memcmp(rest, version, version_len) != 0) {
        return NULL;
    }
    *rest = '\0';
    exchange_set_method(x, method);
    return exchange_keep_target(x, target) ? line + LINE_END_BYTES : NULL;
}

/* All that begin() of exchange.c asks of a GET. */
static bool is_good(struct exchange *x)
{
    size_t body_len = 0;
    x->head.target_len = x->target_len;
    return head_judge(&x->head, x->method, "HTTP/1.1", 0, &body_len) == 0 &&
           exchange_hear_proxy(x) == ERR_OK;
}

/* ---- sending ---- */

/* That all of an answer fits into the socket: what was sent before has left it, or is as little. */
static bool has_room(struct link *link)
{
    int waiting = 0;
    if (link->is_narrow) {
        return false;
    }
    if (link->unsure_bytes > HTTP_SHORT_ANSWER_BYTES) {
        if (ioctl(link->fd, SIOCOUTQ, &waiting) != 0 || waiting > 0) {
            return false;
        }
        link->unsure_bytes = 0;
    }
    return true;
}

static struct iovec part(const char *bytes, size_t len)
{
    return (struct iovec){(void *)(uintptr_t)bytes, len};
}

/* There was room in the socket and it was not given: the system has no memory for all of them. The
 * library waits then, so that the next are left to it. */
static void give_up(struct exchange *x)
{
    (void)shutdown(x->link->fd, SHUT_RDWR);
    atomic_fetch_add_explicit(&x->loop->server->aborted, 1, memory_order_relaxed);
    x->loop->shortcut_from_us = x->loop->turn_us + PAUSE_US;
}

static bool put(void *cls, const struct ready_text *text)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\n", same[] = "HTTP/1.1 304 Not Modified\r\n";
    struct exchange *x = cls;
    bool has_body = x->status == 200 && !x->is_head;
    struct iovec parts[] = {x->status == 200 ? part(ok, sizeof ok - 1)
                                             : part(same, sizeof same - 1),
                            part(date.text, date.len), part(text->fields, text->fields_len),
                            part(text->body, has_body ? text->body_len : 0)};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = has_body ? 4 : 3};
    size_t len = parts[0].iov_len + date.len + text->fields_len + parts[3].iov_len;
    if (len > HTTP_SHORT_ANSWER_BYTES) {
        return false;
    }
    /* Before it is sent, so that whoever has the answer finds it counted. */
    atomic_fetch_add_explicit(&x->loop->shortcuts, 1, memory_order_relaxed);
    ssize_t sent = sendmsg(x->link->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) {
        atomic_fetch_sub_explicit(&x->loop->shortcuts, 1, memory_order_relaxed);
        return false;
    }
    if ((size_t)sent < len) {
        give_up(x);
    }
    x->sent_bytes = parts[3].iov_len;
    return true;
}

/* ---- together ---- */

/* Of what is surely sent with its body: a client that has a large answer is told so by a small one.
 */
static bool is_too_large(const struct exchange *x, const struct memo_plan *plan)
{
    return plan->is_large && !x->is_head && x->head.if_none_match == NULL;
}

static bool answer(struct exchange *x, char *text, char *end)
{
    char *line = read_request_line(x, text, end);
    if (line == NULL || !read_fields(&x->head, line, end) || !is_good(x)) {
        return false;
    }
    const struct memo_plan *plan = dispatch_remembered(x);
    if (plan == NULL || is_too_large(x, plan) || !admission_take_hit(x)) {
        return false;
    }
    x->is_charged = true;
    struct ready *a = dispatch_at_hand(x, plan);
    if (a == NULL) {
        return false;
    }
    x->is_counted = true;
    exchange_make_id(x);
    exchange_take_id(x);
    renew_date();
    x->status = dispatch_status(x, a);
    bool is_sent = ready_show(a, &x->shape, put, x);
    ready_unref(a);
    return is_sent;
}

static struct link *link_of(struct wire *w)
{
    return (struct link *)(void *)((char *)w - offsetof(struct link, wire));
}

static bool is_open(const struct event_loop *l)
{
    return !l->is_admin && l->drain_since_ms == 0 && l->turn_us >= l->shortcut_from_us;
}

/* All that came before is answered: the library holds nothing of it any more. */
static bool is_alone(const struct link *link)
{
    return link->exchange == NULL && link->requests + 1 == link->wire.heads;
}

bool shortcut_answers(struct wire *w, const char *bytes, size_t len)
{
    struct link *link = link_of(w);
    struct event_loop *l = link->loop;
    char head[HEAD_MAX_BYTES]; /* a copy: the library may still have to read it */
    if (!is_open(l) || len > sizeof head || !is_alone(link) || !has_room(link)) {
        return false;
    }
    struct exchange *x = exchange_new(l);
    if (x == NULL) {
        return false;
    }
    memcpy(head, bytes, len);
    x->link = link;
    x->connection = link->connection;
    x->client = link->client;
    if (!answer(x, head, head + len)) {
        link->is_charged = x->is_charged;
        link->is_counted = x->is_counted;
        exchange_free(x);
        return false;
    }
    link->requests++;
    x->phase = EXCHANGE_ANSWERED;
    exchange_abandon(x);
    return true;
}
