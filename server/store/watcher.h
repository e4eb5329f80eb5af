/* watcher.h - keeps the current catalog current.
 *
 * One thread, one connection of its own: LISTEN fluxgrid; on NOTIFY, and every 5 s, it asks for the
 * revision; re-reads when that changed, on reconnect and every 30 s; back-off 50 ms .. 1 s with
 * jitter while the database is away. Notifications that led to nothing delay the next look, up to
 * half a second.
 */
#ifndef STORE_WATCHER_H
#define STORE_WATCHER_H

#include <stdbool.h>

#include "base/settings.h"
#include "inventory/catalog.h"

struct watcher;
/** Starts the thread. ERR_NO_MEMORY or ERR_IO only; the database may be away. */
enum err watcher_start(const struct settings *settings, struct watcher **out,
                       struct why *why) MUST_CHECK;
void watcher_stop(struct watcher *w); /* joins and frees */
/** The current catalog as a new reference; NULL before the first one was read. */
struct catalog *watcher_catalog(struct watcher *w);
/** Ready: a catalog is there and the database answers. @param why  the cause when not. */
bool watcher_is_ready(struct watcher *w, struct why *why);
struct watcher_stats {
    unsigned long reloads, failures;
    int imports;                   /* that run on this database; a standby knows of none */
    int import_done, import_steps; /* of the one that has the furthest to go; 0 = unknown */
};
void watcher_stats(struct watcher *w, struct watcher_stats *out);

#endif
