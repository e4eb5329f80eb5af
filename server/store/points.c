/* points.c - point masses where they stand, in pages. */
#include "store/guard.h"
#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

#define POINT_PARAMS 9

static bool bind(const struct catalog *cat, const int *fields, int field_count, const double box[4],
                 const struct point_page *page, struct arena *arena, struct param to[POINT_PARAMS])
{
    int64_t *ids = arena_alloc(arena, (size_t)field_count, sizeof *ids);
    for (int i = 0; ids && i < field_count; i++)
        ids[i] = cat->fields[fields[i]].id;
    to[0].text = ids ? param_int_array(arena, ids, field_count) : NULL;
    for (int i = 0; i < 4; i++)
        to[1 + i].text = param_double(arena, box[i]);
    to[5].text = param_int(arena, page->after_source);
    to[6].text = param_int(arena, page->after_field);
    to[7].text = param_int(arena, page->limit);
    to[8].text = param_int(arena, cat->revision);
    return param_are_all_there(to, POINT_PARAMS);
}

static enum err take(const struct catalog *cat, const struct rows *rows, int n,
                     struct point_mass *to, struct why *why)
{
    for (int i = 0; i < n; i++) {
        to[i] = (struct point_mass){.source = rows_int(rows, i, 1),
                                    .field = catalog_field_of_id(cat, rows_int(rows, i, 2)),
                                    .lon = rows_double(rows, i, 3),
                                    .lat = rows_double(rows, i, 4),
                                    .mass = rows_double(rows, i, 5)};
        if (to[i].field < 0)
            return why_set(why, ERR_INTERNAL, NULL, "The database answered an unknown field.");
    }
    return ERR_OK;
}

enum err store_points(struct conn *c, const struct catalog *cat, const int *fields, int field_count,
                      const double box[4], struct point_page *page, int64_t deadline_ms,
                      struct arena *arena, struct point_mass **out, int *count, struct why *why)
{
    struct param params[POINT_PARAMS];
    struct rows *rows = NULL;
    if (!bind(cat, fields, field_count, box, page, arena, params))
        return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    enum err e = conn_query(c, SQL_POINTS, params, POINT_PARAMS, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bIIFFF", why);
    int n = e || rows_is_null(rows, 0, 1) ? 0 : rows_count(rows);
    struct point_mass *points = e ? NULL : arena_alloc(arena, (size_t)n + 1, sizeof *points);
    if (!e)
        e = points ? take(cat, rows, n, points, why)
                   : why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
    if (!e && n > 0) {
        page->after_source = points[n - 1].source;
        page->after_field = cat->fields[points[n - 1].field].id;
    }
    rows_free(rows);
    if (e)
        return e;
    *out = points;
    *count = n;
    return ERR_OK;
}
