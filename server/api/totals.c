#include "api/totals_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/sum.h"
#include "inventory/allowed.h"
#include "inventory/combination.h"
#include "inventory/scope.h"
#include "inventory/slice_groups.h"
#include "store/store.h"

#define NOISE_REL 1e-12 /* of the mass on the map: below it, "outside" is rounding */

struct lookup { /* masses of fields in districts, sorted by district, field */
    const struct district_mass *masses;
    int count;
};

/* The importer's word for a proxy that was zero all over: a guess about the place. */
static const char *status_of(const char *method)
{
    return strcmp(method, "fallback-uniform") == 0 ? "estimated" : method;
}

const char *totals_worse_status(const char *a, const char *b)
{
    static const char *const order[] = {"no-data",      "measured",  "reported",
                                        "calculated",   "scaled",    "interpolated",
                                        "extrapolated", "estimated", "assumed"};
    a = status_of(a);
    b = status_of(b);
    int of_a = -1, of_b = -1;
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++) {
        if (strcmp(order[i], a) == 0)
            of_a = i;
        if (strcmp(order[i], b) == 0)
            of_b = i;
    }
    if (of_a < 0) /* a method we cannot rank is as weak as can be */
        return a;
    return of_b < 0 || of_b > of_a ? b : a;
}

static int compare_keys(const struct totals_row *a, const struct totals_row *b)
{
    if (a->year != b->year)
        return a->year < b->year ? -1 : 1;
    if (a->sector != b->sector)
        return a->sector < b->sector ? -1 : 1;
    if (a->gas != b->gas)
        return a->gas < b->gas ? -1 : 1;
    if (a->flow != b->flow)
        return a->flow < b->flow ? -1 : 1;
    return (a->month > b->month) - (a->month < b->month);
}

static int compare_matches(const void *pa, const void *pb)
{
    const struct totals_match *a = pa, *b = pb;
    int order = compare_keys(&a->key, &b->key);
    return order ? order : (a->slice > b->slice) - (a->slice < b->slice);
}

static int compare_ints(const void *pa, const void *pb)
{
    int a = *(const int *)pa, b = *(const int *)pb;
    return (a > b) - (a < b);
}

static struct totals_row key_of(const struct totals_request *q, const struct slice *s)
{
    return (struct totals_row){
        .year = q->groupby & GROUP_YEAR ? s->year : 0,
        .sector = q->groupby & GROUP_SECTOR ? s->sector : -1,
        .gas = q->groupby & GROUP_GAS ? s->gas : -1,
        .flow = q->groupby & GROUP_FLOW ? s->flow : q->params->flow,
        .month = q->groupby & GROUP_MONTH ? s->month : 0,
    };
}

enum err totals_weight(const struct catalog *c, const struct selection *s, const struct slice *sl,
                       double *out, struct why *why)
{
    *out = combination_weight(c, s, sl);
    if (!isnan(*out))
        return ERR_OK;
    struct allowed sets = {0};
    for (int i = 0; i < c->gwp_set_count; i++) {
        if (!isnan(catalog_gwp_value(c, i, sl->gas, sl->origin)))
            allowed_add(&sets, c->gwp_sets[i].code);
    }
    enum err e =
        why_set(why, ERR_INPUT, "gwp", "the GWP set has no value for %s, which is selected",
                c->gases[sl->gas].code);
    why_allow(why, "%s", sets.text);
    return e;
}

/* The slices of the selection over all its years, sorted by the row they fall into. */
enum err totals_match_slices(const struct totals_request *q, struct arena *arena,
                             struct totals_match **out, int *count, struct why *why)
{
    const struct catalog *c = q->params->catalog;
    const struct release *r = &c->releases[q->params->release];
    struct totals_match *matches = arena_alloc(arena, (size_t)r->slice_count + 1, sizeof *matches);
    if (matches == NULL)
        return ERR_NO_MEMORY;
    struct slice_groups groups;
    if (!slice_groups_init(&groups, arena))
        return ERR_NO_MEMORY;
    int n = 0;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        const struct slice *s = &c->slices[i];
        if (s->year < q->year_from || s->year > q->year_to)
            continue;
        struct selection selection = params_selection(q->params, s->year);
        if (!selection_takes(c, &selection, s))
            continue;
        if (q->groupby & GROUP_FLOW)
            selection.flow = s->flow; /* a row of one flow has no sign */
        struct totals_match *m = &matches[n];
        *m = (struct totals_match){
            .slice = i, .key = key_of(q, s), .group = slice_groups_of(&groups, c, i)};
        enum err e = totals_weight(c, &selection, s, &m->weight, why);
        if (e != ERR_OK)
            return e;
        n++;
    }
    qsort(matches, (size_t)n, sizeof *matches, compare_matches);
    *out = matches;
    *count = n;
    return ERR_OK;
}

