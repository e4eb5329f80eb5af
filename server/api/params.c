#include "api/params.h"

#include <stdio.h>
#include <string.h>

#include "api/accept.h"
#include "api/params_internal.h"
#include "base/settings.h"
#include "inventory/scope.h"

#define LIMIT_DEFAULT 100

static const char *const format_words[FORMAT_COUNT] = {"json", "geojson", "csv", "text", "html"};
static const char *const format_types[FORMAT_COUNT] = {
    "application/json", "application/geo+json", "text/csv; charset=utf-8",
    "text/plain; charset=utf-8", "text/html; charset=utf-8"};
/* As a client names them in Accept. */
static const char *const accept_types[FORMAT_COUNT] = {"application/json", "application/geo+json",
                                                       "text/csv", "text/plain", "text/html"};

const char *format_word(enum format format)
{
    return format_words[format];
}

const char *format_type(enum format format)
{
    return format_types[format];
}

const char *unit_word(enum unit unit)
{
    static const char *const words[] = {"t", "kt", "Mt"};
    return words[unit];
}

double unit_tonnes(enum unit unit)
{
    static const double tonnes[] = {1.0, 1e3, 1e6};
    return tonnes[unit];
}

const char *per_word(enum per per)
{
    static const char *const words[] = {"", "capita", "gdp", "km2"};
    return words[per];
}

const char *params_name(enum param_id id)
{
    return param_table[id].name;
}

bool params_is_number(enum param_id id)
{
    return param_table[id].is_number;
}

const char *params_value(const struct params *p, enum param_id id)
{
    if (!(p->rules->accepted & PARAM_BIT(id)))
        return NULL;
    return param_table[id].show(p);
}

static bool has_param(const struct params *p, enum param_id id)
{
    return (p->sent & PARAM_BIT(id)) != 0;
}

static enum err read_one(struct params *p, const struct http_request *r, enum param_id id,
                         struct why *why)
{
    const char *text = http_query(r, param_table[id].name);
    if (text == NULL)
        return ERR_OK;
    p->sent |= PARAM_BIT(id);
    enum err e = param_table[id].read(p, text, why);
    if (e != ERR_OK && why != NULL && why->parameter[0] == '\0')
        snprintf(why->parameter, sizeof why->parameter, "%s", param_table[id].name);
    return e;
}

static enum err refuse_unknown(const struct http_request *r, uint64_t accepted, struct why *why)
{
    const char *names[PARAM_COUNT + 1];
    int n = 0;
    for (int i = 0; i < PARAM_COUNT; i++) {
        if (accepted & PARAM_BIT(i))
            names[n++] = param_table[i].name;
    }
    names[n] = NULL;
    return http_query_only(r, names, why);
}

/* The release everything else is read against: path, parameter, setting, or the first there is. */
static enum err read_first_release(struct params *p, const struct http_request *r,
                                   const struct http_state *s, const char *segment, struct why *why)
{
    p->release = -1;
    const char *asked = segment;
    if (asked == NULL && (p->rules->accepted & PARAM_BIT(PARAM_RELEASE)))
        asked = http_query(r, "release");
    if (asked != NULL) {
        enum err e = param_release(p, asked, why);
        if (e != ERR_OK && why != NULL && why->parameter[0] == '\0')
            snprintf(why->parameter, sizeof why->parameter, "release");
        return e;
    }
    if (!(p->rules->accepted & PARAM_BIT(PARAM_RELEASE)) || p->rules->is_release_optional)
        return ERR_OK;
    if (p->catalog->release_count == 0)
        return why_set(why, ERR_NOT_FOUND, "release", "no release is published yet");
    const char *slug = s->settings->default_release;
    return catalog_release(p->catalog, slug[0] ? slug : p->catalog->releases[0].slug, &p->release,
                           &p->is_pinned, why);
}

/* That one, and what a comparison compares it with: the same, unless another is named. */
static enum err read_release(struct params *p, const struct http_request *r,
                             const struct http_state *s, const char *segment, struct why *why)
{
    enum err e = read_first_release(p, r, s, segment, why);
    p->to_release = p->release;
    p->is_to_pinned = p->is_pinned;
    if (e == ERR_OK && (p->rules->accepted & PARAM_BIT(PARAM_TO_RELEASE)))
        e = read_one(p, r, PARAM_TO_RELEASE, why);
    return e;
}

static enum err settle_format(struct params *p, const struct http_request *r, struct why *why)
{
    if (has_param(p, PARAM_FORMAT) || has_param(p, PARAM_F))
        return ERR_OK;
    p->format = p->rules->preferred;
    bool is_alone = (p->rules->formats & (p->rules->formats - 1)) == 0;
    if (is_alone || p->cite != CITE_NOTHING) /* what Accept is about is then the citation */
        return ERR_OK;
    enum format of[FORMAT_COUNT];
    const char *types[FORMAT_COUNT];
    int n = 0;
    of[n++] = p->rules->preferred;
    for (int i = 0; i < FORMAT_COUNT; i++) {
        if ((p->rules->formats & (1u << i)) && (enum format)i != p->rules->preferred)
            of[n++] = (enum format)i;
    }
    for (int i = 0; i < n; i++)
        types[i] = accept_types[of[i]];
    int best = accept_media(r->accept, types, n);
    if (best < 0) {
        enum err e = why_set(why, ERR_NOT_ACCEPTABLE, "Accept",
                             "none of the accepted media types is offered here");
        why_allow(why, "%s%s%s%s%s", types[0], n > 1 ? ", " : "", n > 1 ? types[1] : "",
                  n > 2 ? ", " : "", n > 2 ? types[2] : "");
        return e;
    }
    bool is_geojson_too = p->rules->is_ogc && of[best] == FORMAT_JSON;
    p->format = is_geojson_too ? FORMAT_GEOJSON : of[best];
    p->is_negotiated = true;
    return ERR_OK;
}

