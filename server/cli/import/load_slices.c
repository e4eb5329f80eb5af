/* Slices: each inventory row as field x factor, or as mass without a place. */
#include <math.h>
#include <string.h>

#include "cli/import/load_internal.h"

static enum err put_provenance(struct load *l, int which, const char *locator, const char *checksum,
                               int64_t *id, struct why *why)
{
    const struct manifest_provenance *p = &l->m->provenances[which];
    const struct param q[] = {{p->dataset},   {p->document}, {locator},
                              {p->retrieved}, {checksum},    {p->transformation}};
    return load_int(l,
                    "WITH made AS (INSERT INTO provenance (dataset, document, locator, retrieved, "
                    "checksum, transformation) "
                    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id) "
                    "SELECT id FROM made UNION ALL SELECT id FROM provenance WHERE (dataset, "
                    "document, locator, retrieved, "
                    "checksum, transformation) = ($1, $2, $3, $4, $5, $6) LIMIT 1",
                    q, 6, id, why);
}

/* The provenance of every total, before COPY begins: one connection does one thing at a time. */
static enum err provenances(struct load *l, int64_t *ids, struct why *why)
{
    for (int i = 0; i < l->t->total_count; i++) {
        const struct total *row = &l->t->totals[i];
        for (int k = 0; k < i && ids[i] == 0; k++) {
            if (l->t->totals[k].table == row->table &&
                strcmp(l->t->totals[k].source, row->source) == 0) {
                ids[i] = ids[k];
            }
        }
        const struct manifest_totals *table = &l->m->totals[row->table];
        enum err e = ids[i] == 0 ? put_provenance(l, table->provenance, row->source,
                                                  table->file->sha256, &ids[i], why)
                                 : ERR_OK;
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

static const struct load_field *field_of(const struct load *l, int total)
{
    const char *spatial = l->t->totals[total].spatial;
    if (strcmp(spatial, "points") == 0) {
        return &l->groups[total];
    }
    for (int i = 0; i < l->m->proxy_count; i++) {
        if (strcmp(l->m->proxies[i].id, spatial) == 0) {
            return &l->proxies[i];
        }
    }
    return NULL; /* unallocated */
}

struct slice_row {
    const char *sector, *gas, *fuel, *method;
    enum flow flow;
    enum origin origin;
    int year;
    const struct load_field *field;
    double mass_t, uncertainty_pct;
    int64_t provenance;
};

static void copy_slice(struct copy *w, int64_t release, const struct slice_row *s)
{
    copy_row(w, 14);
    copy_int8(w, release);
    copy_text(w, s->sector);
    copy_text(w, s->gas);
    copy_text(w, flow_word(s->flow));
    copy_text(w, origin_word(s->origin));
    copy_text(w, s->fuel);
    copy_int2(w, (int16_t)s->year);
    copy_int2(w, 0);
    if (s->field == NULL) {
        copy_null(w);
        copy_null(w);
    } else {
        copy_int8(w, s->field->id);
        copy_float8(w, s->mass_t / s->field->total);
    }
    copy_float8(w, s->mass_t);
    if (isnan(s->uncertainty_pct)) {
        copy_null(w);
    } else {
        copy_float8(w, s->uncertainty_pct);
    }
    copy_text(w, s->method);
    copy_int8(w, s->provenance);
}

static void copy_totals(struct load *l, struct copy *w, const int64_t *provenance)
{
    for (int i = 0; i < l->t->total_count; i++) {
        const struct total *t = &l->t->totals[i];
        const struct slice_row s = {
            t->sector, t->gas,         t->fuel,   t->method,          t->flow,      t->origin,
            t->year,   field_of(l, i), t->mass_t, t->uncertainty_pct, provenance[i]};
        copy_slice(w, l->release_id, &s);
        l->report->slice_count++;
    }
}

static void copy_grids(struct load *l, struct copy *w, const int64_t *provenance)
{
    for (int i = 0; i < l->m->grid_count; i++) {
        const struct manifest_grid *g = &l->m->grids[i];
        const struct slice_row s = {g->sector,
                                    g->gas,
                                    g->fuel,
                                    g->method,
                                    g->flow,
                                    g->origin,
                                    g->year,
                                    &l->grids[i],
                                    l->grids[i].total_read * g->tonnes_per_unit,
                                    g->uncertainty_pct,
                                    provenance[i]};
        copy_slice(w, l->release_id, &s);
        l->report->slice_count++;
    }
}

enum err load_slices(struct load *l, struct why *why)
{
    progress_step(l->progress, "slices");
    int64_t *of_totals = arena_alloc(l->arena, (size_t)l->t->total_count + 1, sizeof *of_totals);
    int64_t *of_grids = arena_alloc(l->arena, (size_t)l->m->grid_count + 1, sizeof *of_grids);
    if (of_totals == NULL || of_grids == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = provenances(l, of_totals, why);
    for (int i = 0; e == ERR_OK && i < l->m->grid_count; i++) {
        const struct manifest_grid *g = &l->m->grids[i];
        e = put_provenance(l, g->provenance, g->band, g->file->sha256, &of_grids[i], why);
    }
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
    copy_totals(l, w, of_totals);
    copy_grids(l, w, of_grids);
    int64_t rows;
    return copy_end(w, &rows, why);
}
