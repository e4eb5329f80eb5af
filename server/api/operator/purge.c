/* purge.c - /operator/purge: the server's memory of answers and blocks is emptied. */
#include <string.h>

#include "api/operator/endpoints.h"
#include "base/memory.h"
#include "http/response_cache.h"
#include "store/block_cache.h"

static bool is_meant(const struct act *a, const char *cache)
{
    return a->cache[0] == '\0' || strcmp(a->cache, cache) == 0;
}

static enum err purge(struct act *a, struct http_worker *worker, struct doc *d, struct why *why)
{
    json_t *purged = doc_array(d, d->root, "purged");
    (void)why;
    if (is_meant(a, "responses")) {
        response_cache_clear(worker->responses);
        doc_put(d, purged, NULL, json_string("responses"));
    }
    if (is_meant(a, "blocks")) {
        block_cache_clear(worker->blocks);
        doc_put(d, purged, NULL, json_string("blocks"));
    }
    memory_give_back();
    return ERR_OK;
}

enum err operator_purge_plan(const struct http_request *r, const struct http_state *s,
                             struct http_plan *out, struct why *why)
{
    static const struct act kind = {.word = "purge", .run = purge};
    static const char *const fields[] = {"cache", NULL};
    enum err e = act_plan(r, s, &kind, fields, "", out, why);
    const struct act *a = out->work;
    if (e == ERR_OK && !is_meant(a, "responses") && !is_meant(a, "blocks")) {
        out->free_work(out->work);
        (void)why_set(why, ERR_INPUT, "cache", "there is no such cache");
        why_allow(why, "responses, blocks; without it both");
        return ERR_INPUT;
    }
    return e;
}
