/* What a stream of cells is made of: layers by grid, the area on each, sources that stand inside.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/rank_cells.h"
#include "base/grow.h"
#include "geo/remap.h"

#define POINTS_MAX 500000 /* 12 MB */
#define PAGE_CELLS 65536  /* of a district, asked at once */

/* ---- layers ---- */

static enum err list_fields(struct cell_stream *s)
{
    const struct combination *of = &s->rank->selected;
    struct arena *arena = s->rank->worker->arena;
    int *fields = arena_alloc(arena, (size_t)of->term_count + 1, sizeof *fields);
    double *coefficients = arena_alloc(arena, (size_t)of->term_count + 1, sizeof *coefficients);
    if (fields == NULL || coefficients == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < of->term_count; i++) {
        fields[i] = of->terms[i].field;
        coefficients[i] = of->terms[i].coefficient;
    }
    s->field_count = of->term_count;
    s->fields = fields;
    s->coefficients = coefficients;
    return ERR_OK;
}

/* Of one grid: within an area sources are not read from cells. A layer may have no fields. */
static enum err list_layer(struct cell_stream *s, struct cell_layer *l)
{
    const struct catalog *c = s->rank->answer->catalog;
    struct arena *arena = s->rank->worker->arena;
    int *fields = arena_alloc(arena, (size_t)s->field_count, sizeof *fields);
    int *places = arena_alloc(arena, (size_t)s->field_count, sizeof *places);
    double *coefficients = arena_alloc(arena, (size_t)s->field_count, sizeof *coefficients);
    if (fields == NULL || places == NULL || coefficients == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < s->field_count; i++) {
        const struct field *f = &c->fields[s->fields[i]];
        if (f->grid != l->grid || (s->has_area && f->is_points))
            continue;
        fields[l->count] = s->fields[i];
        places[l->count] = i;
        coefficients[l->count++] = s->coefficients[i];
    }
    l->fields = fields;
    l->places = places;
    l->coefficients = coefficients;
    return ERR_OK;
}

static bool is_used(const struct cell_stream *s, int grid)
{
    for (int i = 0; i < s->field_count; i++) {
        if (s->rank->answer->catalog->fields[s->fields[i]].grid == grid)
            return true;
    }
    return false;
}

static enum err find_south(const struct cell_stream *s, struct cell_layer *l)
{
    const struct catalog *c = s->rank->answer->catalog;
    l->south = c->grid_souths != NULL ? c->grid_souths[l->grid] : NULL;
    if (l->south != NULL)
        return ERR_OK;
    struct grid g = c->grids[l->grid];
    double *south = arena_alloc(s->rank->worker->arena, (size_t)g.ny + 1, sizeof *south);
    if (south == NULL)
        return ERR_NO_MEMORY;
    remap_grid_south(g, south);
    l->south = south;
    return ERR_OK;
}

static enum err make_layers(struct cell_stream *s)
{
    const struct catalog *c = s->rank->answer->catalog;
    struct arena *arena = s->rank->worker->arena;
    struct grid *grids = arena_alloc(arena, (size_t)c->grid_count + 1, sizeof *grids);
    s->layers = arena_alloc(arena, (size_t)c->grid_count + 1, sizeof *s->layers);
    enum err e = grids == NULL || s->layers == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (int grid = 0; grid < c->grid_count && e == ERR_OK; grid++) {
        if (!is_used(s, grid))
            continue;
        struct cell_layer *l = &s->layers[s->layer_count];
        grids[s->layer_count++] = c->grids[grid];
        l->grid = grid;
        e = list_layer(s, l);
    }
    if (e != ERR_OK || s->layer_count == 0)
        return e;
    s->lattice = lattice_of(grids, s->layer_count, &s->base);
    for (int i = 0; i < s->layer_count && e == ERR_OK; i++) {
        struct cell_layer *l = &s->layers[i];
        l->is_aligned = lattice_holds(s->lattice, grids[i], &l->col0, &l->row0);
        e = l->is_aligned ? ERR_OK : find_south(s, l);
    }
    return e;
}

/* ---- the area ---- */

struct pages { /* of a district's cells, rows of the grid at a time */
    const struct cell_stream *stream;
    int grid, district;
    int32_t row, end, rows; /* rows still to be asked, and at once */
    struct arena arena;     /* of the page at hand */
    struct cell_share *list;
    int count, at;
};

static enum err next_page(struct pages *p)
{
    struct rank *r = p->stream->rank;
    int32_t nx = r->answer->catalog->grids[p->grid].nx;
    int32_t end = p->row + p->rows < p->end ? p->row + p->rows : p->end;
    arena_fini(&p->arena);
    p->at = 0;
    enum err e = store_district_shares(r->worker->db, r->answer->catalog, p->grid, p->district,
                                       p->row * nx, end * nx, r->worker->deadline_ms, &p->arena,
                                       &p->list, &p->count, r->why);
    p->row = end;
    return e == ERR_OK ? rank_check_time(r) : e;
}

static enum err next_share(void *of, int32_t *cell, double *share)
{
    struct pages *p = of;
    while (p->at == p->count && p->row < p->end) {
        enum err e = next_page(p);
        if (e != ERR_OK)
            return e;
    }
    *cell = -1;
    if (p->at < p->count) {
        *cell = p->list[p->at].cell;
        *share = p->list[p->at++].share;
    }
    return ERR_OK;
}

