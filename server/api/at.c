/* /v1/at: what the map shows at a point; the cell by sector, its districts, sources near by. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/district_row.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/source_row.h"
#include "geo/ellipsoid.h"
#include "inventory/slice_groups.h"
#include "store/block_cache.h"
#include "store/store.h"

#define SOURCES_RADIUS_M 10000.0
#define SOURCES_MAX      20

struct hit { /* a slice with data in its field's cell at the point */
    int slice;
    double cell;   /* in the field's unit */
    double mass_t; /* of the answer */
    size_t group;  /* of fully correlated error */
};

struct found {
    struct hit *hits;
    int count;
    double yearly_only_t; /* here, of the month's year: known by the year only */
};

struct place { /* the finest cell with data */
    bool is_found;
    struct grid grid;
    int32_t col, row;
    double area_km2;
};

/* The value of a field's native cell at the point; NaN for no data, or beyond its grid. */
static enum err read_cell(const struct answer *a, int field, struct http_worker *worker,
                          double *out, struct why *why)
{
    const struct field *f = &a->catalog->fields[field];
    int32_t col, row;
    *out = NAN;
    if (!grid_cell_of(a->catalog->grids[f->grid], a->params.lon_deg, a->params.lat_deg, &col, &row))
        return ERR_OK;
    int32_t bx = col / GRID_BLOCK, by = row / GRID_BLOCK;
    struct block_range range = {.field_id = f->id,
                                .level = 0,
                                .bx0 = bx,
                                .bx1 = bx,
                                .by0 = by,
                                .by1 = by,
                                .row_from = row,
                                .row_to = row + 1};
    struct block *block;
    enum err e =
        block_cache_get(worker->blocks, worker->db, range, worker->deadline_ms, &block, why);
    if (e != ERR_OK)
        return e;
    if (block->cells != NULL)
        *out = block->cells[(row % GRID_BLOCK) * GRID_BLOCK + col % GRID_BLOCK];
    block_unref(block);
    return ERR_OK;
}

static void keep_finest(struct place *p, const struct answer *a, int field)
{
    struct grid g = a->catalog->grids[a->catalog->fields[field].grid];
    if (p->is_found && p->grid.dx_deg * p->grid.dy_deg <= g.dx_deg * g.dy_deg)
        return;
    p->is_found = grid_cell_of(g, a->params.lon_deg, a->params.lat_deg, &p->col, &p->row);
    p->grid = g;
    p->area_km2 =
        ellipsoid_area_km2(grid_edge_lon_deg(g, 0, p->col + 1) - grid_edge_lon_deg(g, 0, p->col),
                           ellipsoid_q(grid_edge_lat_deg(g, 0, p->row + 1)),
                           ellipsoid_q(grid_edge_lat_deg(g, 0, p->row)));
}

static double cell_area_km2(const struct answer *a, int field)
{
    struct place p = {0};
    keep_finest(&p, a, field);
    return p.area_km2;
}

/* One slice at the point: a hit, or a part of what only the year knows. */
static enum err add_hit(const struct answer *a, const struct selection *selection, int slice,
                        struct slice_groups *groups, struct http_worker *worker, struct found *out,
                        struct place *place, struct why *why)
{
    const struct slice *s = &a->catalog->slices[slice];
    double cell, weight;
    enum err e = read_cell(a, s->field, worker, &cell, why);
    if (e == ERR_OK)
        e = totals_weight(a->catalog, selection, s, &weight, why);
    if (e != ERR_OK || isnan(cell))
        return e;
    double mass_t = weight * s->factor * cell;
    if (selection_lacks_months(a->catalog, selection, s)) {
        out->yearly_only_t += mass_t;
        return ERR_OK;
    }
    keep_finest(place, a, s->field);
    out->hits[out->count++] =
        (struct hit){slice, cell, mass_t, slice_groups_of(groups, a->catalog, slice)};
    return ERR_OK;
}