/* Gas masses are asked by one gas, or by grouping by gas without naming a GWP set. */
static enum err settle_gwp(struct params *p, const struct http_state *s, struct why *why)
{
    bool is_by_gas = (p->groupby & GROUP_GAS) != 0;
    if (is_by_gas && !has_param(p, PARAM_GAS) && !has_param(p, PARAM_GWP))
        p->gas = SELECTION_ALL_GASES;
    if (p->gas != SELECTION_GAS_CO2E) {
        p->gwp_set = -1;
        return ERR_OK;
    }
    if (p->gwp_set >= 0)
        return ERR_OK;
    p->gwp_set = catalog_gwp_set(p->catalog, s->settings->default_gwp);
    if (p->gwp_set < 0 && (p->rules->accepted & PARAM_BIT(PARAM_GWP)))
        return why_set(why, ERR_UNAVAILABLE, "gwp", "the default GWP set %s is not in the database",
                       s->settings->default_gwp);
    return ERR_OK;
}

static void settle_year(struct params *p)
{
    if (!(p->rules->accepted & (PARAM_BIT(PARAM_YEAR) | PARAM_BIT(PARAM_DATETIME))) ||
        p->year_from != 0 || p->has_no_year || p->release < 0)
        return;
    p->year_from = p->year_to = selection_latest_year(p->catalog, p->release);
}

/* per= needs a denominator of one year, and a mass unit that leaves digits to read. */
static enum err settle_per(struct params *p, struct why *why)
{
    if (p->per == PER_NOTHING)
        return ERR_OK;
    if (!has_param(p, PARAM_UNIT))
        p->unit = UNIT_T;
    if (p->year_from == p->year_to || (p->groupby & GROUP_YEAR))
        return ERR_OK;
    enum err e = why_set(why, ERR_INPUT, "per",
                         "a ratio needs one year per row, and these rows sum several years");
    why_allow(why, "groupby with year, or one year");
    return e;
}

static void set_defaults(struct params *p, const struct http_request *r)
{
    p->lang = accept_language(r->accept_language);
    p->gas = SELECTION_GAS_CO2E;
    p->gwp_set = -1;
    p->flow = FLOW_EMISSION;
    p->unit = UNIT_KT;
    p->groupby = GROUP_YEAR;
    p->district = -1;
    p->parent = -1;
    p->within = -1;
    p->by = RANK_BY_COUNT;
    p->level = -1;
    p->to_district = -1;
    p->limit = LIMIT_DEFAULT;
}

enum err params_read(struct params *p, const struct http_request *r, const struct http_state *s,
                     const struct param_rules *rules, const char *segment_release,
                     struct arena *arena, struct why *why)
{
    *p = (struct params){.catalog = s->catalog, .arena = arena, .rules = rules};
    set_defaults(p, r);
    enum err e = refuse_unknown(r, rules->accepted, why);
    if (e == ERR_OK)
        e = read_release(p, r, s, segment_release, why);
    for (int i = 0; e == ERR_OK && i < PARAM_COUNT; i++) {
        bool is_read = i == PARAM_RELEASE || i == PARAM_TO_RELEASE;
        if (!is_read && (rules->accepted & PARAM_BIT(i)))
            e = read_one(p, r, (enum param_id)i, why);
    }
    if (e == ERR_OK)
        e = params_settle_bbox(p, why);
    if (e == ERR_OK)
        e = settle_format(p, r, why);
    if (e == ERR_OK)
        e = settle_gwp(p, s, why);
    if (e == ERR_OK)
        e = params_settle_month(p, why);
    settle_year(p);
    return e == ERR_OK ? settle_per(p, why) : e;
}

static void add_encoded(struct buf *b, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-._~,:@";
    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL)
            buf_add_char(b, *text);
        else
            buf_printf(b, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

const char *params_query(const struct params *p)
{
    struct buf b;
    buf_init(&b, 1u << 16);
    for (int i = 0; i < PARAM_COUNT; i++) {
        const char *value = params_value(p, (enum param_id)i);
        if (value == NULL)
            continue;
        buf_printf(&b, "%s%s=", b.len ? "&" : "", param_table[i].name);
        add_encoded(&b, value);
    }
    const char *out = b.failed ? NULL : arena_strndup(p->arena, b.data ? b.data : "", b.len);
    buf_fini(&b);
    return out;
}

int64_t params_boundaries(const struct params *p)
{
    const struct catalog *c = p->catalog;
    int64_t sum = scope_boundaries(c, p->release);
    bool has_two = p->release >= 0 && p->to_release >= 0;
    if (has_two && strcmp(c->releases[p->release].scope, c->releases[p->to_release].scope) != 0)
        sum += scope_boundaries(c, p->to_release);
    return sum;
}

bool params_is_pinned(const struct params *p)
{
    bool has_two = (p->rules->accepted & PARAM_BIT(PARAM_TO_RELEASE)) != 0;
    return p->is_pinned && (!has_two || p->is_to_pinned) && has_param(p, PARAM_BOUNDARIES);
}

struct selection params_selection(const struct params *p, int year)
{
    return (struct selection){.release = p->release,
                              .flow = p->flow,
                              .gas = p->gas,
                              .gwp_set = p->gwp_set,
                              .year = year,
                              .month = p->month,
                              .sector_count = p->sector_count,
                              .sectors = p->sectors,
                              .lulucf = p->lulucf};
}
