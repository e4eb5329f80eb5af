#include "inventory/combination.h"

#include <math.h>
#include <stdlib.h>

#include "geo/sum.h"
#include "inventory/allowed.h"

/* One selected slice before folding. `order` keeps equal fields in the order of their slices, so
 * that sums do not depend on the sort. */
struct pick {
    int field;
    int order;
    double coefficient;
};

struct builder {
    const struct catalog *catalog;
    struct pick *picks;
    int count; /* selected slices with a place */
    int taken; /* selected slices */
    struct sum total_t;
    struct sum unallocated_t;
};

double combination_weight(const struct catalog *c, const struct selection *s,
                          const struct slice *sl)
{
    double sign = s->flow == FLOW_NET && sl->flow == FLOW_REMOVAL ? -1 : 1;
    bool is_mass = s->gas >= 0 || (s->gas == SELECTION_ALL_GASES && s->gwp_set < 0);
    return is_mass ? sign : sign * catalog_gwp_value(c, s->gwp_set, sl->gas, sl->origin);
}

/* A gas that the set does not know would vanish from the sum unseen. */
static enum err unknown_gwp(const struct catalog *c, const struct selection *s,
                            const struct slice *slice, struct why *why)
{
    struct allowed allowed = {0};
    for (int set = 0; set < c->gwp_set_count; set++)
        if (!isnan(catalog_gwp_value(c, set, slice->gas, slice->origin)))
            allowed_add(&allowed, c->gwp_sets[set].code);
    why_set(why, ERR_INPUT, "gwp", "The GWP set %s has no value for %s, which is selected.",
            s->gwp_set >= 0 ? c->gwp_sets[s->gwp_set].code : "(none)", c->gases[slice->gas].code);
    why_allow(why, "%s", allowed.text);
    return ERR_INPUT;
}

static enum err pick_slices(struct builder *b, const struct selection *s, double sign,
                            struct why *why)
{
    const struct catalog *c = b->catalog;
    int first = 0, end = 0;
    selection_range(c, s, &first, &end);
    for (int i = first; i < end; i++) {
        const struct slice *slice = &c->slices[i];
        if (!selection_takes(c, s, slice))
            continue;
        double weight = sign * combination_weight(c, s, slice);
        if (isnan(weight))
            return unknown_gwp(c, s, slice, why);
        b->taken++;
        sum_add(&b->total_t, weight * slice->mass_t);
        if (slice->field < 0)
            sum_add(&b->unallocated_t, weight * slice->mass_t);
        else {
            b->picks[b->count] = (struct pick){slice->field, b->count, weight * slice->factor};
            b->count++;
        }
    }
    return ERR_OK;
}

static int compare_pick(const void *a, const void *b)
{
    const struct pick *x = a, *y = b;
    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Sorted picks -> one term per field. */
static int fold(const struct pick *picks, int n, struct term *terms)
{
    int count = 0;
    for (int i = 0; i < n;) {
        struct sum coefficient = {0, 0};
        int field = picks[i].field;
        for (; i < n && picks[i].field == field; i++)
            sum_add(&coefficient, picks[i].coefficient);
        terms[count++] = (struct term){field, sum_value(coefficient)};
    }
    return count;
}

static size_t most_picks(const struct catalog *c, const struct selection *s)
{
    int first = 0, end = 0;
    if (s)
        selection_range(c, s, &first, &end);
    return (size_t)(end - first);
}

enum err combination_build(const struct catalog *c, const struct selection *s,
                           const struct selection *minus, struct arena *arena,
                           struct combination *out, struct why *why)
{
    struct builder b = {.catalog = c};
    size_t most = most_picks(c, s) + most_picks(c, minus);
    b.picks = arena_alloc(arena, most, sizeof *b.picks);
    struct term *terms = arena_alloc(arena, most, sizeof *terms);
    if (!b.picks || !terms)
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    enum err e = pick_slices(&b, s, 1, why);
    if (!e && minus)
        e = pick_slices(&b, minus, -1, why);
    if (e)
        return e;
    if (b.taken == 0)
        return why_set(why, ERR_NOT_FOUND, NULL,
                       "The release has no data for this flow, gas, sector and year.");
    qsort(b.picks, (size_t)b.count, sizeof *b.picks, compare_pick);
    *out = (struct combination){.term_count = fold(b.picks, b.count, terms),
                                .terms = terms,
                                .total_t = sum_value(b.total_t),
                                .unallocated_t = sum_value(b.unallocated_t)};
    return ERR_OK;
}
