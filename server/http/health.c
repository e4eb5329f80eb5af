#include "http/exchange.h"

#include <string.h>

#include "http/problem.h"
#include "http/server_internal.h"
#include "store/watcher.h"

bool health_is_path(const struct exchange *x)
{
    const char *path = x->uri.path;
    return strcmp(path, "/livez") == 0 || strcmp(path, "/readyz") == 0 ||
           (x->loop->is_admin && strcmp(path, "/metrics") == 0);
}

bool health_is_target(const struct exchange *x)
{
    size_t len = strcspn(x->target, "?");
    return (len == 6 && memcmp(x->target, "/livez", len) == 0) ||
           (len == 7 && memcmp(x->target, "/readyz", len) == 0);
}

static enum MHD_Result answer_status(struct exchange *x, const char *word)
{
    struct buf body;
    buf_init(&body, 256);
    buf_printf(&body, "{\"status\":\"%s\"}\n", word);
    return send_document(x, 200, "application/json", &body);
}

static enum MHD_Result answer_readyz(struct exchange *x)
{
    struct why why = {0};
    if (atomic_load(&x->loop->server->is_draining)) {
        (void)why_set(&why, ERR_UNAVAILABLE, NULL, "the server is stopping");
        return send_problem(x, 503, &why, false);
    }
    if (!watcher_is_ready(x->loop->server->watcher, &why)) {
        struct why words = {0}; /* the cause names hosts and paths: for the operator only */
        (void)why_set(&words, ERR_UNAVAILABLE, NULL,
                      "the database or its catalog is not there yet");
        return send_problem(x, 503, x->loop->is_admin ? &why : &words, false);
    }
    return answer_status(x, "ready");
}

enum MHD_Result health_answer(struct exchange *x)
{
    if (strcmp(x->uri.path, "/livez") == 0) {
        return answer_status(x, "alive");
    }
    return strcmp(x->uri.path, "/readyz") == 0 ? answer_readyz(x) : metrics_answer(x);
}
