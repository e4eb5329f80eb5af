#include "api/map_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "inventory/allowed.h"

/* What one map request is read from. */
struct reading {
    const struct http_request *r;
    const struct http_state *s;
    struct arena *arena;
    struct why *why;
    bool has_style; /* the route paints: it takes style= */
};

static bool is_year(const char *text)
{
    return strlen(text) == 4 && strspn(text, "0123456789") == 4;
}

static enum err read_period(const struct reading *x, struct selection *to)
{
    const struct catalog *c = x->s->catalog;
    const char *year = http_query(x->r, "year"), *month = http_query(x->r, "month");
    if (year != NULL && month != NULL) {
        why_set(x->why, ERR_INPUT, "month", "year and month exclude each other.");
        why_allow(x->why, "one of the two, or neither for the latest year");
        return ERR_INPUT;
    }
    if (month != NULL) {
        return selection_month(c, to->release, month, &to->year, &to->month, x->why);
    }
    if (year != NULL) {
        enum err e = selection_year(c, to->release, year, &to->year, x->why);
        if (e == ERR_INPUT) {
            why_allow(x->why, "four digits, such as %d", selection_latest_year(c, to->release));
        }
        return e;
    }
    to->year = selection_own_latest_year(c, to); /* of the layer: it is read already */
    return to->year != 0 ? ERR_OK
                         : why_set(x->why, ERR_NOT_FOUND, "release", "This release is empty.");
}

static enum err no_gwp(const struct catalog *c, struct why *why)
{
    struct allowed allowed = {0};
    for (int i = 0; i < c->gwp_set_count; i++) {
        allowed_add(&allowed, c->gwp_sets[i].code);
    }
    why_set(why, ERR_INPUT, "gwp", "There is no such set of global warming potentials.");
    why_allow(why, "%s", allowed.text);
    return ERR_INPUT;
}

/* gwp is checked for every layer and used for CO2e only. */
static enum err read_gwp(const struct reading *x, struct selection *to)
{
    const struct catalog *c = x->s->catalog;
    const char *text = http_query(x->r, "gwp");
    int set = catalog_gwp_set(c, text != NULL ? text : x->s->settings->default_gwp);
    if (set < 0 && (text != NULL || to->gas == SELECTION_GAS_CO2E)) {
        return no_gwp(c, x->why);
    }
    to->gwp_set = to->gas == SELECTION_GAS_CO2E ? set : -1;
    return ERR_OK;
}

