#include "api/compare_facts.h"

#include <string.h>

#include "api/district_list.h"

bool compare_is_one_place(const struct params *p)
{
    const struct release *rows = p->catalog->releases;
    return p->district == p->to_district &&
           (p->district >= 0 || strcmp(rows[p->release].scope, rows[p->to_release].scope) == 0);
}

static bool has_year(const struct catalog *c, int release, int year)
{
    int first, end;
    catalog_slices_of_year(c, release, year, &first, &end);
    return first < end;
}

static bool is_newer(const struct catalog *c, int release, int than)
{
    const struct release *a = &c->releases[release], *b = &c->releases[than];
    return strcmp(a->slug, b->slug) == 0 && catalog_version_compare(a->version, b->version) > 0;
}

static struct params params_of(const struct params *p, int release, int year, int district)
{
    struct params side = *p;
    side.release = release;
    side.year_from = side.year_to = year;
    side.district = district;
    return side;
}

static enum err compute(struct compare_side *s, struct http_worker *worker, struct why *why)
{
    int *districts, count;
    enum err e = district_list(&s->params, worker->arena, &districts, &count);
    if (e != ERR_OK)
        return e;
    s->request = (struct totals_request){.params = &s->params,
                                         .year_from = s->params.year_from,
                                         .year_to = s->params.year_to,
                                         .districts = districts,
                                         .district_count = count,
                                         .groupby = s->params.groupby & ~(unsigned)GROUP_DISTRICT,
                                         .keeps_parts = true};
    return totals_compute(&s->request, worker, &s->totals, why);
}

/* Groups are numbered over all sides, so that what is one error has one number. */
static void number_groups(const struct catalog *c, struct slice_groups *groups, struct totals *t)
{
    for (int r = 0; r < t->row_count; r++) {
        struct totals_row *row = &t->rows[r];
        for (int i = 0; i < row->part_count; i++)
            row->parts[i].group = slice_groups_of(groups, c, row->slices[i]);
    }
}

/* ---- the pivot -------------------------------------------------------------------------- */

static enum err find_pivot(struct compare_facts *f, struct http_worker *worker, struct why *why)
{
    const struct params *p = &f->answer->params;
    const struct catalog *c = p->catalog;
    f->is_newer_b = !is_newer(c, p->release, p->to_release);
    int release = f->is_newer_b ? p->to_release : p->release;
    int year = f->is_newer_b ? p->year_to : p->to_year;
    if (!f->is_one_place)
        f->no_split = "the sides are two places, not two times or releases of one";
    else if (release == p->release && year == p->year_to)
        f->pivot = f->a;
    else if (release == p->to_release && year == p->to_year)
        f->pivot = f->b;
    else if (has_year(c, release, year)) {
        f->pivot.params = params_of(p, release, year, p->district);
        return compute(&f->pivot, worker, why);
    } else {
        f->no_split =
            arena_printf(worker->arena, "%s has no data for %d", c->releases[release].pinned, year);
        return f->no_split != NULL ? ERR_OK : ERR_NO_MEMORY;
    }
    return ERR_OK;
}

static enum err trace(struct compare_facts *f, struct slice_groups *groups, struct arena *arena)
{
    const struct catalog *c = f->answer->catalog;
    const struct totals *a = &f->a.totals, *b = &f->b.totals, *pivot = &f->pivot.totals;
    const struct totals *before = f->is_newer_b ? a : pivot, *after = f->is_newer_b ? pivot : b;
    enum err e = comparison_trace(c, groups, a->used, a->used_count, b->used, b->used_count, arena,
                                  &f->between);
    if (e != ERR_OK || f->no_split != NULL)
        return e;
    return comparison_trace(c, groups, before->used, before->used_count, after->used,
                            after->used_count, arena, &f->recalculated);
}

/* ---- rows ------------------------------------------------------------------------------- */

