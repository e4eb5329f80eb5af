/* Who leads, which set holds the share asked for, and how that is written. */
#include <math.h>
#include <stdlib.h>

#include "api/envelope.h"
#include "api/rank_internal.h"

#define PASSES_MAX 3
#define REACHED    (1 - 1e-12) /* as spread_edge_init() */

static void take_first(struct rank *r, struct leader member)
{
    leaders_add(&r->leaders, member);
    spread_add(&r->spread, member.value);
}

static void take_again(struct rank *r, struct leader member)
{
    spread_edge_add(&r->edge, member.value);
}

/* Is the set among the leaders? Then it ends behind one of them, or behind those tied with the
 * last, who are counted. */
static bool find_among_leaders(struct rank *r)
{
    struct leaders *l = &r->leaders;
    double target = r->answer->params.share * sum_value(r->spread.positive) * REACHED;
    struct sum mass = {0, 0};
    int i = 0;
    while (i < l->count && l->list[i].value > 0 && sum_value(mass) < target)
        sum_add(&mass, l->list[i++].value);
    if (sum_value(mass) < target)
        return false;
    for (; i > 0 && i < l->count && l->list[i].value == l->list[i - 1].value; i++)
        sum_add(&mass, l->list[i].value);
    int64_t beyond = i == l->count && i > 0 ? l->tied_beyond : 0;
    sum_add(&mass, beyond > 0 ? (double)beyond * l->list[i - 1].value : 0);
    r->set_count = i + beyond;
    r->set_mass = sum_value(mass);
    l->tied_beyond = beyond;
    l->count = i;
    return true;
}

static enum err find_by_passes(struct rank *r)
{
    enum err e = spread_edge_init(&r->edge, &r->spread, r->answer->params.share);
    r->take = take_again;
    for (int i = 0; i < PASSES_MAX && e == ERR_OK && !r->edge.is_found; i++) {
        e = r->kind->give(r);
        if (e == ERR_OK)
            e = spread_edge_pass(&r->edge);
    }
    spread_edge_fini(&r->edge);
    r->set_count = r->edge.count;
    r->set_mass = r->edge.mass;
    return e;
}

enum err rank_order(struct rank *r)
{
    r->take = take_first;
    enum err e = r->kind->give(r);
    leaders_sort(&r->leaders);
    if (e == ERR_OK && r->answer->params.share > 0 && !find_among_leaders(r))
        e = find_by_passes(r);
    return e;
}

/* ---- intervals ---- */

enum err rank_interval(struct rank *r, const struct rank_part *parts, int count,
                       struct interval *out)
{
    const struct catalog *c = r->answer->catalog;
    struct uncertain_part *list =
        malloc(((size_t)count * (size_t)r->matches.count + 1) * sizeof *list);
    size_t n = 0;
    if (list == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < r->matches.count; i++) {
        const struct totals_match *m = &r->matches.list[i];
        const struct slice *s = &c->slices[m->slice];
        for (int k = 0; k < count; k++) {
            const struct field *f = &c->fields[parts[k].field];
            if (parts[k].field != s->field || parts[k].mass == 0 || s->factor == 0)
                continue;
            list[n++] = (struct uncertain_part){
                .group = m->group,
                .mass = m->weight * s->factor * parts[k].mass,
                .uncertainty_pct = s->uncertainty_pct,
                .field = (size_t)s->field,
                .proxy_rel_var = uncertainty_proxy_rel_var(f->cell_uncertainty_pct, parts[k].mass,
                                                           parts[k].sum_sq, f->total, f->sum_sq)};
        }
    }
    *out = (struct interval){.half_width_pct = NAN};
    if (n > 0)
        *out = uncertainty_sum(list, n);
    free(list);
    return ERR_OK;
}

/* ---- rows ---- */

static bool has_shares(const struct rank *r)
{
    return r->answer->params.per == PER_NOTHING;
}

