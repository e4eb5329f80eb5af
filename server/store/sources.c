/* sources.c - point sources of a release, in pages. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/guard.h"
#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

#define SOURCE_PARAMS 22

/* The district and everything in it, by id; *text stays NULL for any. */
static bool district_param(const struct catalog *cat, int district, struct arena *arena,
                           const char **text)
{
    if (district < 0)
        return true;
    int64_t *ids = arena_alloc(arena, (size_t)cat->district_count, sizeof *ids);
    int n = 0;
    for (int i = 0; ids && i < cat->district_count; i++)
        if (catalog_district_within(cat, i, district))
            ids[n++] = cat->districts[i].id;
    *text = ids ? param_int_array(arena, ids, n) : NULL;
    return *text != NULL;
}

/* What narrows the choice; NULL where it does not. */
static bool bind_choice(const struct source_filter *f, struct arena *arena, struct param *params)
{
    params[0].text = f->sectors;
    params[1].text = f->gas;
    params[2].text = f->operator_name;
    params[3].text = f->q;
    if (f->has_min && !(params[4].text = param_double(arena, f->min_t)))
        return false;
    return !f->has_max || (params[5].text = param_double(arena, f->max_t)) != NULL;
}

/* A box that surely holds the circle of a filter with a point, for the index of places: a degree
 * of latitude has at least 110 574 m, of longitude nearly cos(latitude) times 111 320. */
static void box_around(const struct source_filter *f, double box[4])
{
    const double degree_m = 110000;
    double dlat = f->radius_m / degree_m;
    double far_lat = fmin(fabs(f->lat) + dlat, 90);
    double dlon = dlat / fmax(cos(far_lat * M_PI / 180), 1e-6);
    bool is_split = f->lon - dlon < -180 || f->lon + dlon > 180; /* over the antimeridian */
    box[0] = is_split ? -180 : f->lon - dlon;
    box[1] = f->lat - dlat;
    box[2] = is_split ? 180 : f->lon + dlon;
    box[3] = f->lat + dlat;
}

static void box_of(const struct source_filter *f, double box[4])
{
    const double world[] = {-180, -90, 180, 90}, asked[] = {f->west, f->south, f->east, f->north};
    if (f->has_point && !f->has_bbox) {
        box_around(f, box);
        return;
    }
    memcpy(box, f->has_bbox ? asked : world, sizeof world);
}

static enum err bind(const struct catalog *cat, const struct source_filter *f, struct arena *arena,
                     struct param params[SOURCE_PARAMS], struct why *why)
{
    double box[4];
    box_of(f, box);
    params[0].text = param_int(arena, cat->releases[f->release].id);
    params[1].text = param_int(arena, f->year);
    params[2].text = param_int(arena, f->after_id);
    params[3].text = param_int(arena, f->limit);
    for (int i = 0; i < 4; i++)
        params[4 + i].text = param_double(arena, box[i]);
    bool is_bound = param_are_all_there(params, 8);
    if (f->has_point) {
        params[8].text = param_double(arena, f->lon);
        params[9].text = param_double(arena, f->lat);
        params[10].text = param_double(arena, f->radius_m);
        is_bound = is_bound && param_are_all_there(params + 8, 3);
    }
    is_bound = is_bound && district_param(cat, f->district, arena, &params[11].text);
    params[12].text = f->code;
    params[13].text = param_int(arena, cat->revision);
    params[20].text = param_int(arena, f->crs);
    params[21].text = f->name;
    is_bound = is_bound && params[13].text && params[20].text && bind_choice(f, arena, params + 14);
    return is_bound ? ERR_OK : why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
}

static bool take_texts(const struct rows *rows, int row, struct arena *arena, struct source_row *s)
{
    const struct {
        const char **to;
        int column;
    } texts[] = {{&s->code, 2},        {&s->name, 3},          {&s->sector, 4},
                 {&s->gas, 5},         {&s->fuel, 6},          {&s->operator_name, 7},
                 {&s->status, 8},      {&s->capacity_unit, 9}, {&s->district, 10},
                 {&s->properties, 18}, {&s->commissioned, 19}, {&s->retired, 20},
                 {&s->method, 22}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!(*texts[i].to = arena_strndup(arena, rows_text(rows, row, texts[i].column), SIZE_MAX)))
            return false;
    return true;
}

