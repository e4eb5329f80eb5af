/* The area of a ring in each cell.
 *
 * Green's theorem in the plane (longitude, q): a ring's area is -sum of integral (E - lon) dq over
 * its edges, for any meridian E. Within a row of cells, with E the east border of the piece's own
 * cell, that is the area in this cell, and the whole rise dq counts for every cell to the east:
 * their "cover". Scanning a row from the west then gives each cell's area, exactly.
 */
#include <math.h>

#include "geo/coverage.h"
#include "geo/ellipsoid.h"

#define DEG   (M_PI / 180.0)
#define A2_M2 (WGS84_A_M * WGS84_A_M)

/* dq/dphi, per degree. */
static double q_slope(double lat_deg)
{
    double s = sin(lat_deg * DEG);
    double w2 = 1 - WGS84_E2 * s * s;
    return 2 * (1 - WGS84_E2) * cos(lat_deg * DEG) / (w2 * w2) * DEG;
}

struct piece {     /* its integrals */
    double rise;   /* of dq */
    double moment; /* of (east - lon) dq */
};

/* Gauss-Legendre, five points a degree; a difference of q itself would lose digits in small pieces.
 */
static struct piece integrate(const double from[2], const double to[2], double east)
{
    static const double at[] = {0.046910077030668, 0.230765344947158, 0.5, 0.769234655052842,
                                0.953089922969332};
    static const double weight[] = {0.118463442528095, 0.239314335249683, 0.284444444444444,
                                    0.239314335249683, 0.118463442528095};
    double dlon = to[0] - from[0];
    double dlat = to[1] - from[1];
    int parts = 1 + (int)fabs(dlat);
    struct piece p = {0, 0};
    for (int i = 0; i < 5 * parts && dlat != 0; i++) {
        int part = i / 5;
        double t = (part + at[i % 5]) / parts;
        double dq = weight[i % 5] * dlat / parts * q_slope(from[1] + t * dlat);
        p.rise += dq;
        p.moment += dq * (east - from[0] - t * dlon);
    }
    return p;
}

static double row_q(struct grid g, int32_t row)
{
    const double south[] = {0, grid_edge_lat_deg(g, 0, row + 1)};
    const double north[] = {0, grid_edge_lat_deg(g, 0, row)};
    return integrate(south, north, 0).rise;
}

double coverage_cell_m2(struct grid g, int32_t row)
{
    return A2_M2 / 2 * g.dx_deg * DEG * row_q(g, row);
}

/* The row and column of a piece by its middle: column -1 = west of the grid; false = it covers no
 * cell. */
static bool place_of(struct grid g, double lon, double lat, int32_t *col, int32_t *row)
{
    double east = grid_edge_lon_deg(g, 0, g.nx);
    double inside = lon < g.x0_deg || lon >= east ? g.x0_deg : lon;
    if (lon >= east || !grid_cell_of(g, inside, lat, col, row)) {
        return false;
    }
    *col = lon < g.x0_deg ? -1 : *col;
    return true;
}

/* Most pieces lie in the row of the one before. */
static double rise_of_row(struct coverage *c, int32_t row)
{
    if (c->q_row != row) {
        c->q_row = row;
        c->q_rise = row_q(c->grid, row);
    }
    return c->q_rise;
}

static enum err add_piece(struct coverage *c, const double from[2], const double to[2])
{
    struct grid g = c->grid;
    double lon = (from[0] + to[0]) / 2;
    double lat = (from[1] + to[1]) / 2;
    int32_t col;
    int32_t row;
    bool is_placed = place_of(g, lon, lat, &col, &row);
    if (!is_placed || col < 0) {
        coverage_beyond(c, lon, lat);
    }
    if (!is_placed || from[1] == to[1]) {
        return ERR_OK;
    }
    double east = grid_edge_lon_deg(g, 0, col + 1);
    struct piece p = integrate(from, to, east);
    double cover = -p.rise / rise_of_row(c, row);
    double m2 = col < 0 ? cover * coverage_cell_m2(g, row) : -p.moment * DEG * A2_M2 / 2;
    return coverage_put(c, row * g.nx + (col < 0 ? 0 : col), m2, cover);
}

static enum err add_edge(struct coverage *c, const double a[2], const double b[2])
{
    enum err e = coverage_cut(c, a, b);
    for (size_t k = 1; k < c->cut_count && e == ERR_OK; k++) {
        const double t[2] = {c->cuts[k - 1], c->cuts[k]};
        const double from[2] = {a[0] + t[0] * (b[0] - a[0]), a[1] + t[0] * (b[1] - a[1])};
        const double to[2] = {a[0] + t[1] * (b[0] - a[0]), a[1] + t[1] * (b[1] - a[1])};
        e = add_piece(c, from, k + 1 == c->cut_count ? b : to);
    }
    return e;
}

/* Twice around would be no ring: positive when it runs against the clock. */
double coverage_ring_m2(const double *lonlat, size_t n)
{
    struct sum sum = {0, 0};
    for (size_t i = 1; i < n; i++) {
        sum_add(&sum, -integrate(lonlat + 2 * i - 2, lonlat + 2 * i, lonlat[0]).moment);
    }
    return sum_value(sum) * DEG * A2_M2 / 2;
}

enum err coverage_add_ring(struct coverage *c, const double *lonlat, size_t n, bool is_hole)
{
    c->is_area = true;
    double m2 = coverage_ring_m2(lonlat, n);
    double sign = (m2 < 0) == is_hole ? 1 : -1;
    size_t first = c->count;
    enum err e = ERR_OK;
    c->is_new_part = true; /* the sign is this ring's alone */
    for (size_t i = 1; i < n && e == ERR_OK; i++) {
        e = add_edge(c, lonlat + 2 * i - 2, lonlat + 2 * i);
    }
    for (size_t i = first; i < c->count; i++) {
        c->cells[i].amount *= sign;
        c->cells[i].cover *= sign;
    }
    sum_add(&c->size, is_hole ? -fabs(m2) : fabs(m2));
    return e;
}