int totals_sort_fields(int *fields, int n)
{
    int unique = 0;
    qsort(fields, (size_t)n, sizeof *fields, compare_ints);
    for (int i = 0; i < n; i++) {
        if (unique == 0 || fields[unique - 1] != fields[i])
            fields[unique++] = fields[i];
    }
    return unique;
}

static enum err fields_of(const struct catalog *c, const struct totals_match *matches,
                          int match_count, struct arena *arena, int **out, int *count)
{
    int *fields = arena_alloc(arena, (size_t)match_count + 1, sizeof *fields);
    if (fields == NULL)
        return ERR_NO_MEMORY;
    int n = 0;
    for (int i = 0; i < match_count; i++) {
        int field = c->slices[matches[i].slice].field;
        if (field >= 0)
            fields[n++] = field;
    }
    *out = fields;
    *count = totals_sort_fields(fields, n);
    return ERR_OK;
}

static enum err look_up(const struct totals_request *q, const int *districts, int district_count,
                        const struct totals_match *matches, int match_count,
                        struct http_worker *worker, struct lookup *out, struct why *why)
{
    const struct catalog *c = q->params->catalog;
    int *fields, field_count;
    if (q->given != NULL) {
        *out = (struct lookup){q->given, q->given_count};
        return ERR_OK;
    }
    enum err e = fields_of(c, matches, match_count, worker->arena, &fields, &field_count);
    if (e != ERR_OK || field_count == 0 || district_count == 0)
        return e;
    struct district_mass *masses;
    e = store_district_masses(worker->db, c, districts, district_count, fields, field_count,
                              worker->deadline_ms, worker->arena, &masses, &out->count, why);
    if (e == ERR_OK)
        out->masses = masses;
    return e;
}

static int compare_masses(const void *pa, const void *pb)
{
    const struct district_mass *a = pa, *b = pb;
    if (a->district != b->district)
        return a->district < b->district ? -1 : 1;
    return (a->field > b->field) - (a->field < b->field);
}

const struct district_mass *totals_find_mass(const struct district_mass *masses, int count,
                                             int district, int field)
{
    struct district_mass key = {.district = district, .field = field};
    return count > 0 ? bsearch(&key, masses, (size_t)count, sizeof key, compare_masses) : NULL;
}

static struct district_mass mass_in(const struct lookup *l, int district, int field)
{
    const struct district_mass *found = totals_find_mass(l->masses, l->count, district, field);
    return found != NULL ? *found : (struct district_mass){.district = district, .field = field};
}

static struct uncertain_part part_of(const struct catalog *c, const struct totals_match *m,
                                     const struct lookup *l, int district, bool is_whole)
{
    const struct slice *s = &c->slices[m->slice];
    struct uncertain_part part = {.group = m->group,
                                  .uncertainty_pct = s->uncertainty_pct,
                                  .field = s->field >= 0 ? (size_t)s->field : (size_t)-1};
    if (is_whole) {
        part.mass = m->weight * s->mass_t;
    } else if (s->field >= 0) {
        const struct field *f = &c->fields[s->field];
        struct district_mass in = mass_in(l, district, s->field);
        part.mass = m->weight * s->factor * in.mass;
        part.proxy_rel_var = uncertainty_proxy_rel_var(f->cell_uncertainty_pct, in.mass, in.sum_sq,
                                                       f->total, f->sum_sq);
    }
    return part;
}

struct room { /* for the parts of a row */
    struct uncertain_part *parts;
    int *slices;
};

