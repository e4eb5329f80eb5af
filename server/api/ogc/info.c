/* info.c - as JSON, GeoJSON and CSV the answer of /v1/at is as it is; as text and HTML it is
 * written anew from its JSON (info_words.c).
 */
#include "api/ogc/info.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/endpoints.h"
#include "api/ogc/dimensions.h"
#include "api/ogc/info_internal.h"

#define QUESTION_MAX (8 + OGC_DIMENSION_COUNT) /* parameters */

static const struct {
    const char *type;
    const char *suffix;                                   /* of addresses that end in one */
    const char *format;                                   /* of /v1/at */
    void (*write)(struct buf *out, const json_t *answer); /* NULL = as it is */
    const char *reply_type;
} formats[] = {{"application/json", "json", "geojson", NULL, NULL}, /* as desktop GIS reads it */
               {"application/geo+json", "geojson", "geojson", NULL, NULL},
               {"text/csv", "csv", "csv", NULL, NULL},
               {"text/plain", "txt", "json", info_text, "text/plain; charset=utf-8"},
               {"text/html", "html", "json", info_html, "text/html; charset=utf-8"}};
#define FORMAT_COUNT_INFO (int)(sizeof formats / sizeof formats[0])

const char *info_type(int i)
{
    return i >= 0 && i < FORMAT_COUNT_INFO ? formats[i].type : NULL;
}

const char *info_suffix(int i)
{
    return i >= 0 && i < FORMAT_COUNT_INFO ? formats[i].suffix : NULL;
}

int info_of_type(const char *type)
{
    for (int i = 0; i < FORMAT_COUNT_INFO; i++) {
        if (strcasecmp(type, formats[i].type) == 0) {
            return i;
        }
    }
    return -1;
}

int info_of_suffix(const char *suffix)
{
    for (int i = 0; i < FORMAT_COUNT_INFO; i++) {
        if (strcmp(suffix, formats[i].suffix) == 0) {
            return i;
        }
    }
    return -1;
}

/* ---- another form of the same answer -------------------------------------------------------- */

struct info_work {
    struct http_plan inner;
    int format;
};

static void info_free(void *work)
{
    struct info_work *w = work;
    if (w != NULL) {
        w->inner.free_work(w->inner.work);
        free(w);
    }
}

static enum err info_run(void *work, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    const struct info_work *w = work;
    enum err e = w->inner.run(w->inner.work, worker, out, why);
    e = e == ERR_OK ? out->body.failed : e;
    if (e != ERR_OK) {
        return e;
    }
    json_t *answer = json_loadb(out->body.data, out->body.len, 0, NULL);
    if (answer == NULL) {
        return why_set(why, ERR_INTERNAL, NULL, "The answer could not be read again.");
    }
    buf_reset(&out->body);
    formats[w->format].write(&out->body, answer);
    json_decref(answer);
    out->content_type = formats[w->format].reply_type;
    return out->body.failed;
}

/* Takes the plan of /v1/at over and turns its answer into another form. */
static enum err rewrite(struct http_plan *plan, int format, struct arena *arena)
{
    struct info_work *w = calloc(1, sizeof *w);
    const char *key = arena_printf(arena, "info/%s/%s", formats[format].type, plan->key);
    if (w == NULL || key == NULL) {
        plan->free_work(plan->work);
        free(w);
        return ERR_NO_MEMORY;
    }
    *w = (struct info_work){*plan, format};
    plan->key = key;
    plan->run = info_run;
    plan->free_work = info_free;
    plan->work = w;
    plan->is_text = true;
    return ERR_OK;
}

/* ---- the question --------------------------------------------------------------------------- */

struct question {
    struct http_request request;
    const char *names[QUESTION_MAX], *values[QUESTION_MAX];
    bool is_short_of_memory;
};

static void add(struct question *q, const char *name, const char *value)
{
    int n = q->request.query_count++;
    q->names[n] = name;
    q->values[n] = value;
    q->is_short_of_memory = q->is_short_of_memory || value == NULL;
}

static void add_period(struct question *q, const struct selection *of)
{
    struct arena *arena = q->request.arena;
    if (of->month != 0) {
        add(q, "month", arena_printf(arena, "%04d-%02d", of->year, of->month));
    } else {
        add(q, "year", arena_printf(arena, "%d", of->year));
    }
}

enum err info_ask(const struct http_request *r, const struct http_state *s,
                  const struct map_request *m, const char *prefix, const double place[2],
                  int format, struct http_plan *out, struct why *why)
{
    struct question q = {.request = *r};
    const struct selection *of = &m->selection;
    const struct release *release = &s->catalog->releases[of->release];
    q.request.query_count = q.request.segment_count = 0;
    q.request.query_names = q.names;
    q.request.query_values = q.values;
    add(&q, "release", m->is_pinned ? release->pinned : release->slug);
    add(&q, "lon", arena_printf(r->arena, "%.10f", place[0]));
    add(&q, "lat", arena_printf(r->arena, "%.10f", place[1]));
    add_period(&q, of);
    add(&q, "flow", flow_word(of->flow));
    add(&q, "gas", map_gas(s->catalog, m));
    for (int i = 0; prefix != NULL && i < OGC_DIMENSION_COUNT; i++) {
        const char *name, *value = ogc_dimension_asked(r, prefix, i, &name);
        if (value != NULL) {
            add(&q, name, value);
        }
    }
    add(&q, "format", formats[format].format);
    if (formats[format].write != NULL) { /* the words around the numbers are English */
        add(&q, "lang", "en");
    }
    if (q.is_short_of_memory) {
        return ERR_NO_MEMORY;
    }
    enum err e = at_plan(&q.request, s, out, why);
    return e != ERR_OK || formats[format].write == NULL ? e : rewrite(out, format, r->arena);
}
