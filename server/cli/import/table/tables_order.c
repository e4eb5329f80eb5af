#include "cli/import/table/tables_order.h"

#include <stdlib.h>
#include <string.h>

#include "geo/sum.h"

static int compare_key(struct total_key x, struct total_key y)
{
    int c = x.year - y.year;
    c = c != 0 ? c : strcmp(x.gas, y.gas);
    c = c != 0 ? c : (int)x.flow - (int)y.flow;
    c = c != 0 ? c : strcmp(x.sector, y.sector);
    if (c != 0 || x.fuel == NULL || y.fuel == NULL) {
        return c;
    }
    c = strcmp(x.fuel, y.fuel);
    return c != 0 || x.from == NULL || y.from == NULL ? c : strcmp(x.from, y.from);
}

struct total_key total_key_of(const struct total *row)
{
    return (struct total_key){row->year,   row->gas,  row->flow,
                              row->sector, row->fuel, row->from != NULL ? row->from : ""};
}

bool total_key_meets(const struct total *x, const struct total *y)
{
    struct total_key key = total_key_of(x);
    key.from = NULL;
    return compare_key(key, total_key_of(y)) == 0;
}

const char *total_points_group(const struct total *row, struct arena *arena)
{
    const char *code = row->from != NULL ? row->from : row->sector;
    return arena_printf(arena, "%s %s %s", code, row->gas, row->fuel);
}

bool total_key_equal(const struct total *x, const struct total *y)
{
    return compare_key(total_key_of(x), total_key_of(y)) == 0;
}

static int compare_totals(const void *a, const void *b)
{
    const struct total *x = *(struct total *const *)a;
    const struct total *y = *(struct total *const *)b;
    int c = compare_key(total_key_of(x), total_key_of(y));
    c = c != 0 ? c : strcmp(x->area, y->area);
    c = c != 0 ? c : x->month - y->month;
    return c != 0 ? c : (x > y) - (x < y); /* rows lie in one array, in the order they were read */
}

enum err totals_order_make(const struct tables *t, struct arena *arena, struct totals_order *out,
                           struct why *why)
{
    out->rows = arena_alloc(arena, (size_t)t->total_count + 1, sizeof *out->rows);
    if (out->rows == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "the totals do not fit the importer's memory");
    }
    out->count = t->total_count;
    for (int i = 0; i < t->total_count; i++) {
        out->rows[i] = &t->totals[i];
    }
    qsort(out->rows, (size_t)out->count, sizeof *out->rows, compare_totals);
    return ERR_OK;
}

/* Index of the first row that is not before (or, is_after, not at) the key. */
static int bound(const struct totals_order *o, struct total_key key, bool is_after)
{
    int low = 0;
    int high = o->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int c = compare_key(total_key_of(o->rows[middle]), key);
        if (c < 0 || (is_after && c == 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void totals_order_find(const struct totals_order *o, struct total_key key, int *first, int *end)
{
    *first = bound(o, key, false);
    *end = bound(o, key, true);
}

const struct total *totals_order_below(const struct totals_order *o, struct total_key key)
{
    char prefix[128];
    size_t len = strlen(key.sector);
    if (len + 2 > sizeof prefix) {
        return NULL;
    }
    memcpy(prefix, key.sector, len);
    memcpy(prefix + len, ".", 2);
    int at = bound(o, (struct total_key){key.year, key.gas, key.flow, prefix, NULL, NULL}, false);
    const struct total *row = at < o->count ? o->rows[at] : NULL;
    bool is_below = row != NULL && row->year == key.year && row->flow == key.flow &&
                    strcmp(row->gas, key.gas) == 0 && strncmp(row->sector, prefix, len + 1) == 0;
    return is_below ? row : NULL;
}

const struct total *totals_order_above(const struct totals_order *o, struct total_key key)
{
    char code[128];
    size_t len = strlen(key.sector);
    if (len >= sizeof code) {
        return NULL;
    }
    memcpy(code, key.sector, len + 1);
    for (char *dot = strrchr(code, '.'); dot != NULL; dot = strrchr(code, '.')) {
        int first;
        int end;
        *dot = '\0';
        totals_order_find(o, (struct total_key){key.year, key.gas, key.flow, code, NULL, NULL},
                          &first, &end);
        if (first < end) {
            return o->rows[first];
        }
    }
    return NULL;
}

int totals_order_run(const struct totals_order *o, int first)
{
    int end = first + 1;
    while (end < o->count && total_key_equal(o->rows[first], o->rows[end])) {
        end++;
    }
    return end;
}

double totals_run_mass_t(const struct totals_order *o, int first, int end)
{
    bool has_national = o->rows[first]->area[0] == '\0'; /* they sort before the areas */
    struct sum sum = {0, 0};
    for (int i = first; i < end; i++) {
        if (!has_national || o->rows[i]->area[0] == '\0') {
            sum_add(&sum, o->rows[i]->mass_t);
        }
    }
    return sum_value(sum);
}

static int compare_points(const void *a, const void *b)
{
    const struct point *x = *(struct point *const *)a;
    const struct point *y = *(struct point *const *)b;
    int c = strcmp(x->group, y->group);
    c = c != 0 ? c : strcmp(x->code, y->code);
    return c != 0 ? c : (x > y) - (x < y);
}

enum err points_order_make(const struct tables *t, struct arena *arena, struct points_order *out,
                           struct why *why)
{
    out->points = arena_alloc(arena, (size_t)t->point_count + 1, sizeof *out->points);
    if (out->points == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "the points do not fit the importer's memory");
    }
    out->count = t->point_count;
    for (int i = 0; i < t->point_count; i++) {
        out->points[i] = &t->points[i];
    }
    qsort(out->points, (size_t)out->count, sizeof *out->points, compare_points);
    return ERR_OK;
}

void points_order_find(const struct points_order *o, const char *group, int *first, int *end)
{
    int low = 0;
    int high = o->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (strcmp(o->points[middle]->group, group) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *first = *end = low;
    while (*end < o->count && strcmp(o->points[*end]->group, group) == 0) {
        (*end)++;
    }
}
