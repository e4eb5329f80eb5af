/* Districts in their order, by mass or by a ratio. */
#include <math.h>

#include "api/district_row.h"
#include "api/envelope.h"
#include "api/rank_internal.h"
#include "inventory/scope.h"
#include "store/store.h"

struct districts {
    int count;
    int *list; /* catalog indices: by code */
    struct totals_row *rows;
    int row_count; /* 0 = nothing is selected */
};

static bool is_asked(const struct params *p, int i)
{
    const struct catalog *c = p->catalog;
    const struct district *d = &c->districts[i];
    if (d->level != p->level || !scope_has(c, p->release, i))
        return false;
    if (p->within >= 0 && !catalog_district_within(c, i, p->within))
        return false;
    return !p->has_bbox || !(d->east < p->bbox[0] || d->west > p->bbox[2] ||
                             d->north < p->bbox[1] || d->south > p->bbox[3]);
}

static enum err read(struct rank *r)
{
    const struct params *p = &r->answer->params;
    struct arena *arena = r->worker->arena;
    struct districts *m = arena_alloc(arena, 1, sizeof *m);
    if (m == NULL)
        return ERR_NO_MEMORY;
    m->list = arena_alloc(arena, (size_t)p->catalog->district_count + 1, sizeof *m->list);
    if (m->list == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < p->catalog->district_count; i++) {
        if (is_asked(p, i))
            m->list[m->count++] = i;
    }
    struct totals_request q = r->request;
    struct totals t;
    q.districts = m->list;
    q.district_count = m->count;
    enum err e = totals_compute(&q, r->worker, &t, r->why);
    m->rows = t.rows;
    m->row_count = t.row_count;
    r->members = m;
    return e;
}

/* What it is ranked by: NaN where that is not known. */
static double value_of(const struct rank *r, const struct districts *m, int i)
{
    const struct params *p = &r->answer->params;
    double value = m->row_count > 0 ? m->rows[i].total.value : NAN;
    const char *status;
    if (p->per == PER_NOTHING)
        return value;
    double by = envelope_denominator(r->answer, p->per, m->list[i], p->year_to, &status);
    return by > 0 ? value / by : NAN;
}

static enum err give(struct rank *r)
{
    enum err e = r->members == NULL ? read(r) : ERR_OK;
    const struct districts *m = r->members;
    if (e != ERR_OK)
        return e;
    r->unranked = 0;
    for (int i = 0; i < m->count; i++) {
        double value = value_of(r, m, i);
        if (isfinite(value))
            r->take(r, (struct leader){value, i, 1});
        else
            r->unranked++;
    }
    return ERR_OK;
}

static enum err describe(struct rank *r)
{
    (void)r;
    return ERR_OK;
}

static void add_facts(struct doc *d, json_t *row, const struct rank *r, int i)
{
    const struct districts *m = r->members;
    district_row(d, row, r->answer, m->list[r->leaders.list[i].key], false);
}

static void add_value(struct doc *d, json_t *row, const struct rank *r, int i)
{
    const struct districts *m = r->members;
    const struct totals_row *t = &m->rows[r->leaders.list[i].key];
    envelope_value(d, row, r->answer, t->district, r->answer->params.year_to, t->total, t->status);
}

static enum err shapes(struct rank *r, const char **out)
{
    const struct districts *m = r->members;
    struct http_worker *w = r->worker;
    int *list = arena_alloc(w->arena, (size_t)r->leaders.count, sizeof *list);
    const char **found;
    if (list == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < r->leaders.count; i++)
        list[i] = m->list[r->leaders.list[i].key];
    enum err e = store_district_geojson(w->db, r->answer->catalog, list, r->leaders.count,
                                        r->answer->params.simplify_deg, w->deadline_ms, w->arena,
                                        &found, r->why);
    for (int i = 0; i < r->leaders.count && e == ERR_OK; i++)
        out[i] = found[i];
    return e;
}

static const char *const columns[] = {"district", "name",       "level", "parent",
                                      "area_km2", "population", NULL};

const struct rank_kind rank_districts = {
    .give = give,
    .describe = describe,
    .add_facts = add_facts,
    .add_value = add_value,
    .shapes = shapes,
    .id = "district",
    .columns = columns,
};
