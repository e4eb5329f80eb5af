#include "inventory/selection.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inventory/allowed.h"

static const char *const flow_plurals[] = {"emissions", "removals", "net"};

/* ---- layers ----------------------------------------------------------------------------- */

#define LAYER_NAME_SIZE 48

static void write_layer_name(const struct catalog *c, enum flow flow, int gas,
                             char name[LAYER_NAME_SIZE])
{
    const char *code = gas == SELECTION_GAS_CO2E    ? "co2e"
                       : gas == SELECTION_ALL_GASES ? "all"
                                                    : c->gases[gas].code;
    snprintf(name, LAYER_NAME_SIZE, "%s-%.32s", flow_plurals[flow], code);
    for (char *p = name; *p; p++)
        *p = (char)tolower((unsigned char)*p);
}

const char *selection_layer_name(const struct catalog *c, enum flow flow, int gas, struct arena *a)
{
    char name[LAYER_NAME_SIZE];
    write_layer_name(c, flow, gas, name);
    return arena_strndup(a, name, sizeof name);
}

/* A net layer is one from which something is taken away; without removals it would only be
 * another name for the emissions. */
static bool has_layer(const struct catalog *c, int release, enum flow flow, int gas)
{
    const struct release *r = &c->releases[release];
    enum flow needed = flow == FLOW_NET ? FLOW_REMOVAL : flow;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++)
        if (c->slices[i].flow == needed && (gas < 0 || c->slices[i].gas == gas))
            return true;
    return false;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum err selection_layers(const struct catalog *c, int release, struct arena *arena,
                          const char ***out, int *count)
{
    const char **names = arena_alloc(arena, (size_t)(c->gas_count + 1) * 3, sizeof *names);
    int n = 0;
    if (!names)
        return ERR_NO_MEMORY;
    for (int flow = FLOW_EMISSION; flow <= FLOW_NET; flow++) {
        for (int gas = SELECTION_GAS_CO2E; gas < c->gas_count; gas++) {
            if (!has_layer(c, release, (enum flow)flow, gas))
                continue;
            names[n] = selection_layer_name(c, (enum flow)flow, gas, arena);
            if (!names[n++])
                return ERR_NO_MEMORY;
        }
    }
    qsort(names, (size_t)n, sizeof *names, compare_text);
    *out = names;
    *count = n;
    return ERR_OK;
}

static enum err no_layer(const struct catalog *c, int release, struct why *why)
{
    struct allowed allowed = {0};
    struct arena arena;
    const char **names = NULL;
    int n = 0;
    arena_init(&arena, 65536);
    if (selection_layers(c, release, &arena, &names, &n) == ERR_OK)
        for (int i = 0; i < n; i++)
            allowed_add(&allowed, names[i]);
    arena_fini(&arena);
    why_set(why, ERR_NOT_FOUND, "layer", "This release has no such layer.");
    why_allow(why, "%s", allowed.text);
    return ERR_NOT_FOUND;
}

enum err selection_layer(const struct catalog *c, int release, const char *layer, enum flow *flow,
                         int *gas, struct why *why)
{
    for (int f = FLOW_EMISSION; f <= FLOW_NET; f++) {
        for (int g = SELECTION_GAS_CO2E; g < c->gas_count; g++) {
            char name[LAYER_NAME_SIZE];
            write_layer_name(c, (enum flow)f, g, name);
            if (strcmp(name, layer) != 0 || !has_layer(c, release, (enum flow)f, g))
                continue;
            *flow = (enum flow)f;
            *gas = g;
            return ERR_OK;
        }
    }
    return no_layer(c, release, why);
}

/* ---- sectors ---------------------------------------------------------------------------- */

static enum err sector_of_element(const struct catalog *c, const char *text, size_t len,
                                  int *sector, struct why *why)
{
    char code[96];
    if (len == 0)
        return why_set(why, ERR_INPUT, "sector", "The list of sectors has an empty element.");
    if (len >= sizeof code || memchr(text, '\0', len))
        return why_set(why, ERR_INPUT, "sector", "There is no sector with so long a code.");
    memcpy(code, text, len);
    code[len] = '\0';
    int found = catalog_sector(c, code);
    if (found < 0) {
        why_set(why, ERR_INPUT, "sector", "There is no sector %s.", code);
        why_allow(why, "a code of /v1/sectors, such as IPCC2006:1.A.1");
        return ERR_INPUT;
    }
    *sector = found;
    return ERR_OK;
}

