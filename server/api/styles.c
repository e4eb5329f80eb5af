#include "api/styles.h"

#include <stdlib.h>
#include <string.h>

#include "api/lang_param.h"
#include "render/style.h"

struct styles_work {
    struct style_set *styles; /* a reference */
    enum lang lang;
};

static void styles_free(void *work)
{
    struct styles_work *w = work;
    if (w != NULL) {
        style_set_unref(w->styles);
        free(w);
    }
}

static void add_text(struct buf *out, const char *key, const char *value)
{
    buf_add_char(out, ',');
    buf_add_json_str(out, key);
    buf_add_char(out, ':');
    buf_add_json_str(out, value);
}

static void add_style(struct buf *out, const struct style *s, enum lang lang)
{
    buf_add_str(out, "{\"id\":");
    buf_add_json_str(out, s->id);
    buf_printf(out, ",\"version\":%d", s->version);
    add_text(out, "title", s->title[lang]);
    add_text(out, "kind", s->kind == STYLE_DIVERGING ? "diverging" : "sequential");
    add_text(out, "quantity", s->quantity);
    add_text(out, "unit", s->unit);
    buf_printf(out, ",\"default\":%s,\"gases\":", s->is_default ? "true" : "false");
    for (int i = 0; i < s->gas_count; i++) {
        buf_add_char(out, i == 0 ? '[' : ',');
        buf_add_json_str(out, s->gases[i]);
    }
    buf_add_str(out, "],\"breaks\":");
    for (int i = 0; i < s->break_count; i++) {
        buf_add_char(out, i == 0 ? '[' : ',');
        buf_add_json_double(out, s->breaks[i]);
    }
    buf_add_str(out, "]}");
}

static enum err styles_run(void *work, struct http_worker *worker, struct http_reply *out,
                           struct why *why)
{
    (void)worker, (void)why;
    const struct styles_work *w = work;
    out->content_type = "application/json";
    buf_add_str(&out->body, "{\"styles\":[");
    for (int i = 0; i < style_count(w->styles); i++) {
        buf_add_str(&out->body, i == 0 ? "\n" : ",\n");
        add_style(&out->body, style_at(w->styles, i), w->lang);
    }
    buf_add_str(&out->body, "]}\n");
    return ERR_OK;
}

/* What the answer says: every style's digest and the language. */
static const char *styles_key(const struct styles_work *w, struct arena *arena)
{
    char all[DIGEST_HEX_SIZE] = "";
    struct digest *d = digest_new();
    if (d == NULL) {
        return NULL;
    }
    for (int i = 0; i < style_count(w->styles); i++) {
        const char *one = style_at(w->styles, i)->digest;
        digest_add(d, one, strlen(one));
    }
    digest_hex(d, all);
    digest_free(d);
    return arena_printf(arena, "styles/%s?%s", all, lang_word(w->lang));
}

static enum err read_work(struct styles_work *w, const struct http_request *r, struct why *why)
{
    static const char *const allowed[] = {"lang", NULL};
    enum err e = http_query_only(r, allowed, why);
    return e != ERR_OK ? e : lang_param(r, &w->lang, why);
}

enum err styles_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    struct styles_work *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    w->styles = style_set_ref(s->styles);
    enum err e = read_work(w, r, why);
    const char *key = e == ERR_OK ? styles_key(w, r->arena) : NULL;
    if (key == NULL) {
        styles_free(w);
        return e == ERR_OK ? ERR_NO_MEMORY : e;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = HTTP_REVALIDATE,
        .is_text = true,
        .varies_language = http_query(r, "lang") == NULL,
        .run = styles_run,
        .free_work = styles_free,
        .work = w,
    };
    return ERR_OK;
}
