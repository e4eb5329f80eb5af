/* Point sources: staged once, then a field for each group. */
#include <math.h>
#include <string.h>

#include "cli/import/load_internal.h"

static void copy_optional(struct copy *w, double value)
{
    if (isnan(value)) {
        copy_null(w);
    } else {
        copy_float8(w, value);
    }
}

static void copy_point(struct copy *w, const struct point *p)
{
    copy_row(w, 21);
    const char *const texts[] = {p->code, p->name, p->sector, p->gas, p->fuel, p->operator_name};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        copy_text(w, texts[i]);
    }
    copy_optional(w, p->capacity);
    copy_text(w, p->capacity_unit);
    if (p->commissioned_year == 0) {
        copy_null(w);
    } else {
        copy_int2(w, (int16_t)p->commissioned_year);
    }
    copy_float8(w, p->lon);
    copy_float8(w, p->lat);
    copy_text(w, p->location_quality);
    copy_text(w, p->licence);
    copy_text(w, p->dataset);
    copy_text(w, p->note);
    copy_text(w, p->area_code[0] != '\0' ? p->area_code : NULL);
    copy_optional(w, p->cell_lon);
    copy_optional(w, p->cell_lat);
    copy_float8(w, p->weight);
    copy_text(w, p->group);
    copy_text(w, "{}");
}

enum err load_points_stage(struct load *l, struct why *why)
{
    if (l->t->point_count == 0) {
        return ERR_OK;
    }
    struct copy *w;
    enum err e = copy_begin(
        l->db,
        "COPY stage_source (code, name, sector, gas, fuel, operator, capacity, capacity_unit, "
        "commissioned_year, lon, lat, location_quality, licence, origin_dataset, note, district, "
        "cell_lon, cell_lat, weight, group_name, external_ids) FROM STDIN (FORMAT binary)",
        &w, why);
    for (int i = 0; e == ERR_OK && i < l->t->point_count; i++) {
        copy_point(w, &l->t->points[i]);
    }
    int64_t rows;
    return e == ERR_OK ? copy_end(w, &rows, why) : e;
}
