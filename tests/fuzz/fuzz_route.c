/* fuzz_route.c - a request target on its way to the plan of its answer, over a small catalog.
 *
 * Lines: target, Accept, Accept-Language; what follows is a body, which makes it a POST. Refused
 * with a status that blames the client, or planned: twice the same, and where the address is not
 * pinned, it has a form that is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "fixture_catalog.h"
#include "fuzz.h"
#include "fuzz_said.h"
#include "http/problem.h"
#include "http/router.h"
#include "render/style.h"

#define ARENA_BYTES ((size_t)4 << 20)

struct ask {
    const char *target, *accept, *language, *body;
};

/* What every request is planned with. */
static struct settings settings;
static struct http_state state = {.settings = &settings};
static struct router *router;

static void make_state(void)
{
    struct why why = {.code = ERR_OK};
    if (router != NULL)
        return;
    router = router_new(api_routes);
    state.catalog = fixture_catalog_new();
    if (router == NULL || state.catalog == NULL ||
        style_set_load("config/styles", &state.styles, &why) != ERR_OK ||
        settings_load(&settings, "/dev/null", 0, NULL, &why) != ERR_OK)
        abort();
    memcpy(settings.default_release, "demo", sizeof "demo");
}

static enum err plan(const struct ask *a, struct arena *arena, struct http_plan *out,
                     struct why *why)
{
    struct uri uri;
    struct router_match match;
    const char *method = a->body == NULL ? "GET" : "POST";
    enum err e = uri_check(a->target, why);
    if (e == ERR_OK)
        e = uri_parse(a->target, arena, &uri, why);
    if (e != ERR_OK)
        return e;
    e = router_find(router, method, &uri, &match);
    if (e != ERR_OK)
        return why_set(why, e, NULL, "no address for this method");
    struct http_request r = {.method = method,
                             .path = uri.path,
                             .segment_count = match.captured_count,
                             .query_count = uri.query_count,
                             .query_names = uri.query_names,
                             .query_values = uri.query_values,
                             .accept = a->accept,
                             .accept_language = a->language,
                             .base_url = "http://map.example",
                             .content_type = a->body == NULL ? "" : "application/geo+json",
                             .body = a->body == NULL ? "" : a->body,
                             .body_len = a->body == NULL ? 0 : strlen(a->body),
                             .client = "",
                             .arena = arena};
    for (int i = 0; i < match.captured_count; i++)
        r.segments[i] = match.captured[i];
    return match.route->plan(&r, &state, out, why);
}

static void drop(struct http_plan *p)
{
    if (p->free_work != NULL)
        p->free_work(p->work);
}

/* The database was not asked, so nothing can be away, and nothing of ours can be wrong. */
static void check_refusal(const struct why *why, enum err e)
{
    int status = problem_status(e);
    check((status >= 400 && status < 500) || e == ERR_UNSUPPORTED || e == ERR_NO_MEMORY);
    if (e != ERR_NO_MEMORY)
        check_said(why); /* a service may give its client another status than the fault has */
}

/* A plan names its answer, in a line. */
static void check_plan(const struct http_plan *p)
{
    check(p->run != NULL && p->key != NULL && p->key[0] != '\0');
    check_printable(p->key);
    check(p->canonical_path == NULL || p->canonical_path[0] == '/');
    check(p->cite_path == NULL || p->cite_path[0] == '/');
}

/* Asked again it is the same answer. A pinned address is planned too, and as one that is pinned:
 * nothing is more canonical than it. */
static void check_again(const struct ask *a, const struct http_plan *first, bool is_pinned)
{
    struct arena arena;
    struct http_plan again = {0};
    struct why why = {.code = ERR_OK};
    arena_init(&arena, ARENA_BYTES);
    check(plan(a, &arena, &again, &why) == ERR_OK);
    if (is_pinned)
        check(again.canonical_path == NULL && again.cache == HTTP_IMMUTABLE);
    else
        check(strcmp(first->key, again.key) == 0 && first->cache == again.cache);
    drop(&again);
    arena_fini(&arena);
}

static void check_ask(const struct ask *a)
{
    struct arena arena;
    struct http_plan p = {0};
    struct why why = {.code = ERR_OK};
    arena_init(&arena, ARENA_BYTES);
    enum err e = plan(a, &arena, &p, &why);
    if (e != ERR_OK) {
        check_refusal(&why, e);
    } else {
        check_plan(&p);
        check_again(a, &p, false);
        if (p.canonical_path != NULL && a->body == NULL)
            check_again(&(struct ask){p.canonical_path, a->accept, a->language, NULL}, &p, true);
        drop(&p);
    }
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    make_state();
    char *text = fuzz_text(data, size), *rest = text;
    if (text == NULL)
        return 0;
    const char *target = strsep(&rest, "\n"), *accept = strsep(&rest, "\n"),
               *language = strsep(&rest, "\n");
    check_ask(&(struct ask){target, accept == NULL ? "" : accept, language == NULL ? "" : language,
                            rest});
    free(text);
    return 0;
}
