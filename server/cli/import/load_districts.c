/* Districts from the mask, and their statistics. */
#include <math.h>

#include "cli/import/load_internal.h"

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
        if (a->mask_value == 0) {
            copy_null(w);
        } else {
            copy_int4(w, a->mask_value);
        }
    }
    int64_t rows;
    return e == ERR_OK ? copy_end(w, &rows, why) : e;
}

static void copy_polygon(void *context, int32_t value, const unsigned char *wkb, int len)
{
    struct copy *w = context;
    copy_row(w, 2);
    copy_int4(w, value);
    copy_bytes(w, wkb, len);
}

static enum err copy_mask(struct load *l, struct why *why)
{
    struct raster *mask;
    const struct raster_spec spec = raster_spec_of(l->m->mask->path, l->m->mask->name);
    enum err e = raster_open(&spec, l->issues, &mask, why);
    if (e != ERR_OK) {
        return e;
    }
    struct copy *w;
    e = copy_begin(l->db, "COPY stage_mask_polygon (mask_value, geom) FROM STDIN (FORMAT binary)",
                   &w, why);
    if (e == ERR_OK) {
        e = raster_polygons(mask, copy_polygon, w, why);
        int64_t rows;
        if (e == ERR_OK) {
            e = copy_end(w, &rows, why);
        } else {
            copy_abort(w);
        }
    }
    raster_close(mask);
    return e;
}

static enum err copy_statistics(struct load *l, struct why *why)
{
    struct copy *w;
    enum err e = copy_begin(
        l->db,
        "COPY stage_stat (code, year, population, population_status) FROM STDIN (FORMAT binary)",
        &w, why);
    for (int i = 0; e == ERR_OK && i < l->t->population_count; i++) {
        const struct population *p = &l->t->populations[i];
        copy_row(w, 4);
        copy_text(w, p->code);
        copy_int2(w, (int16_t)p->year);
        copy_float8(w, p->people);
        copy_text(w, p->status);
    }
    int64_t rows;
    return e == ERR_OK ? copy_end(w, &rows, why) : e;
}

enum err load_districts(struct load *l, struct why *why)
{
    if (l->m->mask == NULL || l->m->areas == NULL) {
        return ERR_OK;
    }
    progress_step(l->progress, "districts from the mask");
    enum err e = copy_areas(l, why);
    if (e == ERR_OK) {
        e = copy_mask(l, why);
    }
    if (e == ERR_OK) {
        e = copy_statistics(l, why);
    }
    if (e == ERR_OK) {
        e = load_text(l, "SELECT import_districts()::text", NULL, 0, &l->report->districts, why);
    }
    int64_t changed = 0;
    if (e == ERR_OK) {
        const struct param report = {l->report->districts};
        e = load_int(l, "SELECT ($1::jsonb->>'changed')::bigint", &report, 1, &changed, why);
    }
    if (e == ERR_OK && changed > 0) {
        progress_step(l->progress, "fractions and totals of the new districts");
        const char *done;
        e = load_text(l, "SELECT refresh_all_districts()::text", NULL, 0, &done, why);
    }
    return e;
}
