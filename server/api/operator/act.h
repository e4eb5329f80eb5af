/* act.h - what operators' endpoints share: the body of a request, the job, its connection, its log.
 *
 * An act runs on a worker, with a connection of its own to operator_database_url: the workers' own
 * may only read. It is said in the log and, by PostgreSQL, in the history of releases.
 */
#ifndef API_OPERATOR_ACT_H
#define API_OPERATOR_ACT_H

#include "api/doc.h"
#include "http/handler.h"
#include "store/conn.h"

#define ACT_REASON_MAX 500 /* characters, as release_event has it */

/** One act; all text is its own. */
struct act {
    struct arena arena;
    const char *operator_name, *client;
    const char *database_url;
    const char *slug, *version; /* "" where the endpoint is not about one */
    const char *word;           /* which act, for the log: "publish" */
    const char *reason, *to;    /* of the body, "" */
    const char *cache;          /* of the body, "" */
    enum err (*run)(struct act *a, struct http_worker *worker, struct doc *d, struct why *why);
    bool has_database; /* run() gets a connection in db; one such act at a time */
    bool has_turn;     /* it is this one */
    struct conn *db;
};

/** A plan that does it. @param fields  names of members the body may have, ended by NULL; NULL = no
 *  body is read (GET). @param subject  SLUG@VERSION, SLUG, or "" .
 *  @return ERR_INPUT for a body that is not an object of such members with texts;
 *          ERR_UNAVAILABLE without operator_database_url; ERR_BUSY while another act is under way
 *          in the database. */
enum err act_plan(const struct http_request *r, const struct http_state *s, const struct act *kind,
                  const char *const *fields, const char *subject, struct http_plan *out,
                  struct why *why) MUST_CHECK;

#endif