/* A negative value has no share of what there is, and what comes after all of it adds none. */
static void add_shares(struct doc *d, json_t *row, const struct rank *r, int i, struct sum *passed)
{
    double value = r->leaders.list[i].value, all = sum_value(r->spread.positive);
    bool is_in = has_shares(r) && value >= 0 && all > 0;
    sum_add(passed, value);
    doc_number(d, row, "share", is_in ? value / all : NAN);
    doc_number(d, row, "cumulative_share", is_in ? fmin(sum_value(*passed) / all, 1) : NAN);
}

static void add_rows(struct doc *d, const struct rank *r)
{
    json_t *rows = doc_array(d, d->root, "rows");
    struct sum passed = {0, 0};
    for (int i = 0; i < r->leaders.count; i++) {
        json_t *row = doc_object(d, rows, NULL);
        doc_int(d, row, "rank", leaders_rank(&r->leaders, i));
        r->kind->add_facts(d, row, r, i);
        r->kind->add_value(d, row, r, i);
        add_shares(d, row, r, i, &passed);
    }
}

/* ---- totals ---- */

static void add_set(struct doc *d, json_t *to, const struct rank *r)
{
    double share = r->answer->params.share, all = sum_value(r->spread.positive);
    if (!(share > 0)) {
        doc_null(d, to, "set");
        return;
    }
    json_t *set = doc_object(d, to, "set");
    doc_number(d, set, "share", share);
    doc_int(d, set, "count", r->set_count);
    doc_number(d, set, "member_share", (double)r->set_count / (double)r->spread.count);
    doc_number(d, set, "sum", r->set_mass / unit_tonnes(r->answer->params.unit));
    doc_number(d, set, "explains", all > 0 ? r->set_mass / all : NAN);
}

/* Why there is neither curve nor index; NULL = there is. */
static const char *no_curve(const struct rank *r)
{
    if (!has_shares(r))
        return "ratios have no sum to be shared out";
    if (r->spread.negative_count > 0)
        return "some values are negative: the curve would leave its square, and the index its "
               "range";
    return sum_value(r->spread.positive) > 0 ? NULL : "there is no mass to be shared out";
}

static void add_curve(struct doc *d, json_t *to, const struct lorenz_group *groups, size_t count)
{
    double members[LORENZ_POINTS_MAX], mass[LORENZ_POINTS_MAX];
    size_t n = lorenz_curve(groups, count, members, mass);
    json_t *list = doc_array(d, to, "lorenz");
    for (size_t i = 0; i < n; i++) {
        json_t *point = doc_array(d, list, NULL);
        doc_number(d, point, NULL, members[i]);
        doc_number(d, point, NULL, mass[i]);
    }
}

static enum err add_inequality(struct doc *d, json_t *to, struct rank *r)
{
    struct lorenz_group *groups;
    size_t count;
    double ratio;
    if (no_curve(r) != NULL) {
        doc_null(d, to, "gini");
        doc_null(d, to, "gini_error");
        doc_null(d, to, "lorenz");
        doc_text(d, to, "reason", no_curve(r));
        return ERR_OK;
    }
    enum err e = spread_groups(&r->spread, &groups, &count, &ratio);
    if (e != ERR_OK)
        return e;
    doc_number(d, to, "gini", lorenz_gini(groups, count));
    doc_number(d, to, "gini_error", lorenz_gini_error(groups, count, ratio));
    add_curve(d, to, groups, count);
    free(groups);
    return ERR_OK;
}

enum err rank_write(struct doc *d, struct rank *r)
{
    const struct spread *s = &r->spread;
    double tonnes = has_shares(r) ? unit_tonnes(r->answer->params.unit) : NAN;
    add_rows(d, r);
    json_t *to = doc_object(d, d->root, "totals");
    doc_int(d, to, "members", s->count);
    doc_int(d, to, "zero", s->zero_count);
    doc_int(d, to, "negative", s->negative_count);
    doc_int(d, to, "unranked", r->unranked);
    doc_int(d, to, "listed", r->leaders.count);
    doc_int(d, to, "tied_beyond", r->leaders.tied_beyond);
    doc_number(d, to, "sum", sum_value(s->sum) / tonnes);
    doc_number(d, to, "positive", sum_value(s->positive) / tonnes);
    doc_number(d, to, "unallocated", r->selected.unallocated_t / tonnes);
    add_set(d, to, r);
    return add_inequality(d, to, r);
}
