/* answer.h - what all JSON endpoints have in common between a request and its reply.
 *
 * An endpoint is a `struct answer_kind`: the parameters it takes, what its subject is, and a
 * function that writes the reply on a worker. answer_plan() turns a request into an answer (its
 * own memory, a counted catalog, parsed parameters) and names it by content: releases by sha256,
 * districts and their statistics by their boundary revision, parameters in canonical order.
 * Boundaries belong to no release: an answer may be kept for ever only when its address names both
 * (docs/decisions, "boundaries are pinned apart"). Every answer about a release can be cited: it
 * takes cite=, and its pinned address is in its Link header and its envelope (api/citation.h).
 * Thread-safe: no state.
 */
#ifndef API_ANSWER_H
#define API_ANSWER_H

#include "api/params.h"
#include "geo/tile.h"
#include "http/handler.h"

enum answer_scope {
    SCOPE_CATALOG, /* a list of what there is: revalidated */
    SCOPE_RELEASE /* content of one release, counted by districts: immutable when both are pinned */
};

enum answer_subject {
    SUBJECT_NONE,
    SUBJECT_RELEASE,
    SUBJECT_SECTOR,
    SUBJECT_DISTRICT,
    SUBJECT_SOURCE,
    SUBJECT_TILE /* {z}/{x}/{y}.mvt */
};

struct answer;
struct answer_kind {
    const char *path; /* "/v1/districts/" when a subject follows */
    struct param_rules rules;
    enum answer_scope scope;
    enum answer_subject subject;
    bool has_links;    /* the reply holds absolute links */
    bool has_body;     /* POST: GeoJSON, which takes part in the key */
    bool is_long;      /* as in struct http_plan; with a body anyway */
    const void *about; /* what tells endpoints apart that share a run function; NULL */
    /** Rules between parameters; NULL = none. May settle defaults. */
    enum err (*check)(struct answer *a, struct why *why);
    enum err (*run)(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why);
};

struct answer {
    const struct answer_kind *kind;
    struct arena arena;       /* of everything parsed; freed with the answer */
    struct catalog *catalog;  /* a reference */
    struct param_rules rules; /* the kind's, and cite */
    struct params params;
    int subject;              /* catalog index of the subject, -1 */
    struct tile tile;         /* of SUBJECT_TILE */
    const char *subject_text; /* as in the path, "" */
    const char *base_url;
    const char
        *cite_path; /* pinned path and query; NULL = of no release, or too long to be asked */
    char *body;     /* of has_body; NUL-terminated, the answer's own */
    size_t body_len;
    char body_digest[DIGEST_HEX_SIZE]; /* body_digest() */
};

/** Fills a plan for a request of this kind; the body of every plan function here.
 *  @return ERR_UNAVAILABLE while there is no catalog; what params_read() refuses; ERR_NOT_FOUND
 *          for a subject that is not there. */
enum err answer_plan(const struct http_request *r, const struct http_state *s,
                     const struct answer_kind *kind, struct http_plan *out,
                     struct why *why) MUST_CHECK;

const struct release *answer_release(const struct answer *a);

#endif
