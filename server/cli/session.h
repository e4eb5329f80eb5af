/* session.h - what an operator's commands share: settings, a connection, the name of a release. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/arguments.h"
#include "store/conn.h"

#define SESSION_TIMEOUT_MS 600000 /* of one statement */

struct session {
    struct settings settings;
    struct conn *db; /* as fluxgrid_import */
};

struct release_name {
    char slug[64];
    const char *version; /* borrowed from the arguments */
    const char *text;    /* "slug@version", borrowed */
};

/** Takes the next word as SLUG@VERSION. Complains itself. @return false when it is none. */
bool session_take_release(struct arguments *a, const char *command, struct release_name *out);
/** Reads the settings from what is left of the arguments. Complains itself.
 *  @return false on a fault; session_close is due in either case. */
bool session_open(struct session *s, struct arguments *a);
void session_close(struct session *s);
/** One statement, up to ten minutes. The caller frees *out. */
enum err session_ask(struct session *s, const char *sql, const struct param *params, int count,
                     struct rows **out, struct why *why) MUST_CHECK;
/** The id of a release as text.
 *  @return ERR_NOT_FOUND with a sentence when there is no such release. */
enum err session_find(struct session *s, const struct release_name *name, char out[24],
                      struct why *why) MUST_CHECK;

#endif
