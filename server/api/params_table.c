/* The entries of the parameter table: how each is read and written back. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/params_internal.h"
#include "api/values.h"
#include "inventory/allowed.h"
#include "inventory/scope.h"

#define COUNT_OF(list)    ((int)(sizeof(list) / sizeof *(list)))
#define LIMIT_MAX         1000
#define Q_MAX_BYTES       64
#define CODE_MAX_BYTES    64
#define NAME_MAX_BYTES    200
#define SIZE_MAX_UNITS    1e12
#define SIZE_MAX_DECIMALS 24 /* as many as value_decimal() reads */

static const char *const flow_words[] = {"emission", "removal", "net"};
static const char *const unit_words[] = {"t", "kt", "Mt"};
static const char *const lulucf_words[] = {"include", "exclude"};
static const char *const per_words[] = {"capita", "gdp", "km2"};
static const char *const cite_words[] = {"bibtex", "text"};
static const char *const lang_words[] = {"en", "ru", "uz", "ko"};
static const char *const simplify_words[] = {"0", "0.005", "0.01", "0.02", "0.05", "0.1"};
static const double simplify_values[] = {0, 0.005, 0.01, 0.02, 0.05, 0.1};
static const char *const group_words[] = {"year", "sector", "gas",    "district",
                                          "flow", "month",  "feature"};

enum err param_refuse(struct why *why, const char *rule, const char *allowed_format, ...)
{
    char allowed[512];
    va_list args;
    va_start(args, allowed_format);
    vsnprintf(allowed, sizeof allowed, allowed_format, args);
    va_end(args);
    enum err e = why_set(why, ERR_INPUT, NULL, "%s", rule);
    why_allow(why, "%s", allowed);
    return e;
}

enum err param_read_word(const char *text, const char *const *words, int count, int *out,
                         struct why *why)
{
    *out = value_word(text, words, count);
    if (*out >= 0)
        return ERR_OK;
    struct allowed list = {0};
    for (int i = 0; i < count; i++)
        allowed_add(&list, words[i]);
    return param_refuse(why, "it is none of the known values", "%s", list.text);
}

enum err param_release(struct params *p, const char *text, struct why *why)
{
    return catalog_release(p->catalog, text, &p->release, &p->is_pinned, why);
}

static const char *show_release(const struct params *p)
{
    return p->release < 0 ? NULL : p->catalog->releases[p->release].pinned;
}

static enum err read_after(struct params *p, const char *text, struct why *why)
{
    if (!value_is_code(text, CODE_MAX_BYTES))
        return param_refuse(why, "it is no key of a page", "what the link \"next\" says");
    p->after = arena_strndup(p->arena, text, strlen(text));
    return p->after == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static const char *show_after(const struct params *p)
{
    return p->after;
}

/* The one way masses are counted here: where they leave the ground. */
static enum err read_basis(struct params *p, const char *text, struct why *why)
{
    (void)p;
    if (strcmp(text, "territorial") == 0)
        return ERR_OK;
    return param_refuse(why,
                        "inventories count where gases leave the ground; consumption needs tables "
                        "of trade, which no release holds",
                        "territorial");
}

static const char *show_basis(const struct params *p)
{
    (void)p;
    return "territorial";
}

/* Districts are one state for all releases, and only the present one is served. A number that was
 * passed is gone: answering with other borders under its address would be another answer. */
static enum err read_boundaries(struct params *p, const char *text, struct why *why)
{
    int asked;
    int64_t now = params_boundaries(p);
    if (!value_int(text, 0, INT_MAX, &asked))
        return param_refuse(why, "it is no revision of boundaries", "%lld", (long long)now);
    if (asked == now)
        return ERR_OK;
    enum err e = asked < now ? why_set(why, ERR_GONE, NULL,
                                       "districts or statistics have changed since this revision")
                             : why_set(why, ERR_NOT_FOUND, NULL, "there is no such revision yet");
    why_allow(why, "%lld", (long long)now);
    return e;
}

static const char *show_boundaries(const struct params *p)
{
    return arena_printf(p->arena, "%lld", (long long)params_boundaries(p));
}

static enum err read_cite(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, cite_words, COUNT_OF(cite_words), &i, why);
    if (e == ERR_OK)
        p->cite = (enum cite)(i + 1);
    return e;
}

