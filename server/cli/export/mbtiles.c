#include "cli/export/mbtiles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "base/clock.h"

#define TILE_TIMEOUT_MS   600000
#define TILE_ARENA_MAX    ((size_t)256 << 20)
#define TILE_MAX_BYTES    ((size_t)8 << 20)
#define TILE_SIZE_PX      256
#define MERCATOR_EDGE_DEG 85.0511287798066

struct writing {
    struct mbtiles *m;
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct arena arena; /* of one tile */
    struct buf png;
    int64_t done, total; /* tiles looked at */
};

struct range {
    int x0, x1, y0, y1; /* inclusive */
};

static enum err sqlite_failed(const struct writing *w, struct why *why)
{
    return why_set(why, ERR_IO, NULL, "the tiles cannot be written: %.200s", sqlite3_errmsg(w->db));
}

/* ---- which tiles -------------------------------------------------------------------------- */

static int clamp(double at, int count)
{
    return at < 0 ? 0 : at >= count ? count - 1 : (int)at;
}

static double mercator(double lat_deg)
{
    double lat = fmax(-MERCATOR_EDGE_DEG, fmin(MERCATOR_EDGE_DEG, lat_deg)) * M_PI / 180;
    return (1 - asinh(tan(lat)) / M_PI) / 2;
}

static struct range range_of(struct grid g, int zoom)
{
    int count = 1 << zoom;
    return (struct range){
        .x0 = clamp((g.x0_deg + 180) / 360 * count, count),
        .x1 = clamp((grid_edge_lon_deg(g, 0, g.nx) + 180) / 360 * count, count),
        .y0 = clamp(mercator(g.y0_deg) * count, count),
        .y1 = clamp(mercator(grid_edge_lat_deg(g, 0, g.ny)) * count, count),
    };
}

static int native_zoom(struct grid g)
{
    int zoom = 0;
    while (zoom < MBTILES_MAX_ZOOM &&
           360.0 / TILE_SIZE_PX / (1 << zoom) > fmin(g.dx_deg, g.dy_deg) / 2) {
        zoom++;
    }
    return zoom;
}

static int64_t count_all(const struct mbtiles *m)
{
    int64_t all = 0;
    for (int zoom = m->min_zoom; zoom <= m->max_zoom; zoom++) {
        struct range r = range_of(m->grid, zoom);
        all += (int64_t)(r.x1 - r.x0 + 1) * (r.y1 - r.y0 + 1);
    }
    return all;
}

/* ---- tiles -------------------------------------------------------------------------------- */

static enum err insert_tile(struct writing *w, int zoom, int x, int y, struct why *why)
{
    sqlite3_bind_int(w->insert, 1, zoom);
    sqlite3_bind_int(w->insert, 2, x);
    sqlite3_bind_int(w->insert, 3, (1 << zoom) - 1 - y); /* rows count from the south */
    sqlite3_bind_blob(w->insert, 4, w->png.data, (int)w->png.len, SQLITE_STATIC);
    int done = sqlite3_step(w->insert);
    (void)sqlite3_reset(w->insert);
    w->m->tile_count++;
    return done == SQLITE_DONE ? ERR_OK : sqlite_failed(w, why);
}

static enum err make_tile(struct writing *w, int zoom, int x, int y, struct why *why)
{
    struct mbtiles *m = w->m;
    struct tile_body tile = {.catalog = m->catalog,
                             .map = m->map,
                             .tile = {.z = zoom, .x = x, .y = y},
                             .size_px = TILE_SIZE_PX,
                             .format = TILE_PNG};
    struct http_worker worker = {.db = m->db,
                                 .blocks = m->blocks,
                                 .arena = &w->arena,
                                 .deadline_ms = clock_ms() + TILE_TIMEOUT_MS};
    double mass_t;
    bool is_empty = false;
    if (!m->go_on(m->context, (double)w->done++ / (double)w->total)) {
        return why_set(why, ERR_IO, NULL, "interrupted; nothing was written");
    }
    buf_reset(&w->png);
    enum err e = tile_body_write(&tile, &worker, &w->png, &mass_t, &is_empty, why);
    arena_fini(&w->arena);
    if (e == ERR_OK && w->png.failed != ERR_OK) {
        e = w->png.failed;
    }
    return e == ERR_OK && !is_empty ? insert_tile(w, zoom, x, y, why) : e;
}

static enum err make_all(struct writing *w, struct why *why)
{
    enum err e = ERR_OK;
    for (int zoom = w->m->min_zoom; zoom <= w->m->max_zoom; zoom++) {
        struct range r = range_of(w->m->grid, zoom);
        for (int x = r.x0; x <= r.x1; x++) {
            for (int y = r.y0; y <= r.y1 && e == ERR_OK; y++) {
                e = make_tile(w, zoom, x, y, why);
            }
        }
    }
    return e;
}

