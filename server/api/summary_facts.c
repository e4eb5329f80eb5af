#include "api/summary_facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/drawn.h"
#include "api/measure.h"
#include "api/totals_internal.h"
#include "inventory/scope.h"

struct gather {
    const struct answer *a;
    struct http_worker *worker;
    struct summary_facts *out;
    int place; /* district index, or 0: the one area */
    struct measured measured;
    struct why *why;
};

static bool is_no_data(const struct totals_row *r)
{
    return strcmp(r->status, "no-data") == 0;
}

static struct totals_request request_of(const struct gather *g, int from, int to, unsigned groupby)
{
    return (struct totals_request){
        .params = &g->a->params,
        .year_from = from,
        .year_to = to,
        .districts = &g->place,
        .district_count = 1,
        .groupby = groupby,
        .given = g->out->is_area ? g->measured.masses : NULL,
        .given_count = g->out->is_area ? g->measured.count : 0,
    };
}

static struct totals_request now(const struct gather *g, unsigned groupby)
{
    return request_of(g, g->a->params.year_to, g->a->params.year_to, groupby);
}

static struct totals_request until_now(const struct gather *g)
{
    return request_of(g, 0, g->a->params.year_to, GROUP_YEAR);
}

static enum err take_total(struct gather *g)
{
    struct totals t;
    struct totals_request q = now(g, 0);
    enum err e = totals_compute(&q, g->worker, &t, g->why);
    if (e != ERR_OK)
        return e;
    g->out->used = t.used;
    g->out->used_count = t.used_count;
    g->out->has_data = t.row_count > 0 && !is_no_data(&t.rows[0]);
    if (g->out->has_data) {
        g->out->total = t.rows[0].total;
        g->out->status = t.rows[0].status;
    }
    return ERR_OK;
}

static int compare_sectors(const void *pa, const void *pb)
{
    const struct summary_sector *a = pa, *b = pb;
    double x = fabs(a->total.value), y = fabs(b->total.value);
    return x != y ? (x < y) - (x > y) : (a->sector > b->sector) - (a->sector < b->sector);
}

static enum err take_sectors(struct gather *g)
{
    struct totals t;
    struct totals_request q = now(g, GROUP_SECTOR);
    enum err e = totals_compute(&q, g->worker, &t, g->why);
    if (e != ERR_OK)
        return e;
    g->out->sectors =
        arena_alloc(g->worker->arena, (size_t)t.row_count + 1, sizeof *g->out->sectors);
    if (g->out->sectors == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < t.row_count; i++) {
        const struct totals_row *r = &t.rows[i];
        if (!is_no_data(r))
            g->out->sectors[g->out->sector_count++] =
                (struct summary_sector){r->sector, r->total, r->status};
    }
    qsort(g->out->sectors, (size_t)g->out->sector_count, sizeof *g->out->sectors, compare_sectors);
    return ERR_OK;
}

static enum err take_country(struct gather *g)
{
    int country = scope_country(g->a->catalog, g->a->params.release);
    struct totals_request q = now(g, 0);
    q.given = NULL;
    q.districts = &country;
    struct totals t;
    enum err e = totals_compute(&q, g->worker, &t, g->why);
    if (e != ERR_OK || t.row_count == 0)
        return e;
    g->out->has_country = true;
    g->out->country = t.rows[0].total.value;
    g->out->nowhere = t.rows[0].nowhere;
    if (g->a->params.month == 0)
        return ERR_OK;
    struct totals_coverage c;
    e = totals_coverage(&q, false, g->worker, &c, g->why);
    if (e == ERR_OK)
        g->out->yearly_only = c.yearly_only;
    return e;
}

/* The first year with data. An earlier year may have a gas that the GWP set does not know: then
 * there is nothing to compare with, and the year that was asked is told all the same. */
