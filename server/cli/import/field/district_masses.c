#include "cli/import/field/district_masses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COVERED_ENOUGH (1 - 1e-9) /* fractions add up to 1 but for rounding */

enum err district_masses_init(struct district_masses *m, const struct shares *shares, bool is_cut)
{
    *m = (struct district_masses){.shares = shares, .is_cut = is_cut};
    size_t n = (size_t)shares->district_count + 1;
    m->districts = calloc(n, sizeof *m->districts);
    m->whole = calloc(n * SHARES_LEVELS, sizeof *m->whole);
    m->covered = calloc((size_t)shares->nx, sizeof *m->covered);
    return m->districts != NULL && m->whole != NULL && m->covered != NULL ? ERR_OK : ERR_NO_MEMORY;
}

void district_masses_fini(struct district_masses *m)
{
    free(m->districts);
    free(m->whole);
    free(m->covered);
    *m = (struct district_masses){0};
}

static void add(struct district_mass_sums *to, double mass, double sum_sq)
{
    sum_add(&to->mass, mass);
    sum_add(&to->sum_sq, sum_sq);
    to->is_touched = true;
}

static int owner_of(const struct district_masses *m, int leaf, int level)
{
    return m->shares->districts[leaf].owner[level];
}

struct parts { /* of one row, one group of levels */
    int group;
    const struct shares_run *runs, *runs_end;
    const struct shares_cut *cuts, *cuts_end;
    const float *cells;
};

static void cover(struct district_masses *m, const struct parts *p)
{
    memset(m->covered, 0, (size_t)m->shares->nx * sizeof *m->covered);
    for (const struct shares_run *r = p->runs; r < p->runs_end; r++) {
        for (int32_t x = r->col; owner_of(m, r->leaf, p->group) >= 0 && x < r->col + r->len; x++) {
            m->covered[x] += 1;
        }
    }
    for (const struct shares_cut *c = p->cuts; c < p->cuts_end; c++) {
        if (owner_of(m, c->leaf, p->group) >= 0) {
            m->covered[c->cell % m->shares->nx] += c->fraction;
        }
    }
}

/* A row's plain sum is good to 1e-12; the sums of rows are compensated. */
static double outside_of(const struct district_masses *m, const struct parts *p)
{
    double sum = 0;
    for (int32_t x = 0; x < m->shares->nx; x++) {
        double covered = m->covered[x];
        if (isnan(p->cells[x]) || covered >= COVERED_ENOUGH || (m->is_cut && covered > 0)) {
            continue;
        }
        sum += (double)p->cells[x] * (1 - covered);
    }
    return sum;
}

static void add_run(struct district_masses *m, const struct parts *p, const struct shares_run *r)
{
    double mass = 0;
    double sum_sq = 0;
    bool is_touched = false;
    for (int32_t x = r->col; x < r->col + r->len; x++) {
        if (!isnan(p->cells[x])) {
            double part = (double)p->cells[x] / (m->is_cut ? m->covered[x] : 1);
            mass += part;
            sum_sq += part * part;
            is_touched = true;
        }
    }
    if (is_touched) {
        add(&m->whole[r->leaf * SHARES_LEVELS + p->group], mass, sum_sq);
    }
}

/* One cut cell at one level: the fractions of leaves with a common owner are one fraction. */
static void add_cut(struct district_masses *m, const struct shares_cut *c,
                    const struct shares_cut *end, double value, int level)
{
    for (const struct shares_cut *i = c; i < end; i++) {
        int owner = owner_of(m, i->leaf, level);
        bool is_first = owner >= 0;
        for (const struct shares_cut *k = c; k < i && is_first; k++) {
            is_first = owner_of(m, k->leaf, level) != owner;
        }
        if (!is_first) {
            continue;
        }
        double fraction = 0;
        for (const struct shares_cut *k = i; k < end; k++) {
            fraction += owner_of(m, k->leaf, level) == owner ? k->fraction : 0;
        }
        add(&m->districts[owner], value * fraction, value * fraction * (value * fraction));
    }
}

static void add_cuts(struct district_masses *m, const struct parts *p)
{
    const struct shares_cut *end;
    for (const struct shares_cut *c = p->cuts; c < p->cuts_end; c = end) {
        for (end = c + 1; end < p->cuts_end && end->cell == c->cell; end++) {
        }
        int32_t x = c->cell % m->shares->nx;
        if (isnan(p->cells[x]) || m->covered[x] <= 0) {
            continue;
        }
        double value = (double)p->cells[x] / (m->is_cut ? m->covered[x] : 1);
        for (int level = p->group; level < SHARES_LEVELS; level++) {
            if (m->shares->group[level] == p->group) {
                add_cut(m, c, end, value, level);
            }
        }
    }
}

static void add_group(struct district_masses *m, const struct parts *p)
{
    cover(m, p);
    double outside = outside_of(m, p);
    for (int level = p->group; level < SHARES_LEVELS; level++) {
        if (m->shares->group[level] == p->group) {
            sum_add(&m->outside[level], outside);
        }
    }
    for (const struct shares_run *r = p->runs; r < p->runs_end; r++) {
        if (owner_of(m, r->leaf, p->group) >= 0) {
            add_run(m, p, r);
        }
    }
    add_cuts(m, p);
}

void district_masses_row(struct district_masses *m, int32_t row, const float *cells)
{
    const struct shares *s = m->shares;
    struct parts p = {.cells = cells};
    if (s->run_count > 0) {
        p.runs = s->runs + s->first_run[row];
        p.runs_end = s->runs + s->first_run[row + 1];
    }
    if (s->cut_count > 0) {
        p.cuts = s->cuts + s->first_cut[row];
        p.cuts_end = s->cuts + s->first_cut[row + 1];
    }
    for (int level = 0; level < SHARES_LEVELS; level++) {
        if (s->group[level] == level) {
            p.group = level;
            add_group(m, &p);
        }
    }
}

static void merge(struct district_mass_sums *to, const struct district_mass_sums *from)
{
    if (from->is_touched) {
        add(to, sum_value(from->mass), sum_value(from->sum_sq));
    }
}

/* Whole cells were summed by leaf: they count in the leaf's owners now. */
void district_masses_end(struct district_masses *m)
{
    const struct shares *s = m->shares;
    for (int leaf = 0; leaf < s->district_count; leaf++) {
        for (int level = 0; level < SHARES_LEVELS; level++) {
            int owner = s->districts[leaf].owner[level];
            if (owner >= 0 && s->group[level] >= 0) {
                merge(&m->districts[owner], &m->whole[leaf * SHARES_LEVELS + s->group[level]]);
            }
        }
    }
}