/* Splits "slug@version:2015", "slug@version" or "2015"; an absent part stays NULL. */
static enum err split_minus(const struct reading *x, const char *text, const char **release,
                            const char **year)
{
    const char *colon = strchr(text, ':');
    *release = NULL;
    *year = NULL;
    if (is_year(text)) {
        *year = text;
        return ERR_OK;
    }
    size_t len = colon == NULL ? strlen(text) : (size_t)(colon - text);
    *release = arena_strndup(x->arena, text, len);
    *year = colon == NULL ? NULL : colon + 1;
    return *release == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err read_minus(const struct reading *x, const char *text, struct map_request *m)
{
    const struct catalog *c = x->s->catalog;
    struct selection *to = &m->minus;
    const char *release, *year;
    *to = m->selection;
    enum err e = split_minus(x, text, &release, &year);
    bool is_pinned = true;
    if (e == ERR_OK && release != NULL) {
        e = catalog_release(c, release, &to->release, &is_pinned, x->why);
    }
    if (e == ERR_OK && year != NULL) {
        e = selection_year(c, to->release, year, &to->year, x->why);
    } else if (e == ERR_OK && to->month == 0) { /* the same year must be there */
        char same[16];
        (void)snprintf(same, sizeof same, "%d", to->year);
        e = selection_year(c, to->release, same, &to->year, x->why);
    }
    if (e == ERR_OK && to->month != 0) { /* a month is compared with the same month */
        char same[16];
        (void)snprintf(same, sizeof same, "%04d-%02d", to->year, to->month);
        e = selection_month(c, to->release, same, &to->year, &to->month, x->why);
    }
    m->has_minus = e == ERR_OK;
    m->is_pinned = m->is_pinned && is_pinned;
    return e;
}

/* Reports what is wrong with minus= as its own fault, not that of the parameter it resembles. */
static enum err read_minus_if_sent(const struct reading *x, struct map_request *m)
{
    const char *text = http_query(x->r, "minus");
    if (text == NULL) {
        return ERR_OK;
    }
    struct why own = {0};
    struct reading inner = *x;
    inner.why = &own;
    enum err e = read_minus(&inner, text, m);
    if (e != ERR_OK) {
        why_set(x->why, e, "minus", "%s", own.reason);
        why_allow(x->why, "a year, a release slug@version, or slug@version:year; %s", own.allowed);
    }
    return e;
}

static enum err no_style(const struct reading *x, const struct map_request *m, const char *reason)
{
    struct allowed allowed = {0};
    for (int i = 0; i < style_count(x->s->styles); i++) {
        const struct style *s = style_at(x->s->styles, i);
        if (strcmp(s->quantity, m->quantity) == 0) {
            allowed_add(&allowed, s->id);
        }
    }
    why_set(x->why, ERR_INPUT, "style", "%s", reason);
    why_allow(x->why, "%s", allowed.text);
    return ERR_INPUT;
}

static enum err read_style(const struct reading *x, struct map_request *m)
{
    const char *id = http_query(x->r, "style");
    m->quantity = m->has_minus ? "difference" : m->selection.flow == FLOW_NET ? "net" : "density";
    if (!x->has_style) {
        return ERR_OK;
    }
    if (id == NULL) {
        m->style = style_default(x->s->styles, m->quantity, map_gas(x->s->catalog, m));
        return ERR_OK;
    }
    m->style = style_find(x->s->styles, id);
    if (m->style == NULL) {
        return no_style(x, m, "There is no such style.");
    }
    if (strcmp(m->style->quantity, m->quantity) != 0) {
        return no_style(x, m, "This style shows another quantity than the layer has.");
    }
    return ERR_OK;
}

/* ---- canonical text ----------------------------------------------------------------------- */

static void add_pair(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%s%s=%s", b->len == 0 ? "" : "&", name, value);
}

static void add_period(struct buf *b, const struct selection *s)
{
    if (s->month != 0) {
        buf_printf(b, "%smonth=%04d-%02d", b->len == 0 ? "" : "&", s->year, s->month);
    }
}

static void add_sectors(struct buf *b, const struct catalog *c, const struct selection *s)
{
    if (s->sector_count == 0) {
        return;
    }
    buf_printf(b, "%ssector=", b->len == 0 ? "" : "&");
    for (int i = 0; i < s->sector_count; i++) {
        buf_printf(b, "%s%s", i == 0 ? "" : ",", c->sectors[s->sectors[i]].code);
    }
}

/* @param of  NULL = write every parameter; else only those this request sent. */
static const char *query_text(const struct catalog *c, const struct map_request *m,
                              const struct http_request *of, struct arena *arena)
{
    struct buf b;
    buf_init(&b, 8192);
    const struct selection *s = &m->selection;
    if (s->gwp_set >= 0 && (of == NULL || http_query(of, "gwp") != NULL)) {
        add_pair(&b, "gwp", c->gwp_sets[s->gwp_set].code);
    }
    if (m->has_minus && of == NULL) {
        buf_printf(&b, "%sminus=%s:%d", b.len == 0 ? "" : "&", c->releases[m->minus.release].pinned,
                   m->minus.year);
    } else if (m->has_minus) {
        add_pair(&b, "minus", http_query(of, "minus"));
    }
    add_period(&b, s);
    add_sectors(&b, c, s);
    if (m->style != NULL && (of == NULL || http_query(of, "style") != NULL)) {
        add_pair(&b, "style", m->style->id);
    }
    if (s->month == 0 && (of == NULL || http_query(of, "year") != NULL)) {
        buf_printf(&b, "%syear=%d", b.len == 0 ? "" : "&", s->year);
    }
    const char *text = b.failed != ERR_OK ? NULL : arena_strndup(arena, b.len ? b.data : "", b.len);
    buf_fini(&b);
    return text;
}

static enum err write_texts(const struct reading *x, struct map_request *m)
{
    const struct catalog *c = x->s->catalog;
    const struct release *release = &c->releases[m->selection.release];
    m->query = query_text(c, m, NULL, x->arena);
    m->sent = query_text(c, m, x->r, x->arena);
    if (m->query == NULL || m->sent == NULL) {
        return ERR_NO_MEMORY;
    }
    m->content =
        arena_printf(x->arena, "%s/%s?%s#%s;%s;%s", release->pinned, m->layer, m->query,
                     release->sha256, m->has_minus ? c->releases[m->minus.release].sha256 : "",
                     m->style == NULL ? "" : m->style->digest);
    return m->content == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err read_sectors(const struct reading *x, struct selection *to)
{
    const char *text = http_query(x->r, "sector");
    if (text == NULL) {
        return ERR_OK;
    }
    enum err e = text[0] == '\0' ? why_set(x->why, ERR_INPUT, "sector", "it is no list of codes")
                                 : selection_sectors(x->s->catalog, text, x->arena, &to->sectors,
                                                     &to->sector_count, x->why);
    if (e == ERR_INPUT) {
        why_allow(x->why, "codes of /v1/sectors, separated by commas: IPCC2006:1.A.1,IPCC2006:2");
    }
    return e;
}

static enum err read_all(const struct reading *x, const char *release, const char *layer,
                         struct map_request *m)
{
    const struct catalog *c = x->s->catalog;
    struct selection *to = &m->selection;
    enum err e = catalog_release(c, release, &to->release, &m->is_pinned, x->why);
    if (e == ERR_OK) {
        e = selection_layer(c, to->release, layer, &to->flow, &to->gas, x->why);
    }
    if (e == ERR_OK) {
        e = read_period(x, to);
    }
    if (e == ERR_OK) {
        e = read_gwp(x, to);
    }
    if (e == ERR_OK) {
        e = read_sectors(x, to);
    }
    if (e == ERR_OK) {
        e = read_minus_if_sent(x, m);
    }
    if (e == ERR_OK) {
        e = read_style(x, m);
    }
    if (e == ERR_OK) {
        m->layer = selection_layer_name(c, to->flow, to->gas, x->arena);
        e = m->layer == NULL ? ERR_NO_MEMORY : write_texts(x, m);
    }
    return e;
}

static bool takes_style(const char *const *allowed)
{
    while (*allowed != NULL && strcmp(*allowed, "style") != 0) {
        allowed++;
    }
    return *allowed != NULL;
}

enum err map_request_read(struct map_request *out, const struct http_request *r,
                          const struct http_state *s, const char *release, const char *layer,
                          const char *const *allowed, struct arena *arena, struct why *why)
{
    if (s->catalog == NULL) {
        return why_set(why, ERR_UNAVAILABLE, NULL, "The inventory has not been read yet.");
    }
    enum err e = http_query_only(r, allowed, why);
    if (e != ERR_OK) {
        return e;
    }
    struct reading x = {r, s, arena, why, takes_style(allowed)};
    struct map_request m = {.selection = {.gwp_set = -1}};
    e = read_all(&x, release, layer, &m);
    if (e == ERR_OK) {
        *out = m;
    }
    return e;
}

const char *map_gas(const struct catalog *c, const struct map_request *m)
{
    return m->selection.gas == SELECTION_GAS_CO2E ? "CO2E" : c->gases[m->selection.gas].code;
}

const char *map_gwp(const struct catalog *c, const struct map_request *m)
{
    return m->selection.gwp_set < 0 ? "" : c->gwp_sets[m->selection.gwp_set].code;
}

const char *map_title(const struct catalog *c, const struct map_request *m, struct arena *arena)
{
    const struct release *release = &c->releases[m->selection.release];
    if (!m->has_minus) {
        return arena_printf(arena, "%s: %s, %d", release->title[LANG_EN], m->layer,
                            m->selection.year);
    }
    return arena_printf(arena, "%s: %s, %d minus %s %d", release->title[LANG_EN], m->layer,
                        m->selection.year, c->releases[m->minus.release].pinned, m->minus.year);
}