static const char *show_cite(const struct params *p)
{
    return p->cite == CITE_NOTHING ? NULL : cite_words[p->cite - 1];
}

enum err param_read_district(struct params *p, const char *text, int *out, struct why *why)
{
    int found = value_is_code(text, CODE_MAX_BYTES) ? catalog_district(p->catalog, text) : -1;
    if (found < 0)
        return param_refuse(why, "no district has this code", "a code of /v1/districts");
    if (!scope_has(p->catalog, p->release, found)) {
        enum err e = why_set(why, ERR_NOT_FOUND, NULL, "the release is not about this district");
        why_allow(why, "a code of /v1/districts for this release");
        return e;
    }
    *out = found;
    return ERR_OK;
}

static enum err read_district(struct params *p, const char *text, struct why *why)
{
    return param_read_district(p, text, &p->district, why);
}

static const char *show_district(const struct params *p)
{
    return p->district < 0 ? NULL : p->catalog->districts[p->district].code;
}

static enum err read_parent(struct params *p, const char *text, struct why *why)
{
    return param_read_district(p, text, &p->parent, why);
}

static const char *show_parent(const struct params *p)
{
    return p->parent < 0 ? NULL : p->catalog->districts[p->parent].code;
}

static enum err read_flow(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, flow_words, COUNT_OF(flow_words), &i, why);
    if (e == ERR_OK)
        p->flow = (enum flow)i;
    return e;
}

static const char *show_flow(const struct params *p)
{
    return flow_words[p->flow];
}

static enum err read_format(struct params *p, const char *text, struct why *why)
{
    struct allowed list = {0};
    for (int i = 0; i < FORMAT_COUNT; i++) {
        if (!(p->rules->formats & (1u << i)))
            continue;
        if (strcmp(text, format_word((enum format)i)) == 0) {
            p->format = (enum format)i;
            return ERR_OK;
        }
        allowed_add(&list, format_word((enum format)i));
    }
    return param_refuse(why, "this answer has no such format", "%s", list.text);
}

static const char *show_format(const struct params *p)
{
    return format_word(p->format);
}

static bool release_has_gas(const struct catalog *c, int release, int gas)
{
    const struct release *r = &c->releases[release];
    for (int i = 0; i < r->slice_count; i++) {
        if (c->slices[r->first_slice + i].gas == gas)
            return true;
    }
    return false;
}

/* Of a comparison, either side. */
static bool has_gas(const struct params *p, int gas)
{
    if (p->release < 0 || release_has_gas(p->catalog, p->release, gas))
        return true;
    return p->to_release != p->release && release_has_gas(p->catalog, p->to_release, gas);
}

static enum err refuse_gas(const struct params *p, enum err code, const char *rule, struct why *why)
{
    struct allowed list = {0};
    allowed_add(&list, "CO2E");
    for (int i = 0; i < p->catalog->gas_count; i++) {
        if (has_gas(p, i))
            allowed_add(&list, p->catalog->gases[i].code);
    }
    code = why_set(why, code, NULL, "%s", rule);
    why_allow(why, "%s", list.text);
    return code;
}

static enum err read_gas(struct params *p, const char *text, struct why *why)
{
    if (strcmp(text, "CO2E") == 0 || strcmp(text, "CO2e") == 0 || strcmp(text, "co2e") == 0) {
        p->gas = SELECTION_GAS_CO2E;
        return ERR_OK;
    }
    int gas = value_is_code(text, 16) ? catalog_gas(p->catalog, text) : -1;
    if (gas < 0)
        return refuse_gas(p, ERR_INPUT, "no gas has this code", why);
    if (!has_gas(p, gas))
        return refuse_gas(p, ERR_NOT_FOUND, "the release has nothing of this gas", why);
    p->gas = gas;
    return ERR_OK;
}

