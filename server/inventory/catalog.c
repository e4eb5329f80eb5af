#include "inventory/catalog.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "inventory/allowed.h"

#define HOME_SCHEME        "IPCC2006:"
#define MAX_CODE_SIZE      160
#define SHOWN_REASON_BYTES 400 /* of why.reason's 512 */

/* ---- life ------------------------------------------------------------------------------- */

struct catalog *catalog_new(void)
{
    struct catalog *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    arena_init(&c->arena, CATALOG_MAX_BYTES);
    c->references = 1;
    return c;
}

struct catalog *catalog_ref(struct catalog *c)
{
    int before = __atomic_fetch_add(&c->references, 1, __ATOMIC_RELAXED);
    assert(before > 0);
    return c;
}

void catalog_unref(struct catalog *c)
{
    if (!c)
        return;
    int before = __atomic_fetch_sub(&c->references, 1, __ATOMIC_ACQ_REL);
    assert(before > 0);
    if (before == 1) {
        arena_fini(&c->arena);
        free(c);
    }
}

/* ---- look-ups --------------------------------------------------------------------------- */

/* Compares element i of a sorted table with what is looked for. */
typedef int compare_fn(const struct catalog *c, int i, const void *key);

static int search(const struct catalog *c, int count, compare_fn *compare, const void *key)
{
    int low = 0, high = count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = compare(c, middle, key);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static int compare_gas(const struct catalog *c, int i, const void *key)
{
    return strcmp(c->gases[i].code, key);
}

static int compare_gwp_set(const struct catalog *c, int i, const void *key)
{
    return strcmp(c->gwp_sets[i].code, key);
}

static int compare_sector(const struct catalog *c, int i, const void *key)
{
    return strcmp(c->sectors[i].code, key);
}

static int compare_district(const struct catalog *c, int i, const void *key)
{
    return strcmp(c->districts[i].code, key);
}

static int order_int64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_field(const struct catalog *c, int i, const void *key)
{
    return order_int64(c->fields[i].id, *(const int64_t *)key);
}

static int compare_grid(const struct catalog *c, int i, const void *key)
{
    return order_int64(c->grid_ids[i], *(const int64_t *)key);
}

int catalog_gas(const struct catalog *c, const char *code)
{
    char upper[32]; /* codes are capitals, digits and '-', by a constraint of the table */
    size_t len = strlen(code);
    if (len >= sizeof upper)
        return -1;
    for (size_t i = 0; i <= len; i++)
        upper[i] = (char)(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 'a' + 'A' : code[i]);
    return search(c, c->gas_count, compare_gas, upper);
}

int catalog_gwp_set(const struct catalog *c, const char *code)
{
    return search(c, c->gwp_set_count, compare_gwp_set, code);
}

int catalog_sector(const struct catalog *c, const char *code)
{
    char full[MAX_CODE_SIZE];
    int n = snprintf(full, sizeof full, "%s%s", strchr(code, ':') ? "" : HOME_SCHEME, code);
    if (n < 0 || (size_t)n >= sizeof full)
        return -1;
    return search(c, c->sector_count, compare_sector, full);
}

int catalog_district(const struct catalog *c, const char *code)
{
    return search(c, c->district_count, compare_district, code);
}

int catalog_field_of_id(const struct catalog *c, int64_t id)
{
    return search(c, c->field_count, compare_field, &id);
}

int catalog_grid_of_id(const struct catalog *c, int64_t id)
{
    return search(c, c->grid_count, compare_grid, &id);
}

/* ---- trees ------------------------------------------------------------------------------ */

bool catalog_sector_within(const struct catalog *c, int sector, int ancestor)
{
    for (int depth = 0; sector >= 0 && depth <= c->sector_count; depth++) {
        if (sector == ancestor)
            return true;
        sector = c->sectors[sector].parent;
    }
    return false;
}

bool catalog_district_within(const struct catalog *c, int district, int ancestor)
{
    for (int depth = 0; district >= 0 && depth <= c->district_count; depth++) {
        if (district == ancestor)
            return true;
        district = c->districts[district].parent;
    }
    return false;
}

bool catalog_sector_is_memo(const struct catalog *c, int sector)
{
    for (int depth = 0; sector >= 0 && depth <= c->sector_count; depth++) {
        if (c->sectors[sector].is_memo)
            return true;
        sector = c->sectors[sector].parent;
    }
    return false;
}

bool catalog_sector_is_lulucf(const struct catalog *c, int sector)
{
    for (int depth = 0; sector >= 0 && depth <= c->sector_count; depth++) {
        if (c->sectors[sector].is_lulucf)
            return true;
        sector = c->sectors[sector].parent;
    }
    return false;
}

/* ---- values ----------------------------------------------------------------------------- */

struct stat_key {
    int district, year;
};

static int compare_stat(const struct catalog *c, int i, const void *key)
{
    const struct stat_key *k = key;
    if (c->stats[i].district != k->district)
        return c->stats[i].district < k->district ? -1 : 1;
    return order_int64(c->stats[i].year, k->year);
}

const struct district_stat *catalog_stat(const struct catalog *c, int district, int year)
{
    struct stat_key key = {district, year};
    int i = search(c, c->stat_count, compare_stat, &key);
    return i < 0 ? NULL : &c->stats[i];
}

struct gwp_key {
    const char *set;
    int gas;
    enum origin origin;
};

static int compare_gwp(const struct catalog *c, int i, const void *key)
{
    const struct gwp_key *k = key;
    const struct gwp *g = &c->gwps[i];
    int order = strcmp(g->set, k->set);
    if (order == 0)
        order = order_int64(g->gas, k->gas);
    return order ? order : order_int64((int)g->origin, (int)k->origin);
}

double catalog_gwp_value(const struct catalog *c, int set, int gas, enum origin origin)
{
    const enum origin order[] = {origin, ORIGIN_NA};
    if (set < 0 || set >= c->gwp_set_count)
        return NAN;
    for (int i = 0; i < 2; i++) {
        struct gwp_key key = {c->gwp_sets[set].code, gas, order[i]};
        int found = search(c, c->gwp_count, compare_gwp, &key);
        if (found >= 0)
            return c->gwps[found].value;
    }
    return NAN;
}

/* First slice of a release whose year is not below `year`. */
static int first_of_year(const struct catalog *c, const struct release *r, int year)
{
    int low = r->first_slice, high = r->first_slice + r->slice_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (c->slices[middle].year < year)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void catalog_slices_of_year(const struct catalog *c, int release, int year, int *first, int *end)
{
    const struct release *r = &c->releases[release];
    *first = first_of_year(c, r, year);
    *end = first_of_year(c, r, year + 1);
}

/* ---- releases --------------------------------------------------------------------------- */

int catalog_version_compare(const char *a, const char *b)
{
    for (int part = 0; part < 3; part++) {
        char *end_a = NULL, *end_b = NULL;
        unsigned long long va = strtoull(a, &end_a, 10), vb = strtoull(b, &end_b, 10);
        if (va != vb)
            return va < vb ? -1 : 1;
        a = *end_a == '.' ? end_a + 1 : end_a;
        b = *end_b == '.' ? end_b + 1 : end_b;
    }
    return 0;
}

static enum err no_release(const struct catalog *c, struct why *why)
{
    struct allowed allowed = {0};
    for (int i = 0; i < c->release_count; i++) {
        if (c->releases[i].is_latest)
            allowed_add(&allowed, c->releases[i].slug);
        allowed_add(&allowed, c->releases[i].pinned);
    }
    why_set(why, ERR_NOT_FOUND, "release", "There is no such release.");
    why_allow(why, "%s", allowed.text);
    return ERR_NOT_FOUND;
}

/* The withdrawn release that is asked for: that very version, or the last of the slug. */
static const struct withdrawn *find_withdrawn(const struct catalog *c, const char *text)
{
    size_t len = strlen(text);
    bool has_version = strchr(text, '@') != NULL;
    for (int i = c->withdrawn_count - 1; i >= 0; i--) {
        const char *pinned = c->withdrawn[i].pinned;
        if (has_version ? strcmp(pinned, text) == 0
                        : strncmp(pinned, text, len) == 0 && pinned[len] == '@')
            return &c->withdrawn[i];
    }
    return NULL;
}

static enum err gone(const struct withdrawn *w, struct why *why)
{
    if (w->reason[0] == '\0')
        return why_set(why, ERR_GONE, "release", "This release was withdrawn by its publisher.");
    size_t len = strlen(w->reason);
    size_t shown = len > SHOWN_REASON_BYTES ? utf8_floor(w->reason, SHOWN_REASON_BYTES) : len;
    return why_set(why, ERR_GONE, "release", "This release was withdrawn by its publisher: %.*s%s",
                   (int)shown, w->reason, len > shown ? "..." : "");
}

int catalog_release_neighbour(const struct catalog *c, int release, int step)
{
    int at = release + step;
    bool is_one = at >= 0 && at < c->release_count &&
                  strcmp(c->releases[at].slug, c->releases[release].slug) == 0;
    return is_one ? at : -1;
}

enum err catalog_release(const struct catalog *c, const char *text, int *release, bool *pinned,
                         struct why *why)
{
    bool has_version = strchr(text, '@') != NULL;
    for (int i = 0; i < c->release_count; i++) {
        const struct release *r = &c->releases[i];
        bool is_it =
            has_version ? strcmp(r->pinned, text) == 0 : r->is_latest && strcmp(r->slug, text) == 0;
        if (is_it) {
            *release = i;
            *pinned = has_version;
            return ERR_OK;
        }
    }
    const struct withdrawn *w = find_withdrawn(c, text);
    return w != NULL ? gone(w, why) : no_release(c, why);
}
