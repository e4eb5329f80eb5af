/* drain.c - the way out: no new clients, those that are there get their answers, then the end. */
#include "http/server.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/listener.h"
#include "http/server_internal.h"

#define STEP_US         5000
#define LOOK_EVERY_MS   100
#define FORCED_FLUSH_MS 300 /* for the last 503s to leave */

static int open_connections(struct http_server *s)
{
    int n = 0;
    for (int i = 0; i < s->loop_count; i++) {
        n += atomic_load(&s->loops[i].connections);
    }
    return n;
}

static int running_exchanges(struct http_server *s)
{
    int n = 0;
    for (int i = 0; i < s->loop_count; i++) {
        n += atomic_load(&s->loops[i].exchanges);
    }
    return n;
}

static void begin_drain(struct http_server *s)
{
    s->looked_ms = clock_ms();
    atomic_store(&s->is_draining, true);
    /* the admin's goes on to the end, unless it would say "draining" in the name of a successor */
    int count = atomic_load(&s->has_successor) ? server_loops(s) : s->loop_count;
    for (int i = 0; i < count; i++) {
        atomic_store(&s->loops[i].is_draining, true);
        loop_wake(&s->loops[i]);
    }
}

static bool is_empty(struct http_server *s)
{
    for (int i = 0; i < s->loop_count; i++) {
        if (!atomic_load(&s->loops[i].is_quiesced)) {
            return false;
        }
    }
    return open_connections(s) == 0 && running_exchanges(s) == 0;
}

static bool all_are_sealed(struct http_server *s)
{
    for (int i = 0; i < s->loop_count; i++) {
        if (!atomic_load(&s->loops[i].is_sealed)) {
            return false;
        }
    }
    return true;
}

/* Whether a client that was answered by the kernel may still not be in a queue: its packet comes
 * from far away, or waits on a busy machine. Looked for by this thread, as it takes a while; not
 * at once, as the first packet may just be on its way through the kernel. */
static void look_for_handshakes(struct http_server *s)
{
    if (atomic_load(&s->is_calm) || atomic_load(&s->loops[0].is_quiesced)) {
        return; /* it is known, or they have waited long enough */
    }
    if (!all_are_sealed(s)) {
        s->looked_ms = clock_ms();
    } else if (clock_ms() - s->looked_ms >= LOOK_EVERY_MS) {
        atomic_store(&s->is_calm, listener_handshakes(s->port) == 0);
        s->looked_ms = clock_ms(); /* from its end: a slow look is a rare one */
    }
}

/* Connections leave as they are answered; idle ones are shut by their loop. */
static bool wait_until_empty(struct http_server *s, int64_t deadline_ms, bool (*must_hurry)(void))
{
    while (!is_empty(s)) {
        if (clock_ms() >= deadline_ms || (must_hurry != NULL && must_hurry())) {
            return false;
        }
        look_for_handshakes(s);
        (void)usleep(STEP_US);
    }
    return true;
}

void http_server_drain(struct http_server *s, bool (*must_hurry)(void))
{
    int64_t deadline_ms = clock_ms() + s->settings.drain_timeout_ms;
    begin_drain(s);
    bool is_done = wait_until_empty(s, deadline_ms, must_hurry);
    if (!is_done) {
        log_event(LOG_WARN, "http", "%d requests did not finish in time and are ended",
                  running_exchanges(s));
    }
    flight_abandon(s->flights);
    if (!is_done) {
        deadline_ms = clock_ms();
        is_done = wait_until_empty(s, clock_ms() + FORCED_FLUSH_MS, NULL);
    }
    int64_t grace_ms = is_done ? 1000 : 0;
    server_end(s, (clock_ms() > deadline_ms ? clock_ms() : deadline_ms) + grace_ms);
    log_event(LOG_INFO, "http", "stopped");
}