static enum err collect(const struct answer *a, struct http_worker *worker, struct found *out,
                        struct place *place, struct why *why)
{
    const struct catalog *c = a->catalog;
    const struct release *r = answer_release(a);
    struct selection selection = params_selection(&a->params, a->params.year_from);
    struct slice_groups groups;
    *out = (struct found){
        .hits = arena_alloc(worker->arena, (size_t)r->slice_count + 1, sizeof *out->hits)};
    if (out->hits == NULL || !slice_groups_init(&groups, worker->arena))
        return ERR_NO_MEMORY;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        const struct slice *s = &c->slices[i];
        if (s->field < 0 ||
            !(selection_takes(c, &selection, s) || selection_lacks_months(c, &selection, s)))
            continue;
        enum err e = add_hit(a, &selection, i, &groups, worker, out, place, why);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

static struct uncertain_part part_of(const struct catalog *c, const struct hit *h)
{
    const struct slice *s = &c->slices[h->slice];
    const struct field *f = &c->fields[s->field];
    return (struct uncertain_part){
        .group = h->group,
        .mass = h->mass_t,
        .uncertainty_pct = s->uncertainty_pct,
        .field = (size_t)s->field,
        .proxy_rel_var = uncertainty_proxy_rel_var(f->cell_uncertainty_pct, h->cell,
                                                   h->cell * h->cell, f->total, f->sum_sq)};
}

/* Density over each field's own cell: what the tiles draw. */
static double density_of(const struct answer *a, const struct hit *hits, int from, int to)
{
    double density = 0;
    for (int i = from; i < to; i++) {
        int field = a->catalog->slices[hits[i].slice].field;
        density += hits[i].mass_t / cell_area_km2(a, field);
    }
    return density;
}

static void add_row(struct doc *d, json_t *rows, const struct answer *a, const struct hit *hits,
                    int from, int to, struct uncertain_part *parts)
{
    const struct catalog *c = a->catalog;
    const struct sector *sector = &c->sectors[c->slices[hits[from].slice].sector];
    const char *status = "no-data";
    for (int i = from; i < to; i++) {
        parts[i - from] = part_of(c, &hits[i]);
        status = totals_worse_status(status, c->slices[hits[i].slice].method);
    }
    json_t *row = doc_object(d, rows, NULL);
    doc_text(d, row, "sector", sector->code);
    doc_text(d, row, "name", doc_name(sector->name, a->params.lang));
    doc_text(d, row, "gas", params_value(&a->params, PARAM_GAS));
    envelope_interval(d, row, a, uncertainty_sum(parts, (size_t)(to - from)));
    doc_number(d, row, "density_t_km2", density_of(a, hits, from, to));
    doc_text(d, row, "status", status);
}

/* Slices of a year lie in the catalog by sector, so the hits of one sector are neighbours. */
static enum err add_rows(struct doc *d, const struct answer *a, const struct hit *hits, int count,
                         struct arena *arena)
{
    const struct slice *slices = a->catalog->slices;
    struct uncertain_part *parts = arena_alloc(arena, (size_t)count + 1, sizeof *parts);
    json_t *rows = doc_array(d, d->root, "rows");
    if (parts == NULL)
        return ERR_NO_MEMORY;
    for (int from = 0, to = 0; from < count; from = to) {
        while (to < count && slices[hits[to].slice].sector == slices[hits[from].slice].sector)
            to++;
        add_row(d, rows, a, hits, from, to, parts);
    }
    return ERR_OK;
}

static void add_cell(struct doc *d, const struct place *p)
{
    if (!p->is_found) {
        doc_null(d, d->root, "cell");
        return;
    }
    json_t *cell = doc_object(d, d->root, "cell");
    doc_bbox(d, cell, "bbox", grid_edge_lon_deg(p->grid, 0, p->col),
             grid_edge_lat_deg(p->grid, 0, p->row + 1), grid_edge_lon_deg(p->grid, 0, p->col + 1),
             grid_edge_lat_deg(p->grid, 0, p->row));
    doc_number(d, cell, "area_km2", p->area_km2);
    doc_int(d, cell, "level", 0);
}

static enum err add_districts(struct doc *d, const struct answer *a, struct http_worker *worker,
                              struct why *why)
{
    int levels[3] = {-1, -1, -1};
    enum err e =
        store_districts_at(worker->db, a->catalog, answer_release(a)->scope, a->params.lon_deg,
                           a->params.lat_deg, worker->deadline_ms, levels, why);
    if (e != ERR_OK)
        return e;
    json_t *list = doc_array(d, d->root, "districts");
    for (int i = 0; i < 3; i++) {
        if (levels[i] < 0)
            continue;
        const struct district *of = &a->catalog->districts[levels[i]];
        json_t *o = doc_object(d, list, NULL);
        doc_text(d, o, "code", of->code);
        doc_text(d, o, "name", doc_name(of->name, a->params.lang));
        doc_int(d, o, "level", of->level);
    }
    return ERR_OK;
}

/* The store gives the nearest first. */
static enum err add_sources(struct doc *d, const struct answer *a, struct http_worker *worker,
                            struct why *why)
{
    struct source_filter filter = {.release = a->params.release,
                                   .has_point = true,
                                   .lon = a->params.lon_deg,
                                   .lat = a->params.lat_deg,
                                   .radius_m = SOURCES_RADIUS_M,
                                   .district = -1,
                                   .limit = SOURCES_MAX,
                                   .year = a->params.year_to};
    struct source_row *sources;
    int count;
    enum err e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                               &sources, &count, why);
    if (e != ERR_OK)
        return e;
    json_t *list = doc_array(d, d->root, "sources");
    for (int i = 0; i < count; i++)
        source_row(d, doc_object(d, list, NULL), a, &sources[i]);
    return ERR_OK;
}

