#include "inventory/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 18 /* of a number in a cursor: always an int64_t */

struct history_cursor history_end(const struct catalog *c)
{
    int64_t last = c->event_count > 0 ? c->events[c->event_count - 1].id : 0;
    return (struct history_cursor){c->event_count, last, c->boundary_revision};
}

void history_cursor_print(struct history_cursor at, char *out)
{
    snprintf(out, HISTORY_CURSOR_SIZE, "%" PRId64 ".%" PRId64 ".%" PRId64, at.count, at.id,
             at.boundary);
}

/* One number and what ends it; NULL = it is none. */
static const char *read_number(const char *text, char end, int64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    bool is_padded = digits > 1 && text[0] == '0';
    if (digits == 0 || digits > DIGITS_MAX || is_padded || text[digits] != end)
        return NULL;
    *out = strtoll(text, NULL, 10);
    return text + digits + (end != '\0');
}

static int64_t count_up_to(const struct catalog *c, int64_t id)
{
    int count = 0;
    while (count < c->event_count && c->events[count].id <= id)
        count++;
    return count;
}

static bool has_come_to(const struct catalog *c, struct history_cursor at)
{
    int64_t count = count_up_to(c, at.id);
    bool is_known = at.id == 0 || (count > 0 && c->events[count - 1].id == at.id);
    return is_known && at.count <= count && at.boundary <= c->boundary_revision;
}

enum err history_cursor_read(const struct catalog *c, const char *text, struct history_cursor *out,
                             struct why *why)
{
    struct history_cursor at;
    const char *rest = read_number(text, '.', &at.count);
    if (rest != NULL)
        rest = read_number(rest, '.', &at.id);
    if (rest != NULL)
        rest = read_number(rest, '\0', &at.boundary);
    enum err e = ERR_OK;
    if (rest == NULL)
        e = why_set(why, ERR_INPUT, NULL, "it is no cursor");
    else if (!has_come_to(c, at))
        e = why_set(why, ERR_INPUT, NULL, "the history has not come to this cursor");
    if (e != ERR_OK) {
        why_allow(why, "what \"next\" of an earlier answer says; without since, everything");
        return e;
    }
    *out = at;
    return ERR_OK;
}

int history_first(const struct catalog *c, struct history_cursor at)
{
    int64_t count = count_up_to(c, at.id);
    return count == at.count ? (int)count : 0;
}

static bool is_same_release(const struct release_event *a, const struct release_event *b)
{
    return strcmp(a->slug, b->slug) == 0 && strcmp(a->version, b->version) == 0;
}

/* Of the slug's published releases the highest version: its place among the live ones; -1. */
static int latest_of(const struct catalog *c, const int *live, int count, const char *slug)
{
    int best = -1;
    for (int i = 0; i < count; i++) {
        const struct release_event *e = &c->events[live[i]];
        if (strcmp(e->slug, slug) == 0 &&
            (best < 0 || catalog_version_compare(e->version, c->events[live[best]].version) > 0))
            best = i;
    }
    return best;
}

static int remove_release(const struct catalog *c, int *live, int count, int event)
{
    int left = 0;
    for (int i = 0; i < count; i++) {
        if (!is_same_release(&c->events[live[i]], &c->events[event]))
            live[left++] = live[i];
    }
    return left;
}

void history_replay(const struct catalog *c, struct history_step *steps, int *scratch)
{
    int *live = scratch, count = 0; /* events that published what is published now */
    for (int i = 0; i < c->event_count; i++) {
        const struct release_event *e = &c->events[i];
        int before = latest_of(c, live, count, e->slug);
        int former = before < 0 ? -1 : live[before];
        count = remove_release(c, live, count, i);
        if (!e->is_withdrawal)
            live[count++] = i;
        int after = latest_of(c, live, count, e->slug);
        int latest = after < 0 ? -1 : live[after];
        bool has_moved = latest == i && former >= 0 && !is_same_release(&c->events[former], e);
        steps[i] = (struct history_step){.superseded = has_moved ? former : -1,
                                         .latest = latest,
                                         .is_superseded_itself = !e->is_withdrawal && latest != i};
    }
}
