/* A group of points into a field. */
#include <stdio.h>
#include <string.h>

#include "cli/import/load/load_internal.h"

static void digest_text(struct digest *d, const char *text)
{
    digest_add(d, text, strlen(text) + 1); /* with its NUL: no text runs into the next */
}

static void digest_number(struct digest *d, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    digest_text(d, text);
}

/* All that is stored of a point: a version with another licence or note must not show the old one.
 */
void load_points_digest(struct digest *d, const struct point *p)
{
    const char *const texts[] = {
        p->code,          p->name,          p->sector,  p->gas,     p->fuel,
        p->operator_name, p->capacity_unit, p->dataset, p->licence, p->location_quality,
        p->area_code,     p->note,          p->status,  p->method,  p->commissioned,
        p->retired,       p->external_ids};
    const double numbers[] = {p->lon,      p->lat,      p->capacity,          p->weight,
                              p->cell_lon, p->cell_lat, p->commissioned_year, p->retired_year};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        digest_text(d, texts[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        digest_number(d, numbers[i]);
    }
}

void load_points_identity(const struct load *l, const char *sum, double max_km,
                          char out[DIGEST_HEX_SIZE])
{
    const struct field_nature nature = {"points", max_km, l->countries, false};
    load_field_identity(sum, &nature, out);
}

/* A group's identity: its grid and its points. */
static void group_identity(const struct load *l, const char *group, char out[DIGEST_HEX_SIZE])
{
    char sum[DIGEST_HEX_SIZE];
    struct digest *d = digest_new();
    if (d == NULL) {
        out[0] = '\0';
        return;
    }
    digest_add(d, &l->grid.grid, sizeof l->grid.grid);
    int first;
    int end;
    points_order_find(&l->points, group, &first, &end);
    for (int i = first; i < end; i++) {
        load_points_digest(d, l->points.points[i]);
    }
    digest_hex(d, sum);
    digest_free(d);
    load_points_identity(l, sum, l->m->points.max_distance_km, out);
}

enum err load_points_field(struct load *l, const char *group, const char *sha256, double max_km,
                           struct plan_field *out, struct why *why)
{
    const struct param p[] = {{load_id(l, l->grid.id)}, {out->name}, {sha256}, {l->countries}};
    enum err e =
        load_int(l,
                 "INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, countries) "
                 "VALUES ($1, $2, $3, 'points', 0, 0, 0, $4::text[]) RETURNING id",
                 p, 4, &out->id, why);
    const char *note = NULL;
    const struct param q[] = {{load_id(l, out->id)}, {group}, {load_number(l, max_km)}};
    if (e == ERR_OK) {
        e = load_text(l, "SELECT import_points($1, $2, $3)::text", q, 3, &note, why);
    }
    int64_t rows;
    if (e == ERR_OK) {
        e = load_int(l, "SELECT district_field_refresh($1)", q, 1, &rows, why);
    }
    if (e == ERR_OK && l->report->note_count < 64) {
        l->report->notes[l->report->note_count++] = note;
    }
    l->report->field_new++;
    return e == ERR_OK ? load_field_find(l, sha256, out, why) : e;
}

enum err load_field_points(struct load *l, struct plan_field *out, struct why *why)
{
    char sha256[DIGEST_HEX_SIZE];
    group_identity(l, out->group, sha256);
    if (sha256[0] == '\0') {
        return ERR_NO_MEMORY;
    }
    progress_step(l->progress, out->name);
    l->report->field_count++;
    enum err e = load_field_find(l, sha256, out, why);
    return e != ERR_OK || out->id != 0
               ? e
               : load_points_field(l, out->group, sha256, l->m->points.max_distance_km, out, why);
}
