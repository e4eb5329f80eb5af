#include "geo/patch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/ellipsoid.h"

/* A share below this is rounding of an edge that runs along a cell's border. */
#define SHARE_TOLERANCE 1e-12
/* Of a cell. */
#define EDGE_TOLERANCE 1e-10

double *patch_row_edges(struct grid g)
{
    double *edges = malloc(((size_t)g.ny + 1) * sizeof *edges);
    for (int32_t i = 0; edges != NULL && i <= g.ny; i++) {
        edges[i] = ellipsoid_q(grid_edge_lat_deg(g, 0, i));
    }
    return edges;
}

struct patch_point patch_point_of(struct grid g, const double *q_edges, double lon_deg,
                                  double lat_deg)
{
    struct patch_point p = {.u = (lon_deg - g.x0_deg) / g.dx_deg, .q = ellipsoid_q(lat_deg)};
    if (fabs(p.u - round(p.u)) < EDGE_TOLERANCE) { /* on an edge, but for the division's rounding */
        p.u = round(p.u);
    }
    double row = floor((g.y0_deg - lat_deg) / g.dy_deg);
    p.row = row < 0 ? 0 : row > g.ny - 1 ? g.ny - 1 : (int32_t)row;
    while (p.row > 0 && p.q > q_edges[p.row]) {
        p.row--;
    }
    while (p.row < g.ny - 1 && p.q < q_edges[p.row + 1]) {
        p.row++;
    }
    return p;
}

static enum err make_room(struct patch *p)
{
    size_t wanted = (size_t)p->rows * ((size_t)p->cols + 1);
    if (wanted > p->capacity) {
        double *share = realloc(p->share, wanted * sizeof *share);
        p->share = share != NULL ? share : p->share;
        double *cover = realloc(p->cover, wanted * sizeof *cover);
        p->cover = cover != NULL ? cover : p->cover;
        if (share == NULL || cover == NULL) {
            return ERR_NO_MEMORY;
        }
        p->capacity = wanted;
    }
    memset(p->share, 0, wanted * sizeof *p->share);
    memset(p->cover, 0, wanted * sizeof *p->cover);
    return ERR_OK;
}

static enum err take_bounds(struct patch *p, struct grid g, const struct patch_point *points, int n)
{
    double west = points[0].u;
    double east = west;
    int32_t north = points[0].row;
    int32_t south = north;
    for (int i = 1; i < n; i++) {
        west = fmin(west, points[i].u);
        east = fmax(east, points[i].u);
        north = points[i].row < north ? points[i].row : north;
        south = points[i].row > south ? points[i].row : south;
    }
    if (!(west >= 0) || !(east <= g.nx)) {
        return ERR_INPUT;
    }
    p->col0 = (int32_t)west;
    p->cols = (int32_t)fmin(east, g.nx - 1) - p->col0 + 1;
    p->row0 = north;
    p->rows = south - north + 1;
    return make_room(p);
}

/* A piece within one row, cut at columns. Its rise counts in the cell that it crosses for what lies
 * east of it there, and in all cells to the east whole. */
static void add_in_row(struct patch *p, size_t at, double u0, double q0, double u1, double q1)
{
    double *share = p->share + at;
    double *cover = p->cover + at;
    int32_t c0 = (int32_t)(u0 < u1 ? u0 : u1) - p->col0;
    int32_t c1 = (int32_t)(u0 < u1 ? u1 : u0) - p->col0;
    if (c0 == c1) {
        c0 = c0 < p->cols ? c0 : p->cols - 1; /* on the grid's east edge */
        double rise = q1 - q0;
        share[c0] += rise * (c0 + 1 - ((u0 + u1) / 2 - p->col0));
        cover[c0 + 1] += rise;
        return;
    }
    double slope = (q1 - q0) / (u1 - u0);
    double sign = u0 < u1 ? 1.0 : -1.0;
    double low = (u0 < u1 ? u0 : u1) - p->col0;
    double high = (u0 < u1 ? u1 : u0) - p->col0;
    for (int32_t c = c0; c <= c1 && c < p->cols; c++) {
        double a = fmax(low, c);
        double b = fmin(high, c + 1);
        double rise = sign * slope * (b - a);
        share[c] += rise * (c + 1 - (a + b) / 2);
        cover[c + 1] += rise;
    }
}

static void add_edge(struct patch *p, const double *q_edges, struct patch_point a,
                     struct patch_point b)
{
    double u = a.u;
    double q = a.q;
    int step = b.row > a.row ? 1 : -1;
    size_t width = (size_t)p->cols + 1;
    for (int32_t row = a.row; row != b.row; row += step) {
        double q_out = q_edges[step > 0 ? row + 1 : row];
        double part = b.q != a.q ? (q_out - a.q) / (b.q - a.q) : 0;
        double u_out = fmin(fmax(a.u + (b.u - a.u) * part, fmin(a.u, b.u)), fmax(a.u, b.u));
        add_in_row(p, (size_t)(row - p->row0) * width, u, q, u_out, q_out);
        u = u_out;
        q = q_out;
    }
    add_in_row(p, (size_t)(b.row - p->row0) * width, u, q, b.u, b.q);
}

/* Covers become shares; the last column of each row, a place for what lies east, goes. */
static enum err finish(struct patch *p)
{
    size_t width = (size_t)p->cols + 1;
    double total = 0;
    for (int32_t r = 0; r < p->rows; r++) {
        double cover = 0;
        for (int32_t c = 0; c < p->cols; c++) {
            cover += p->cover[(size_t)r * width + (size_t)c];
            double area = p->share[(size_t)r * width + (size_t)c] + cover;
            p->share[(size_t)r * (size_t)p->cols + (size_t)c] = area;
            total += area;
        }
    }
    if (!(fabs(total) > 0)) {
        return ERR_INPUT;
    }
    double kept = 0;
    size_t n = (size_t)p->rows * (size_t)p->cols;
    for (size_t i = 0; i < n; i++) {
        p->share[i] /= total;
        p->share[i] = p->share[i] > SHARE_TOLERANCE ? p->share[i] : 0;
        kept += p->share[i];
    }
    for (size_t i = 0; i < n; i++) {
        p->share[i] /= kept;
    }
    p->size = fabs(total);
    return ERR_OK;
}

enum err patch_cover(struct patch *p, struct grid g, const double *q_edges,
                     const struct patch_point *points, int n)
{
    enum err e = take_bounds(p, g, points, n);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < n; i++) {
        add_edge(p, q_edges, points[i], points[i + 1 < n ? i + 1 : 0]);
    }
    return finish(p);
}

void patch_fini(struct patch *p)
{
    free(p->share);
    free(p->cover);
    *p = (struct patch){0};
}