/* One row: the matches [from, to) within one district. Its parts are in the room. */
static struct totals_row sum_row(const struct totals_request *q, const struct totals_match *matches,
                                 int from, int to, const struct lookup *l, int district,
                                 struct room room)
{
    const struct catalog *c = q->params->catalog;
    bool is_whole = q->given == NULL && district == scope_country(c, q->params->release);
    struct totals_row row = matches[from].key;
    row.district = district;
    row.status = "no-data";
    size_t n = 0;
    for (int i = from; i < to; i++) {
        const struct slice *s = &c->slices[matches[i].slice];
        if (q->given != NULL &&
            (s->field < 0 || totals_find_mass(l->masses, l->count, district, s->field) == NULL))
            continue;
        struct uncertain_part part = part_of(c, &matches[i], l, district, is_whole);
        row.status = totals_worse_status(row.status, s->method);
        *(s->field < 0                    ? &row.nowhere
          : c->fields[s->field].is_points ? &row.points
                                          : &row.grid) += part.mass;
        if (part.mass == 0)
            continue;
        room.slices[n] = matches[i].slice;
        room.parts[n++] = part;
    }
    row.part_count = (int)n;
    row.total = (struct interval){.half_width_pct = NAN};
    if (strcmp(row.status, "no-data") == 0)
        row.total = (struct interval){NAN, NAN, NAN, NAN};
    if (n > 0)
        row.total = uncertainty_sum(room.parts, n);
    return row;
}

static bool make_room(struct room *r, int count, struct arena *arena)
{
    r->parts = arena_alloc(arena, (size_t)count + 1, sizeof *r->parts);
    r->slices = arena_alloc(arena, (size_t)count + 1, sizeof *r->slices);
    return r->parts != NULL && r->slices != NULL;
}

/* The room is the next row's; whoever wants the parts has a copy. */
static bool keep_parts(const struct totals_request *q, struct room room, struct totals_row *row,
                       struct arena *arena)
{
    struct room kept;
    if (!q->keeps_parts)
        return true;
    if (!make_room(&kept, row->part_count, arena))
        return false;
    for (int i = 0; i < row->part_count; i++) {
        kept.parts[i] = room.parts[i];
        kept.slices[i] = room.slices[i];
    }
    row->parts = kept.parts;
    row->slices = kept.slices;
    return true;
}

