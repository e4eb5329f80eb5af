#include "api/rank_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/remap.h"

#define HELD_FIELDS 128
#define WIDE        16 /* blocks of a window when nothing has to be regridded */

/* ---- blocks ---- */

struct range { /* of blocks of a layer, one row of them */
    int32_t bx0, bx1, by;
};

struct batch { /* some fields of a layer */
    int first, count;
    int64_t ids[HELD_FIELDS];
};

static void put(const struct cell_stream *s, struct cell_window *w, int32_t col, int32_t row,
                int place, double value, double share)
{
    size_t at = (size_t)row * (size_t)w->cols + (size_t)col;
    if (w->slots == NULL) {
        w->mass[at] += share * value;
        w->has[at] = 1;
    } else if (w->slots[at] >= 0) {
        struct rank_part *p = &w->parts[w->slots[at] * s->field_count + place];
        p->mass += share * value;
        p->sum_sq += share * value * (share * value);
    }
}

static void put_aligned(const struct cell_stream *s, const struct cell_layer *l,
                        struct cell_window *w, struct range at, int32_t bx, int place)
{
    int32_t row0 = l->row0 + at.by * GRID_BLOCK - w->row;
    int32_t col0 = l->col0 + bx * GRID_BLOCK - w->col;
    int32_t first = col0 < 0 ? -col0 : 0;
    int32_t end = w->cols - col0 < GRID_BLOCK ? w->cols - col0 : GRID_BLOCK;
    for (int32_t y = 0; y < GRID_BLOCK; y++) {
        if (row0 + y < 0 || row0 + y >= w->rows)
            continue;
        for (int32_t x = first; x < end; x++) {
            double v = s->cells[y * GRID_BLOCK + x];
            if (!isnan(v))
                put(s, w, col0 + x, row0 + y, place, v, 1);
        }
    }
}

/* One row of a block into one row of the window. */
static void put_row(const struct cell_stream *s, const struct remap_axis *x, struct cell_window *w,
                    int32_t row, const double *cells, int32_t col0, int place, double share)
{
    for (int32_t i = 0; i < x->n_out; i++) {
        int32_t from = x->src0 + x->start[i] - col0;
        if (from >= GRID_BLOCK)
            return;
        for (int32_t k = from < 0 ? -from : 0; k < x->len[i] && from + k < GRID_BLOCK; k++) {
            double part = x->w[i * x->stride + k];
            if (part > LATTICE_SLIVER && !isnan(cells[from + k]))
                put(s, w, i, row, place, cells[from + k], share * part);
        }
    }
}

static void put_regridded(const struct cell_stream *s, const struct lattice_plan *plan,
                          struct cell_window *w, struct range at, int32_t bx, int place)
{
    const struct remap_axis *y = &plan->y;
    for (int32_t row = 0; row < y->n_out; row++) {
        for (int32_t k = 0; k < y->len[row]; k++) {
            int32_t from = y->src0 + y->start[row] + k - at.by * GRID_BLOCK;
            double part = y->w[row * y->stride + k];
            if (from >= 0 && from < GRID_BLOCK && part > LATTICE_SLIVER)
                put_row(s, &plan->x, w, row, s->cells + from * GRID_BLOCK, bx * GRID_BLOCK, place,
                        part);
        }
    }
}

/* s->cells gets what some fields have in one block, NaN where none has data or nothing is asked. */
static bool sum_fields(const struct cell_stream *s, const struct cell_layer *l,
                       const struct batch *f, int first, int count, struct block **blocks,
                       int64_t stride, bool is_weighted)
{
    bool is_empty = true;
    for (int i = 0; i < GRID_BLOCK_CELLS; i++)
        s->cells[i] = NAN;
    for (int i = first; i < first + count; i++) {
        const float *cells = blocks[i * stride]->cells;
        double by = is_weighted ? l->coefficients[f->first + i] : 1;
        is_empty = is_empty && cells == NULL;
        for (int k = 0; k < GRID_BLOCK_CELLS && cells != NULL; k++) {
            if (!isnan(cells[k]))
                s->cells[k] = (isnan(s->cells[k]) ? 0 : s->cells[k]) + by * (double)cells[k];
        }
    }
    return !is_empty;
}

static void apply_cover(const struct cell_stream *s, const struct cell_layer *l,
                        const struct cover_block *b)
{
    if (b->is_whole)
        return;
    cover_block_shares(&l->cover, b, s->shares);
    for (int i = 0; i < GRID_BLOCK_CELLS; i++)
        s->cells[i] = s->shares[i] > 0 ? s->shares[i] * s->cells[i] : NAN;
}