static const char *show_gas(const struct params *p)
{
    if (p->gas == SELECTION_ALL_GASES)
        return NULL;
    return p->gas == SELECTION_GAS_CO2E ? "CO2E" : p->catalog->gases[p->gas].code;
}

/* Features are grouped by where they are sent, districts where not. */
static bool has_group(const struct params *p, unsigned bit)
{
    bool is_place = bit == GROUP_FEATURE || bit == GROUP_DISTRICT;
    return !is_place || (bit == GROUP_FEATURE) == p->rules->has_features;
}

static enum err read_groupby(struct params *p, const char *text, struct why *why)
{
    p->groupby = 0;
    for (;;) {
        size_t len = strcspn(text, ",");
        unsigned bit = 0;
        for (int i = 0; i < COUNT_OF(group_words); i++) {
            if (strlen(group_words[i]) == len && memcmp(group_words[i], text, len) == 0 &&
                has_group(p, 1u << i))
                bit = 1u << i;
        }
        if (bit == 0 || (p->groupby & bit))
            return param_refuse(why, bit ? "a key is named twice" : "a key is not known",
                                "a list of year, sector, gas, %s, flow, month",
                                p->rules->has_features ? "feature" : "district");
        p->groupby |= bit;
        if (text[len] == '\0')
            return ERR_OK;
        text += len + 1;
    }
}

static const char *show_groupby(const struct params *p)
{
    char list[64] = "";
    if (p->groupby == 0)
        return NULL;
    for (int i = 0; i < COUNT_OF(group_words); i++) {
        size_t used = strlen(list);
        if (p->groupby & (1u << i))
            snprintf(list + used, sizeof list - used, "%s%s", used ? "," : "", group_words[i]);
    }
    return arena_strndup(p->arena, list, strlen(list));
}

static enum err read_gwp(struct params *p, const char *text, struct why *why)
{
    p->gwp_set = value_is_code(text, 32) ? catalog_gwp_set(p->catalog, text) : -1;
    if (p->gwp_set >= 0)
        return ERR_OK;
    struct allowed list = {0};
    for (int i = 0; i < p->catalog->gwp_set_count; i++)
        allowed_add(&list, p->catalog->gwp_sets[i].code);
    return param_refuse(why, "no GWP set has this code", "%s", list.text);
}

static const char *show_gwp(const struct params *p)
{
    return p->gwp_set < 0 ? NULL : p->catalog->gwp_sets[p->gwp_set].code;
}

static enum err read_lang(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, lang_words, COUNT_OF(lang_words), &i, why);
    if (e == ERR_OK)
        p->lang = (enum lang)i;
    return e;
}

static const char *show_lang(const struct params *p)
{
    return lang_words[p->lang];
}

static enum err read_lat(struct params *p, const char *text, struct why *why)
{
    if (value_decimal(text, -90, 90, &p->lat_deg))
        return ERR_OK;
    return param_refuse(why, "it is no latitude", "-90..90, degrees");
}

static const char *show_lat(const struct params *p)
{
    return arena_printf(p->arena, "%.6f", p->lat_deg);
}

static enum err read_lon(struct params *p, const char *text, struct why *why)
{
    if (value_decimal(text, -180, 180, &p->lon_deg))
        return ERR_OK;
    return param_refuse(why, "it is no longitude", "-180..180, degrees");
}

static const char *show_lon(const struct params *p)
{
    return arena_printf(p->arena, "%.6f", p->lon_deg);
}

static enum err read_level(struct params *p, const char *text, struct why *why)
{
    if (value_int(text, 0, 2, &p->level))
        return ERR_OK;
    return param_refuse(why, "there is no such level", "0 (country), 1 (region), 2 (district)");
}

static const char *show_level(const struct params *p)
{
    return p->level < 0 ? NULL : arena_printf(p->arena, "%d", p->level);
}

