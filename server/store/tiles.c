/* tiles.c - vector tiles, encoded by the database. */
#include "store/guard.h"
#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

#define FRAME_PARAMS 4
#define ARENA_BYTES  4096

static void bind_frame(const char *rows, struct tile t, struct arena *arena, struct param *params)
{
    params[0].text = rows;
    params[1].text = param_int(arena, t.z);
    params[2].text = param_int(arena, t.x);
    params[3].text = param_int(arena, t.y);
}

static void take_tile(const struct rows *rows, int column, struct buf *out)
{
    int len;
    const void *bytes = rows_bytes(rows, 0, column, &len);
    if (len > 0)
        buf_add(out, bytes, (size_t)len);
}

static enum err no_memory(struct why *why)
{
    return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
}

enum err store_district_tile(struct conn *c, const struct catalog *cat, const char *rows_text,
                             struct tile t, int64_t deadline_ms, struct buf *out, struct why *why)
{
    struct arena arena;
    struct param params[FRAME_PARAMS + 1];
    struct rows *rows = NULL;
    arena_init(&arena, ARENA_BYTES);
    bind_frame(rows_text, t, &arena, params);
    params[FRAME_PARAMS].text = param_int(&arena, cat->boundary_revision);
    enum err e = param_are_all_there(params, FRAME_PARAMS + 1) ? ERR_OK : no_memory(why);
    if (!e)
        e = conn_query(c, SQL_DISTRICT_TILE, params, FRAME_PARAMS + 1, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "by", why);
    if (!e)
        take_tile(rows, 1, out);
    rows_free(rows);
    arena_fini(&arena);
    return e;
}

enum err store_source_tile(struct conn *c, const char *rows_text, struct tile t,
                           int64_t deadline_ms, struct buf *out, struct why *why)
{
    struct arena arena;
    struct param params[FRAME_PARAMS];
    struct rows *rows = NULL;
    arena_init(&arena, ARENA_BYTES);
    bind_frame(rows_text, t, &arena, params);
    enum err e = param_are_all_there(params, FRAME_PARAMS) ? ERR_OK : no_memory(why);
    if (!e)
        e = conn_query(c, SQL_SOURCE_TILE, params, FRAME_PARAMS, deadline_ms, &rows, why);
    if (!e)
        e = rows_expect(rows, "y", why);
    if (!e && rows_count(rows) > 0)
        take_tile(rows, 0, out);
    rows_free(rows);
    arena_fini(&arena);
    return e;
}
