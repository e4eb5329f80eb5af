#include "inventory/spread.h"

#include <stdlib.h>
#include <string.h>

#define BIN_COUNT  ((size_t)1 << SPREAD_BITS)
#define VALUE_BITS 63 /* of a double above 0 */
#define REACHED    (1 - 1e-12)

enum err spread_init(struct spread *s, size_t keep)
{
    *s = (struct spread){.keep = keep,
                         .bins = calloc(BIN_COUNT, sizeof *s->bins),
                         .values = malloc((keep + 1) * sizeof *s->values)};
    if (s->bins != NULL && s->values != NULL)
        return ERR_OK;
    spread_fini(s);
    return ERR_NO_MEMORY;
}

void spread_fini(struct spread *s)
{
    free(s->bins);
    free(s->values);
    *s = (struct spread){0};
}

static uint64_t order_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The bits of a value behind the first `known` of them, as many as a table of bins has. */
static size_t bin_of(uint64_t order, int known)
{
    int rest = VALUE_BITS - known - SPREAD_BITS;
    uint64_t bits = rest >= 0 ? order >> rest : order << -rest;
    return (size_t)(bits & (BIN_COUNT - 1));
}

static void add_to_bin(struct spread_bin *b, double value)
{
    b->count++;
    sum_add(&b->mass, value);
}

void spread_add(struct spread *s, double value)
{
    s->count++;
    sum_add(&s->sum, value);
    s->negative_count += value < 0;
    s->zero_count += value == 0;
    if (value <= 0)
        return;
    sum_add(&s->positive, value);
    add_to_bin(&s->bins[bin_of(order_of(value), 0)], value);
    if (s->value_count <= s->keep) /* one more than it keeps: they were too many */
        s->value_count++;
    if (s->value_count <= s->keep)
        s->values[s->value_count - 1] = value;
}

static bool keeps_all(const struct spread *s)
{
    return s->value_count <= s->keep;
}