static enum err read_limit(struct params *p, const char *text, struct why *why)
{
    int most = p->rules->is_ogc ? INT_MAX : LIMIT_MAX;
    size_t digits = strspn(text, "0123456789");
    if (p->rules->is_ogc && digits > 9 && text[digits] == '\0' && text[0] != '0')
        text = "999999999"; /* as large as any */
    if (!value_int(text, 1, most, &p->limit))
        return param_refuse(why, "it is no size of a page", "1..%d", LIMIT_MAX);
    if (p->limit > LIMIT_MAX)
        p->limit = LIMIT_MAX;
    return ERR_OK;
}

static const char *show_limit(const struct params *p)
{
    return arena_printf(p->arena, "%d", p->limit);
}

static enum err read_lulucf(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, lulucf_words, COUNT_OF(lulucf_words), &i, why);
    if (e == ERR_OK)
        p->lulucf = (enum lulucf)i;
    return e;
}

static const char *show_lulucf(const struct params *p)
{
    return lulucf_words[p->lulucf];
}

static enum err read_size(const char *text, double *value, bool *is_there, struct why *why)
{
    *is_there = value_decimal(text, 0, SIZE_MAX_UNITS, value);
    if (*is_there)
        return ERR_OK;
    return param_refuse(why, "it is no size", "0..%.0f in the unit asked for, without an exponent",
                        SIZE_MAX_UNITS);
}

/* The fewest decimals that read back the same: an exponent would not be read. */
static const char *show_size(const struct params *p, bool is_there, double value)
{
    char text[64];
    for (int digits = 0; is_there && digits <= SIZE_MAX_DECIMALS; digits++) {
        snprintf(text, sizeof text, "%.*f", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return is_there ? arena_strndup(p->arena, text, strlen(text)) : NULL;
}

static enum err read_max(struct params *p, const char *text, struct why *why)
{
    return read_size(text, &p->max, &p->has_max, why);
}

static const char *show_max(const struct params *p)
{
    return show_size(p, p->has_max, p->max);
}

static enum err read_min(struct params *p, const char *text, struct why *why)
{
    return read_size(text, &p->min, &p->has_min, why);
}

static const char *show_min(const struct params *p)
{
    return show_size(p, p->has_min, p->min);
}

static enum err read_name_text(struct params *p, const char *text, const char **out,
                               struct why *why)
{
    if (text[0] == '\0' || strlen(text) > NAME_MAX_BYTES)
        return param_refuse(why, "it is empty or too long", "1..%d bytes", NAME_MAX_BYTES);
    *out = arena_strndup(p->arena, text, strlen(text));
    return *out == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err read_name(struct params *p, const char *text, struct why *why)
{
    return read_name_text(p, text, &p->name, why);
}

static const char *show_name(const struct params *p)
{
    return p->name;
}

static enum err read_operator(struct params *p, const char *text, struct why *why)
{
    return read_name_text(p, text, &p->operator_name, why);
}

static const char *show_operator(const struct params *p)
{
    return p->operator_name;
}

static enum err read_per(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, per_words, COUNT_OF(per_words), &i, why);
    if (e == ERR_OK)
        p->per = (enum per)(i + 1);
    return e;
}

static const char *show_per(const struct params *p)
{
    return p->per == PER_NOTHING ? NULL : per_word(p->per);
}

static enum err read_q(struct params *p, const char *text, struct why *why)
{
    if (text[0] == '\0' || strlen(text) > Q_MAX_BYTES)
        return param_refuse(why, "it is empty or too long", "1..%d bytes of a name or code",
                            Q_MAX_BYTES);
    p->q = arena_strndup(p->arena, text, strlen(text));
    return p->q == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static const char *show_q(const struct params *p)
{
    return p->q;
}

static bool is_home(const char *code)
{
    return strncmp(code, "IPCC2006:", 9) == 0;
}

/* Is the code of the scheme that was asked for? Else its scheme is one that could have been. Codes
 * lie in the catalog in order, so those of one scheme are neighbours. */
static enum err try_scheme(struct params *p, const char *code, const char *text, const char **last,
                           struct allowed *list)
{
    size_t len = strcspn(code, ":");
    bool is_new = strncmp(*last, code, len) != 0 || (*last)[len] != '\0';
    const char *scheme = is_new ? arena_strndup(p->arena, code, len) : *last;
    if (scheme == NULL)
        return ERR_NO_MEMORY;
    if (is_new)
        allowed_add(list, scheme);
    if (strcmp(scheme, text) == 0)
        p->scheme = scheme;
    *last = scheme;
    return ERR_OK;
}

static enum err read_scheme(struct params *p, const char *text, struct why *why)
{
    const struct catalog *c = p->catalog;
    struct allowed list = {0};
    const char *last = "";
    enum err e = ERR_OK;
    for (int i = 0; i < c->foreign_count && e == ERR_OK && p->scheme == NULL; i++)
        e = try_scheme(p, c->foreign[i].code, text, &last, &list);
    for (int i = 0; i < c->sector_count && e == ERR_OK && p->scheme == NULL; i++) {
        bool is_told = c->foreign_count > 0 && !is_home(c->sectors[i].code);
        if (!is_told)
            e = try_scheme(p, c->sectors[i].code, text, &last, &list);
    }
    if (e != ERR_OK || p->scheme != NULL)
        return e;
    return param_refuse(why, "no sector list has this name", "%s", list.text);
}

static const char *show_scheme(const struct params *p)
{
    return p->scheme != NULL ? p->scheme : "IPCC2006";
}

static enum err read_sector(struct params *p, const char *text, struct why *why)
{
    static const char allowed[] =
        "a list of codes of /v1/sectors, such as IPCC2006:1.A.1,IPCC2006:2";
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");
        if (len == 0 || len > CODE_MAX_BYTES || !value_is_code_part(at, len))
            return param_refuse(why, "it is no list of codes", "%s", allowed);
        at += len;
        if (*at == '\0')
            break;
    }
    enum err e = selection_sectors(p->catalog, text, p->arena, &p->sectors, &p->sector_count, why);
    if (e != ERR_OK)
        why_allow(why, "%s", allowed);
    return e;
}

static const char *show_sector(const struct params *p)
{
    const char *list = NULL;
    for (int i = 0; i < p->sector_count; i++) {
        const char *code = p->catalog->sectors[p->sectors[i]].code;
        list = list == NULL ? code : arena_printf(p->arena, "%s,%s", list, code);
        if (list == NULL)
            return NULL;
    }
    return list;
}

static enum err read_simplify(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, simplify_words, COUNT_OF(simplify_words), &i, why);
    if (e == ERR_OK)
        p->simplify_deg = simplify_values[i];
    return e;
}

static const char *show_simplify(const struct params *p)
{
    return p->format == FORMAT_GEOJSON ? arena_printf(p->arena, "%g", p->simplify_deg) : NULL;
}

static enum err read_unit(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, unit_words, COUNT_OF(unit_words), &i, why);
    if (e == ERR_OK)
        p->unit = (enum unit)i;
    return e;
}