static int32_t row_at(struct grid g, double lat_deg)
{
    double row = (g.y0_deg - lat_deg) / g.dy_deg;
    return (int32_t)fmax(fmin(row, g.ny), 0);
}

static enum err cover_district(struct cell_stream *s, struct cell_layer *l, int district)
{
    const struct catalog *c = s->rank->answer->catalog;
    struct grid g = c->grids[l->grid];
    const struct district *d = &c->districts[district];
    struct pages p = {.stream = s, .grid = l->grid, .district = district};
    int32_t south = row_at(g, d->south) + 2;
    p.row = row_at(g, d->north) > 0 ? row_at(g, d->north) - 1 : 0;
    p.end = south < g.ny ? south : g.ny;
    p.rows = PAGE_CELLS / g.nx > 0 ? PAGE_CELLS / g.nx : 1;
    arena_init(&p.arena, (size_t)32 << 20);
    enum err e = cover_build_from(&l->cover, g, next_share, &p);
    arena_fini(&p.arena);
    return e;
}

static enum err cover_layer(struct cell_stream *s, struct cell_layer *l)
{
    const struct rank *r = s->rank;
    enum err e;
    if (r->drawn == NULL)
        e = cover_district(s, l, rank_district(r));
    else
        e = cover_build(&l->cover, r->answer->catalog->grids[l->grid], &r->drawn->areas[0].shape);
    if (e == ERR_TOO_LARGE) {
        (void)why_set(r->why, e, "body", "the outline cuts more than %d cells", COVER_PIECES_MAX);
        why_allow(r->why, "a smaller area, or an outline that is less winding");
    }
    l->has_cover = e == ERR_OK;
    return e;
}

/* ---- sources ---- */

static int place_of(const struct cell_stream *s, int field)
{
    int i = 0;
    while (s->fields[i] != field)
        i++;
    return i;
}

/* A source is in the cell that shows it. */
static int64_t cell_of(const struct cell_stream *s, const struct source_mass *mass)
{
    const struct catalog *c = s->rank->answer->catalog;
    int32_t col, row;
    for (int i = 0; i < s->layer_count; i++) {
        const struct cell_layer *l = &s->layers[i];
        if (l->grid == c->fields[mass->field].grid && l->is_aligned &&
            grid_cell_of(c->grids[l->grid], mass->lon, mass->lat, &col, &row))
            return (int64_t)(l->row0 + row) * s->lattice.nx + l->col0 + col;
    }
    bool is_in = grid_cell_of(s->lattice, mass->lon, mass->lat, &col, &row);
    return is_in ? (int64_t)row * s->lattice.nx + col : -1;
}

static enum err take_point(const struct rank *r, void *to, const struct source_mass *mass)
{
    struct cell_stream *s = to;
    if (s->point_count == POINTS_MAX) {
        why_allow(r->why, "a smaller place, or fewer sectors");
        return why_set(r->why, ERR_TOO_LARGE, "by", "there are more than %d sources", POINTS_MAX);
    }
    struct cell_point *points =
        grow_array(s->points, (size_t)s->point_count, &s->point_capacity, sizeof *points, 1000);
    if (points == NULL)
        return ERR_NO_MEMORY;
    s->points = points;
    s->points[s->point_count++] =
        (struct cell_point){cell_of(s, mass), place_of(s, mass->field), mass->mass};
    return ERR_OK;
}

static int compare_points(const void *pa, const void *pb)
{
    const struct cell_point *a = pa, *b = pb;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static enum err read_points(struct cell_stream *s)
{
    int *fields, count;
    enum err e = rank_fields(s->rank, true, &fields, &count);
    if (e != ERR_OK || count == 0)
        return e;
    struct source_mass_filter f = rank_source_filter(s->rank, fields, count);
    e = rank_each_source(s->rank, &f, take_point, s);
    if (s->point_count > 0)
        qsort(s->points, (size_t)s->point_count, sizeof *s->points, compare_points);
    return e;
}

/* ---- all of it ---- */

static enum err make(struct cell_stream *s)
{
    struct arena *arena = s->rank->worker->arena;
    s->has_area = s->rank->drawn != NULL || rank_district(s->rank) >= 0;
    s->blocks = arena_alloc(arena, CELL_STREAM_BLOCKS, sizeof(struct block *));
    s->cells = arena_alloc(arena, GRID_BLOCK_CELLS, sizeof *s->cells);
    s->shares = arena_alloc(arena, GRID_BLOCK_CELLS, sizeof *s->shares);
    if (s->blocks == NULL || s->cells == NULL || s->shares == NULL)
        return ERR_NO_MEMORY;
    enum err e = list_fields(s);
    if (e == ERR_OK)
        e = make_layers(s);
    for (int i = 0; i < s->layer_count && s->has_area && e == ERR_OK; i++)
        e = cover_layer(s, &s->layers[i]);
    return e == ERR_OK && s->has_area && s->layer_count > 0 ? read_points(s) : e;
}

enum err cell_stream_open(struct cell_stream *s, struct rank *r)
{
    *s = (struct cell_stream){.rank = r};
    enum err e = make(s);
    if (e != ERR_OK)
        cell_stream_close(s);
    return e;
}

void cell_stream_close(struct cell_stream *s)
{
    for (int i = 0; i < s->layer_count; i++)
        cover_fini(&s->layers[i].cover);
    free(s->points);
    s->points = NULL;
    s->layer_count = 0;
}
