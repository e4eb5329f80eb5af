#include "http/reaper.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

void reaper_init(struct reaper *r, const int64_t timeouts_ms[LINK_PHASES], int connection_limit)
{
    memset(r, 0, sizeof *r);
    memcpy(r->timeout_ms, timeouts_ms, sizeof r->timeout_ms);
    r->crowded_at = connection_limit - connection_limit / 10;
}

static void enlist(struct reaper *r, struct link *l)
{
    l->next = NULL;
    l->previous = r->last[l->phase];
    *(l->previous != NULL ? &l->previous->next : &r->first[l->phase]) = l;
    r->last[l->phase] = l;
}

static void delist(struct reaper *r, struct link *l)
{
    *(l->previous != NULL ? &l->previous->next : &r->first[l->phase]) = l->next;
    *(l->next != NULL ? &l->next->previous : &r->last[l->phase]) = l->previous;
}

static void shut(struct reaper *r, struct link *l)
{
    (void)shutdown(l->fd, SHUT_RDWR); /* may fail if the client was faster */
    delist(r, l);
    l->phase = LINK_SHUT;
    enlist(r, l);
}

/* Since when a connection is in its phase. */
static int64_t since_ms(const struct reaper *r, const struct link *l)
{
    return l->deadline_ms - r->timeout_ms[l->phase];
}

bool reaper_evict(struct reaper *r, int64_t before_ms)
{
    static const enum link_phase phases[] = {LINK_IDLE, LINK_HEADER};
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        struct link *oldest = r->first[phases[i]];
        if (oldest != NULL && since_ms(r, oldest) <= before_ms) {
            shut(r, oldest);
            r->evicted++;
            return true;
        }
    }
    return false;
}

void reaper_add(struct reaper *r, struct link *l, int fd, int64_t now_ms)
{
    if (r->count >= r->crowded_at) {
        (void)reaper_evict(r, now_ms);
    }
    r->count++;
    *l = (struct link){.phase = LINK_HEADER, .fd = fd};
    l->deadline_ms = now_ms + r->timeout_ms[LINK_HEADER];
    enlist(r, l);
}

void reaper_remove(struct reaper *r, struct link *l)
{
    delist(r, l);
    r->count--;
}

void reaper_move(struct reaper *r, struct link *l, enum link_phase phase, int64_t now_ms)
{
    if (l->phase == LINK_SHUT) {
        return;
    }
    delist(r, l);
    l->phase = phase;
    l->deadline_ms = now_ms + r->timeout_ms[phase];
    enlist(r, l);
}

static bool is_due(const struct reaper *r, int phase, int64_t now_ms)
{
    const struct link *oldest = r->first[phase];
    return r->timeout_ms[phase] > 0 && oldest != NULL && oldest->deadline_ms <= now_ms;
}

bool reaper_tick(struct reaper *r, int64_t now_ms)
{
    int left = REAPER_TICK_MAX;
    for (int phase = 0; phase < LINK_SHUT; phase++) {
        for (; is_due(r, phase, now_ms); left--) {
            if (left == 0) {
                return true;
            }
            shut(r, r->first[phase]);
            r->reaped++;
        }
    }
    return false;
}

bool reaper_shut_phase(struct reaper *r, enum link_phase phase)
{
    for (int left = REAPER_TICK_MAX; phase != LINK_SHUT && r->first[phase] != NULL; left--) {
        if (left == 0) {
            return true;
        }
        shut(r, r->first[phase]);
    }
    return false;
}

int reaper_count_phase(const struct reaper *r, enum link_phase phase)
{
    int n = 0;
    for (const struct link *l = r->first[phase]; l != NULL; l = l->next) {
        n++;
    }
    return n;
}
