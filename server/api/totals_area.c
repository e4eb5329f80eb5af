/* What sums over drawn areas need beside those over districts (totals.c). */
#include <math.h>
#include <stdlib.h>

#include "api/totals_internal.h"

struct split_job {
    const struct totals_request *request;
    const double *cut;
    int area;
    bool is_by_gas;
    struct totals_split *out;
};

/* Calls for the slices that a month cannot show, because only their year is known. */
typedef enum err take_slice(void *to, const struct slice *s, const struct selection *selection,
                            struct why *why);

static enum err each_yearly(const struct totals_request *q, take_slice *take, void *to,
                            struct why *why)
{
    const struct catalog *c = q->params->catalog;
    struct selection selection = params_selection(q->params, q->year_from);
    int first = 0, end = 0;
    enum err e = ERR_OK;
    selection_range(c, &selection, &first, &end);
    for (int i = first; i < end && e == ERR_OK; i++) {
        if (selection_lacks_months(c, &selection, &c->slices[i]))
            e = take(to, &c->slices[i], &selection, why);
    }
    return e;
}

struct field_list {
    int *fields;
    int count;
};

static enum err take_field(void *to, const struct slice *s, const struct selection *selection,
                           struct why *why)
{
    struct field_list *l = to;
    (void)selection;
    (void)why;
    if (s->field >= 0)
        l->fields[l->count++] = s->field;
    return ERR_OK;
}

enum err totals_fields(const struct totals_request *q, struct http_worker *worker, int **out,
                       int *count, struct why *why)
{
    const struct catalog *c = q->params->catalog;
    size_t most = (size_t)c->releases[q->params->release].slice_count;
    struct totals_match *matches;
    int match_count;
    struct field_list l = {arena_alloc(worker->arena, 2 * most + 1, sizeof *l.fields), 0};
    if (l.fields == NULL)
        return ERR_NO_MEMORY;
    enum err e = totals_match_slices(q, worker->arena, &matches, &match_count, why);
    for (int i = 0; e == ERR_OK && i < match_count; i++)
        e = take_field(&l, &c->slices[matches[i].slice], NULL, why);
    if (e == ERR_OK)
        e = each_yearly(q, take_field, &l, why);
    *out = l.fields;
    *count = totals_sort_fields(l.fields, l.count);
    return e;
}

/* The mass of a slice in the area, in the answer's tonnes; what the outline cuts of it too. */
static double mass_of(const struct split_job *j, const struct slice *s, double weight, double *cut)
{
    const struct district_mass *given = j->request->given;
    const struct district_mass *found =
        totals_find_mass(given, j->request->given_count, j->area, s->field);
    *cut = found != NULL ? weight * s->factor * j->cut[found - given] : 0;
    return found != NULL ? weight * s->factor * found->mass : 0;
}

static struct totals_split *split_of(const struct split_job *j, const struct slice *s)
{
    return &j->out[j->is_by_gas ? s->gas : 0];
}

static void add_match(const struct split_job *j, const struct totals_match *m)
{
    const struct catalog *c = j->request->params->catalog;
    const struct slice *s = &c->slices[m->slice];
    struct totals_split *to = split_of(j, s);
    double cut;
    if (s->field < 0) {
        to->unallocated += m->weight * s->mass_t;
        return;
    }
    double mass = mass_of(j, s, m->weight, &cut);
    if (c->fields[s->field].is_points) {
        to->points += mass;
        return;
    }
    to->grid += mass;
    to->gross += fabs(mass);
    to->gross_cut += fabs(cut);
}

static enum err take_yearly(void *to, const struct slice *s, const struct selection *selection,
                            struct why *why)
{
    const struct split_job *j = to;
    double weight, cut;
    if (s->field < 0)
        return ERR_OK;
    enum err e = totals_weight(j->request->params->catalog, selection, s, &weight, why);
    if (e == ERR_OK)
        split_of(j, s)->yearly_only += mass_of(j, s, weight, &cut);
    return e;
}

enum err totals_matches(const struct totals_request *q, struct http_worker *worker,
                        struct totals_matches *out, struct why *why)
{
    struct totals_match *list;
    enum err e = totals_match_slices(q, worker->arena, &list, &out->count, why);
    if (e == ERR_OK)
        out->list = list;
    return e;
}

enum err totals_split(const struct totals_request *q, const struct totals_matches *m, int area,
                      const double *cut, bool is_by_gas, struct totals_split *out, struct why *why)
{
    struct split_job j = {
        .request = q, .cut = cut, .area = area, .is_by_gas = is_by_gas, .out = out};
    int count = is_by_gas ? q->params->catalog->gas_count : 1;
    for (int i = 0; i < count; i++)
        out[i] = (struct totals_split){0};
    for (int i = 0; i < m->count; i++)
        add_match(&j, &m->list[i]);
    return each_yearly(q, take_yearly, &j, why);
}