static enum err build(struct doc *d, const struct answer *a, struct http_worker *worker,
                      struct why *why)
{
    struct found found;
    struct place place = {0};
    enum err e = collect(a, worker, &found, &place, why);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    add_cell(d, &place);
    e = add_rows(d, a, found.hits, found.count, worker->arena);
    if (e == ERR_OK)
        e = add_districts(d, a, worker, why);
    if (e == ERR_OK)
        e = add_sources(d, a, worker, why);
    if (a->params.month != 0)
        doc_number(d, d->root, "yearly_only", found.yearly_only_t / unit_tonnes(a->params.unit));
    int *used = arena_alloc(worker->arena, (size_t)found.count + 1, sizeof *used);
    if (used == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < found.count; i++)
        used[i] = found.hits[i].slice;
    envelope_close(d, a, used, found.count);
    return e;
}

/* The place of every row is the point: cells differ in size where their grids do. */
static enum err write_geojson(const struct doc *d, const struct answer *a, const json_t *rows,
                              struct arena *arena, struct http_reply *out)
{
    size_t count = json_array_size(rows);
    const char **points = arena_alloc(arena, count + 1, sizeof *points);
    if (points == NULL)
        return ERR_NO_MEMORY;
    const char *point = geojson_point(a->params.lon_deg, a->params.lat_deg, arena);
    for (size_t i = 0; i < count; i++)
        points[i] = point;
    return geojson_collection(d, rows, "sector", points, &out->body);
}

static enum err write_csv(struct doc *d, const struct answer *a, json_t *rows,
                          struct http_reply *out)
{
    static const char *const columns[] = {"lon",   "lat", "year", "month",         "sector", "gas",
                                          "value", "lo",  "hi",   "density_t_km2", "status", NULL};
    const char *month = params_value(&a->params, PARAM_MONTH);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        doc_number(d, row, "lon", a->params.lon_deg);
        doc_number(d, row, "lat", a->params.lat_deg);
        doc_int(d, row, "year", a->params.year_to);
        if (month != NULL)
            doc_text(d, row, "month", month);
    }
    return answer_csv(d, a, rows, columns, out);
}

static enum err write(struct doc *d, const struct answer *a, struct http_worker *worker,
                      struct http_reply *out)
{
    json_t *rows = json_object_get(d->root, "rows");
    switch (a->params.format) {
    case FORMAT_CSV:
        return write_csv(d, a, rows, out);
    case FORMAT_GEOJSON:
        return write_geojson(d, a, rows, worker->arena, out);
    default:
        return doc_write(d, &out->body);
    }
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct doc d;
    doc_init(&d);
    enum err e = build(&d, a, worker, why);
    if (e == ERR_OK)
        e = write(&d, a, worker, out);
    doc_fini(&d);
    return e;
}

static enum err check(struct answer *a, struct why *why)
{
    static const enum param_id needed[] = {PARAM_LON, PARAM_LAT};
    for (int i = 0; i < 2; i++) {
        if (a->params.sent & PARAM_BIT(needed[i]))
            continue;
        enum err e = why_set(why, ERR_INPUT, params_name(needed[i]), "a point needs lon and lat");
        why_allow(why, "%s", i == 0 ? "-180..180, degrees" : "-90..90, degrees");
        return e;
    }
    return ERR_OK;
}

enum err at_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                 struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/at",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_FLOW) |
                      PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) |
                      PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LAT) | PARAM_BIT(PARAM_LON) |
                      PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_RELEASE) |
                      PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