static const char *show_unit(const struct params *p)
{
    return unit_words[p->unit];
}

static enum err read_year_range(struct params *p, const char *text, const char *dots,
                                struct why *why)
{
    char *first = arena_strndup(p->arena, text, (size_t)(dots - text));
    if (first == NULL)
        return ERR_NO_MEMORY;
    enum err e = selection_year(p->catalog, p->release, first, &p->year_from, why);
    if (e == ERR_OK)
        e = selection_year(p->catalog, p->release, dots + 2, &p->year_to, why);
    if (e == ERR_OK && p->year_from > p->year_to)
        return param_refuse(why, "the range ends before it begins", "first..last");
    return e;
}

static enum err read_year(struct params *p, const char *text, struct why *why)
{
    if (strcmp(text, "latest") == 0) {
        p->year_from = p->year_to = selection_latest_year(p->catalog, p->release);
        return ERR_OK;
    }
    const char *dots = strstr(text, "..");
    if (dots != NULL && !p->rules->has_year_range)
        return param_refuse(why, "one year is asked here, not a range", "one year");
    enum err e = dots != NULL ? read_year_range(p, text, dots, why)
                              : selection_year(p->catalog, p->release, text, &p->year_from, why);
    if (dots == NULL)
        p->year_to = p->year_from;
    if (e != ERR_OK) /* unless it was said already which years there are */
        why_allow(why, "a year of the release%s, or latest",
                  p->rules->has_year_range ? ", first..last" : "");
    return e;
}

