/* exchange.h - one request and its answer, from the request line to the last byte sent.
 *
 * Lives on one event thread; only while it is suspended does a worker touch its waiter. The files:
 * exchange.c its life (library callbacks), dispatch.c what to answer, send.c putting it out.
 */
#ifndef HTTP_EXCHANGE_H
#define HTTP_EXCHANGE_H

#include "base/networks.h"
#include "http/flight.h"
#include "http/limits.h"
#include "http/loop.h"
#include "http/router.h"
#include "http/validate.h"

#define EXCHANGE_SHORT_TARGET 255 /* bytes kept without an allocation */

enum exchange_phase {
    EXCHANGE_NEW,      /* the request line is there */
    EXCHANGE_BODY,     /* the head is good; collecting a body */
    EXCHANGE_READY,    /* the request is complete */
    EXCHANGE_WAITING,  /* suspended; its waiter is in a flight */
    EXCHANGE_ANSWERED, /* a response is queued */
    EXCHANGE_DEAD      /* refused on the raw socket; the connection only lingers */
};

struct exchange {
    struct exchange *next_spare;
    struct event_loop *loop;
    struct MHD_Connection *connection;
    struct link *link;
    enum exchange_phase phase;
    int64_t started_us;
    char id[HTTP_REQUEST_ID_SIZE];
    const char *method; /* the library's, until the exchange ends */
    bool is_head, is_get;
    bool is_charged, is_counted; /* by the shortcut; as in struct link */
    struct head head;
    size_t body_len;
    struct buf body;
    struct arena arena;
    struct uri uri;
    struct router_match match;
    /* what a trusted proxy said; NULL = nothing */
    const char
        *told_base; /* as base_url of struct http_request; NULL too where public_url is set */
    const char *told_client;
    const char *operator_name; /* whose token it came with; NULL = nobody's, or public */
    uint64_t client;           /* who is charged (admission.h); 0 = nobody */
    int retry_after_s;         /* of a 429; 0 = the status' usual */
    int refusal;               /* HTTP status already decided; 0 = none */
    /* the plan, as far as it is needed after a wait */
    struct response_shape shape;
    bool is_shared;
    int replans; /* how often the catalog was behind the database */
    /* for the log and the counters */
    int route; /* index, or router_count + enum metrics_other */
    int status;
    size_t sent_bytes;
    const char *source;
    struct waiter waiter;
    size_t target_len;
    char *target; /* raw; short_target or malloc'ed; cut at the limit, beyond which it is refused */
    /* large ones last: exchange_new() does not clear them */
    struct why why;
    char short_target[EXCHANGE_SHORT_TARGET + 1];
};

/* exchange.c, for whoever reads a head: the library's callbacks below, and shortcut.c. */
/** With nothing in it. NULL = no memory. */
struct exchange *exchange_new(struct event_loop *l);
/** Of one that was never said to be ended: nothing is logged or counted. */
void exchange_free(struct exchange *x);
void exchange_make_id(struct exchange *x);
bool exchange_keep_target(struct exchange *x, const char *uri); /* false = no memory */
/** @param method  borrowed until the exchange ends. */
void exchange_set_method(struct exchange *x, const char *method);
/** What the peer says of the request it passes on, if it is one of the proxies we trust. */
enum err exchange_hear_proxy(struct exchange *x);
/** The client's own id of the request, if it is one. */
void exchange_take_id(struct exchange *x);

/* exchange.c: libmicrohttpd's callbacks; cls is the event loop. */
void *exchange_on_uri(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result exchange_on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_len, void **context);
void exchange_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode how);
/** Ends an exchange whose connection is gone: after some of its own refusals the library forgets to
 *  say that a request was completed. Accepts NULL. */
void exchange_abandon(struct exchange *x);
/** Decides that it is refused; why in a sentence. */
void exchange_refuse(struct exchange *x, enum err code, const char *format, ...) PRINTF_LIKE(3, 4);
/** Its refusal says when to come again. @param wait_us  more than 0; whole seconds are told. */
void exchange_retry_in(struct exchange *x, int64_t wait_us);
/** The text of its client's address: the peer's, or whom a trusted proxy names; "" = not known. */
void exchange_client(const struct exchange *x, char out[NETWORKS_ADDRESS_SIZE]);
/** The peer's address; false when the library does not know it. */
bool exchange_peer(const struct exchange *x, struct address *out);
void exchange_free_spares(struct event_loop *l);

/* dispatch.c */
/** Parses the target and finds its endpoint; sets x->refusal when there is none. */
void dispatch_route(struct exchange *x);
/** What a GET or HEAD was planned as before; NULL when it has to be planned. Borrowed. */
const struct memo_plan *dispatch_remembered(const struct exchange *x);
/** The answer that is at hand to it, and how it is worn: route, shape and source of x. A new
 *  reference; NULL when it has to be made, nothing was done then. */
struct ready *dispatch_at_hand(struct exchange *x, const struct memo_plan *p);
/** 304 where the client has this very answer, else 200. */
int dispatch_status(const struct exchange *x, const struct ready *a);
/** Routes and answers a GET or HEAD; one that was planned before and whose answer is cached is
 *  answered without planning it again. */
enum MHD_Result dispatch_get(struct exchange *x);
/** Answers a complete request, or suspends it. */
enum MHD_Result dispatch_answer(struct exchange *x);
/** Answers with what its flight brought. */
enum MHD_Result dispatch_outcome(struct exchange *x);

/* send.c: each queues one response. MHD_NO = no memory; the connection is dropped. */
enum MHD_Result send_problem(struct exchange *x, int status, const struct why *why, bool closes);
enum MHD_Result send_ready(struct exchange *x, struct ready *a, int status);
enum MHD_Result send_not_modified(struct exchange *x, const char *etag);
enum MHD_Result send_preflight(struct exchange *x);
/** A small uncached document. @param body  taken. */
enum MHD_Result send_document(struct exchange *x, int status, const char *content_type,
                              struct buf *body);
/** Writes a refusal on the socket itself, before the library can choke on the request. */
void send_raw_refusal(struct exchange *x, int status);

/* health.c */
/** Is this path /livez, /readyz or (admin) /metrics? */
bool health_is_path(const struct exchange *x);
/** Is the target, before it is parsed, /livez or /readyz? They are never limited. */
bool health_is_target(const struct exchange *x);
enum MHD_Result health_answer(struct exchange *x);

/* metrics_page.c */
enum MHD_Result metrics_answer(struct exchange *x);

#endif
