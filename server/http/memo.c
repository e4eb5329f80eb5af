#include "http/memo.h"

#include <stdlib.h>
#include <string.h>

#include "http/hash.h"

struct entry {
    uint64_t hash;
    struct memo_plan plan;
    const char *target;
    size_t target_len;
    const char *told_base;
    const char *host;            /* NULL = the plan did not look */
    const char *accept;          /* NULL = the plan did not look */
    const char *accept_language; /* NULL = the plan did not look */
    char texts[];
};

struct set {
    struct entry *ways[MEMO_WAYS];
    unsigned next; /* to be replaced */
};

struct memo {
    struct set sets[MEMO_SETS];
};

struct memo *memo_new(void)
{
    return calloc(1, sizeof(struct memo));
}

void memo_clear(struct memo *m)
{
    for (int i = 0; i < MEMO_SETS; i++) {
        for (int k = 0; k < MEMO_WAYS; k++) {
            free(m->sets[i].ways[k]);
            m->sets[i].ways[k] = NULL;
        }
    }
}

void memo_free(struct memo *m)
{
    if (m != NULL) {
        memo_clear(m);
        free(m);
    }
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static bool is_asked(const char *kept, const char *sent)
{
    return kept == NULL || strcmp(kept, or_empty(sent)) == 0;
}

static bool is_match(const struct entry *e, uint64_t hash, const struct memo_question *q)
{
    return e != NULL && e->hash == hash && e->target_len == q->target_len &&
           memcmp(e->target, q->target, q->target_len) == 0 &&
           is_asked(e->told_base, q->told_base) && is_asked(e->host, q->host) &&
           is_asked(e->accept, q->accept) && is_asked(e->accept_language, q->accept_language);
}

static struct set *set_of(struct memo *m, uint64_t hash)
{
    return &m->sets[hash % MEMO_SETS];
}

const struct memo_plan *memo_find(struct memo *m, const struct memo_question *q)
{
    uint64_t hash = hash_bytes(q->target, q->target_len);
    struct set *s = set_of(m, hash);
    for (int k = 0; k < MEMO_WAYS; k++) {
        if (is_match(s->ways[k], hash, q)) {
            return &s->ways[k]->plan;
        }
    }
    return NULL;
}

/* Copies text to *at and moves it on; NULL stays NULL. */
static const char *keep(char **at, const char *text)
{
    if (text == NULL) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    char *copy = memcpy(*at, text, size);
    *at += size;
    return copy;
}

static size_t size_of(const char *text)
{
    return text == NULL ? 0 : strlen(text) + 1;
}

/* Of the question, only what the plan looked at. */
static struct memo_question looked_at(const struct memo_question *q, const struct memo_plan *plan)
{
    return (struct memo_question){
        .target = q->target,
        .told_base = or_empty(q->told_base),
        .host = plan->uses_base_url ? or_empty(q->host) : NULL,
        .accept = plan->shape.varies_accept ? or_empty(q->accept) : NULL,
        .accept_language = plan->shape.varies_language ? or_empty(q->accept_language) : NULL,
    };
}

static struct entry *entry_new(uint64_t hash, const struct memo_question *q,
                               const struct memo_plan *plan)
{
    struct memo_question kept = looked_at(q, plan);
    size_t bytes = size_of(kept.target) + size_of(kept.told_base) + size_of(kept.host) +
                   size_of(kept.accept) + size_of(kept.accept_language) + size_of(plan->key) +
                   size_of(plan->shape.link);
    struct entry *e = bytes + sizeof *e > MEMO_ENTRY_BYTES ? NULL : malloc(sizeof *e + bytes);
    if (e == NULL) {
        return NULL;
    }
    char *at = e->texts;
    *e = (struct entry){.hash = hash, .target_len = q->target_len, .plan = *plan};
    e->target = keep(&at, kept.target);
    e->told_base = keep(&at, kept.told_base);
    e->host = keep(&at, kept.host);
    e->accept = keep(&at, kept.accept);
    e->accept_language = keep(&at, kept.accept_language);
    e->plan.key = keep(&at, plan->key);
    e->plan.shape.link = keep(&at, plan->shape.link);
    return e;
}

void memo_put(struct memo *m, const struct memo_question *q, const struct memo_plan *plan)
{
    uint64_t hash = hash_bytes(q->target, q->target_len);
    struct entry *e = entry_new(hash, q, plan);
    if (e == NULL) {
        return;
    }
    struct set *s = set_of(m, hash);
    struct entry **way = &s->ways[s->next++ % MEMO_WAYS];
    free(*way);
    *way = e;
}