static int compare_keys(const struct compare_facts *f, const struct totals_row *a,
                        const struct totals_row *b)
{
    bool is_by_district = (f->answer->params.groupby & GROUP_DISTRICT) != 0;
    if (is_by_district && a->district != b->district)
        return a->district < b->district ? -1 : 1;
    if (a->sector != b->sector)
        return a->sector < b->sector ? -1 : 1;
    if (a->gas != b->gas)
        return a->gas < b->gas ? -1 : 1;
    return (a->flow > b->flow) - (a->flow < b->flow);
}

static const struct totals_row *row_at(const struct totals *t, int i)
{
    return i < t->row_count ? &t->rows[i] : NULL;
}

static const struct totals_row *smaller(const struct compare_facts *f, const struct totals_row *a,
                                        const struct totals_row *b)
{
    if (a == NULL || b == NULL)
        return a != NULL ? a : b;
    return compare_keys(f, a, b) <= 0 ? a : b;
}

/* Takes the next row of a table if it is the one of this key. */
static const struct totals_row *take(const struct compare_facts *f, const struct totals *t, int *at,
                                     const struct totals_row *key)
{
    const struct totals_row *row = row_at(t, *at);
    while (row != NULL && compare_keys(f, row, key) < 0)
        row = row_at(t, ++*at);
    if (row == NULL || compare_keys(f, row, key) != 0)
        return NULL;
    ++*at;
    return row;
}

/* All tables are in the order of their keys. */
static void join(struct compare_facts *f)
{
    const struct totals *a = &f->a.totals, *b = &f->b.totals, *pivot = &f->pivot.totals;
    int at_a = 0, at_b = 0, at_pivot = 0;
    for (;;) {
        const struct totals_row *key = smaller(f, row_at(a, at_a), row_at(b, at_b));
        if (key == NULL)
            return;
        struct compare_row *row = &f->rows[f->row_count++];
        row->a = take(f, a, &at_a, key);
        row->b = take(f, b, &at_b, key);
        row->pivot = f->no_split == NULL ? take(f, pivot, &at_pivot, key) : NULL;
    }
}

static int most_parts(const struct totals *t)
{
    int most = 0;
    for (int i = 0; i < t->row_count; i++)
        most = t->rows[i].part_count > most ? t->rows[i].part_count : most;
    return most;
}

static enum err prepare(struct compare_facts *f, struct arena *arena)
{
    const struct catalog *c = f->answer->catalog;
    struct slice_groups groups;
    struct totals *all[] = {&f->a.totals, &f->b.totals, &f->pivot.totals};
    size_t most = 0;
    if (!slice_groups_init(&groups, arena))
        return ERR_NO_MEMORY;
    for (int i = 0; i < 3; i++) {
        if (i < 2 || (all[2]->rows != all[0]->rows && all[2]->rows != all[1]->rows))
            number_groups(c, &groups, all[i]);
        most += (size_t)most_parts(all[i]);
    }
    size_t row_count = (size_t)f->a.totals.row_count + (size_t)f->b.totals.row_count;
    f->scratch = arena_alloc(arena, most + 1, sizeof *f->scratch);
    f->rows = arena_alloc(arena, row_count + 1, sizeof *f->rows);
    if (f->scratch == NULL || f->rows == NULL)
        return ERR_NO_MEMORY;
    enum err e = trace(f, &groups, arena);
    if (e == ERR_OK)
        join(f);
    return e;
}

enum err compare_facts_read(const struct answer *a, struct http_worker *worker,
                            struct compare_facts *f, struct why *why)
{
    const struct params *p = &a->params;
    *f = (struct compare_facts){.answer = a,
                                .is_one_place = compare_is_one_place(p),
                                .is_one_release = p->release == p->to_release};
    f->a.params = params_of(p, p->release, p->year_to, p->district);
    f->b.params = params_of(p, p->to_release, p->to_year, p->to_district);
    enum err e = compute(&f->a, worker, why);
    if (e == ERR_OK)
        e = compute(&f->b, worker, why);
    if (e == ERR_OK)
        e = find_pivot(f, worker, why);
    return e == ERR_OK ? prepare(f, worker->arena) : e;
}
