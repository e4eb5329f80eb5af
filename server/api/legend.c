#include "api/legend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/lang_param.h"
#include "api/values.h"
#include "base/settings.h"
#include "inventory/allowed.h"
#include "render/legend.h"

enum legend_format { LEGEND_JSON, LEGEND_SVG, LEGEND_PNG, LEGEND_JPEG, LEGEND_FORMATS };
static const char *const format_words[LEGEND_FORMATS] = {"json", "svg", "png", "jpg"};
static const char *const format_types[LEGEND_FORMATS] = {"application/json", "image/svg+xml",
                                                         "image/png", "image/jpeg"};

struct legend_work {
    struct style_set *styles; /* a reference */
    const struct style *style;
    enum legend_format format;
    enum lang lang;
    enum flow flow; /* FLOW_NET = not said */
    char gas[16];
    char gwp[32]; /* "" = none */
};

static void legend_free(void *work)
{
    struct legend_work *w = work;
    if (w != NULL) {
        style_set_unref(w->styles);
        free(w);
    }
}

static enum err legend_run(void *work, struct http_worker *worker, struct http_reply *out,
                           struct why *why)
{
    (void)worker;
    const struct legend_work *w = work;
    char title[LEGEND_TEXT_SIZE], unit[LEGEND_TEXT_SIZE];
    legend_title(w->style, w->lang, w->flow, title);
    legend_unit(w->lang, w->gas, w->gwp, unit);
    struct legend_text text = {title, unit};
    out->content_type = format_types[w->format];
    switch (w->format) {
    case LEGEND_JSON:
        return legend_json(w->style, w->lang, &text, &out->body);
    case LEGEND_SVG:
        return legend_svg(w->style, w->lang, &text, &out->body);
    case LEGEND_JPEG:
        return legend_jpeg(w->style, w->lang, &text, &out->body, why);
    default:
        return legend_png(w->style, w->lang, &text, &out->body, why);
    }
}

static enum err no_style(const struct style_set *set, struct why *why)
{
    struct allowed allowed = {0};
    for (int i = 0; i < style_count(set); i++) {
        allowed_add(&allowed, style_at(set, i)->id);
    }
    why_set(why, ERR_NOT_FOUND, "style", "There is no such style.");
    why_allow(why, "%s", allowed.text);
    return ERR_NOT_FOUND;
}

/* "density-inferno.svg" */
static enum err read_file(const char *file, struct legend_work *w, struct why *why)
{
    const char *dot = strrchr(file, '.');
    int format = dot == NULL ? -1 : value_word(dot + 1, format_words, LEGEND_FORMATS);
    if (format < 0) {
        why_set(why, ERR_NOT_FOUND, "format", "A legend has another form.");
        why_allow(why, "/legend/{style}.json, .svg, .png or .jpg");
        return ERR_NOT_FOUND;
    }
    char id[64];
    size_t len = (size_t)(dot - file);
    if (len >= sizeof id) {
        return no_style(w->styles, why);
    }
    memcpy(id, file, len);
    id[len] = '\0';
    w->format = (enum legend_format)format;
    w->style = style_find(w->styles, id);
    return w->style == NULL ? no_style(w->styles, why) : ERR_OK;
}

static enum err read_gas(const struct http_request *r, const struct catalog *c,
                         struct legend_work *w, struct why *why)
{
    const char *text = http_query(r, "gas");
    if (text == NULL) {
        text = w->style->gases[0];
    }
    int gas = catalog_gas(c, text);
    bool is_co2e = strcasecmp(text, "CO2E") == 0;
    if (gas < 0 && !is_co2e) {
        why_set(why, ERR_INPUT, "gas", "There is no such gas.");
        why_allow(why, "CO2E or a code of /v1/gases");
        return ERR_INPUT;
    }
    (void)snprintf(w->gas, sizeof w->gas, "%s", is_co2e ? "CO2E" : c->gases[gas].code);
    return ERR_OK;
}

/* Checked whenever it is sent, shown for CO2e only. */
static enum err read_gwp(const struct http_request *r, const struct http_state *s,
                         struct legend_work *w, struct why *why)
{
    const char *text = http_query(r, "gwp");
    int set = catalog_gwp_set(s->catalog, text != NULL ? text : s->settings->default_gwp);
    if (set < 0 && text != NULL) {
        why_set(why, ERR_INPUT, "gwp", "There is no such set of global warming potentials.");
        why_allow(why, "a code of /v1/gwp");
        return ERR_INPUT;
    }
    if (set >= 0 && strcmp(w->gas, "CO2E") == 0) {
        (void)snprintf(w->gwp, sizeof w->gwp, "%s", s->catalog->gwp_sets[set].code);
    }
    return ERR_OK;
}

static enum err read_words(const struct http_request *r, struct legend_work *w, struct why *why)
{
    static const char *const flows[] = {"emission", "removal", "net"};
    const char *flow = http_query(r, "flow");
    int found = flow == NULL ? FLOW_NET : value_word(flow, flows, 3);
    if (found < 0) {
        why_set(why, ERR_INPUT, "flow", "There is no such flow.");
        why_allow(why, "emission, removal, net");
        return ERR_INPUT;
    }
    w->flow = (enum flow)found;
    return lang_param(r, &w->lang, why);
}

static enum err read_work(struct legend_work *w, const struct http_request *r,
                          const struct http_state *s, struct why *why)
{
    static const char *const allowed[] = {"lang", "gas", "gwp", "flow", NULL};
    if (s->catalog == NULL) {
        return why_set(why, ERR_UNAVAILABLE, NULL, "The inventory has not been read yet.");
    }
    enum err e = http_query_only(r, allowed, why);
    if (e == ERR_OK) {
        e = read_file(r->segments[0], w, why);
    }
    if (e == ERR_OK) {
        e = read_gas(r, s->catalog, w, why);
    }
    if (e == ERR_OK) {
        e = read_gwp(r, s, w, why);
    }
    return e == ERR_OK ? read_words(r, w, why) : e;
}

enum err legend_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    struct legend_work *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    w->styles = style_set_ref(s->styles);
    enum err e = read_work(w, r, s, why);
    const char *key = NULL;
    if (e == ERR_OK) {
        key =
            arena_printf(r->arena, "legend/%s.%s?%d;%s;%s;%s", w->style->digest,
                         format_words[w->format], (int)w->flow, w->gas, w->gwp, lang_word(w->lang));
        e = key == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    if (e != ERR_OK) {
        legend_free(w);
        return e;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = HTTP_REVALIDATE,
        .is_text = w->format == LEGEND_JSON || w->format == LEGEND_SVG,
        .varies_language = http_query(r, "lang") == NULL,
        .run = legend_run,
        .free_work = legend_free,
        .work = w,
    };
    return ERR_OK;
}
