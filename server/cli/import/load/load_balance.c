/* The mass balance: what was read against what is stored, per sector, gas, flow and year. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/load/load_internal.h"
#include "geo/sum.h"

#define BALANCE_TOLERANCE 1e-9

static const char balance_sql[] =
    "SELECT s.sector, s.gas, s.flow, s.year::integer, "
    "       sum(CASE WHEN s.field IS NULL THEN s.mass_t ELSE s.factor * f.total END), "
    "       coalesce(sum(s.factor * o.mass), 0)::float8, "
    "       coalesce(sum(s.mass_t) FILTER (WHERE s.field IS NULL), 0)::float8 "
    "FROM slice s LEFT JOIN field f ON f.id = s.field "
    "LEFT JOIN field_outside o ON o.field = s.field AND o.level = (SELECT max(level) FROM "
    "field_outside WHERE field = s.field) "
    "WHERE s.release = $1 GROUP BY s.sector, s.gas, s.flow, s.year ORDER BY s.sector, s.gas, "
    "s.flow, s.year";

/* ---- what was read: from the rows themselves, whatever the plan made of them --------------- */

struct read_mass {
    int year;
    const char *sector, *gas;
    enum flow flow;
    double mass_t;
    bool is_stored; /* some row of the database is of its key */
};

struct read_masses { /* by year, gas, flow, sector */
    int count;
    struct read_mass *items;
};

static int compare_read(const void *a, const void *b)
{
    const struct read_mass *x = a;
    const struct read_mass *y = b;
    int c = x->year - y->year;
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    c = c != 0 ? c : (int)x->flow - (int)y->flow;
    return c != 0 ? c : strcmp(x->sector, y->sector);
}

/* A key's national rows, or where it has none those of its areas; points and features within a
 * total are part of it. */
static enum err read_totals(struct load *l, struct read_masses *out, struct why *why)
{
    struct totals_order totals;
    enum err e = totals_order_make(l->t, l->arena, &totals, why);
    for (int first = 0, end; e == ERR_OK && first < totals.count; first = end) {
        const struct total *row = totals.rows[first];
        end = totals_order_run(&totals, first);
        out->items[out->count++] = (struct read_mass){
            row->year, row->sector, row->gas, row->flow, totals_run_mass_t(&totals, first, end),
            false};
    }
    return e;
}

