/* The length of a line in each cell. */
#include <math.h>

#include "geo/coverage.h"
#include "geo/ellipsoid.h"

#define DEG (M_PI / 180.0)

/* Metres along a straight piece in degrees that is short: Gauss-Legendre, five points. */
static double short_m(double lat_deg, double dlon_deg, double dlat_deg)
{
    static const double at[] = {0.046910077030668, 0.230765344947158, 0.5, 0.769234655052842,
                                0.953089922969332};
    static const double weight[] = {0.118463442528095, 0.239314335249683, 0.284444444444444,
                                    0.239314335249683, 0.118463442528095};
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        double phi = (lat_deg + at[i] * dlat_deg) * DEG;
        double w2 = 1 - WGS84_E2 * sin(phi) * sin(phi);
        double east = WGS84_A_M / sqrt(w2) * cos(phi) * dlon_deg * DEG;
        double north = WGS84_A_M * (1 - WGS84_E2) / (w2 * sqrt(w2)) * dlat_deg * DEG;
        sum += weight[i] * hypot(east, north);
    }
    return sum;
}

static double length_m(double lat_deg, double dlon_deg, double dlat_deg)
{
    int parts = 1 + (int)fabs(dlat_deg); /* a degree each: 1e-13 of the length */
    double sum = 0;
    for (int i = 0; i < parts; i++) {
        sum += short_m(lat_deg + dlat_deg * i / parts, dlon_deg / parts, dlat_deg / parts);
    }
    return sum;
}

static enum err add_piece(struct coverage *c, const double a[2], const double d[2], double from,
                          double to)
{
    double middle = (from + to) / 2;
    double lon = a[0] + d[0] * middle;
    double lat = a[1] + d[1] * middle;
    double m = length_m(a[1] + d[1] * from, d[0] * (to - from), d[1] * (to - from));
    int32_t col;
    int32_t row;
    sum_add(&c->size, m);
    if (grid_cell_of(c->grid, lon, lat, &col, &row)) {
        return coverage_put(c, row * c->grid.nx + col, m, 0);
    }
    sum_add(&c->outside, m);
    if (m > 0) {
        coverage_beyond(c, lon, lat);
    }
    return ERR_OK;
}

enum err coverage_add_line(struct coverage *c, const double *lonlat, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const double *a = lonlat + 2 * (i - 1);
        const double d[2] = {a[2] - a[0], a[3] - a[1]};
        enum err e = coverage_cut(c, a, a + 2);
        for (size_t k = 1; k < c->cut_count && e == ERR_OK; k++) {
            e = add_piece(c, a, d, c->cuts[k - 1], c->cuts[k]);
        }
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}
