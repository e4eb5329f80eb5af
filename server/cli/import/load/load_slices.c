/* Slices: each row of the plan as field x factor, or as mass without a place. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/load/load_internal.h"

static enum err put_provenance(struct load *l, const struct plan_slice *s, int64_t *id,
                               struct why *why)
{
    const struct manifest_provenance *p = &l->m->provenances[s->provenance];
    const struct param q[] = {{p->dataset},   {p->document}, {s->locator},
                              {p->retrieved}, {s->checksum}, {p->transformation}};
    return load_int(l,
                    "WITH made AS (INSERT INTO provenance (dataset, document, locator, retrieved, "
                    "checksum, transformation) "
                    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id) "
                    "SELECT id FROM made UNION ALL SELECT id FROM provenance WHERE (dataset, "
                    "document, locator, retrieved, "
                    "checksum, transformation) = ($1, $2, $3, $4, $5, $6) LIMIT 1",
                    q, 6, id, why);
}

static int compare_provenances(const void *a, const void *b)
{
    const struct plan_slice *x = *(struct plan_slice *const *)a;
    const struct plan_slice *y = *(struct plan_slice *const *)b;
    int c = (x->provenance > y->provenance) - (x->provenance < y->provenance);
    c = c != 0 ? c : strcmp(x->locator, y->locator);
    return c != 0 ? c : strcmp(x->checksum, y->checksum);
}

/* The provenance of every slice, before COPY begins: one connection does one thing at a time. */
static enum err put_provenances(struct load *l, int64_t *ids, struct why *why)
{
    int n = l->plan->slice_count;
    const struct plan_slice **sorted = plan_sorted(l->plan, l->arena, compare_provenances);
    if (sorted == NULL) {
        return ERR_NO_MEMORY;
    }
    int64_t id = 0;
    for (int i = 0; i < n; i++) {
        bool is_same = i > 0 && compare_provenances(&sorted[i - 1], &sorted[i]) == 0;
        enum err e = is_same ? ERR_OK : put_provenance(l, sorted[i], &id, why);
        if (e != ERR_OK) {
            return e;
        }
        ids[sorted[i] - l->plan->slices] = id;
    }
    return ERR_OK;
}

static void copy_slice(const struct load *l, struct copy *w, const struct plan_slice *s,
                       int64_t provenance)
{
    double mass_t = plan_slice_mass_t(l->plan, s);
    copy_row(w, 14);
    copy_int8(w, l->release_id);
    copy_text(w, s->sector);
    copy_text(w, s->gas);
    copy_text(w, flow_word(s->flow));
    copy_text(w, origin_word(s->origin));
    copy_text(w, s->fuel);
    copy_int2(w, (int16_t)s->year);
    copy_int2(w, (int16_t)s->month);
    if (s->field < 0) {
        copy_null(w);
        copy_null(w);
    } else {
        copy_int8(w, l->plan->fields[s->field].id);
        copy_float8(w, mass_t / l->plan->fields[s->field].total);
    }
    copy_float8(w, mass_t);
    if (isnan(s->uncertainty_pct)) {
        copy_null(w);
    } else {
        copy_float8(w, s->uncertainty_pct);
    }
    copy_text(w, s->method);
    copy_int8(w, provenance);
}

enum err load_slices(struct load *l, struct why *why)
{
    progress_step(l->progress, "slices");
    int64_t *provenance =
        arena_alloc(l->arena, (size_t)l->plan->slice_count + 1, sizeof *provenance);
    if (provenance == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = put_provenances(l, provenance, why);
    struct copy *w;
    if (e == ERR_OK) {
        e = copy_begin(l->db,
                       "COPY slice (release, sector, gas, flow, origin, fuel, year, month, field, "
                       "factor, mass_t, "
                       "uncertainty_pct, method, provenance) FROM STDIN (FORMAT binary)",
                       &w, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < l->plan->slice_count; i++) {
        copy_slice(l, w, &l->plan->slices[i], provenance[i]);
        l->report->slice_count++;
    }
    int64_t rows;
    return copy_end(w, &rows, why);
}
