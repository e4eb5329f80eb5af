/* /v1/summary: the map's state as a few sentences and a table, in four languages. */
#include <math.h>

#include "api/answer_csv.h"
#include "api/citation.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/summary_text.h"
#include "api/summary_words.h"
#include "inventory/scope.h"

static void add_column(struct doc *d, json_t *columns, const struct summary_words *w,
                       const char *key, enum phrase label, const char *unit)
{
    json_t *o = doc_object(d, columns, NULL);
    doc_text(d, o, "key", key);
    doc_text(d, o, "label", phrase_text(w->lang, label));
    if (unit != NULL)
        doc_text(d, o, "unit", unit);
    else
        doc_null(d, o, "unit");
}

/* A share of a balance would not add up to anything. */
static double share_of(const struct summary_words *w, struct interval t)
{
    double whole = w->facts->total.value;
    return w->answer->params.flow == FLOW_NET || !(whole > 0) ? NAN : t.value / whole;
}

/* The numbers as they are, and as they are read. */
static void add_row(struct doc *d, json_t *rows, const struct summary_words *w, const char *sector,
                    const char *name, struct interval t, const char *status)
{
    json_t *row = doc_object(d, rows, NULL);
    if (sector != NULL)
        doc_text(d, row, "sector", sector);
    else
        doc_null(d, row, "sector");
    doc_text(d, row, "name", name);
    envelope_interval(d, row, w->answer, t);
    doc_number(d, row, "share", share_of(w, t));
    doc_text(d, row, "status", status);
    const char *texts[] = {summary_number(w, t.value), summary_number(w, t.lo),
                           summary_number(w, t.hi), summary_percent(w, share_of(w, t))};
    static const char *const keys[] = {"value", "lo", "hi", "share"};
    json_t *text = doc_object(d, row, "text");
    for (int i = 0; i < 4; i++) {
        if (texts[i] != NULL)
            doc_text(d, text, keys[i], texts[i]);
        else
            d->failed = true;
    }
}

static json_t *add_table(struct doc *d, const struct summary_words *w)
{
    const struct summary_facts *f = w->facts;
    const struct catalog *c = w->answer->catalog;
    const char *caption = summary_caption(w), *unit = summary_unit(w);
    json_t *table = doc_object(d, d->root, "table");
    if (caption == NULL || unit == NULL) {
        d->failed = true;
        return table;
    }
    doc_text(d, table, "caption", caption);
    json_t *columns = doc_array(d, table, "columns");
    add_column(d, columns, w, "name", PHRASE_COLUMN_SECTOR, NULL);
    add_column(d, columns, w, "value", PHRASE_COLUMN_VALUE, unit);
    add_column(d, columns, w, "share", PHRASE_COLUMN_SHARE, NULL);
    add_column(d, columns, w, "lo", PHRASE_COLUMN_LO, unit);
    add_column(d, columns, w, "hi", PHRASE_COLUMN_HI, unit);
    json_t *rows = doc_array(d, table, "rows");
    for (int i = 0; i < f->sector_count; i++) {
        const struct sector *s = &c->sectors[f->sectors[i].sector];
        add_row(d, rows, w, s->code, doc_name(s->name, w->lang), f->sectors[i].total,
                f->sectors[i].status);
    }
    if (f->has_data)
        add_row(d, rows, w, NULL, phrase_text(w->lang, PHRASE_ROW_TOTAL), f->total, f->status);
    return table;
}

static void add_sentences(struct doc *d, const struct summary_words *w)
{
    json_t *list = doc_array(d, d->root, "sentences");
    const char *text = "";
    for (int i = 0; i < w->sentence_count; i++) {
        doc_text(d, list, NULL, w->sentences[i]);
        text = text == NULL
                   ? NULL
                   : arena_printf(w->arena, "%s%s%s", text, i > 0 ? " " : "", w->sentences[i]);
    }
    if (text != NULL)
        doc_text(d, d->root, "text", text);
    else
        d->failed = true;
}