struct target {
    struct cell_window *window;
    const struct lattice_plan *plan; /* NULL = aligned */
};

static void put_block(const struct cell_stream *s, const struct cell_layer *l, struct target to,
                      struct range at, int32_t bx, int place)
{
    const struct cover_block *b = l->has_cover ? cover_block_at(&l->cover, bx, at.by) : NULL;
    if (l->has_cover && b == NULL)
        return;
    if (b != NULL)
        apply_cover(s, l, b);
    if (to.plan == NULL)
        put_aligned(s, l, to.window, at, bx, place);
    else
        put_regridded(s, to.plan, to.window, at, bx, place);
}

/* Sums take the fields together, parts one by one. */
static void put_batch(const struct cell_stream *s, const struct cell_layer *l,
                      const struct batch *f, struct target to, struct range at)
{
    int64_t across = at.bx1 - at.bx0 + 1;
    int step = to.window->slots == NULL ? f->count : 1;
    for (int32_t bx = at.bx0; bx <= at.bx1; bx++) {
        for (int i = 0; i < f->count; i += step) {
            if (sum_fields(s, l, f, i, step, s->blocks + (bx - at.bx0), across,
                           to.window->slots == NULL))
                put_block(s, l, to, at, bx, l->places[f->first + i]);
        }
    }
}

static bool is_covered(const struct cell_layer *l, struct range at)
{
    bool found = !l->has_cover;
    for (int32_t bx = at.bx0; bx <= at.bx1 && !found; bx++)
        found = cover_block_at(&l->cover, bx, at.by) != NULL;
    return found;
}

static enum err read_range(const struct cell_stream *s, const struct cell_layer *l,
                           const struct batch *f, struct target to, struct range at)
{
    struct http_worker *w = s->rank->worker;
    struct block_range range = {.bx0 = at.bx0, .bx1 = at.bx1, .by0 = at.by, .by1 = at.by};
    if (!is_covered(l, at))
        return ERR_OK;
    enum err e = block_cache_get_fields(w->blocks, w->db, f->ids, f->count, range, w->deadline_ms,
                                        s->blocks, s->rank->why);
    if (e != ERR_OK)
        return e;
    put_batch(s, l, f, to, at);
    for (int64_t i = 0; i < f->count * ((int64_t)at.bx1 - at.bx0 + 1); i++)
        block_unref(s->blocks[i]);
    return rank_check_time(s->rank);
}

/* As many blocks at once as are held of all fields. */
static enum err read_row(const struct cell_stream *s, const struct cell_layer *l,
                         const struct batch *f, struct target to, struct range row)
{
    int32_t most = CELL_STREAM_BLOCKS / f->count;
    enum err e = ERR_OK;
    for (int32_t bx = row.bx0; bx <= row.bx1 && e == ERR_OK; bx += most) {
        struct range some = {bx, bx + most - 1 < row.bx1 ? bx + most - 1 : row.bx1, row.by};
        e = read_range(s, l, f, to, some);
    }
    return e;
}

static struct batch next_batch(const struct cell_stream *s, const struct cell_layer *l, int first)
{
    struct batch f = {.first = first};
    for (; first + f.count < l->count && f.count < HELD_FIELDS; f.count++)
        f.ids[f.count] = s->rank->answer->catalog->fields[l->fields[first + f.count]].id;
    return f;
}

/* ---- layers ---- */

static int32_t clamp(int32_t i, int32_t n)
{
    return i < 0 ? 0 : i > n ? n : i;
}

struct span { /* of a layer's cells, half-open */
    int32_t col0, col1, row0, row1;
};

static struct span span_of(const struct cell_stream *s, const struct cell_layer *l,
                           const struct cell_window *w, const struct lattice_plan *plan)
{
    struct grid g = s->rank->answer->catalog->grids[l->grid];
    if (plan != NULL)
        return (struct span){plan->x.src0, plan->x.src0 + plan->x.src_n, plan->y.src0,
                             plan->y.src0 + plan->y.src_n};
    return (struct span){clamp(w->col - l->col0, g.nx), clamp(w->col + w->cols - l->col0, g.nx),
                         clamp(w->row - l->row0, g.ny), clamp(w->row + w->rows - l->row0, g.ny)};
}