static enum err take_before(struct gather *g)
{
    struct why unheard = {.code = ERR_OK};
    struct totals_request q = until_now(g);
    struct totals t;
    enum err e = totals_compute(&q, g->worker, &t, &unheard);
    if (e == ERR_INPUT)
        return ERR_OK;
    for (int i = 0; e == ERR_OK && i < t.row_count && !g->out->has_before; i++) {
        const struct totals_row *r = &t.rows[i];
        if (r->year >= g->a->params.year_to || is_no_data(r))
            continue;
        g->out->has_before = true;
        g->out->before_year = r->year;
        g->out->before = r->total.value;
    }
    return e;
}

static enum err take_rank(struct gather *g)
{
    const struct catalog *c = g->a->catalog;
    int count = 0;
    int *peers = arena_alloc(g->worker->arena, (size_t)c->district_count + 1, sizeof *peers);
    if (peers == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < c->district_count; i++) {
        if (c->districts[i].level == c->districts[g->place].level &&
            scope_has(c, g->a->params.release, i))
            peers[count++] = i;
    }
    struct totals_request q = now(g, 0);
    q.districts = peers;
    q.district_count = count;
    struct totals t;
    enum err e = totals_compute(&q, g->worker, &t, g->why);
    if (e != ERR_OK || count < 2)
        return e;
    g->out->rank = 1;
    g->out->peers = count;
    for (int i = 0; i < t.row_count; i++)
        g->out->rank += t.rows[i].total.value > g->out->total.value;
    return ERR_OK;
}

/* Of this year and of those before, as far as these can be weighted. */
static enum err fields_of(struct gather *g, int **out, int *count)
{
    struct why unheard = {.code = ERR_OK};
    struct totals_request q = now(g, 0), earlier = until_now(g);
    int *fields, *more, n, m = 0;
    enum err e = totals_fields(&q, g->worker, &fields, &n, g->why);
    if (e != ERR_OK)
        return e;
    e = totals_fields(&earlier, g->worker, &more, &m, &unheard);
    if (e == ERR_INPUT)
        m = 0;
    else if (e != ERR_OK)
        return e;
    int *both = arena_alloc(g->worker->arena, (size_t)n + (size_t)m + 1, sizeof *both);
    if (both == NULL)
        return ERR_NO_MEMORY;
    memcpy(both, fields, (size_t)n * sizeof *both);
    if (m > 0)
        memcpy(both + n, more, (size_t)m * sizeof *both);
    *out = both;
    *count = totals_sort_fields(both, n + m);
    return ERR_OK;
}

static enum err measure_area(struct gather *g)
{
    const struct answer *a = g->a;
    struct drawn drawn;
    int *fields, count;
    enum err e = a->body != NULL
                     ? drawn_read(a->body, a->body_len, false, g->worker->arena, &drawn, g->why)
                     : drawn_box(a->params.bbox, g->worker->arena, &drawn, g->why);
    if (e != ERR_OK)
        return e;
    e = fields_of(g, &fields, &count);
    if (e == ERR_OK)
        e = measure(a->catalog, &drawn, fields, count, g->worker, &g->measured, g->why);
    drawn_fini(&drawn);
    return e;
}

enum err summary_facts(const struct answer *a, struct http_worker *worker,
                       struct summary_facts *out, struct why *why)
{
    bool is_area = a->body != NULL || a->params.has_bbox;
    *out = (struct summary_facts){.is_area = is_area};
    struct gather g = {.a = a,
                       .worker = worker,
                       .out = out,
                       .place = is_area ? 0 : a->params.district,
                       .why = why};
    out->is_country = !is_area && g.place == scope_country(a->catalog, a->params.release);
    enum err e = is_area ? measure_area(&g) : ERR_OK;
    if (e == ERR_OK)
        e = take_total(&g);
    if (e == ERR_OK)
        e = take_sectors(&g);
    if (e == ERR_OK)
        e = take_country(&g);
    if (e == ERR_OK)
        e = take_before(&g);
    bool is_ranked = !out->has_before && out->has_data && !is_area && !out->is_country;
    return e == ERR_OK && is_ranked ? take_rank(&g) : e;
}