/* ---- metadata ----------------------------------------------------------------------------- */

static enum err tell(struct writing *w, const char *name, const char *value, struct why *why)
{
    sqlite3_stmt *insert = NULL;
    int done = sqlite3_prepare_v2(w->db, "INSERT INTO metadata VALUES (?, ?)", -1, &insert, NULL);
    if (done == SQLITE_OK) {
        sqlite3_bind_text(insert, 1, name, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, value, -1, SQLITE_STATIC);
        done = sqlite3_step(insert);
    }
    (void)sqlite3_finalize(insert);
    return done == SQLITE_DONE ? ERR_OK : sqlite_failed(w, why);
}

static enum err tell_legend(struct writing *w, const char *unit, struct why *why)
{
    const struct map_request *map = &w->m->map;
    char title[LEGEND_TEXT_SIZE];
    struct buf json;
    buf_init(&json, TILE_MAX_BYTES);
    legend_title(map->style, LANG_EN, map->selection.flow, title);
    enum err e = legend_json(map->style, LANG_EN, &(struct legend_text){title, unit}, &json);
    if (e == ERR_OK) {
        e = tell(w, "legend", json.data, why);
    }
    buf_fini(&json);
    return e;
}

static enum err tell_all(struct writing *w, struct why *why)
{
    const struct mbtiles *m = w->m;
    const struct release *release = &m->catalog->releases[m->map.selection.release];
    struct grid g = m->grid;
    struct arena *arena = &w->arena;
    char unit[LEGEND_TEXT_SIZE];
    legend_unit_ascii(map_gas(m->catalog, &m->map), map_gwp(m->catalog, &m->map), unit);
    const struct {
        const char *name, *value;
    } rows[] = {
        {"name", map_title(m->catalog, &m->map, arena)},
        {"format", "png"},
        {"bounds", arena_printf(arena, "%.9g,%.9g,%.9g,%.9g", g.x0_deg,
                                fmax(-MERCATOR_EDGE_DEG, grid_edge_lat_deg(g, 0, g.ny)),
                                grid_edge_lon_deg(g, 0, g.nx), fmin(MERCATOR_EDGE_DEG, g.y0_deg))},
        {"minzoom", arena_printf(arena, "%d", m->min_zoom)},
        {"maxzoom", arena_printf(arena, "%d", m->max_zoom)},
        {"attribution", arena_printf(arena, "%s (%s)", release->attribution, release->licence)},
        {"description", arena_printf(arena, "%s. %s/%s?%s. %s", unit, release->pinned, m->map.layer,
                                     m->map.query, release->warning[LANG_EN])},
        {"type", "overlay"},
        {"version", release->version},
    };
    enum err e = tell_legend(w, unit, why);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && e == ERR_OK; i++) {
        e = rows[i].value == NULL ? ERR_NO_MEMORY : tell(w, rows[i].name, rows[i].value, why);
    }
    arena_fini(arena);
    return e;
}

/* ---- the file ----------------------------------------------------------------------------- */

/* No journal: a file that is not finished is removed. 0x4d504258 is "MPBX". */
static const char schema[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = 0x4d504258;"
    "BEGIN;"
    "CREATE TABLE metadata (name text, value text);"
    "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data "
    "blob);"
    "CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);";

static enum err write_all(struct writing *w, struct why *why)
{
    bool is_ready = sqlite3_exec(w->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
                    sqlite3_prepare_v2(w->db, "INSERT INTO tiles VALUES (?, ?, ?, ?)", -1,
                                       &w->insert, NULL) == SQLITE_OK;
    enum err e = is_ready ? tell_all(w, why) : sqlite_failed(w, why);
    if (e == ERR_OK) {
        e = make_all(w, why);
    }
    (void)sqlite3_finalize(w->insert);
    if (e == ERR_OK && sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        e = sqlite_failed(w, why);
    }
    return e;
}

enum err mbtiles_write(struct mbtiles *m, const char *path, struct why *why)
{
    m->max_zoom = m->max_zoom >= 0 ? m->max_zoom : native_zoom(m->grid);
    if (m->min_zoom > m->max_zoom) {
        return why_set(why, ERR_INPUT, "minzoom", "--minzoom %d is above --maxzoom %d", m->min_zoom,
                       m->max_zoom);
    }
    struct writing w = {.m = m, .total = count_all(m)};
    arena_init(&w.arena, TILE_ARENA_MAX);
    buf_init(&w.png, TILE_MAX_BYTES);
    enum err e = sqlite3_open_v2(path, &w.db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
                     ? write_all(&w, why)
                     : sqlite_failed(&w, why);
    (void)sqlite3_close(w.db);
    buf_fini(&w.png);
    arena_fini(&w.arena);
    return e;
}
