/* /v1/changes: what happened to releases and boundaries since a cursor. From the catalog alone, so
 * that a poller costs no statement; its ETag changes with the catalog's revisions. */
#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/doc.h"
#include "api/endpoints.h"
#include "inventory/history.h"

struct told {
    struct doc *d;
    json_t *rows;
    const struct answer *a;
    const struct history_step *steps;
};

static void put_pinned(struct doc *d, json_t *row, const char *key, const struct catalog *c,
                       int event)
{
    if (event < 0)
        doc_null(d, row, key);
    else
        doc_put(d, row, key,
                json_sprintf("%s@%s", c->events[event].slug, c->events[event].version));
}

/* `to` is what took the place of a superseded release. */
static void add_release_row(const struct told *t, const char *kind, int event, int of, int to)
{
    const struct catalog *c = t->a->catalog;
    const struct release_event *e = &c->events[event];
    json_t *row = doc_object(t->d, t->rows, NULL);
    doc_text(t->d, row, "kind", kind);
    put_pinned(t->d, row, "release", c, of);
    doc_text(t->d, row, "at", e->at);
    if (to >= 0) {
        put_pinned(t->d, row, "superseded_by", c, to);
        return;
    }
    doc_text(t->d, row, "reason", e->reason);
    put_pinned(t->d, row, "latest", c, t->steps[event].latest);
}

static void add_event(const struct told *t, int event)
{
    const struct history_step *step = &t->steps[event];
    bool is_withdrawal = t->a->catalog->events[event].is_withdrawal;
    add_release_row(t, is_withdrawal ? "withdrawn" : "published", event, event, -1);
    if (step->superseded >= 0)
        add_release_row(t, "superseded", event, step->superseded, event);
    if (step->is_superseded_itself)
        add_release_row(t, "superseded", event, event, step->latest);
}

/* The database counts how often boundaries were replaced, country by country, and not when. */
static void add_boundaries(const struct told *t)
{
    const struct catalog *c = t->a->catalog;
    for (int i = 0; i < c->district_count; i++) {
        const struct district *country = &c->districts[i];
        if (country->level != 0 || country->revision == 0)
            continue;
        json_t *row = doc_object(t->d, t->rows, NULL);
        doc_text(t->d, row, "kind", "boundaries");
        doc_text(t->d, row, "district", country->code);
        doc_int(t->d, row, "boundaries", country->revision);
        doc_null(t->d, row, "at");
    }
}

static enum err write(struct doc *d, const struct answer *a, const json_t *rows, const char *next,
                      struct http_reply *out)
{
    static const char *const columns[] = {"kind",     "release",    "superseded_by",
                                          "district", "boundaries", "at",
                                          "reason",   "latest",     NULL};
    const struct csv_constant constants[] = {{"next", next}, {NULL, NULL}};
    if (a->params.format == FORMAT_CSV)
        return answer_csv_table(d, rows, columns, constants, &out->body);
    return doc_write(d, &out->body);
}

static enum err build(struct doc *d, struct answer *a, struct http_worker *worker,
                      struct http_reply *out)
{
    const struct catalog *c = a->catalog;
    size_t room = (size_t)c->event_count + 1;
    struct history_step *steps = arena_alloc(worker->arena, room, sizeof *steps);
    int *scratch = arena_alloc(worker->arena, room, sizeof *scratch);
    if (steps == NULL || scratch == NULL)
        return ERR_NO_MEMORY;
    history_replay(c, steps, scratch);
    bool has_since = (a->params.sent & PARAM_BIT(PARAM_SINCE)) != 0;
    struct history_cursor since = has_since ? a->params.since : (struct history_cursor){0};
    json_t *query = doc_object(d, d->root, "query");
    doc_text(d, query, "format", params_value(&a->params, PARAM_FORMAT));
    if (has_since)
        doc_text(d, query, "since", params_value(&a->params, PARAM_SINCE));
    struct told told = {d, doc_array(d, d->root, "rows"), a, steps};
    for (int i = history_first(c, since); i < c->event_count; i++)
        add_event(&told, i);
    if (!has_since || since.boundary < c->boundary_revision)
        add_boundaries(&told);
    char next[HISTORY_CURSOR_SIZE];
    history_cursor_print(history_end(c), next);
    doc_text(d, d->root, "next", next);
    return write(d, a, told.rows, next, out);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    (void)why;
    struct doc d;
    doc_init(&d);
    enum err e = build(&d, a, worker, out);
    doc_fini(&d);
    return e;
}

enum err changes_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/changes",
        .rules = {.accepted = PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_SINCE),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV},
        .scope = SCOPE_CATALOG,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
