/* history.h - what became of releases and boundaries, and how far a reader has followed it.
 *
 * The database numbers the events of its releases in the order they were made, which is not quite
 * the order they are seen in: of two transactions the later number may commit first. A cursor
 * therefore says both the last number and how many there were up to it; when there are more now,
 * one came late, and everything is told again rather than something left out. What supersedes what
 * is derived by replaying the events, as everywhere (decision 12). Pure, safe from any thread.
 */
#ifndef INVENTORY_HISTORY_H
#define INVENTORY_HISTORY_H

#include "inventory/catalog.h"

#define HISTORY_CURSOR_SIZE 72

struct history_cursor {
    int64_t count;    /* events told */
    int64_t id;       /* of the last of them; 0 = none, or one from before they were numbered */
    int64_t boundary; /* revision of the districts */
};

struct history_step { /* what one event did to its slug */
    int superseded;   /* event that had published the release which is not the latest any more */
    int latest;       /* event that had published what the slug means now */
    bool is_superseded_itself; /* a version below the latest: served, but never what the slug means
                                */
};

/** The end of the history as the catalog has it. */
struct history_cursor history_end(const struct catalog *c);
/** "3.17.2": digits and dots. @param out  HISTORY_CURSOR_SIZE bytes. */
void history_cursor_print(struct history_cursor at, char *out);
/** Reads a cursor of this very history.
 *  @return ERR_INPUT for what is no cursor, and for one that this history has not come to. */
enum err history_cursor_read(const struct catalog *c, const char *text, struct history_cursor *out,
                             struct why *why) MUST_CHECK;
/** The first event that a reader at the cursor has not been told; event_count = none. */
int history_first(const struct catalog *c, struct history_cursor at);
/** Replays all events: steps[i] is what event i did; indices are -1 where there is none.
 *  @param steps  event_count of them. @param scratch  event_count ints. */
void history_replay(const struct catalog *c, struct history_step *steps, int *scratch);

#endif
