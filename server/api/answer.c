#include "api/answer.h"

#include <stdlib.h>
#include <string.h>

#include "api/body.h"
#include "api/citation.h"
#include "api/tile_path.h"
#include "api/values.h"
#include "http/limits.h"
#include "inventory/scope.h"

#define ANSWER_ARENA_BYTES (8u << 20)

const struct release *answer_release(const struct answer *a)
{
    return &a->catalog->releases[a->params.release];
}

static void answer_free(void *work)
{
    struct answer *a = work;
    if (a == NULL)
        return;
    catalog_unref(a->catalog);
    arena_fini(&a->arena);
    free(a->body);
    free(a);
}

/* A citation is of an answer that there is: it is made first, as its own address makes it. */
static enum err run_citation(struct answer *a, struct http_worker *worker, struct http_reply *out,
                             struct why *why)
{
    enum cite cite = a->params.cite;
    struct http_reply cited = {0};
    buf_init(&cited.body, HTTP_ANSWER_MAX_BYTES);
    a->params.cite = CITE_NOTHING;
    enum err e = a->kind->run(a, worker, &cited, why);
    if (e == ERR_OK)
        e = cited.body.failed;
    buf_fini(&cited.body);
    a->params.cite = cite;
    return e == ERR_OK ? citation_write(a, out, why) : e;
}

static enum err answer_run(void *work, struct http_worker *worker, struct http_reply *out,
                           struct why *why)
{
    struct answer *a = work;
    out->content_type = format_type(a->params.format);
    enum err e = a->params.cite != CITE_NOTHING ? run_citation(a, worker, out, why)
                                                : a->kind->run(a, worker, out, why);
    if (e == ERR_OK && a->params.arena->has_failed)
        return ERR_NO_MEMORY; /* words of the envelope are made there */
    return e == ERR_OK ? out->body.failed : e;
}

static enum err no_such(struct why *why, const char *parameter, const char *what, const char *where)
{
    enum err e = why_set(why, ERR_NOT_FOUND, parameter, "%s", what);
    why_allow(why, "a code of %s", where);
    return e;
}

