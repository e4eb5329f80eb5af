/* Point sources: staged once, then a field for each group. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/load/load_internal.h"

static void copy_optional(struct copy *w, double value)
{
    if (isnan(value)) {
        copy_null(w);
    } else {
        copy_float8(w, value);
    }
}

static void copy_year(struct copy *w, int year)
{
    if (year == 0) {
        copy_null(w);
    } else {
        copy_int2(w, (int16_t)year);
    }
}

/* As issues say it. */
static void copy_place(struct copy *w, const struct place *at)
{
    char text[ISSUES_LINE_BYTES];
    int len = at->file == NULL ? 0 : snprintf(text, sizeof text, "%s:%ld", at->file, at->row);
    copy_text(w, len > 0 && len < (int)sizeof text ? text : NULL);
}

enum err load_points_copy_begin(struct load *l, struct copy **out, struct why *why)
{
    return copy_begin(
        l->db,
        "COPY stage_source (code, name, sector, gas, fuel, operator, status, capacity_unit, "
        "location_quality, licence, origin_dataset, note, external_ids, method, commissioned, "
        "retired, group_name, district, capacity, cell_lon, cell_lat, lon, lat, weight, "
        "commissioned_year, retired_year, place) FROM STDIN (FORMAT binary)",
        out, why);
}

void load_points_copy(struct copy *w, const struct point *p, const char *group)
{
    const char *const texts[] = {p->code,
                                 p->name,
                                 p->sector,
                                 p->gas,
                                 p->fuel,
                                 p->operator_name,
                                 p->status,
                                 p->capacity_unit,
                                 p->location_quality,
                                 p->licence,
                                 p->dataset,
                                 p->note,
                                 p->external_ids,
                                 p->method,
                                 p->commissioned,
                                 p->retired,
                                 group};
    copy_row(w, 27);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        copy_text(w, texts[i]);
    }
    copy_text(w, p->area_code[0] != '\0' ? p->area_code : NULL);
    copy_optional(w, p->capacity);
    copy_optional(w, p->cell_lon);
    copy_optional(w, p->cell_lat);
    copy_float8(w, p->lon);
    copy_float8(w, p->lat);
    copy_float8(w, p->weight);
    copy_year(w, p->commissioned_year);
    copy_year(w, p->retired_year);
    copy_place(w, &p->at);
}

enum err load_points_stage(struct load *l, struct why *why)
{
    if (l->t->point_count == 0) {
        return ERR_OK;
    }
    struct copy *w;
    enum err e = load_points_copy_begin(l, &w, why);
    for (int i = 0; e == ERR_OK && i < l->t->point_count; i++) {
        load_points_copy(w, &l->t->points[i], l->t->points[i].group);
    }
    int64_t rows;
    return e == ERR_OK ? copy_end(w, &rows, why) : e;
}
