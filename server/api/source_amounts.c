#include "api/source_amounts.h"

#include <math.h>

#include "api/totals.h"
#include "geo/sum.h"

/* A code that stands twice in a field (two units of one plant) has both shares. */
static const double *shares_of(const struct catalog *c, const struct source_row *rows, int count,
                               struct arena *arena)
{
    double *shares = arena_alloc(arena, (size_t)c->field_count + 1, sizeof *shares);
    for (int i = 0; shares != NULL && i < c->field_count; i++)
        shares[i] = NAN;
    for (int i = 0; shares != NULL && i < count; i++) {
        for (int k = 0; k < rows[i].share_count; k++) {
            double *share = &shares[rows[i].shares[k].field];
            *share = isnan(*share) ? rows[i].shares[k].share : *share + rows[i].shares[k].share;
        }
    }
    return shares;
}

static bool is_same(const struct source_amount *a, const struct slice *s)
{
    return a->year == s->year && a->sector == s->sector && a->gas == s->gas && a->flow == s->flow;
}

/* What is being added up. */
struct adding {
    struct source_amount *amount; /* NULL = nothing yet */
    struct sum sum;
    unsigned months; /* a bit each */
};

static void finish(const struct adding *to)
{
    if (to->amount == NULL)
        return;
    to->amount->mass_t = sum_value(to->sum);
    for (unsigned bits = to->months; bits != 0; bits &= bits - 1)
        to->amount->months++;
}

static void add(struct adding *to, const struct slice *s, double share)
{
    sum_add(&to->sum, s->mass_t * share);
    to->amount->status = totals_worse_status(to->amount->status, s->method);
    if (s->month > 0)
        to->months |= 1u << s->month;
}

/* Slices lie in the catalog by year, sector, gas and flow, so those of an amount are neighbours. */
static void add_slices(const struct answer *a, struct source_amounts *out, int *used)
{
    const struct release *r = answer_release(a);
    struct adding now = {0};
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        const struct slice *s = &a->catalog->slices[i];
        if (s->field < 0 || isnan(out->shares[s->field]))
            continue;
        if (now.amount == NULL || !is_same(now.amount, s)) {
            finish(&now);
            now = (struct adding){.amount = &out->list[out->count++]};
            *now.amount = (struct source_amount){.year = s->year,
                                                 .sector = s->sector,
                                                 .gas = s->gas,
                                                 .flow = s->flow,
                                                 .status = "no-data"};
        }
        add(&now, s, out->shares[s->field]);
        used[out->used_count++] = i;
    }
    finish(&now);
}

enum err source_amounts_read(const struct answer *a, const struct source_row *rows, int count,
                             struct arena *arena, struct source_amounts *out)
{
    size_t most = (size_t)answer_release(a)->slice_count + 1;
    int *used = arena_alloc(arena, most, sizeof *used);
    *out = (struct source_amounts){.shares = shares_of(a->catalog, rows, count, arena),
                                   .list = arena_alloc(arena, most, sizeof *out->list),
                                   .used = used};
    if (out->shares == NULL || out->list == NULL || used == NULL)
        return ERR_NO_MEMORY;
    add_slices(a, out, used);
    return ERR_OK;
}

enum err source_amounts_co2e(const struct answer *a, const struct selection *s,
                             const struct source_amounts *of, double *out, struct why *why)
{
    struct sum sum = {0};
    for (int i = 0; i < of->used_count; i++) {
        const struct slice *slice = &a->catalog->slices[of->used[i]];
        double weight;
        if (!selection_takes(a->catalog, s, slice))
            continue;
        enum err e = totals_weight(a->catalog, s, slice, &weight, why);
        if (e != ERR_OK)
            return e;
        sum_add(&sum, weight * slice->mass_t * of->shares[slice->field]);
    }
    *out = sum_value(sum);
    return ERR_OK;
}
