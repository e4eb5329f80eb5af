/* Districts and their statistics: staged, made by PostGIS, and what depends on them after them. */
#include <math.h>

#include "cli/import/load/load_internal.h"

static enum err copy_areas(struct load *l, struct why *why)
{
    struct copy *w;
    enum err e = copy_begin(
        l->db,
        "COPY stage_area (code, level, parent, iso, name_en, name_uz, name_uz_cyrl, name_ru, "
        "name_ko, area_km2, mask_value) FROM STDIN (FORMAT binary)",
        &w, why);
    for (int i = 0; e == ERR_OK && i < l->t->area_count; i++) {
        const struct area *a = &l->t->areas[i];
        copy_row(w, 11);
        copy_text(w, a->code);
        copy_int2(w, (int16_t)a->level);
        copy_text(w, a->parent[0] != '\0' ? a->parent : NULL);
        copy_text(w, a->iso);
        copy_text(w, a->name[LANG_EN]);
        copy_text(w, a->name[LANG_UZ]);
        copy_text(w, a->name_uz_cyrl);
        copy_text(w, a->name[LANG_RU]);
        copy_text(w, a->name[LANG_KO]);
        if (isnan(a->area_km2)) {
            copy_null(w);
        } else {
            copy_float8(w, a->area_km2);
        }
        if (a->mask_value == 0 || l->m->districts.mask == NULL) {
            copy_null(w);
        } else {
            copy_int4(w, a->mask_value);
        }
    }
    int64_t rows;
    return e == ERR_OK ? copy_end(w, &rows, why) : e;
}

static void copy_number(struct copy *w, double value)
{
    if (isnan(value)) {
        copy_null(w);
    } else {
        copy_float8(w, value);
    }
}

static enum err copy_statistics(struct load *l, struct why *why)
{
    struct copy *w;
    enum err e = copy_begin(l->db,
                            "COPY stage_stat (code, year, population, population_status, gdp, "
                            "gdp_unit, gdp_status) FROM STDIN (FORMAT binary)",
                            &w, why);
    for (int i = 0; e == ERR_OK && i < l->t->statistic_count; i++) {
        const struct statistic *s = &l->t->statistics[i];
        copy_row(w, 7);
        copy_text(w, s->code);
        copy_int2(w, (int16_t)s->year);
        copy_number(w, s->population);
        copy_text(w, s->population_status);
        copy_number(w, s->gdp);
        copy_text(w, s->gdp_unit);
        copy_text(w, s->gdp_status);
    }
    int64_t rows;
    return e == ERR_OK ? copy_end(w, &rows, why) : e;
}

enum err load_problems(struct load *l, struct why *why)
{
    struct rows *rows;
    enum err e =
        conn_query(l->db,
                   "SELECT coalesce(file, $1), coalesce(feature, 0), attribute, value, rule "
                   "FROM stage_problem LIMIT 1000",
                   &(struct param){l->m->name}, 1, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < rows_count(rows); i++) {
        issues_add(l->issues,
                   (struct place){.file = rows_text(rows, i, 0),
                                  .row = (long)rows_int(rows, i, 1),
                                  .column = rows_text(rows, i, 2),
                                  .value = rows_is_null(rows, i, 3) ? NULL : rows_text(rows, i, 3)},
                   "%s", rows_text(rows, i, 4));
    }
    rows_free(rows);
    return issues_verdict(l->issues, why);
}

/* Fractions and totals of all that is published follow in the same transaction. */
static enum err refresh(struct load *l, struct why *why)
{
    const struct param report = {l->report->districts};
    int64_t reshaped = 0;
    enum err e = load_int(l, "SELECT ($1::jsonb->>'reshaped')::bigint", &report, 1, &reshaped, why);
    if (e != ERR_OK || reshaped == 0) {
        return e;
    }
    const char *done;
    e = load_refresh_districts(l, why);
    return e == ERR_OK ? load_text(l, "SELECT district_balance()::text", NULL, 0, &done, why) : e;
}

static enum err stage(struct load *l, struct why *why)
{
    const struct manifest_districts *d = &l->m->districts;
    enum err e = d->areas != NULL ? copy_areas(l, why) : ERR_OK;
    if (e == ERR_OK && d->mask != NULL) {
        progress_step(l->progress, "districts from the mask");
        e = load_districts_mask(l, why);
    }
    if (e == ERR_OK && d->file_count > 0) {
        progress_step(l->progress, "districts from their polygons");
        e = load_districts_polygons(l, why);
    }
    return e == ERR_OK ? copy_statistics(l, why) : e;
}

enum err load_districts(struct load *l, struct why *why)
{
    const struct manifest_districts *d = &l->m->districts;
    if (d->mask == NULL && d->file_count == 0 && l->t->statistic_count == 0) {
        return ERR_OK;
    }
    enum err e = stage(l, why);
    const struct param outside = {load_number(l, d->outside_pct)};
    if (e == ERR_OK) {
        e = load_text(l, "SELECT import_districts($1)::text", &outside, 1, &l->report->districts,
                      why);
    }
    if (e == ERR_OK) {
        e = load_problems(l, why);
    }
    return e == ERR_OK ? refresh(l, why) : e;
}