/* The unit of all numbers, with the weights behind it: "kt CO₂e (AR5-100)". */
static void add_unit_line(struct buf *b, const struct summary_words *w)
{
    const char *gwp = envelope_gwp(w->answer), *unit = summary_unit(w);
    buf_printf(b, "%s: %s%s%s%s\n\n", phrase_text(w->lang, PHRASE_COLUMN_VALUE),
               unit != NULL ? unit : "", gwp != NULL ? " (" : "", gwp != NULL ? gwp : "",
               gwp != NULL ? ")" : "");
}

/* What is due wherever the numbers are: warning, licence, sources, address. */
static enum err add_dues(struct buf *b, const struct summary_words *w)
{
    const struct release *r = answer_release(w->answer);
    const char *warning = doc_name(r->warning, w->lang);
    const char *licence =
        PHRASE_FILL(w->arena, w->lang, PHRASE_CITE_LICENCE, {"licence", r->licence});
    const char *sources =
        PHRASE_FILL(w->arena, w->lang, PHRASE_CITE_ATTRIBUTION, {"attribution", r->attribution});
    const char *url = citation_url(w->answer);
    const char *address =
        url == NULL ? "" : PHRASE_FILL(w->arena, w->lang, PHRASE_PINNED, {"url", url});
    if (licence == NULL || sources == NULL || address == NULL)
        return ERR_NO_MEMORY;
    buf_printf(b, "\n%s%s%s\n%s\n", warning, warning[0] ? "\n" : "", licence,
               r->attribution[0] ? sources : "");
    buf_printf(b, "%s%s", address, address[0] ? "\n" : "");
    return ERR_OK;
}

static enum err write_text(const struct doc *d, const struct summary_words *w, const json_t *table,
                           struct http_reply *out)
{
    if (d->failed)
        return ERR_NO_MEMORY;
    buf_printf(&out->body, "%s\n\n", json_string_value(json_object_get(d->root, "text")));
    add_unit_line(&out->body, w);
    summary_text_table(&out->body, table, "name");
    return add_dues(&out->body, w);
}

static enum err write(struct doc *d, const struct summary_words *w, struct http_reply *out)
{
    static const char *const columns[] = {"sector", "name",  "value",  "lo",
                                          "hi",     "share", "status", NULL};
    const struct answer *a = w->answer;
    envelope_open(d, a);
    add_sentences(d, w);
    const json_t *table = add_table(d, w);
    envelope_close(d, a, w->facts->used, w->facts->used_count);
    switch (a->params.format) {
    case FORMAT_CSV:
        return answer_csv(d, a, json_object_get(table, "rows"), columns, out);
    case FORMAT_TEXT:
        return write_text(d, w, table, out);
    default:
        return doc_write(d, &out->body);
    }
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct summary_facts facts;
    struct summary_words words;
    enum err e = summary_facts(a, worker, &facts, why);
    if (e == ERR_OK)
        e = summary_words(&words, a, &facts);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    e = write(&d, &words, out);
    doc_fini(&d);
    return e;
}

static enum err check(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    if (p->has_bbox && p->district >= 0) {
        why_allow(why, "one of the two, or neither for the country");
        return why_set(why, ERR_INPUT, "bbox", "bbox and district exclude each other");
    }
    if (!p->has_bbox && !a->kind->has_body && p->district < 0)
        p->district = scope_country(a->catalog, p->release);
    return ERR_OK;
}

enum err summary_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/summary",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BBOX) | PARAM_BIT(PARAM_BOUNDARIES) |
                      PARAM_BIT(PARAM_DISTRICT) | PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) |
                      PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) |
                      PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_RELEASE) |
                      PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV | 1u << FORMAT_TEXT},
        .scope = SCOPE_RELEASE,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err summary_area_plan(const struct http_request *r, const struct http_state *s,
                           struct http_plan *out, struct why *why)
{
    static const struct answer_kind drawn = {
        .path = "/v1/summary",
        .rules = {.accepted = PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) |
                              PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) |
                              PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) |
                              PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) |
                              PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV | 1u << FORMAT_TEXT},
        .scope = SCOPE_RELEASE,
        .has_body = true,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &drawn, out, why);
}
