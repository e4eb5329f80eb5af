/* district_shares.c - which cells lie in a district, and in which district places lie. */
#include "store/guard.h"
#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

static enum err no_memory(struct why *why)
{
    return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
}

enum err store_district_shares(struct conn *c, const struct catalog *cat, int grid, int district,
                               int32_t first, int32_t end, int64_t deadline_ms, struct arena *arena,
                               struct cell_share **out, int *count, struct why *why)
{
    struct param params[] = {{param_int(arena, cat->grid_ids[grid])},
                             {param_int(arena, cat->districts[district].id)},
                             {param_int(arena, first)},
                             {param_int(arena, end)},
                             {param_int(arena, cat->boundary_revision)}};
    struct rows *rows = NULL;
    if (!param_are_all_there(params, 5))
        return no_memory(why);
    enum err e = conn_query(c, SQL_DISTRICT_SHARES, params, 5, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bIF", why);
    int n = e || rows_is_null(rows, 0, 1) ? 0 : rows_count(rows);
    struct cell_share *shares = e ? NULL : arena_alloc(arena, (size_t)n + 1, sizeof *shares);
    for (int i = 0; shares && i < n; i++)
        shares[i] = (struct cell_share){(int32_t)rows_int(rows, i, 1), rows_double(rows, i, 2)};
    rows_free(rows);
    if (!e && !shares)
        e = no_memory(why);
    if (e)
        return e;
    *out = shares;
    *count = n;
    return ERR_OK;
}

static const char *param_double_array(struct arena *arena, const double *values, int count,
                                      int stride)
{
    struct buf b;
    buf_init(&b, (size_t)1 << 20);
    for (int i = 0; i < count; i++)
        buf_printf(&b, "%s%.17g", i ? "," : "{", values[i * stride]);
    buf_add_str(&b, count > 0 ? "}" : "{}");
    const char *text = b.failed ? NULL : arena_strndup(arena, b.data, b.len);
    buf_fini(&b);
    return text;
}

enum err store_districts_at_all(struct conn *c, const struct catalog *cat, const char *scope,
                                const double *lonlat, int count, int64_t deadline_ms,
                                struct arena *arena, int *out, struct why *why)
{
    struct param params[] = {{param_double_array(arena, lonlat, count, 2)},
                             {param_double_array(arena, lonlat + 1, count, 2)},
                             {param_int(arena, cat->boundary_revision)},
                             {scope}};
    struct rows *rows = NULL;
    if (!param_are_all_there(params, 4))
        return no_memory(why);
    enum err e = conn_query(c, SQL_DISTRICTS_AT, params, 4, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bIT", why);
    if (!e && count > 0 && rows_count(rows) != count)
        e = why_set(why, ERR_INTERNAL, NULL, "The database answered for other places.");
    for (int i = 0; !e && i < count; i++)
        out[i] = catalog_district(cat, rows_text(rows, i, 2));
    rows_free(rows);
    return e;
}
