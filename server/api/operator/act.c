#include "api/operator/act.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "store/release_acts.h"

#define ACT_ARENA_MAX ((size_t)64 << 10)
#define ACTOR_MAX     64

/* ---- the turn ---- */

/* An act may wait for a lock in the database, and holds its worker meanwhile. One at a time,
 * whoever asks, so that the others are left to the public. */
static atomic_flag is_acting = ATOMIC_FLAG_INIT;

static enum err take_turn(struct act *a, struct why *why)
{
    if (atomic_flag_test_and_set(&is_acting)) {
        return why_set(why, ERR_BUSY, NULL, "another act is under way; try again shortly");
    }
    a->has_turn = true;
    return ERR_OK;
}

/* Its connection goes first: who is next has the database to themselves. */
static void end_turn(struct act *a)
{
    conn_free(a->db);
    a->db = NULL;
    if (a->has_turn) {
        a->has_turn = false;
        atomic_flag_clear(&is_acting);
    }
}

static void act_free(void *work)
{
    struct act *a = work;
    if (a != NULL) {
        end_turn(a); /* of an act that never ran */
        arena_fini(&a->arena);
        free(a);
    }
}

/* ---- the body ---- */

static enum err refuse_body(struct why *why, const char *const *fields)
{
    (void)why_set(why, ERR_INPUT, "body", "the body is not a JSON object of texts that are known");
    why_allow(why, "%s%s%s", fields[0] != NULL ? fields[0] : "no member",
              fields[0] != NULL && fields[1] != NULL ? ", " : "",
              fields[0] != NULL && fields[1] != NULL ? fields[1] : "");
    return ERR_INPUT;
}

static bool is_known(const char *const *fields, const char *name)
{
    while (*fields != NULL && strcmp(*fields, name) != 0) {
        fields++;
    }
    return *fields != NULL;
}

static const char **place_of(struct act *a, const char *name)
{
    return strcmp(name, "reason") == 0 ? &a->reason : strcmp(name, "to") == 0 ? &a->to : &a->cache;
}

static enum err take_members(struct act *a, json_t *body, const char *const *fields,
                             struct why *why)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(body, name, value)
    {
        if (!is_known(fields, name) || !json_is_string(value)) {
            return refuse_body(why, fields);
        }
        size_t len = json_string_length(value);
        const char *text = arena_strndup(&a->arena, json_string_value(value), len);
        if (text == NULL) {
            return ERR_NO_MEMORY;
        }
        *place_of(a, name) = text;
    }
    return ERR_OK;
}

/* A reason is one line, as release_event keeps it. */
static enum err check_reason(const char *reason, struct why *why)
{
    size_t characters = 0;
    for (const char *c = reason; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return why_set(why, ERR_INPUT, "reason", "the reason is not one line");
        }
        characters += ((unsigned char)*c & 0xc0) != 0x80;
    }
    return characters <= ACT_REASON_MAX
               ? ERR_OK
               : why_set(why, ERR_INPUT, "reason", "the reason is longer than %d characters",
                         ACT_REASON_MAX);
}

static enum err read_body(struct act *a, const struct http_request *r, const char *const *fields,
                          struct why *why)
{
    if (fields == NULL || r->body_len == 0) {
        return ERR_OK;
    }
    if (strncmp(r->content_type, "application/json", 16) != 0) {
        (void)why_set(why, ERR_MEDIA_TYPE, NULL, "the body is not said to be JSON");
        why_allow(why, "Content-Type: application/json");
        return ERR_MEDIA_TYPE;
    }
    json_t *body = json_loadb(r->body, r->body_len, JSON_REJECT_DUPLICATES, NULL);
    enum err e =
        json_is_object(body) ? take_members(a, body, fields, why) : refuse_body(why, fields);
    json_decref(body);
    return e == ERR_OK ? check_reason(a->reason, why) : e;
}

/* ---- the subject ---- */

