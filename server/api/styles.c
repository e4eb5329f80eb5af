#include "api/styles.h"

#include <stdlib.h>
#include <string.h>

#include "api/answer_csv.h"
#include "api/doc.h"
#include "api/params.h"
#include "render/style.h"

struct styles_work {
    struct style_set *styles; /* a reference */
    enum lang lang;
    enum format format;
};

static void styles_free(void *work)
{
    struct styles_work *w = work;
    if (w != NULL) {
        style_set_unref(w->styles);
        free(w);
    }
}

static void add_style(struct doc *d, json_t *o, const struct style *s, enum lang lang)
{
    doc_text(d, o, "id", s->id);
    doc_int(d, o, "version", s->version);
    doc_text(d, o, "title", s->title[lang]);
    doc_text(d, o, "kind", s->kind == STYLE_DIVERGING ? "diverging" : "sequential");
    doc_text(d, o, "quantity", s->quantity);
    doc_text(d, o, "unit", s->unit);
    doc_bool(d, o, "default", s->is_default);
    json_t *gases = doc_array(d, o, "gases");
    for (int i = 0; i < s->gas_count; i++)
        doc_text(d, gases, NULL, s->gases[i]);
    json_t *breaks = doc_array(d, o, "breaks");
    for (int i = 0; i < s->break_count; i++)
        doc_number(d, breaks, NULL, s->breaks[i]);
}

static enum err styles_run(void *work, struct http_worker *worker, struct http_reply *out,
                           struct why *why)
{
    (void)worker, (void)why;
    static const char *const columns[] = {"id",   "version", "title", "kind",   "quantity",
                                          "unit", "default", "gases", "breaks", NULL};
    const struct styles_work *w = work;
    struct doc d;
    doc_init(&d);
    json_t *list = doc_array(&d, d.root, "styles");
    for (int i = 0; i < style_count(w->styles); i++)
        add_style(&d, doc_object(&d, list, NULL), style_at(w->styles, i), w->lang);
    out->content_type = format_type(w->format);
    enum err e = w->format == FORMAT_CSV ? answer_csv_table(&d, list, columns, NULL, &out->body)
                                         : doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

/* What the answer says: every style's digest, the language and the format. */
static const char *styles_key(const struct styles_work *w, struct arena *arena)
{
    char all[DIGEST_HEX_SIZE] = "";
    struct digest *d = digest_new();
    if (d == NULL)
        return NULL;
    for (int i = 0; i < style_count(w->styles); i++) {
        const char *one = style_at(w->styles, i)->digest;
        digest_add(d, one, strlen(one));
    }
    digest_hex(d, all);
    digest_free(d);
    return arena_printf(arena, "styles/%s?%s,%s", all, lang_word(w->lang), format_word(w->format));
}

enum err styles_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    static const struct param_rules rules = {.accepted =
                                                 PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG),
                                             .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV};
    struct params p;
    if (s->catalog == NULL)
        return why_set(why, ERR_UNAVAILABLE, NULL, "the inventory has not been read yet");
    enum err e = params_read(&p, r, s, &rules, NULL, r->arena, why);
    if (e != ERR_OK)
        return e;
    struct styles_work *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ERR_NO_MEMORY;
    *w = (struct styles_work){style_set_ref(s->styles), p.lang, p.format};
    const char *key = styles_key(w, r->arena);
    if (key == NULL) {
        styles_free(w);
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = HTTP_REVALIDATE,
        .is_text = true,
        .varies_language = !(p.sent & PARAM_BIT(PARAM_LANG)),
        .varies_accept = p.is_negotiated,
        .run = styles_run,
        .free_work = styles_free,
        .work = w,
    };
    return ERR_OK;
}