static const char *show_year(const struct params *p)
{
    if (p->year_from == 0 || p->month != 0)
        return NULL;
    if (p->year_from == p->year_to)
        return arena_printf(p->arena, "%d", p->year_from);
    return arena_printf(p->arena, "%d..%d", p->year_from, p->year_to);
}

const struct param_entry param_table[PARAM_COUNT] = {
    [PARAM_AFTER] = {"after", false, read_after, show_after},
    [PARAM_BASIS] = {"basis", false, read_basis, show_basis},
    [PARAM_BBOX] = {"bbox", false, param_read_bbox, param_show_bbox},
    [PARAM_BBOX_CRS] = {"bbox-crs", false, param_read_bbox_crs, param_show_bbox_crs},
    [PARAM_BOUNDARIES] = {"boundaries", true, read_boundaries, show_boundaries},
    [PARAM_BY] = {"by", false, param_read_by, param_show_by},
    [PARAM_CITE] = {"cite", false, read_cite, show_cite},
    [PARAM_CRS] = {"crs", false, param_read_crs, param_show_crs},
    [PARAM_DATETIME] = {"datetime", false, param_read_datetime, param_show_datetime},
    [PARAM_DISTRICT] = {"district", false, read_district, show_district},
    [PARAM_F] = {"f", false, param_read_f, param_show_f},
    [PARAM_FLOW] = {"flow", false, read_flow, show_flow},
    [PARAM_FORMAT] = {"format", false, read_format, show_format},
    [PARAM_GAS] = {"gas", false, read_gas, show_gas},
    [PARAM_GROUPBY] = {"groupby", false, read_groupby, show_groupby},
    [PARAM_GWP] = {"gwp", false, read_gwp, show_gwp},
    [PARAM_LANG] = {"lang", false, read_lang, show_lang},
    [PARAM_LAT] = {"lat", true, read_lat, show_lat},
    [PARAM_LEVEL] = {"level", true, read_level, show_level},
    [PARAM_LIMIT] = {"limit", true, read_limit, show_limit},
    [PARAM_LON] = {"lon", true, read_lon, show_lon},
    [PARAM_LULUCF] = {"lulucf", false, read_lulucf, show_lulucf},
    [PARAM_MAX] = {"max", true, read_max, show_max},
    [PARAM_MIN] = {"min", true, read_min, show_min},
    [PARAM_MONTH] = {"month", false, param_read_month, param_show_month},
    [PARAM_NAME] = {"name", false, read_name, show_name},
    [PARAM_OPERATOR] = {"operator", false, read_operator, show_operator},
    [PARAM_PARENT] = {"parent", false, read_parent, show_parent},
    [PARAM_PER] = {"per", false, read_per, show_per},
    [PARAM_Q] = {"q", false, read_q, show_q},
    [PARAM_RELEASE] = {"release", false, param_release, show_release},
    [PARAM_SCHEME] = {"scheme", false, read_scheme, show_scheme},
    [PARAM_SECTOR] = {"sector", false, read_sector, show_sector},
    [PARAM_SHARE] = {"share", true, param_read_share, param_show_share},
    [PARAM_SIMPLIFY] = {"simplify", false, read_simplify, show_simplify},
    [PARAM_SINCE] = {"since", false, param_read_since, param_show_since},
    [PARAM_TO_DISTRICT] = {"to_district", false, param_read_to_district, param_show_to_district},
    [PARAM_TO_RELEASE] = {"to_release", false, param_read_to_release, param_show_to_release},
    [PARAM_TO_YEAR] = {"to_year", true, param_read_to_year, param_show_to_year},
    [PARAM_TOP] = {"top", true, param_read_top, param_show_top},
    [PARAM_UNIT] = {"unit", false, read_unit, show_unit},
    [PARAM_WITHIN] = {"within", false, param_read_within, param_show_within},
    [PARAM_YEAR] = {"year", true, read_year, show_year},
};