static enum err find_tile(struct answer *a, const struct http_request *r, struct why *why)
{
    static const char form[] = "{z}/{x}/{y}.mvt";
    char row[16];
    enum err e = tile_path_row(r->segments[2], ".mvt", form, row, why);
    if (e == ERR_OK)
        e = tile_path_read(r->segments[0], r->segments[1], row, form, &a->tile, why);
    if (e != ERR_OK)
        return e;
    a->subject_text =
        arena_printf(&a->arena, "%d/%d/%d.mvt", a->tile.z, (int)a->tile.x, (int)a->tile.y);
    return a->subject_text == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err find_subject(struct answer *a, const struct http_request *r, struct why *why)
{
    a->subject = -1;
    a->subject_text = "";
    if (a->kind->subject == SUBJECT_NONE)
        return ERR_OK;
    const char *text = r->segments[0];
    bool is_code = value_is_code(text, 128);
    switch (a->kind->subject) {
    case SUBJECT_RELEASE:
        a->subject = a->params.release;
        a->subject_text = answer_release(a)->pinned;
        return ERR_OK;
    case SUBJECT_SECTOR:
        a->subject = is_code ? catalog_sector(a->catalog, text) : -1;
        if (a->subject < 0)
            return no_such(why, "sector", "no sector has this code", "/v1/sectors");
        a->subject_text = a->catalog->sectors[a->subject].code;
        return ERR_OK;
    case SUBJECT_DISTRICT:
        a->subject = is_code ? catalog_district(a->catalog, text) : -1;
        if (a->subject < 0)
            return no_such(why, "district", "no district has this code", "/v1/districts");
        if (!scope_has(a->catalog, a->params.release, a->subject))
            return no_such(why, "district", "the release is not about this district",
                           "/v1/districts for this release");
        a->subject_text = a->catalog->districts[a->subject].code;
        return ERR_OK;
    case SUBJECT_TILE:
        return find_tile(a, r, why);
    default:
        if (!is_code)
            return no_such(why, "source", "no source has this code", "/v1/sources");
        a->subject_text = arena_strndup(&a->arena, text, strlen(text));
        return a->subject_text == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
}

/* The identity of the content: what it was made from, and how it was asked. */
static const char *content_key(const struct answer *a, const char *query, struct arena *arena)
{
    const struct answer_kind *k = a->kind;
    const char *of = "";
    const char *and_of = ""; /* of what is compared with it */
    if (a->params.release >= 0)
        of = answer_release(a)->sha256;
    if (a->params.to_release != a->params.release)
        and_of = a->catalog->releases[a->params.to_release].sha256;
    bool is_moving = k->scope == SCOPE_CATALOG;
    return arena_printf(arena, "%s%s?%s#%s%s;%lld;%lld%s%s", k->path, a->subject_text, query, of,
                        and_of, (long long)params_boundaries(&a->params),
                        is_moving ? (long long)a->catalog->revision : 0LL, k->has_body ? ";" : "",
                        a->body_digest);
}

/* Where the answer can be had again: its canonical query without cite. */
static enum err set_cite_path(struct answer *a)
{
    if (a->kind->scope != SCOPE_RELEASE)
        return ERR_OK;
    struct params cited = a->params;
    cited.cite = CITE_NOTHING;
    const char *query = params_query(&cited);
    if (query == NULL)
        return ERR_NO_MEMORY;
    a->cite_path = arena_printf(&a->arena, "%s%s?%s", a->kind->path, a->subject_text, query);
    if (a->cite_path == NULL)
        return ERR_NO_MEMORY;
    if (strlen(a->cite_path) > HTTP_URI_MAX_BYTES)
        a->cite_path = NULL;
    return ERR_OK;
}

/* Does the answer hold its own address? Tables and vector tiles do not: one serves every host. */
static bool has_address_inside(const struct answer *a)
{
    if (a->kind->has_links || a->params.cite != CITE_NOTHING)
        return true;
    return a->kind->scope == SCOPE_RELEASE && a->kind->subject != SUBJECT_TILE &&
           a->params.format != FORMAT_CSV;
}

static enum err fill_plan(struct answer *a, const struct http_request *r, struct http_plan *out)
{
    const char *query = params_query(&a->params);
    if (query == NULL)
        return ERR_NO_MEMORY;
    const char *key = content_key(a, query, r->arena);
    bool is_latest = a->kind->scope != SCOPE_CATALOG && !params_is_pinned(&a->params);
    const char *canonical = NULL;
    bool has_address = is_latest && !a->kind->has_body; /* a body is in no address */
    if (has_address)
        canonical = arena_printf(r->arena, "%s%s%s%s", a->kind->path, a->subject_text,
                                 query[0] ? "?" : "", query);
    if (key == NULL || (has_address && canonical == NULL))
        return ERR_NO_MEMORY;
    bool has_lang = (a->kind->rules.accepted & PARAM_BIT(PARAM_LANG)) != 0;
    *out = (struct http_plan){
        .key = key,
        .cache = a->kind->scope == SCOPE_CATALOG ? HTTP_REVALIDATE
                 : is_latest                     ? HTTP_LATEST
                                                 : HTTP_IMMUTABLE,
        .is_text = true,
        .is_long = a->kind->is_long || a->kind->has_body,
        .varies_language = has_lang && !(a->params.sent & PARAM_BIT(PARAM_LANG)),
        .varies_accept = a->params.is_negotiated,
        .uses_base_url = has_address_inside(a),
        .canonical_path = canonical,
        .cite_path = a->kind->has_body ? NULL : a->cite_path,
        .run = answer_run,
        .free_work = answer_free,
        .work = a,
    };
    return ERR_OK;
}

enum err answer_plan(const struct http_request *r, const struct http_state *s,
                     const struct answer_kind *kind, struct http_plan *out, struct why *why)
{
    if (s->catalog == NULL)
        return why_set(why, ERR_UNAVAILABLE, NULL, "the inventory has not been read yet");
    struct answer *a = calloc(1, sizeof *a);
    if (a == NULL)
        return ERR_NO_MEMORY;
    a->kind = kind;
    arena_init(&a->arena, ANSWER_ARENA_BYTES);
    a->catalog = catalog_ref(s->catalog);
    const char *release = kind->subject == SUBJECT_RELEASE ? r->segments[0] : NULL;
    a->rules = kind->rules;
    if (kind->scope == SCOPE_RELEASE)
        a->rules.accepted |= PARAM_BIT(PARAM_CITE);
    enum err e = params_read(&a->params, r, s, &a->rules, release, &a->arena, why);
    if (e == ERR_OK)
        e = find_subject(a, r, why);
    if (e == ERR_OK && kind->check != NULL)
        e = kind->check(a, why);
    if (e == ERR_OK && kind->has_body)
        e = body_take(a, r, why);
    if (e == ERR_OK) {
        a->base_url = arena_strndup(&a->arena, r->base_url, strlen(r->base_url));
        e = a->base_url == NULL ? ERR_NO_MEMORY : set_cite_path(a);
    }
    if (e == ERR_OK)
        e = fill_plan(a, r, out);
    if (e != ERR_OK)
        answer_free(a);
    return e;
}