static int compare_int(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Drops duplicates and those inside another of the list; the order stays. */
static int minimise(const struct catalog *c, const int *from, int n, int *to)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        bool is_covered = i > 0 && from[i] == from[i - 1];
        for (int j = 0; j < n && !is_covered; j++)
            is_covered = from[j] != from[i] && catalog_sector_within(c, from[i], from[j]);
        if (!is_covered)
            to[kept++] = from[i];
    }
    return kept;
}

enum err selection_sectors(const struct catalog *c, const char *text, struct arena *arena,
                           int **sectors, int *count, struct why *why)
{
    int found[SELECTION_MAX_SECTORS] = {0}, n = 0;
    for (const char *at = text; text[0]; at += strcspn(at, ",") + 1) {
        size_t len = strcspn(at, ",");
        if (n == SELECTION_MAX_SECTORS)
            return why_set(why, ERR_INPUT, "sector", "More than %d sectors are listed.",
                           SELECTION_MAX_SECTORS);
        enum err e = sector_of_element(c, at, len, &found[n++], why);
        if (e)
            return e;
        if (!at[len])
            break;
    }
    qsort(found, (size_t)n, sizeof found[0], compare_int);
    int *kept = arena_alloc(arena, (size_t)n, sizeof *kept);
    if (!kept)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    *count = minimise(c, found, n, kept);
    *sectors = kept;
    return ERR_OK;
}

/* ---- years ------------------------------------------------------------------------------ */

static enum err no_year(const struct catalog *c, int release, struct why *why)
{
    const struct release *r = &c->releases[release];
    struct allowed allowed = {0};
    int first = 0, last = 0;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        int year = c->slices[i].year;
        if (first && year > last + 1)
            allowed_add_year_run(&allowed, first, last);
        if (!first || year > last + 1)
            first = year;
        last = year;
    }
    if (first)
        allowed_add_year_run(&allowed, first, last);
    why_set(why, ERR_NOT_FOUND, "year", "This release has no data for that year.");
    why_allow(why, "%s", allowed.text);
    return ERR_NOT_FOUND;
}

enum err selection_year(const struct catalog *c, int release, const char *text, int *year,
                        struct why *why)
{
    size_t digits = strspn(text, "0123456789");
    if (digits != 4 || text[4] != '\0' || text[0] == '0')
        return why_set(why, ERR_INPUT, "year", "A year is four digits.");
    int value = (int)strtol(text, NULL, 10), first = 0, end = 0;
    catalog_slices_of_year(c, release, value, &first, &end);
    if (first == end)
        return no_year(c, release, why);
    *year = value;
    return ERR_OK;
}

bool selection_has_month(const struct catalog *c, int release, int year, int month)
{
    int first = 0, end = 0;
    catalog_slices_of_year(c, release, year, &first, &end);
    for (int i = first; i < end; i++)
        if (c->slices[i].month == month)
            return true;
    return false;
}

/* Months are stored by whole years, so the first and the last of a year say it all. */
static enum err no_month(const struct catalog *c, int release, struct why *why)
{
    const struct release *r = &c->releases[release];
    struct allowed allowed = {0};
    int told = 0;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        int year = c->slices[i].year;
        if (c->slices[i].month == 0 || year == told)
            continue;
        char months[32];
        snprintf(months, sizeof months, "%04d-01..%04d-12", year, year);
        allowed_add(&allowed, months);
        told = year;
    }
    why_set(why, ERR_NOT_FOUND, "month", "This release has no data for that month.");
    why_allow(why, "%s", told ? allowed.text : "year=YYYY: the release is annual");
    return ERR_NOT_FOUND;
}

enum err selection_month(const struct catalog *c, int release, const char *text, int *year,
                         int *month, struct why *why)
{
    bool is_good = strlen(text) == 7 && strspn(text, "0123456789") == 4 && text[4] == '-' &&
                   strspn(text + 5, "0123456789") == 2;
    int of_year = is_good ? (int)strtol(text, NULL, 10) : 0;
    int of_month = is_good ? (int)strtol(text + 5, NULL, 10) : 0;
    if (of_month < 1 || of_month > 12) {
        why_set(why, ERR_INPUT, "month", "This is no month.");
        why_allow(why, "four digits, a dash, two digits: 2022-07");
        return ERR_INPUT;
    }
    if (!selection_has_month(c, release, of_year, of_month))
        return no_month(c, release, why);
    *year = of_year;
    *month = of_month;
    return ERR_OK;
}

