#include "api/indicators_facts.h"

#include <math.h>

#include "api/emissions_row.h"
#include "geo/sum.h"
#include "inventory/scope.h"

static bool is_asked(const struct answer *a, int district)
{
    const struct params *p = &a->params;
    if (p->level < 0)
        return district == p->district;
    return a->catalog->districts[district].level == p->level &&
           (p->district < 0 || catalog_district_within(a->catalog, district, p->district));
}

int indicators_facts_country(const struct catalog *c, int district)
{
    while (c->districts[district].parent >= 0)
        district = c->districts[district].parent;
    return district;
}

/* What a district is compared with: its level, and all above it. */
static enum err list_districts(struct indicators_facts *f, struct arena *arena)
{
    const struct catalog *c = f->a->catalog;
    size_t most = (size_t)c->district_count + 1;
    f->districts = arena_alloc(arena, most, sizeof *f->districts);
    f->peers = arena_alloc(arena, most, sizeof *f->peers);
    f->place = arena_alloc(arena, most, sizeof *f->place);
    if (f->districts == NULL || f->peers == NULL || f->place == NULL)
        return ERR_NO_MEMORY;
    int level = f->a->params.level;
    if (level < 0)
        level = c->districts[f->a->params.district].level;
    for (int i = 0; i < c->district_count; i++) {
        f->place[i] = -1;
        if (c->districts[i].level > level || !scope_has(c, f->a->params.release, i))
            continue;
        f->place[i] = f->peer_count;
        f->peers[f->peer_count++] = i;
        if (is_asked(f->a, i))
            f->districts[f->count++] = i;
    }
    return ERR_OK;
}

static enum err read_now(struct indicators_facts *f, struct http_worker *worker, struct why *why)
{
    const struct params *p = &f->a->params;
    f->now_request = (struct totals_request){.params = p,
                                             .year_from = p->year_to,
                                             .year_to = p->year_to,
                                             .districts = f->peers,
                                             .district_count = f->peer_count,
                                             .groupby = p->groupby};
    enum err e = totals_compute(&f->now_request, worker, &f->now, why);
    if (e != ERR_OK)
        return e;
    f->runs = f->peer_count > 0 ? f->now.row_count / f->peer_count : 0;
    f->whole = arena_alloc(worker->arena, (size_t)f->peer_count + 1, sizeof *f->whole);
    if (f->whole == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < f->peer_count; i++) {
        struct sum sum = {0};
        for (int run = 0; run < f->runs; run++)
            sum_add(&sum, f->now.rows[i * f->runs + run].total.value);
        f->whole[i] = sum_value(sum);
    }
    return emissions_row_limit(&f->now, "no groupby, or a higher level", why);
}

struct ranking { /* room for one run of all peers */
    double *values;
    int *groups;
    int *position, *of;
};

static bool rank_run(const struct indicators_facts *f, const struct ranking *r, int run,
                     struct indicators_rank *out)
{
    size_t n = (size_t)f->peer_count;
    if (!indicators_ranks(r->values, r->groups, n, r->position, r->of))
        return false;
    for (int i = 0; i < f->peer_count; i++)
        out[i * f->runs + run] = (struct indicators_rank){r->position[i], r->of[i]};
    return true;
}

static bool rank_runs(struct indicators_facts *f, const struct ranking *r, int level)
{
    const struct catalog *c = f->a->catalog;
    for (int run = 0; run < f->runs; run++) {
        for (int i = 0; i < f->peer_count; i++) {
            bool is_peer = c->districts[f->peers[i]].level == level;
            r->values[i] = is_peer ? f->now.rows[i * f->runs + run].total.value : NAN;
            r->groups[i] = indicators_facts_country(c, f->peers[i]);
        }
        if (!rank_run(f, r, run, f->in_country))
            return false;
        for (int i = 0; i < f->peer_count; i++) {
            r->groups[i] = c->districts[f->peers[i]].parent;
            if (r->groups[i] < 0)
                r->values[i] = NAN;
        }
        if (!rank_run(f, r, run, f->in_parent))
            return false;
    }
    return true;
}

static enum err rank_peers(struct indicators_facts *f, struct arena *arena)
{
    size_t n = (size_t)f->peer_count + 1;
    struct ranking r = {.values = arena_alloc(arena, n, sizeof *r.values),
                        .groups = arena_alloc(arena, n, sizeof *r.groups),
                        .position = arena_alloc(arena, n, sizeof *r.position),
                        .of = arena_alloc(arena, n, sizeof *r.of)};
    size_t rows = (size_t)f->now.row_count + 1;
    f->in_country = arena_alloc(arena, rows, sizeof *f->in_country);
    f->in_parent = arena_alloc(arena, rows, sizeof *f->in_parent);
    if (r.values == NULL || r.groups == NULL || r.position == NULL || r.of == NULL ||
        f->in_country == NULL || f->in_parent == NULL)
        return ERR_NO_MEMORY;
    if (f->count == 0)
        return ERR_OK;
    return rank_runs(f, &r, f->a->catalog->districts[f->districts[0]].level) ? ERR_OK
                                                                             : ERR_NO_MEMORY;
}

static enum err read_series(struct indicators_facts *f, struct http_worker *worker, struct why *why)
{
    const struct params *p = &f->a->params;
    if (p->year_from == p->year_to)
        return ERR_OK;
    struct totals_request q = f->now_request;
    q.year_from = p->year_from;
    q.districts = f->districts;
    q.district_count = f->count;
    q.groupby |= GROUP_YEAR;
    enum err e = totals_compute(&q, worker, &f->series, why);
    if (e != ERR_OK)
        return e;
    f->series_runs = f->count > 0 ? f->series.row_count / f->count : 0;
    f->years = arena_alloc(worker->arena, (size_t)f->series_runs + 1, sizeof *f->years);
    f->values = arena_alloc(worker->arena, (size_t)f->series_runs + 1, sizeof *f->values);
    if (f->years == NULL || f->values == NULL)
        return ERR_NO_MEMORY;
    return emissions_row_limit(&f->series, "no groupby, fewer years or a higher level", why);
}

enum err indicators_facts_read(const struct answer *a, struct http_worker *worker,
                               struct indicators_facts *out, struct why *why)
{
    *out = (struct indicators_facts){.a = a};
    enum err e = list_districts(out, worker->arena);
    if (e == ERR_OK)
        e = read_now(out, worker, why);
    if (e == ERR_OK)
        e = rank_peers(out, worker->arena);
    return e == ERR_OK ? read_series(out, worker, why) : e;
}

const struct totals_row *indicators_facts_row(const struct indicators_facts *f, int district,
                                              int run)
{
    static const struct totals_row nothing = {
        .sector = -1, .gas = -1, .total = {NAN, NAN, NAN, NAN}, .status = "no-data"};
    return f->runs > 0 ? &f->now.rows[f->place[district] * f->runs + run] : &nothing;
}

size_t indicators_facts_series(const struct indicators_facts *f, int at, int run)
{
    size_t n = 0;
    int sector = indicators_facts_row(f, f->districts[at], run)->sector;
    for (int i = 0; i < f->series_runs; i++) {
        const struct totals_row *row = &f->series.rows[at * f->series_runs + i];
        if (row->sector != sector)
            continue;
        f->years[n] = row->year;
        f->values[n++] = row->total.value;
    }
    return n;
}
