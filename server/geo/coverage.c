/* What lines and rings share: cuts along an edge, and the list of cells. */
#include "geo/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* A share beyond the grid that is below this is rounding of the coordinates. */
#define OUTSIDE_TOLERANCE 1e-9
/* Of a cell's own area or height: what is below is rounding, not ground. */
#define CELL_TOLERANCE 1e-12
#define COVERAGE_FIRST 256 /* items of a first array */

void coverage_init(struct coverage *c, struct grid g)
{
    *c = (struct coverage){.grid = g, .q_row = -1};
}

void coverage_clear(struct coverage *c)
{
    c->count = 0;
    c->size = c->outside = (struct sum){0, 0};
    c->is_area = c->is_new_part = c->has_outside = false;
}

void coverage_fini(struct coverage *c)
{
    free(c->cells);
    free(c->cuts);
    *c = (struct coverage){.grid = c->grid, .q_row = -1};
}

static enum err put_new(struct coverage *c, int32_t cell, double amount, double cover)
{
    struct coverage_cell *cells =
        grow_array(c->cells, c->count, &c->capacity, sizeof *cells, COVERAGE_FIRST);
    if (cells == NULL) {
        return ERR_NO_MEMORY;
    }
    c->cells = cells;
    c->cells[c->count++] = (struct coverage_cell){cell, amount, cover};
    return ERR_OK;
}

enum err coverage_put(struct coverage *c, int32_t cell, double amount, double cover)
{
    if (c->count > 0 && !c->is_new_part && c->cells[c->count - 1].cell == cell) {
        c->cells[c->count - 1].amount += amount;
        c->cells[c->count - 1].cover += cover;
        return ERR_OK;
    }
    c->is_new_part = false;
    return put_new(c, cell, amount, cover);
}

static enum err put_cut(struct coverage *c, double t)
{
    double *cuts =
        grow_array(c->cuts, c->cut_count, &c->cut_capacity, sizeof *cuts, COVERAGE_FIRST);
    if (cuts == NULL) {
        return ERR_NO_MEMORY;
    }
    c->cuts = cuts;
    c->cuts[c->cut_count++] = t;
    return ERR_OK;
}

static double edge_of(const struct coverage *c, int axis, int32_t i)
{
    return axis == 0 ? grid_edge_lon_deg(c->grid, 0, i) : grid_edge_lat_deg(c->grid, 0, i);
}

/* Crossings of the borders along one axis; the first and the last candidate may miss the edge. */
static enum err cut_axis(struct coverage *c, int axis, double a, double b)
{
    double origin = axis == 0 ? c->grid.x0_deg : -c->grid.y0_deg;
    double step = axis == 0 ? c->grid.dx_deg : c->grid.dy_deg;
    double sign = axis == 0 ? 1 : -1;
    int32_t n = axis == 0 ? c->grid.nx : c->grid.ny;
    double low = (fmin(sign * a, sign * b) - origin) / step;
    double high = (fmax(sign * a, sign * b) - origin) / step;
    int32_t first = (int32_t)fmin(fmax(floor(low), 0), n);
    int32_t last = (int32_t)fmin(fmax(ceil(high), 0), n);
    for (int32_t i = first; i <= last; i++) {
        double t = (edge_of(c, axis, i) - a) / (b - a);
        if (t > 0 && t < 1) { /* not for an edge along the border: t is NaN or infinite */
            enum err e = put_cut(c, t);
            if (e != ERR_OK) {
                return e;
            }
        }
    }
    return ERR_OK;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

enum err coverage_cut(struct coverage *c, const double a[2], const double b[2])
{
    c->cut_count = 0;
    enum err e = put_cut(c, 0);
    for (int axis = 0; axis < 2 && e == ERR_OK; axis++) {
        e = cut_axis(c, axis, a[axis], b[axis]);
    }
    if (e == ERR_OK) {
        e = put_cut(c, 1);
    }
    if (e == ERR_OK && c->cut_count > 3) {
        qsort(c->cuts, c->cut_count, sizeof *c->cuts, compare_doubles);
    }
    return e;
}

static int compare_cells(const void *a, const void *b)
{
    const struct coverage_cell *x = a;
    const struct coverage_cell *y = b;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

static void merge(struct coverage *c)
{
    size_t used = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (used > 0 && c->cells[used - 1].cell == c->cells[i].cell) {
            c->cells[used - 1].amount += c->cells[i].amount;
            c->cells[used - 1].cover += c->cells[i].cover;
        } else {
            c->cells[used++] = c->cells[i];
        }
    }
    c->count = used;
}

void coverage_sort(struct coverage *c)
{
    if (c->count > 0)
        qsort(c->cells, c->count, sizeof *c->cells, compare_cells);
    merge(c);
}

/* The cells of an area: what its edges left in them, and the cover from the west up to the next
 * edge. Written behind the edges' entries, which then make room. */
static enum err fill(struct coverage *c)
{
    size_t edges = c->count;
    int32_t nx = c->grid.nx;
    double cover = 0;
    for (size_t i = 0; i < edges; i++) {
        struct coverage_cell at = c->cells[i];
        int32_t row = at.cell / nx;
        double cell_m2 = coverage_cell_m2(c->grid, row);
        bool is_row_start = i == 0 || c->cells[i - 1].cell / nx != row;
        cover = is_row_start ? 0 : cover;
        double amount = at.amount + cover * cell_m2;
        enum err e = ERR_OK;
        if (amount > CELL_TOLERANCE * cell_m2) {
            e = put_new(c, at.cell, amount, 0);
        }
        cover += at.cover;
        cover = fabs(cover) < CELL_TOLERANCE ? 0 : cover;
        bool is_row_end = i + 1 == edges || c->cells[i + 1].cell / nx != row;
        int32_t next = is_row_end ? (row + 1) * nx : c->cells[i + 1].cell;
        for (int32_t cell = at.cell + 1; cell < next && cover > 0 && e == ERR_OK; cell++) {
            e = put_new(c, cell, cover * cell_m2, 0);
        }
        if (e != ERR_OK) {
            return e;
        }
    }
    c->count -= edges;
    memmove(c->cells, c->cells + edges, c->count * sizeof *c->cells);
    return ERR_OK;
}

enum err coverage_finish(struct coverage *c, double *outside)
{
    double size = sum_value(c->size);
    if (!(size > 0)) {
        return ERR_INPUT;
    }
    if (c->count > 0) {
        coverage_sort(c);
        enum err e = c->is_area ? fill(c) : ERR_OK;
        if (e != ERR_OK) {
            return e;
        }
    }
    struct sum inside = {0, 0};
    for (size_t i = 0; i < c->count; i++) {
        sum_add(&inside, c->cells[i].amount);
    }
    double beyond = c->is_area ? size - sum_value(inside) : sum_value(c->outside);
    bool is_inside = beyond <= OUTSIDE_TOLERANCE * size;
    *outside = is_inside ? 0 : fmin(beyond / size, 1);
    double whole = is_inside ? sum_value(inside) : sum_value(inside) / (1 - *outside);
    for (size_t i = 0; i < c->count; i++) {
        c->cells[i].amount /= whole;
    }
    return ERR_OK;
}

void coverage_beyond(struct coverage *c, double lon, double lat)
{
    if (!c->has_outside) {
        c->has_outside = true;
        c->outside_lon = lon;
        c->outside_lat = lat;
    }
}