static int compare(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static void sort(struct spread *s)
{
    if (!s->is_sorted)
        qsort(s->values, s->value_count, sizeof *s->values, compare);
    s->is_sorted = true;
}

static size_t groups_needed(const struct spread *s)
{
    size_t n = 1; /* zeros */
    if (keeps_all(s))
        return n + s->value_count;
    for (size_t i = 0; i < BIN_COUNT; i++)
        n += s->bins[i].count > 0;
    return n;
}

enum err spread_groups(struct spread *s, struct lorenz_group **out, size_t *count, double *ratio)
{
    struct lorenz_group *groups = malloc(groups_needed(s) * sizeof *groups);
    size_t n = 0;
    if (groups == NULL)
        return ERR_NO_MEMORY;
    if (s->zero_count > 0)
        groups[n++] = (struct lorenz_group){s->zero_count, 0};
    if (keeps_all(s)) {
        sort(s);
        for (size_t i = 0; i < s->value_count; i++)
            groups[n++] = (struct lorenz_group){1, s->values[i]};
    }
    for (size_t i = 0; i < BIN_COUNT && !keeps_all(s); i++) {
        if (s->bins[i].count > 0)
            groups[n++] = (struct lorenz_group){s->bins[i].count, sum_value(s->bins[i].mass)};
    }
    *out = groups;
    *count = n;
    *ratio = keeps_all(s) ? 1 : SPREAD_RATIO;
    return ERR_OK;
}

/* ---- the least of a set ---- */

#define PAIRS_MAX 524288 /* 8 MB */

struct spread_pair {
    double value;
    int64_t count;
};

static bool is_reached(const struct spread_edge *e, struct sum mass)
{
    return sum_value(mass) >= e->target * REACHED;
}

/* From the largest pair down, over those above. Their last is in even if rounding says no. */
static void find_among(struct spread_edge *e)
{
    int64_t count = e->count_above;
    struct sum mass = e->mass_above;
    size_t i = e->pair_count;
    do {
        i--;
        count += e->pairs[i].count;
        sum_add(&mass, (double)e->pairs[i].count * e->pairs[i].value);
    } while (i > 0 && !is_reached(e, mass));
    e->is_found = true;
    e->value = e->pairs[i].value;
    e->count = count;
    e->mass = sum_value(mass);
}

/* In which bin the edge lies. The lowest with values if rounding says in none.
 * @return how many values it has. */
static int64_t narrow(struct spread_edge *e, const struct spread_bin *bins)
{
    size_t found = BIN_COUNT;
    for (size_t i = BIN_COUNT; i-- > 0;) {
        struct sum mass = e->mass_above;
        if (bins[i].count == 0)
            continue;
        if (found != BIN_COUNT) { /* the one before was not enough */
            e->count_above += bins[found].count;
            sum_add(&e->mass_above, sum_value(bins[found].mass));
            mass = e->mass_above;
        }
        found = i;
        sum_add(&mass, sum_value(bins[i].mass));
        if (is_reached(e, mass))
            break;
    }
    int rest = VALUE_BITS - e->bits;
    int more = rest < SPREAD_BITS ? rest : SPREAD_BITS;
    e->prefix = e->prefix << more | (uint64_t)found >> (SPREAD_BITS - more);
    e->bits += more;
    return bins[found].count;
}

/* Room for what a pass collects of that many values. */
static enum err make_room(struct spread_edge *e, int64_t count)
{
    e->pair_max = count < PAIRS_MAX ? (size_t)count + 1 : PAIRS_MAX;
    e->pairs = malloc(e->pair_max * sizeof *e->pairs);
    if (count >= PAIRS_MAX)
        e->bins = calloc(BIN_COUNT, sizeof *e->bins);
    if (e->pairs != NULL && (e->bins != NULL || count < PAIRS_MAX))
        return ERR_OK;
    spread_edge_fini(e);
    return ERR_NO_MEMORY;
}

static enum err find_among_kept(struct spread_edge *e, struct spread *s)
{
    e->pairs = malloc((s->value_count + 1) * sizeof *e->pairs);
    if (e->pairs == NULL)
        return ERR_NO_MEMORY;
    sort(s);
    for (size_t i = 0; i < s->value_count; i++) {
        if (i == 0 || s->values[i] != s->values[i - 1])
            e->pairs[e->pair_count++] = (struct spread_pair){s->values[i], 0};
        e->pairs[e->pair_count - 1].count++;
    }
    find_among(e);
    return ERR_OK;
}

enum err spread_edge_init(struct spread_edge *e, struct spread *s, double share)
{
    *e = (struct spread_edge){.target = share * sum_value(s->positive)};
    if (s->value_count == 0) { /* nothing: the set is empty */
        e->is_found = true;
        return ERR_OK;
    }
    if (keeps_all(s))
        return find_among_kept(e, s);
    return make_room(e, narrow(e, s->bins));
}

static int compare_pairs(const void *pa, const void *pb)
{
    return compare(&((const struct spread_pair *)pa)->value,
                   &((const struct spread_pair *)pb)->value);
}

/* Equal values become one pair. */
static void fold(struct spread_edge *e)
{
    size_t n = 0;
    qsort(e->pairs, e->pair_count, sizeof *e->pairs, compare_pairs);
    for (size_t i = 0; i < e->pair_count; i++) {
        if (n > 0 && e->pairs[n - 1].value == e->pairs[i].value)
            e->pairs[n - 1].count += e->pairs[i].count;
        else
            e->pairs[n++] = e->pairs[i];
    }
    e->pair_count = n;
}

void spread_edge_add(struct spread_edge *e, double value)
{
    if (!(value > 0) || order_of(value) >> (VALUE_BITS - e->bits) != e->prefix)
        return;
    if (e->bins != NULL)
        add_to_bin(&e->bins[bin_of(order_of(value), e->bits)], value);
    if (e->is_over)
        return;
    e->pairs[e->pair_count++] = (struct spread_pair){value, 1};
    if (e->pair_count < e->pair_max)
        return;
    fold(e);
    e->is_over = e->pair_count > e->pair_max / 2;
}

enum err spread_edge_pass(struct spread_edge *e)
{
    if (!e->is_over) {
        fold(e);
        if (e->pair_count == 0) /* the values were not the same as before */
            return ERR_INTERNAL;
        find_among(e);
        return ERR_OK;
    }
    if (e->bins == NULL) /* more values than before */
        return ERR_INTERNAL;
    int64_t count = narrow(e, e->bins);
    spread_edge_fini(e);
    return make_room(e, count);
}

void spread_edge_fini(struct spread_edge *e)
{
    free(e->bins);
    free(e->pairs);
    e->bins = NULL;
    e->pairs = NULL;
    e->pair_count = 0;
    e->is_over = false;
}
