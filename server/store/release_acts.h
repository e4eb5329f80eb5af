/* release_acts.h - what an operator may do to a release, and what came of it.
 *
 * Each act is one statement, and so one transaction; the rules are PostgreSQL's, in
 * sql/functions/release_*.sql. The connection is one of fluxgrid_import. Rows are the caller's to
 * free. Refusals by a rule are ERR_INPUT with PostgreSQL's sentence.
 */
#ifndef STORE_RELEASE_ACTS_H
#define STORE_RELEASE_ACTS_H

#include "store/conn.h"

enum release_act { RELEASE_PUBLISH, RELEASE_WITHDRAW, RELEASE_DISCARD };

/** Says in the history who acts: "token:NAME" instead of the login role. For one connection. */
enum err release_act_as(struct conn *db, const char *actor, int64_t deadline_ms,
                        struct why *why) MUST_CHECK;
/** Changes the state of SLUG@VERSION; the same again does nothing. @param reason  of a withdrawal,
 *  one line of at most 500 characters. @param fields  out: how many a discarded draft took with
 *  it; else 0.
 *  @return ERR_NOT_FOUND when there is no such release. */
enum err release_act(struct conn *db, enum release_act act, const char *slug, const char *version,
                     const char *reason, int64_t deadline_ms, int64_t *fields,
                     struct why *why) MUST_CHECK;
/** Where it stands now. *out: one row of state, version of the slug's latest or NULL; none when it
 *  is gone. */
enum err release_state_read(struct conn *db, const char *slug, const char *version,
                            int64_t deadline_ms, struct rows **out, struct why *why) MUST_CHECK;
/** The former published version of the slug is the latest again, or all above `to` are withdrawn
 *  ("" = one step). *out: one row of the latest as SLUG@VERSION, and what was withdrawn or NULL. */
enum err release_rollback(struct conn *db, const char *slug, const char *to, const char *reason,
                          int64_t deadline_ms, struct rows **out, struct why *why) MUST_CHECK;
/** Every release, drafts too. *out: slug, version, state, title, and as ISO 8601 or NULL: loaded,
 *  published, withdrawn; reason. */
enum err release_list_read(struct conn *db, int64_t deadline_ms, struct rows **out,
                           struct why *why) MUST_CHECK;

#endif
