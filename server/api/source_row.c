#include "api/source_row.h"

#include <math.h>
#include <string.h>

#include "api/geojson.h"
#include "api/totals.h"
#include "geo/sum.h"

static void add_value(struct doc *d, json_t *list, const struct answer *a, const struct slice *s,
                      double share)
{
    const struct catalog *c = a->catalog;
    json_t *v = doc_object(d, list, NULL);
    doc_int(d, v, "year", s->year);
    if (s->month > 0)
        doc_int(d, v, "month", s->month);
    doc_text(d, v, "sector", c->sectors[s->sector].code);
    doc_text(d, v, "gas", c->gases[s->gas].code);
    doc_text(d, v, "flow", flow_word(s->flow));
    doc_number(d, v, "value", s->mass_t * share / unit_tonnes(a->params.unit));
    doc_text(d, v, "unit", unit_word(a->params.unit));
    doc_text(d, v, "status", s->method);
}

double source_row_share(const struct source_row *s, int field)
{
    for (int i = 0; i < s->share_count; i++)
        if (s->shares[i].field == field)
            return s->shares[i].share;
    return NAN;
}

void source_row_values(struct doc *d, json_t *list, const struct answer *a,
                       const struct source_row *s)
{
    int first, end;
    catalog_slices_of_year(a->catalog, a->params.release, a->params.year_to, &first, &end);
    for (int i = first; i < end; i++) {
        const struct slice *slice = &a->catalog->slices[i];
        double share = source_row_share(s, slice->field);
        if (!isnan(share))
            add_value(d, list, a, slice, share);
    }
}

void source_row_total(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s)
{
    int first, end;
    struct sum sum = {0};
    const char *status = "no-data";
    catalog_slices_of_year(a->catalog, a->params.release, a->params.year_to, &first, &end);
    for (int i = first; i < end; i++) {
        const struct slice *slice = &a->catalog->slices[i];
        double share = source_row_share(s, slice->field);
        if (isnan(share))
            continue;
        sum_add(&sum, slice->mass_t * share);
        status = totals_worse_status(status, slice->method);
    }
    bool is_known = strcmp(status, "no-data") != 0;
    doc_int(d, o, "year", a->params.year_to);
    doc_number(d, o, "value", is_known ? sum_value(sum) / unit_tonnes(a->params.unit) : NAN);
    doc_text(d, o, "status", status);
}

const char *source_row_point(const struct source_row *s, struct arena *arena)
{
    return geojson_point(s->x, s->y, arena);
}

static void add_year(struct doc *d, json_t *o, const char *key, int year)
{
    if (year > 0)
        doc_int(d, o, key, year);
    else
        doc_null(d, o, key);
}

/* As far as it is known: to the year, when that is all. */
static void add_date(struct doc *d, json_t *o, const char *key, const char *date, int year)
{
    if (date[0] != '\0')
        doc_text(d, o, key, date);
    else if (year > 0)
        doc_put(d, o, key, json_sprintf("%04d", year));
    else
        doc_null(d, o, key);
}

/* The dataset's further columns, as an object; left out when they are none. */
static void add_properties(struct doc *d, json_t *o, const char *text)
{
    if (text == NULL || strcmp(text, "{}") == 0 || text[0] == '\0')
        return;
    json_t *further = json_loads(text, 0, NULL);
    if (further != NULL)
        doc_put(d, o, "properties", further);
}

void source_row(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s)
{
    doc_text(d, o, "code", s->code);
    doc_text(d, o, "name", s->name);
    doc_text(d, o, "sector", s->sector);
    doc_text(d, o, "gas", s->gas);
    doc_text(d, o, "fuel", s->fuel);
    doc_text(d, o, "operator", s->operator_name);
    doc_text(d, o, "operating_status", s->status);
    doc_number(d, o, "capacity", s->capacity);
    doc_text(d, o, "capacity_unit", s->capacity_unit);
    add_year(d, o, "commissioned_year", s->commissioned_year);
    add_date(d, o, "commissioned", s->commissioned, s->commissioned_year);
    add_year(d, o, "retired_year", s->retired_year);
    add_date(d, o, "retired", s->retired, s->retired_year);
    doc_text(d, o, "method", s->method);
    doc_text(d, o, "district", s->district);
    doc_number(d, o, "lon", s->lon);
    doc_number(d, o, "lat", s->lat);
    if (isfinite(s->distance_m))
        doc_number(d, o, "distance_m", s->distance_m);
    add_properties(d, o, s->properties);
    source_row_values(d, doc_array(d, o, "values"), a, s);
}

void source_row_brief(struct doc *d, json_t *o, const struct answer *a, const struct source_row *s)
{
    doc_text(d, o, "code", s->code);
    doc_text(d, o, "name", s->name);
    doc_text(d, o, "sector", s->sector);
    doc_text(d, o, "gas", s->gas);
    doc_text(d, o, "operator", s->operator_name);
    doc_text(d, o, "district", s->district);
    doc_number(d, o, "lon", s->lon);
    doc_number(d, o, "lat", s->lat);
    doc_text(d, o, "unit", unit_word(a->params.unit));
    source_row_total(d, o, a, s);
}

enum err source_row_used(const struct answer *a, const struct source_row *sources, int count,
                         struct arena *arena, int **out, int *used_count)
{
    const struct catalog *c = a->catalog;
    int first, end;
    catalog_slices_of_year(c, a->params.release, a->params.year_to, &first, &end);
    bool *is_field = arena_alloc(arena, (size_t)c->field_count + 1, sizeof *is_field);
    int *used = arena_alloc(arena, (size_t)(end - first) + 1, sizeof *used);
    if (is_field == NULL || used == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < sources[i].share_count; k++)
            is_field[sources[i].shares[k].field] = true;
    }
    *used_count = 0;
    for (int i = first; i < end; i++) {
        if (c->slices[i].field >= 0 && is_field[c->slices[i].field])
            used[(*used_count)++] = i;
    }
    *out = used;
    return ERR_OK;
}