static enum err read_subject(struct act *a, const char *subject)
{
    const char *at = strchr(subject, '@');
    size_t len = at != NULL ? (size_t)(at - subject) : strlen(subject);
    a->slug = arena_strndup(&a->arena, subject, len);
    a->version = at != NULL ? arena_strndup(&a->arena, at + 1, strlen(at + 1)) : "";
    return a->slug == NULL || a->version == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* ---- the job ---- */

static enum err connect(struct act *a, const struct http_worker *worker, struct why *why)
{
    char actor[ACTOR_MAX];
    int64_t left_ms = worker->deadline_ms - clock_ms();
    a->db = conn_new(a->database_url, "fluxgrid_import", left_ms > 1 ? left_ms : 1);
    if (a->db == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)snprintf(actor, sizeof actor, "token:%s", a->operator_name);
    return release_act_as(a->db, actor, worker->deadline_ms, why);
}

/* One line an act: who, from where, what, why, and what came of it. */
static void say(const struct act *a, enum err e, const struct why *why)
{
    char subject[160] = "";
    if (a->slug[0] != '\0') {
        (void)snprintf(subject, sizeof subject, " %s%s%s", a->slug,
                       a->version[0] != '\0' ? "@" : "", a->version);
    }
    log_event(e == ERR_OK ? LOG_INFO : LOG_WARN, "operator", "%s from %s: %s%s%s%s: %s",
              a->operator_name, a->client, a->word, subject,
              a->reason[0] != '\0' ? ", reason: " : "", a->reason,
              e == ERR_OK              ? "done"
              : why->reason[0] != '\0' ? why->reason
                                       : err_words(e));
}

static enum err act_run(void *work, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    struct act *a = work;
    struct doc d;
    enum err e = a->has_database ? connect(a, worker, why) : ERR_OK;
    doc_init(&d);
    if (e == ERR_OK) {
        e = a->run(a, worker, &d, why);
    }
    if (e == ERR_OK) {
        e = doc_write(&d, &out->body);
    }
    doc_fini(&d);
    say(a, e, why);
    end_turn(a); /* before its client hears of it and sends the next */
    out->content_type = "application/json";
    return e;
}

static enum err fill(struct act *a, const struct http_request *r, const struct http_state *s,
                     const char *const *fields, const char *subject, struct why *why)
{
    const char *url = s->settings->operator_database_url;
    if (a->has_database && url[0] == '\0') {
        return why_set(why, ERR_UNAVAILABLE, NULL,
                       "operator_database_url is not set: this server can only read");
    }
    a->operator_name = arena_strndup(&a->arena, r->operator_name, strlen(r->operator_name));
    a->client = arena_strndup(&a->arena, r->client, strlen(r->client));
    a->database_url = arena_strndup(&a->arena, url, strlen(url));
    if (a->operator_name == NULL || a->client == NULL || a->database_url == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = read_subject(a, subject);
    if (e == ERR_OK) {
        e = read_body(a, r, fields, why);
    }
    return e == ERR_OK && a->has_database ? take_turn(a, why) : e;
}

enum err act_plan(const struct http_request *r, const struct http_state *s, const struct act *kind,
                  const char *const *fields, const char *subject, struct http_plan *out,
                  struct why *why)
{
    static const char *const no_query[] = {NULL};
    enum err e = http_query_only(r, no_query, why);
    if (e != ERR_OK) {
        return e;
    }
    struct act *a = malloc(sizeof *a);
    if (a == NULL) {
        return ERR_NO_MEMORY;
    }
    *a = *kind;
    a->reason = a->to = a->cache = "";
    arena_init(&a->arena, ACT_ARENA_MAX);
    e = fill(a, r, s, fields, subject, why);
    if (e != ERR_OK) {
        act_free(a);
        return e;
    }
    *out = (struct http_plan){
        .cache = HTTP_NO_STORE, .is_text = true, .run = act_run, .free_work = act_free, .work = a};
    return ERR_OK;
}
