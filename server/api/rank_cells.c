/* Cells in their order. */
#include "api/rank_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/envelope.h"
#include "geo/ellipsoid.h"

#define PARTS_MAX 500000 /* rows x fields looked at once: 12 MB */

struct cells {
    struct cell_stream stream;
    int *districts; /* of the rows: catalog indices, -1 */
    struct interval *intervals;
};

/* ---- the members ---- */

static enum err window_init(struct cell_window *w, int32_t width, struct arena *arena)
{
    size_t most = (size_t)width * GRID_BLOCK;
    w->mass = arena_alloc(arena, most, sizeof *w->mass);
    w->inside = arena_alloc(arena, most, sizeof *w->inside);
    w->has = arena_alloc(arena, most, sizeof *w->has);
    return w->mass == NULL || w->inside == NULL || w->has == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static void place_window(struct cell_window *w, struct grid lattice, int32_t col, int32_t row,
                         int32_t width)
{
    w->col = col;
    w->row = row;
    w->cols = lattice.nx - col < width ? lattice.nx - col : width;
    w->rows = lattice.ny - row < GRID_BLOCK ? lattice.ny - row : GRID_BLOCK;
}

static void give_window(struct rank *r, const struct cell_stream *s, const struct cell_window *w)
{
    for (int32_t i = 0; i < w->rows * w->cols; i++) {
        if (!w->has[i])
            continue;
        int64_t key = (int64_t)(w->row + i / w->cols) * s->lattice.nx + w->col + i % w->cols;
        r->take(r, (struct leader){w->mass[i], key, s->has_area ? w->inside[i] : 1});
    }
}

static enum err read_window(struct rank *r, struct cell_stream *s, struct cell_window *w)
{
    size_t n = (size_t)w->rows * (size_t)w->cols;
    if (!cell_stream_touches(s, w))
        return ERR_OK;
    memset(w->mass, 0, n * sizeof *w->mass);
    memset(w->inside, 0, n * sizeof *w->inside);
    memset(w->has, 0, n);
    enum err e = cell_stream_read(s, w);
    if (e == ERR_OK)
        give_window(r, s, w);
    return e;
}

static enum err give_all(struct rank *r, struct cell_stream *s)
{
    struct cell_window w = {0};
    struct arena arena;
    int32_t width = cell_stream_width(s);
    arena_init(&arena, (size_t)4 << 20);
    enum err e = window_init(&w, width, &arena);
    for (int32_t row = 0; row < s->lattice.ny && e == ERR_OK; row += GRID_BLOCK) {
        for (int32_t col = 0; col < s->lattice.nx && e == ERR_OK; col += width) {
            place_window(&w, s->lattice, col, row, width);
            e = read_window(r, s, &w);
        }
    }
    arena_fini(&arena);
    return e;
}

static enum err give(struct rank *r)
{
    struct cells *m = r->members;
    if (m == NULL) {
        m = arena_alloc(r->worker->arena, 1, sizeof *m);
        if (m == NULL)
            return ERR_NO_MEMORY;
        enum err e = cell_stream_open(&m->stream, r);
        if (e != ERR_OK)
            return e;
        r->members = m;
    }
    return give_all(r, &m->stream);
}

static void close_cells(struct rank *r)
{
    struct cells *m = r->members;
    if (m != NULL)
        cell_stream_close(&m->stream);
}

/* ---- where a cell is ---- */

struct place {
    double west, south, east, north; /* degrees */
    double lon, lat;                 /* its middle */
    double area_km2;
};

static struct place place_of(const struct rank *r, int i)
{
    const struct cells *m = r->members;
    struct grid g = m->stream.lattice;
    int32_t row = (int32_t)(r->leaders.list[i].key / g.nx);
    int32_t col = (int32_t)(r->leaders.list[i].key % g.nx);
    struct place p = {.west = fmax(grid_edge_lon_deg(g, 0, col), -180),
                      .south = fmax(grid_edge_lat_deg(g, 0, row + 1), -90),
                      .east = fmin(grid_edge_lon_deg(g, 0, col + 1), 180),
                      .north = fmin(grid_edge_lat_deg(g, 0, row), 90)};
    p.lon = (p.west + p.east) / 2;
    p.lat = (p.south + p.north) / 2;
    p.area_km2 = ellipsoid_area_km2(p.east - p.west, ellipsoid_q(p.south), ellipsoid_q(p.north));
    return p;
}

static enum err find_districts(struct rank *r, struct cells *m)
{
    struct http_worker *w = r->worker;
    int n = r->leaders.count;
    double *lonlat = arena_alloc(w->arena, (size_t)n * 2, sizeof *lonlat);
    m->districts = arena_alloc(w->arena, (size_t)n, sizeof *m->districts);
    if (lonlat == NULL || m->districts == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < n; i++) {
        struct place p = place_of(r, i);
        lonlat[2 * i] = p.lon;
        lonlat[2 * i + 1] = p.lat;
    }
    return store_districts_at_all(w->db, r->answer->catalog, answer_release(r->answer)->scope,
                                  lonlat, n, w->deadline_ms, w->arena, m->districts, r->why);
}

/* ---- intervals: the fields of each row's cell once more, one by one ---- */

struct spot { /* a row, by the block of the lattice that its cell is in */
    int32_t bx, by, col, row;
    int leader;
};

static int compare_spots(const void *pa, const void *pb)
{
    const struct spot *a = pa, *b = pb;
    if (a->by != b->by)
        return a->by < b->by ? -1 : 1;
    if (a->bx != b->bx)
        return a->bx < b->bx ? -1 : 1;
    return (a->leader > b->leader) - (a->leader < b->leader);
}

static struct spot *list_spots(const struct rank *r, const struct cell_stream *s)
{
    struct spot *spots = arena_alloc(r->worker->arena, (size_t)r->leaders.count, sizeof *spots);
    for (int i = 0; spots != NULL && i < r->leaders.count; i++) {
        int32_t col = (int32_t)(r->leaders.list[i].key % s->lattice.nx);
        int32_t row = (int32_t)(r->leaders.list[i].key / s->lattice.nx);
        spots[i] = (struct spot){col / GRID_BLOCK, row / GRID_BLOCK, col, row, i};
    }
    if (spots != NULL)
        qsort(spots, (size_t)r->leaders.count, sizeof *spots, compare_spots);
    return spots;
}

static void name_fields(const struct cell_stream *s, struct rank_part *parts, int count)
{
    for (int i = 0; i < count * s->field_count; i++)
        parts[i].field = s->fields[i % s->field_count];
}

/* The rows of one block. */
static enum err find_of_block(struct rank *r, struct cells *m, const struct spot *spots, int count)
{
    struct cell_stream *s = &m->stream;
    size_t n = (size_t)count * (size_t)s->field_count;
    int slots[GRID_BLOCK_CELLS];
    struct cell_window w = {.slots = slots};
    w.parts = calloc(n + 1, sizeof *w.parts);
    if (w.parts == NULL)
        return ERR_NO_MEMORY;
    name_fields(s, w.parts, count);
    memset(slots, -1, sizeof slots);
    place_window(&w, s->lattice, spots->bx * GRID_BLOCK, spots->by * GRID_BLOCK, GRID_BLOCK);
    for (int i = 0; i < count; i++)
        slots[(spots[i].row - w.row) * w.cols + spots[i].col - w.col] = i;
    enum err e = cell_stream_read(s, &w);
    for (int i = 0; i < count && e == ERR_OK; i++)
        e = rank_interval(r, w.parts + i * s->field_count, s->field_count,
                          &m->intervals[spots[i].leader]);
    free(w.parts);
    return e;
}

static enum err find_intervals(struct rank *r, struct cells *m)
{
    int n = r->leaders.count;
    int most = PARTS_MAX / m->stream.field_count + 1;
    const struct spot *spots = list_spots(r, &m->stream);
    m->intervals = arena_alloc(r->worker->arena, (size_t)n, sizeof *m->intervals);
    enum err e = spots == NULL || m->intervals == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (int from = 0, to = 0; from < n && e == ERR_OK; from = to) {
        while (to < n && to - from < most && spots[to].bx == spots[from].bx &&
               spots[to].by == spots[from].by)
            to++;
        e = find_of_block(r, m, spots + from, to - from);
    }
    return e;
}

static enum err describe(struct rank *r)
{
    enum err e = find_districts(r, r->members);
    return e == ERR_OK ? find_intervals(r, r->members) : e;
}

/* ---- the rows ---- */

static void add_facts(struct doc *d, json_t *row, const struct rank *r, int i)
{
    const struct cells *m = r->members;
    const struct leader *leader = &r->leaders.list[i];
    struct place p = place_of(r, i);
    doc_put(d, row, "cell", json_sprintf("%.9g,%.9g", p.lon, p.lat));
    doc_number(d, row, "lon", p.lon);
    doc_number(d, row, "lat", p.lat);
    doc_number(d, row, "west", p.west);
    doc_number(d, row, "south", p.south);
    doc_number(d, row, "east", p.east);
    doc_number(d, row, "north", p.north);
    doc_number(d, row, "area_km2", p.area_km2);
    doc_number(d, row, "inside", leader->inside);
    if (m->districts[i] >= 0)
        doc_text(d, row, "district", r->answer->catalog->districts[m->districts[i]].code);
    else
        doc_null(d, row, "district");
    doc_number(d, row, "density_t_km2", leader->value / (p.area_km2 * leader->inside));
}

static void add_value(struct doc *d, json_t *row, const struct rank *r, int i)
{
    const struct cells *m = r->members;
    struct interval t = m->intervals[i];
    t.value = r->leaders.list[i].value;
    envelope_interval(d, row, r->answer, t);
}

static enum err shapes(struct rank *r, const char **out)
{
    for (int i = 0; i < r->leaders.count; i++) {
        struct place p = place_of(r, i);
        out[i] = arena_printf(r->worker->arena,
                              "{\"type\":\"Polygon\",\"coordinates\":[[[%.12g,%.12g],[%.12g,%.12g],"
                              "[%.12g,%.12g],[%.12g,%.12g],[%.12g,%.12g]]]}",
                              p.west, p.south, p.east, p.south, p.east, p.north, p.west, p.north,
                              p.west, p.south);
        if (out[i] == NULL)
            return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

static const char *const columns[] = {"cell",     "district", "lon",           "lat",
                                      "west",     "south",    "east",          "north",
                                      "area_km2", "inside",   "density_t_km2", NULL};

const struct rank_kind rank_cells = {
    .give = give,
    .describe = describe,
    .add_facts = add_facts,
    .add_value = add_value,
    .shapes = shapes,
    .close = close_cells,
    .id = "cell",
    .columns = columns,
};