int selection_latest_year(const struct catalog *c, int release)
{
    const struct release *r = &c->releases[release];
    return r->slice_count ? c->slices[r->first_slice + r->slice_count - 1].year : 0;
}

/* ---- slices ----------------------------------------------------------------------------- */

bool selection_takes_sector(const struct catalog *c, const struct selection *s, int sector)
{
    bool is_memo = catalog_sector_is_memo(c, sector);
    if (s->sector_count == 0)
        return !is_memo;
    for (int i = 0; i < s->sector_count; i++)
        if (catalog_sector_within(c, sector, s->sectors[i]) &&
            (!is_memo || catalog_sector_is_memo(c, s->sectors[i])))
            return true;
    return false;
}

static bool takes_but_month(const struct catalog *c, const struct selection *s,
                            const struct slice *slice)
{
    if (slice->release != s->release || slice->year != s->year)
        return false;
    if (s->flow != FLOW_NET && slice->flow != s->flow)
        return false;
    if (s->gas >= 0 && slice->gas != s->gas)
        return false;
    if (s->lulucf == LULUCF_EXCLUDE && catalog_sector_is_lulucf(c, slice->sector))
        return false;
    return selection_takes_sector(c, s, slice->sector);
}

bool selection_takes(const struct catalog *c, const struct selection *s, const struct slice *slice)
{
    return (s->month == 0 || slice->month == s->month) && takes_but_month(c, s, slice);
}

int selection_own_latest_year(const struct catalog *c, const struct selection *s)
{
    const struct release *r = &c->releases[s->release];
    struct selection of = *s;
    for (int i = r->slice_count - 1; i >= 0; i--) {
        const struct slice *slice = &c->slices[r->first_slice + i];
        of.year = slice->year;
        if (selection_takes(c, &of, slice))
            return slice->year;
    }
    return selection_latest_year(c, s->release);
}

bool selection_lacks_months(const struct catalog *c, const struct selection *s,
                            const struct slice *slice)
{
    return s->month != 0 && slice->month == 0 && takes_but_month(c, s, slice);
}

void selection_range(const struct catalog *c, const struct selection *s, int *first, int *end)
{
    catalog_slices_of_year(c, s->release, s->year, first, end);
}

/* ---- canonical text --------------------------------------------------------------------- */

static const char *sector_list(const struct catalog *c, const struct selection *s,
                               struct arena *arena)
{
    size_t size = 1;
    for (int i = 0; i < s->sector_count; i++)
        size += strlen(c->sectors[s->sectors[i]].code) + 1;
    char *list = arena_alloc(arena, size, 1);
    if (!list)
        return NULL;
    size_t n = 0;
    for (int i = 0; i < s->sector_count; i++)
        n += (size_t)snprintf(list + n, size - n, "%s%s", i ? "," : "",
                              c->sectors[s->sectors[i]].code);
    return list;
}

const char *selection_text(const struct catalog *c, const struct selection *s, struct arena *arena)
{
    char layer[LAYER_NAME_SIZE], gwp[64] = "", month[24] = "";
    const char *sectors = sector_list(c, s, arena);
    if (!sectors)
        return NULL;
    write_layer_name(c, s->flow, s->gas, layer);
    if (s->gas < 0 && s->gwp_set >= 0)
        snprintf(gwp, sizeof gwp, "gwp=%.48s&", c->gwp_sets[s->gwp_set].code);
    if (s->month)
        snprintf(month, sizeof month, "month=%d&", s->month);
    return arena_printf(arena, "%s/%s?%s%s%s%s%s%syear=%d", c->releases[s->release].pinned, layer,
                        gwp, s->lulucf == LULUCF_EXCLUDE ? "lulucf=exclude&" : "", month,
                        s->sector_count ? "sector=" : "", sectors, s->sector_count ? "&" : "",
                        s->year);
}
