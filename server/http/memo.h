/* memo.h - what the last requests for an address were planned as, so that the next need no plan.
 *
 * A hit on a popular address would else be parsed, checked against the catalog and written out as
 * a canonical key, only to find what was found a millisecond ago. The memo knows that key (never
 * the answer: that stays the response cache's, with its limit and its order of use) by the exact
 * bytes of the target and of every header the plan looked at. It is true for one picture of the
 * world, catalog and styles: whoever changes that clears it. One per event thread, so no lock.
 */
#ifndef HTTP_MEMO_H
#define HTTP_MEMO_H

#include "http/response.h"

#define MEMO_SETS        2048
#define MEMO_WAYS        4    /* of a set; the newest replaces the oldest */
#define MEMO_ENTRY_BYTES 2048 /* longer ones are not kept: 16 MiB at the very most */

/** What a request asks by. NULL headers count as "". All borrowed. */
struct memo_question {
    const char *target; /* raw, as sent */
    size_t target_len;
    const char *told_base; /* as a trusted proxy said; always part of the question */
    const char *host;
    const char *accept;
    const char *accept_language;
};

/** What it was planned as. */
struct memo_plan {
    const char *key; /* of the response cache */
    size_t key_len;
    uint64_t key_hash; /* hash_bytes() of it */
    int route;
    struct response_shape shape; /* its coding is the next client's to choose */
    bool uses_base_url;          /* the answer holds the host */
    bool is_large;               /* the answer, in whatever coding */
};

struct memo;

struct memo *memo_new(void); /* NULL = no memory */
void memo_free(struct memo *m);
/** Forgets everything: another catalog, other styles. */
void memo_clear(struct memo *m);
/** NULL = not known. The result lives until the next memo_put or memo_clear. */
const struct memo_plan *memo_find(struct memo *m, const struct memo_question *q);
/** Copies what it is given. Does nothing when out of memory or when the texts are long. */
void memo_put(struct memo *m, const struct memo_question *q, const struct memo_plan *plan);

#endif
