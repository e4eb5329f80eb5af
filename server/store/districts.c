/* districts.c - masses, places and shapes of districts. */
#include <stdlib.h>
#include <string.h>

#include "store/guard.h"
#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

#define MAX_TOLERANCE_DEG 10.0
#define STORED_DIGITS     6 /* 0.1 m */
#define METRE_DIGITS      2
#define MAX_DIGITS        9

static enum err no_memory(struct why *why)
{
    return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
}

/* ---- masses ----------------------------------------------------------------------------- */

struct id_index {
    int64_t id;
    int index;
};

static int compare_id(const void *a, const void *b)
{
    const struct id_index *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* The districts asked for, sorted by id, so that the answer's ids become indices again. */
static struct id_index *ids_of_districts(const struct catalog *cat, const int *districts, int count,
                                         struct arena *arena)
{
    struct id_index *ids = arena_alloc(arena, (size_t)count, sizeof *ids);
    for (int i = 0; ids && i < count; i++)
        ids[i] = (struct id_index){cat->districts[districts[i]].id, districts[i]};
    if (ids)
        qsort(ids, (size_t)count, sizeof *ids, compare_id);
    return ids;
}

static const char *district_array(const struct catalog *cat, const int *districts, int count,
                                  struct arena *arena)
{
    int64_t *ids = arena_alloc(arena, (size_t)count, sizeof *ids);
    for (int i = 0; ids && i < count; i++)
        ids[i] = cat->districts[districts[i]].id;
    return ids ? param_int_array(arena, ids, count) : NULL;
}

static const char *field_array(const struct catalog *cat, const int *fields, int count,
                               struct arena *arena)
{
    int64_t *ids = arena_alloc(arena, (size_t)count, sizeof *ids);
    for (int i = 0; ids && i < count; i++)
        ids[i] = cat->fields[fields[i]].id;
    return ids ? param_int_array(arena, ids, count) : NULL;
}

static int compare_mass(const void *a, const void *b)
{
    const struct district_mass *x = a, *y = b;
    if (x->district != y->district)
        return x->district < y->district ? -1 : 1;
    return (x->field > y->field) - (x->field < y->field);
}

/* The one row without a district says that there is no mass. */
static enum err take_masses(const struct catalog *cat, const struct rows *rows,
                            const struct id_index *ids, int id_count, struct district_mass *to,
                            int *count, struct why *why)
{
    for (int i = 0; i < rows_count(rows); i++) {
        if (rows_is_null(rows, i, 1))
            continue;
        struct id_index key = {rows_int(rows, i, 1), 0};
        const struct id_index *found = bsearch(&key, ids, (size_t)id_count, sizeof key, compare_id);
        struct district_mass m = {.district = found ? found->index : -1,
                                  .field = catalog_field_of_id(cat, rows_int(rows, i, 2)),
                                  .mass = rows_double(rows, i, 3),
                                  .sum_sq = rows_double(rows, i, 4)};
        if (m.district < 0 || m.field < 0)
            return why_set(why, ERR_INTERNAL, NULL, "The database answered an unknown district.");
        to[(*count)++] = m;
    }
    return ERR_OK;
}

static enum err masses_of_rows(const struct catalog *cat, const struct rows *rows,
                               const struct id_index *ids, int id_count, struct arena *arena,
                               struct district_mass **out, int *count, struct why *why)
{
    struct district_mass *masses = arena_alloc(arena, (size_t)rows_count(rows), sizeof *masses);
    int n = 0;
    if (!masses)
        return no_memory(why);
    enum err e = take_masses(cat, rows, ids, id_count, masses, &n, why);
    if (e)
        return e;
    qsort(masses, (size_t)n, sizeof *masses, compare_mass);
    *out = masses;
    *count = n;
    return ERR_OK;
}

enum err store_district_masses(struct conn *c, const struct catalog *cat, const int *districts,
                               int district_count, const int *fields, int field_count,
                               int64_t deadline_ms, struct arena *arena, struct district_mass **out,
                               int *count, struct why *why)
{
    struct param params[] = {{field_array(cat, fields, field_count, arena)},
                             {district_array(cat, districts, district_count, arena)},
                             {param_int(arena, cat->revision)},
                             {param_int(arena, cat->boundary_revision)}};
    struct id_index *ids = ids_of_districts(cat, districts, district_count, arena);
    if (!param_are_all_there(params, 4) || !ids)
        return no_memory(why);
    struct rows *rows = NULL;
    enum err e = conn_query(c, SQL_DISTRICT_MASSES, params, 4, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bIIFF", why);
    if (!e)
        e = masses_of_rows(cat, rows, ids, district_count, arena, out, count, why);
    rows_free(rows);
    return e;
}

/* ---- places ----------------------------------------------------------------------------- */

/* The finest district and those above it. */
static void climb(const struct catalog *cat, int district, int levels[3])
{
    for (int depth = 0; district >= 0 && depth < 3; depth++) {
        int level = cat->districts[district].level;
        if (level >= 0 && level < 3)
            levels[level] = district;
        district = cat->districts[district].parent;
    }
}

enum err store_districts_at(struct conn *c, const struct catalog *cat, const char *scope,
                            double lon, double lat, int64_t deadline_ms, int levels[3],
                            struct why *why)
{
    struct arena arena;
    arena_init(&arena, 4096);
    struct param params[] = {{param_double(&arena, lon)},
                             {param_double(&arena, lat)},
                             {param_int(&arena, cat->boundary_revision)},
                             {scope}};
    struct rows *rows = NULL;
    enum err e = param_are_all_there(params, 4) ? ERR_OK : no_memory(why);
    if (!e)
        e = conn_query(c, SQL_DISTRICT_AT, params, 4, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bT", why);
    if (!e) {
        levels[0] = levels[1] = levels[2] = -1;
        climb(cat, catalog_district(cat, rows_text(rows, 0, 1)), levels);
    }
    rows_free(rows);
    arena_fini(&arena);
    return e;
}

/* ---- shapes ----------------------------------------------------------------------------- */

/* Enough digits that two multiples of the tolerance never print alike. */
static int digits_for(double tolerance_deg)
{
    int digits = 1;
    if (!(tolerance_deg > 0))
        return STORED_DIGITS;
    for (double step = 1; step > tolerance_deg && digits < MAX_DIGITS; step /= 10)
        digits++;
    return digits < 3 ? 3 : digits;
}

static enum err take_shapes(const struct rows *rows, int count, struct arena *arena,
                            const char **to, struct why *why)
{
    for (int i = 0; i < rows_count(rows) && !rows_is_null(rows, i, 1); i++) {
        int64_t place = rows_int(rows, i, 1) - 1;
        if (place < 0 || place >= count)
            return why_set(why, ERR_INTERNAL, NULL, "The database answered an unknown district.");
        to[place] = arena_strndup(arena, rows_text(rows, i, 2), SIZE_MAX);
        if (!to[place])
            return no_memory(why);
    }
    for (int i = 0; i < count; i++)
        if (!to[i])
            return why_set(why, ERR_INTERNAL, NULL, "A district has no shape.");
    return ERR_OK;
}

static enum err read_shapes(struct conn *c, struct param params[5], int count, int64_t deadline_ms,
                            struct arena *arena, const char ***out, struct why *why)
{
    const char **shapes = arena_alloc(arena, (size_t)count, sizeof *shapes);
    if (!shapes || !param_are_all_there(params, 5))
        return no_memory(why);
    struct rows *rows = NULL;
    enum err e = conn_query(c, SQL_DISTRICT_GEOJSON, params, 5, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bIT", why);
    if (!e)
        e = take_shapes(rows, count, arena, shapes, why);
    rows_free(rows);
    if (!e)
        *out = shapes;
    return e;
}

enum err store_district_geojson(struct conn *c, const struct catalog *cat, const int *districts,
                                int count, double tolerance_deg, int64_t deadline_ms,
                                struct arena *arena, const char ***out, struct why *why)
{
    if (!(tolerance_deg >= 0 && tolerance_deg <= MAX_TOLERANCE_DEG))
        return why_set(why, ERR_INPUT, "simplify", "The tolerance is from 0 to 10 degrees.");
    struct param params[] = {{district_array(cat, districts, count, arena)},
                             {param_double(arena, tolerance_deg)},
                             {param_int(arena, digits_for(tolerance_deg))},
                             {param_int(arena, cat->boundary_revision)},
                             {param_int(arena, CRS_84)}};
    return read_shapes(c, params, count, deadline_ms, arena, out, why);
}

enum err store_district_geojson_in(struct conn *c, const struct catalog *cat, const int *districts,
                                   int count, enum crs crs, int64_t deadline_ms,
                                   struct arena *arena, const char ***out, struct why *why)
{
    struct param params[] = {{district_array(cat, districts, count, arena)},
                             {param_double(arena, 0)},
                             {param_int(arena, crs == CRS_3857 ? METRE_DIGITS : STORED_DIGITS)},
                             {param_int(arena, cat->boundary_revision)},
                             {param_int(arena, crs)}};
    return read_shapes(c, params, count, deadline_ms, arena, out, why);
}

enum err store_districts_in_box(struct conn *c, const struct catalog *cat, const double box[4],
                                int64_t deadline_ms, struct arena *arena, bool **out,
                                struct why *why)
{
    bool *is_in = arena_alloc(arena, (size_t)cat->district_count + 1, sizeof *is_in);
    struct param params[5] = {[4] = {param_int(arena, cat->boundary_revision)}};
    for (int i = 0; i < 4; i++)
        params[i].text = param_double(arena, box[i]);
    if (!is_in || !param_are_all_there(params, 5))
        return no_memory(why);
    struct rows *rows = NULL;
    enum err e = conn_query(c, SQL_DISTRICTS_IN_BOX, params, 5, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bT", why);
    for (int i = 0; !e && i < rows_count(rows); i++) {
        int district = catalog_district(cat, rows_text(rows, i, 1));
        if (district >= 0)
            is_in[district] = true;
    }
    rows_free(rows);
    if (!e)
        *out = is_in;
    return e;
}