static enum err sum_rows(const struct totals_request *q, const struct totals_match *matches,
                         int count, const struct lookup *l, struct arena *arena, struct totals *out)
{
    int runs = 0;
    for (int i = 0; i < count; i++)
        runs += i == 0 || compare_keys(&matches[i - 1].key, &matches[i].key) != 0;
    size_t most = (size_t)runs * (size_t)q->district_count;
    out->rows = arena_alloc(arena, most + 1, sizeof *out->rows);
    struct room room;
    if (out->rows == NULL || !make_room(&room, count, arena))
        return ERR_NO_MEMORY;
    for (int d = 0; d < q->district_count; d++) {
        for (int from = 0, to = 0; from < count; from = to) {
            while (to < count && compare_keys(&matches[from].key, &matches[to].key) == 0)
                to++;
            struct totals_row *row = &out->rows[out->row_count++];
            *row = sum_row(q, matches, from, to, l, q->districts[d], room);
            if (!keep_parts(q, room, row, arena))
                return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

static enum err list_used(const struct totals_match *matches, int count, struct arena *arena,
                          struct totals *out)
{
    int *used = arena_alloc(arena, (size_t)count + 1, sizeof *used);
    if (used == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++)
        used[i] = matches[i].slice;
    qsort(used, (size_t)count, sizeof *used, compare_ints);
    out->used = used;
    out->used_count = count;
    return ERR_OK;
}

/* Districts the store must be asked about: the country is summed from the slices. */
static enum err districts_to_ask(const struct totals_request *q, struct arena *arena, int **out,
                                 int *count)
{
    int country = scope_country(q->params->catalog, q->params->release);
    int *list = arena_alloc(arena, (size_t)q->district_count + 1, sizeof *list);
    if (list == NULL)
        return ERR_NO_MEMORY;
    *count = 0;
    for (int i = 0; i < q->district_count; i++) {
        if (q->districts[i] != country)
            list[(*count)++] = q->districts[i];
    }
    *out = list;
    return ERR_OK;
}

enum err totals_compute(const struct totals_request *q, struct http_worker *worker,
                        struct totals *out, struct why *why)
{
    struct totals_match *matches;
    int count;
    int *asked, asked_count;
    struct lookup found = {0};
    *out = (struct totals){0};
    enum err e = totals_match_slices(q, worker->arena, &matches, &count, why);
    if (e == ERR_OK)
        e = districts_to_ask(q, worker->arena, &asked, &asked_count);
    if (e == ERR_OK)
        e = look_up(q, asked, asked_count, matches, count, worker, &found, why);
    if (e == ERR_OK)
        e = sum_rows(q, matches, count, &found, worker->arena, out);
    return e == ERR_OK ? list_used(matches, count, worker->arena, out) : e;
}

/* The release's districts of the highest level that has any: together they are the covered ground.
 */
static enum err top_districts(const struct params *p, struct arena *arena, int **out, int *count)
{
    const struct catalog *c = p->catalog;
    int top = 3;
    for (int i = 0; i < c->district_count; i++)
        top = scope_has(c, p->release, i) && c->districts[i].level < top ? c->districts[i].level
                                                                         : top;
    int *list = arena_alloc(arena, (size_t)c->district_count + 1, sizeof *list);
    if (list == NULL)
        return ERR_NO_MEMORY;
    *count = 0;
    for (int i = 0; i < c->district_count; i++) {
        if (c->districts[i].level == top && scope_has(c, p->release, i))
            list[(*count)++] = i;
    }
    *out = list;
    return ERR_OK;
}

/* Sums of one coverage as they grow. */
struct coverage_sums {
    struct sum inside, outside, nowhere, yearly_only;
    double moved; /* gross mass on the map, the measure of what is noise */
};

/* What a month cannot show, because only its year is known. */
static enum err add_yearly_only(const struct totals_request *q, bool is_by_gas,
                                struct coverage_sums *sums, struct why *why)
{
    const struct catalog *c = q->params->catalog;
    struct selection selection = params_selection(q->params, q->year_from);
    int first = 0, end = 0;
    selection_range(c, &selection, &first, &end);
    for (int i = first; i < end; i++) {
        const struct slice *s = &c->slices[i];
        if (!selection_lacks_months(c, &selection, s))
            continue;
        double weight;
        enum err e = totals_weight(c, &selection, s, &weight, why);
        if (e != ERR_OK)
            return e;
        sum_add(&sums[is_by_gas ? s->gas : 0].yearly_only, weight * s->mass_t);
    }
    return ERR_OK;
}

/* One slice, whose part within the districts was found. */
static void add_coverage(struct coverage_sums *to, const struct slice *s, double weight,
                         double inside_t)
{
    if (s->field < 0) {
        sum_add(&to->nowhere, weight * s->mass_t);
        return;
    }
    double rest = s->mass_t - inside_t;
    sum_add(&to->inside, weight * (s->mass_t - rest));
    sum_add(&to->outside, weight * rest);
    to->moved += fabs(weight * s->mass_t);
}

static struct totals_coverage coverage_of(const struct coverage_sums *s)
{
    double outside = sum_value(s->outside);
    return (struct totals_coverage){
        .outside = fabs(outside) <= NOISE_REL * s->moved ? 0 : outside,
        .allocated = sum_value(s->inside),
        .unallocated = sum_value(s->nowhere),
        .yearly_only = sum_value(s->yearly_only),
    };
}

enum err totals_coverage(const struct totals_request *q, bool is_by_gas, struct http_worker *worker,
                         struct totals_coverage *out, struct why *why)
{
    const struct catalog *c = q->params->catalog;
    size_t gases = is_by_gas ? (size_t)c->gas_count : 1;
    struct coverage_sums *sums = arena_alloc(worker->arena, gases + 1, sizeof *sums);
    struct totals_match *matches;
    int count, district_count;
    int *districts;
    struct lookup found = {0};
    if (sums == NULL)
        return ERR_NO_MEMORY;
    enum err e = totals_match_slices(q, worker->arena, &matches, &count, why);
    if (e == ERR_OK)
        e = top_districts(q->params, worker->arena, &districts, &district_count);
    if (e == ERR_OK)
        e = look_up(q, districts, district_count, matches, count, worker, &found, why);
    if (e != ERR_OK)
        return e;
    for (int i = 0; i < count; i++) {
        const struct slice *s = &c->slices[matches[i].slice];
        double inside_t = 0;
        for (int d = 0; s->field >= 0 && d < district_count; d++)
            inside_t += s->factor * mass_in(&found, districts[d], s->field).mass;
        add_coverage(&sums[is_by_gas ? s->gas : 0], s, matches[i].weight, inside_t);
    }
    e = add_yearly_only(q, is_by_gas, sums, why);
    for (size_t g = 0; g < gases; g++)
        out[g] = coverage_of(&sums[g]);
    return e;
}