static enum err read_span(const struct cell_stream *s, const struct cell_layer *l, struct target to,
                          struct span at)
{
    enum err e = ERR_OK;
    if (at.col0 >= at.col1 || at.row0 >= at.row1)
        return ERR_OK;
    int32_t from = at.col0 / GRID_BLOCK, end = (at.col1 - 1) / GRID_BLOCK;
    for (int first = 0; first < l->count && e == ERR_OK; first += HELD_FIELDS) {
        struct batch f = next_batch(s, l, first);
        for (int32_t by = at.row0 / GRID_BLOCK; by <= (at.row1 - 1) / GRID_BLOCK; by++)
            e = e == ERR_OK ? read_row(s, l, &f, to, (struct range){from, end, by}) : e;
    }
    return e;
}

static enum err read_layer(const struct cell_stream *s, const struct cell_layer *l,
                           struct cell_window *w)
{
    const struct catalog *c = s->rank->answer->catalog;
    struct lattice_plan plan;
    struct arena arena; /* of the plan */
    struct target to = {w, l->is_aligned ? NULL : &plan};
    enum err e = ERR_OK;
    arena_init(&arena, (size_t)16 << 20);
    if (to.plan != NULL)
        e = lattice_window(&plan, s->lattice, w->col, w->row, w->cols, w->rows, c->grids[l->grid],
                           l->south, &arena);
    if (e == ERR_OK)
        e = read_span(s, l, to, span_of(s, l, w, to.plan));
    arena_fini(&arena);
    return e;
}

/* Which share of each cell's ground lies in the area, told by the grid the lattice is of. */
static void add_inside(const struct cell_stream *s, struct cell_window *w)
{
    const struct cell_layer *l = &s->layers[s->base];
    struct span at = span_of(s, l, w, NULL);
    for (int32_t row = at.row0; row < at.row1; row++) {
        int32_t known = -1;
        const struct cover_block *b = NULL;
        for (int32_t col = at.col0; col < at.col1; col++) {
            int32_t bx = col / GRID_BLOCK;
            if (bx != known) {
                known = bx;
                b = cover_block_at(&l->cover, bx, row / GRID_BLOCK);
                if (b != NULL)
                    cover_block_shares(&l->cover, b, s->shares);
            }
            if (b != NULL)
                w->inside[(l->row0 + row - w->row) * w->cols + l->col0 + col - w->col] =
                    s->shares[row % GRID_BLOCK * GRID_BLOCK + col % GRID_BLOCK];
        }
    }
}

/* The first source at or behind a cell. */
static int first_point(const struct cell_stream *s, int64_t cell)
{
    int low = 0, high = s->point_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (s->points[middle].cell < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_points(const struct cell_stream *s, struct cell_window *w)
{
    for (int32_t row = 0; row < w->rows; row++) {
        int64_t first = (int64_t)(w->row + row) * s->lattice.nx + w->col;
        for (int i = first_point(s, first);
             i < s->point_count && s->points[i].cell < first + w->cols; i++) {
            const struct cell_point *p = &s->points[i];
            double value = w->slots == NULL ? s->coefficients[p->place] * p->mass : p->mass;
            put(s, w, (int32_t)(p->cell - first), row, p->place, value, 1);
        }
    }
}

enum err cell_stream_read(struct cell_stream *s, struct cell_window *w)
{
    enum err e = ERR_OK;
    for (int i = 0; i < s->layer_count && e == ERR_OK; i++)
        e = read_layer(s, &s->layers[i], w);
    if (s->has_area && w->slots == NULL)
        add_inside(s, w);
    add_points(s, w);
    return e;
}

int32_t cell_stream_width(const struct cell_stream *s)
{
    for (int i = 0; i < s->layer_count; i++) {
        if (!s->layers[i].is_aligned)
            return GRID_BLOCK;
    }
    return WIDE * GRID_BLOCK;
}

bool cell_stream_touches(const struct cell_stream *s, const struct cell_window *w)
{
    if (!s->has_area)
        return true;
    for (int32_t row = 0; row < w->rows; row++) {
        int64_t first = (int64_t)(w->row + row) * s->lattice.nx + w->col;
        int i = first_point(s, first);
        if (i < s->point_count && s->points[i].cell < first + w->cols)
            return true;
    }
    for (int i = 0; i < s->layer_count; i++) {
        const struct cell_layer *l = &s->layers[i];
        struct span at = span_of(s, l, w, NULL);
        bool is_far = l->is_aligned && (at.col0 >= at.col1 || at.row0 >= at.row1);
        if (!l->is_aligned)
            return true; /* its own blocks are asked one by one */
        for (int32_t by = at.row0 / GRID_BLOCK; !is_far && by <= (at.row1 - 1) / GRID_BLOCK; by++) {
            struct range range = {at.col0 / GRID_BLOCK, (at.col1 - 1) / GRID_BLOCK, by};
            if (is_covered(l, range))
                return true;
        }
    }
    return false;
}
