#include "geo/grid.h"

#include <assert.h>
#include <math.h>

bool grid_equal(struct grid a, struct grid b)
{
    return a.x0_deg == b.x0_deg && a.y0_deg == b.y0_deg && a.dx_deg == b.dx_deg &&
           a.dy_deg == b.dy_deg && a.nx == b.nx && a.ny == b.ny;
}

static int32_t level_count(int32_t n, int level)
{
    assert(n > 0 && level >= 0 && level < 31);
    return (int32_t)(((int64_t)n + ((int64_t)1 << level) - 1) >> level);
}

int32_t grid_level_nx(struct grid g, int level)
{
    return level_count(g.nx, level);
}

int32_t grid_level_ny(struct grid g, int level)
{
    return level_count(g.ny, level);
}

int grid_top_level(struct grid g)
{
    int level = 0;
    while (level < GRID_MAX_LEVELS - 1 &&
           (grid_level_nx(g, level) > GRID_BLOCK || grid_level_ny(g, level) > GRID_BLOCK)) {
        level++;
    }
    return level;
}

/* The native boundary on which boundary i of a level lies: both are one number, so that the edges
 * of all levels agree to the last bit. */
static int32_t native_boundary(int32_t n, int level, int32_t i)
{
    assert(i >= 0 && i <= level_count(n, level));
    int64_t boundary = (int64_t)i << level;
    return boundary < n ? (int32_t)boundary : n;
}

double grid_edge_lon_deg(struct grid g, int level, int32_t i)
{
    return g.x0_deg + (double)native_boundary(g.nx, level, i) * g.dx_deg;
}

double grid_edge_lat_deg(struct grid g, int level, int32_t i)
{
    return g.y0_deg - (double)native_boundary(g.ny, level, i) * g.dy_deg;
}

/* The division may be off by a rounding; the edges themselves decide. */
static int32_t column_of(struct grid g, double lon_deg)
{
    int32_t col = (int32_t)fmin((lon_deg - g.x0_deg) / g.dx_deg, (double)(g.nx - 1));
    while (col > 0 && lon_deg < grid_edge_lon_deg(g, 0, col)) {
        col--;
    }
    while (col < g.nx - 1 && lon_deg >= grid_edge_lon_deg(g, 0, col + 1)) {
        col++;
    }
    return col;
}

static int32_t row_of(struct grid g, double lat_deg)
{
    int32_t row = (int32_t)fmin((g.y0_deg - lat_deg) / g.dy_deg, (double)(g.ny - 1));
    while (row > 0 && lat_deg > grid_edge_lat_deg(g, 0, row)) {
        row--;
    }
    while (row < g.ny - 1 && lat_deg <= grid_edge_lat_deg(g, 0, row + 1)) {
        row++;
    }
    return row;
}

bool grid_cell_of(struct grid g, double lon_deg, double lat_deg, int32_t *col, int32_t *row)
{
    bool is_inside = lon_deg >= g.x0_deg && lon_deg < grid_edge_lon_deg(g, 0, g.nx) &&
                     lat_deg <= g.y0_deg && lat_deg > grid_edge_lat_deg(g, 0, g.ny);
    if (!is_inside) {
        return false; /* NaN too: it compares false */
    }
    *col = column_of(g, lon_deg);
    *row = row_of(g, lat_deg);
    return true;
}