/* "12:0.25 17:1"; a field without mass has no share. */
static bool take_shares(const struct catalog *cat, const char *text, struct arena *arena,
                        struct source_row *s)
{
    size_t most = 1;
    for (const char *c = text; *c != '\0'; c++)
        most += *c == ' ';
    s->shares = arena_alloc(arena, most, sizeof *s->shares);
    while (s->shares && *text != '\0') {
        char *end;
        struct source_share share = {catalog_field_of_id(cat, strtoll(text, &end, 10)), 0};
        assert(*end == ':');
        share.share = strtod(end + 1, &end);
        if (share.field >= 0)
            s->shares[s->share_count++] = share;
        text = end + (*end == ' ');
    }
    return s->shares != NULL;
}

static bool take_source(const struct catalog *cat, const struct rows *rows, int row,
                        struct arena *arena, struct source_row *s)
{
    *s = (struct source_row){.id = rows_int(rows, row, 1),
                             .lon = rows_double(rows, row, 11),
                             .lat = rows_double(rows, row, 12),
                             .capacity = rows_double(rows, row, 13),
                             .commissioned_year = (int)rows_int(rows, row, 14),
                             .retired_year = (int)rows_int(rows, row, 21),
                             .field = catalog_field_of_id(cat, rows_int(rows, row, 15)),
                             .share = rows_double(rows, row, 16),
                             .distance_m = rows_double(rows, row, 17),
                             .x = rows_double(rows, row, 24),
                             .y = rows_double(rows, row, 25)};
    if (isnan(s->share)) /* of a field without mass */
        s->share = 0;
    return take_texts(rows, row, arena, s) && take_shares(cat, rows_text(rows, row, 23), arena, s);
}

enum err store_sources(struct conn *c, const struct catalog *cat, const struct source_filter *f,
                       int64_t deadline_ms, struct arena *arena, struct source_row **out,
                       int *count, struct why *why)
{
    assert(f->limit >= 1 && f->limit <= 1000 && f->release >= 0);
    assert(f->year > 0 || !(f->has_min || f->has_max));
    struct param params[SOURCE_PARAMS] = {0};
    struct rows *rows = NULL;
    enum err e = bind(cat, f, arena, params, why);
    if (!e)
        e = conn_query_by_value(c, SQL_SOURCES, params, SOURCE_PARAMS, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bITTTTTTTTTFFFIIFFTTTITTFF", why);
    int n = e || rows_is_null(rows, 0, 1) ? 0 : rows_count(rows);
    struct source_row *sources = e ? NULL : arena_alloc(arena, (size_t)n, sizeof *sources);
    for (int i = 0; sources && i < n; i++)
        if (!take_source(cat, rows, i, arena, &sources[i]))
            sources = NULL;
    rows_free(rows);
    if (!e && !sources)
        e = why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    if (e)
        return e;
    *out = sources;
    *count = n;
    return ERR_OK;
}

enum err store_sources_count(struct conn *c, const struct catalog *cat,
                             const struct source_filter *f, int64_t deadline_ms,
                             struct arena *arena, int64_t *matched, int64_t *behind,
                             struct why *why)
{
    struct param params[SOURCE_PARAMS] = {0};
    struct rows *rows = NULL;
    enum err e = bind(cat, f, arena, params, why);
    if (!e)
        e = conn_query_by_value(c, SQL_SOURCES_COUNT, params, SOURCE_PARAMS, deadline_ms, &rows,
                                why);
    if (!e)
        e = guard_rows(rows, "bII", why);
    if (!e) {
        *matched = rows_int(rows, 0, 1);
        *behind = rows_int(rows, 0, 2);
    }
    rows_free(rows);
    return e;
}
