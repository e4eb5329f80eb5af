/* The mass balance: what was read against what is stored, per sector, gas, flow and year. */
#include <math.h>
#include <string.h>

#include "cli/import/load_internal.h"
#include "geo/sum.h"

#define BALANCE_TOLERANCE 1e-9

static const char balance_sql[] =
    "SELECT s.sector, s.gas, s.flow, s.year::integer, "
    "       sum(CASE WHEN s.field IS NULL THEN s.mass_t ELSE s.factor * f.total END), "
    "       coalesce(sum(s.factor * o.mass), 0)::float8, "
    "       coalesce(sum(s.mass_t) FILTER (WHERE s.field IS NULL), 0)::float8 "
    "FROM slice s LEFT JOIN field f ON f.id = s.field "
    "LEFT JOIN field_outside o ON o.field = s.field AND o.level = (SELECT max(level) FROM "
    "district) "
    "WHERE s.release = $1 GROUP BY s.sector, s.gas, s.flow, s.year ORDER BY s.sector, s.gas, "
    "s.flow, s.year";

static double mass_read(const struct load *l, const struct report_balance *b)
{
    struct sum sum = {0, 0};
    for (int i = 0; i < l->t->total_count; i++) {
        const struct total *t = &l->t->totals[i];
        if (t->year == b->year && strcmp(t->sector, b->sector) == 0 &&
            strcmp(t->gas, b->gas) == 0 && strcmp(flow_word(t->flow), b->flow) == 0) {
            sum_add(&sum, t->mass_t);
        }
    }
    for (int i = 0; i < l->plan->slice_count; i++) {
        const struct plan_slice *s = &l->plan->slices[i];
        if (s->field >= 0 && l->plan->fields[s->field].kind == PLAN_GRID && s->year == b->year &&
            strcmp(s->sector, b->sector) == 0 && strcmp(s->gas, b->gas) == 0 &&
            strcmp(flow_word(s->flow), b->flow) == 0) {
            sum_add(&sum, plan_slice_mass_t(l->plan, s));
        }
    }
    return sum_value(sum);
}

static enum err fill(struct load *l, const struct rows *rows)
{
    int n = rows_count(rows);
    struct report_balance *list = arena_alloc(l->arena, (size_t)n + 1, sizeof *list);
    for (int i = 0; list != NULL && i < n; i++) {
        struct report_balance b = {.year = (int)rows_int(rows, i, 3)};
        const char *texts[3];
        for (int k = 0; k < 3; k++) {
            const char *text = rows_text(rows, i, k);
            texts[k] = arena_strndup(l->arena, text, strlen(text));
            if (texts[k] == NULL) {
                return ERR_NO_MEMORY;
            }
        }
        b.sector = texts[0];
        b.gas = texts[1];
        b.flow = texts[2];
        b.stored_t = rows_double(rows, i, 4);
        b.outside_t = rows_double(rows, i, 5);
        b.unallocated_t = rows_double(rows, i, 6);
        b.read_t = mass_read(l, &b);
        b.relative =
            b.read_t != 0 ? fabs(b.stored_t - b.read_t) / fabs(b.read_t) : fabs(b.stored_t);
        l->report->worst_relative = fmax(l->report->worst_relative, b.relative);
        list[l->report->balance_count++] = b;
    }
    l->report->balance = list;
    return list != NULL ? ERR_OK : ERR_NO_MEMORY;
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

static enum err refuse_audit(struct load *l, struct why *why)
{
    const struct param release = {load_id(l, l->release_id)};
    const char *bad;
    enum err e =
        load_text(l,
                  "SELECT coalesce(string_agg(a.\"check\" || ' of ' || a.subject, '; '), '') "
                  "FROM (SELECT * FROM audit($1) WHERE NOT ok LIMIT 5) a",
                  &release, 1, &bad, why);
    if (e == ERR_OK && bad[0] != '\0') {
        return why_set(
            why, ERR_INTERNAL, l->m->name,
            "%s: the audit of the stored release fails (%s); report this, with the manifest",
            l->m->name, bad);
    }
    return e;
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
    e = fill(l, rows);
    rows_free(rows);
    if (e == ERR_OK) {
        e = refuse(l, why);
    }
    return e == ERR_OK ? refuse_audit(l, why) : e;
}