static enum err read_all(struct load *l, struct read_masses *out, struct why *why)
{
    const struct features *f = &l->t->features;
    size_t most = (size_t)l->t->total_count + (size_t)l->plan->slice_count + (size_t)f->group_count;
    *out = (struct read_masses){0, arena_alloc(l->arena, most + 1, sizeof *out->items)};
    if (out->items == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = read_totals(l, out, why);
    for (int i = 0; e == ERR_OK && i < l->plan->slice_count; i++) {
        const struct plan_slice *s = &l->plan->slices[i];
        if (s->field >= 0 && l->plan->fields[s->field].kind == PLAN_GRID) {
            out->items[out->count++] = (struct read_mass){
                s->year, s->sector, s->gas, s->flow, plan_slice_mass_t(l->plan, s), false};
        }
    }
    for (int i = 0; e == ERR_OK && i < f->group_count; i++) {
        const struct feature_group *g = &f->groups[i];
        if (!l->m->features[g->section].is_within) {
            out->items[out->count++] =
                (struct read_mass){g->year, g->sector, g->gas, g->flow, g->mass_t, false};
        }
    }
    qsort(out->items, (size_t)out->count, sizeof *out->items, compare_read);
    return e;
}

static double mass_read(struct read_masses *of, const struct report_balance *b)
{
    enum flow flow = FLOW_EMISSION;
    if (!flow_parse(b->flow, &flow)) {
        return NAN;
    }
    const struct read_mass key = {b->year, b->sector, b->gas, flow, 0, false};
    struct sum sum = {0, 0};
    int low = 0;
    int high = of->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (compare_read(&of->items[middle], &key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (int i = low; i < of->count && compare_read(&of->items[i], &key) == 0; i++) {
        sum_add(&sum, of->items[i].mass_t);
        of->items[i].is_stored = true;
    }
    return sum_value(sum);
}

/* ---- and what is stored -------------------------------------------------------------------- */

static enum err add_balance(struct load *l, struct read_masses *read, const struct rows *rows,
                            int row, struct report_balance *to)
{
    const char *texts[3];
    for (int k = 0; k < 3; k++) {
        const char *text = rows_text(rows, row, k);
        texts[k] = arena_strndup(l->arena, text, strlen(text));
        if (texts[k] == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    *to = (struct report_balance){.sector = texts[0],
                                  .gas = texts[1],
                                  .flow = texts[2],
                                  .year = (int)rows_int(rows, row, 3),
                                  .stored_t = rows_double(rows, row, 4),
                                  .outside_t = rows_double(rows, row, 5),
                                  .unallocated_t = rows_double(rows, row, 6)};
    to->read_t = mass_read(read, to);
    to->relative =
        to->read_t != 0 ? fabs(to->stored_t - to->read_t) / fabs(to->read_t) : fabs(to->stored_t);
    return ERR_OK;
}

/* What was read and is not stored at all: no row of the database would show it. */
static void add_lost(const struct read_masses *read, struct report *report)
{
    for (int i = 0; i < read->count; i++) {
        const struct read_mass *m = &read->items[i];
        if (!m->is_stored && m->mass_t > 0) {
            report->balance[report->balance_count++] =
                (struct report_balance){.sector = m->sector,
                                        .gas = m->gas,
                                        .flow = flow_word(m->flow),
                                        .year = m->year,
                                        .read_t = m->mass_t,
                                        .relative = 1};
        }
    }
}

static enum err fill(struct load *l, const struct rows *rows, struct why *why)
{
    struct read_masses read;
    enum err e = read_all(l, &read, why);
    if (e != ERR_OK) {
        return e;
    }
    struct report *r = l->report;
    r->balance = arena_alloc(l->arena, (size_t)rows_count(rows) + (size_t)read.count + 1,
                             sizeof *r->balance);
    if (r->balance == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < rows_count(rows) && e == ERR_OK; i++) {
        e = add_balance(l, &read, rows, i, &r->balance[r->balance_count]);
        r->balance_count += e == ERR_OK;
    }
    add_lost(&read, r);
    for (int i = 0; i < r->balance_count; i++) {
        r->worst_relative = fmax(r->worst_relative, r->balance[i].relative);
    }
    return e;
}

/* Control totals of a release with mass grids: tables_check() could not know their mass. */
static void check_controls(struct load *l)
{
    for (int i = 0; i < l->m->control_count; i++) {
        const struct manifest_control *control = &l->m->controls[i];
        struct sum sum = {0, 0};
        for (int k = 0; k < l->report->balance_count; k++) {
            const struct report_balance *b = &l->report->balance[k];
            if (b->year == control->year && strcmp(b->gas, control->gas) == 0 &&
                strcmp(b->flow, flow_word(control->flow)) == 0) {
                sum_add(&sum, b->read_t);
            }
        }
        tables_check_control(l->m, control, sum_value(sum), l->issues);
    }
}

static enum err refuse(struct load *l, struct why *why)
{
    if (l->m->grid_count > 0) {
        check_controls(l);
    }
    for (int i = 0; i < l->report->balance_count; i++) {
        const struct report_balance *b = &l->report->balance[i];
        if (!(b->relative <= BALANCE_TOLERANCE)) {
            issues_add(l->issues, (struct place){.file = l->m->name, .column = b->sector},
                       "%s %s %d: %.12g t were read and %.12g t would be stored, so the balance "
                       "does not close to 1e-9; report this, with the manifest: nothing was kept",
                       b->gas, b->flow, b->year, b->read_t, b->stored_t);
        }
    }
    return issues_verdict(l->issues, why);
}

enum err load_balance(struct load *l, struct why *why)
{
    progress_step(l->progress, "mass balance");
    const struct param release = {load_id(l, l->release_id)};
    struct rows *rows;
    enum err e = conn_query(l->db, balance_sql, &release, 1, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    e = fill(l, rows, why);
    rows_free(rows);
    if (e == ERR_OK) {
        e = refuse(l, why);
    }
    return e == ERR_OK ? load_audit(l, why) : e;
}
