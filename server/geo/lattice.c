#include "geo/lattice.h"

#include <math.h>

#include "geo/ellipsoid.h"

#define SAME 1e-6 /* of a cell */

/* Whole cells between the lattice's edge and a place beyond it. */
static int32_t cells_to(double from, double to, double step)
{
    return to > from ? (int32_t)ceil((to - from) / step - SAME) : 0;
}

struct grid lattice_of(const struct grid *grids, int n, int *coarsest)
{
    *coarsest = 0;
    for (int i = 1; i < n; i++) {
        const struct grid *a = &grids[*coarsest], *b = &grids[i];
        if (b->dx_deg * b->dy_deg > a->dx_deg * a->dy_deg * (1 + SAME))
            *coarsest = i;
    }
    struct grid g = grids[*coarsest];
    int32_t west = 0, north = 0, east = 0, south = 0;
    for (int i = 0; i < n; i++) {
        const struct grid *o = &grids[i];
        int32_t w = cells_to(o->x0_deg, g.x0_deg, g.dx_deg);
        int32_t e = cells_to(g.x0_deg + g.nx * g.dx_deg, o->x0_deg + o->nx * o->dx_deg, g.dx_deg);
        int32_t s = cells_to(o->y0_deg - o->ny * o->dy_deg, g.y0_deg - g.ny * g.dy_deg, g.dy_deg);
        int32_t t = cells_to(g.y0_deg, o->y0_deg, g.dy_deg);
        west = w > west ? w : west;
        east = e > east ? e : east;
        south = s > south ? s : south;
        north = t > north ? t : north;
    }
    g.x0_deg -= west * g.dx_deg;
    g.y0_deg += north * g.dy_deg;
    g.nx += west + east;
    g.ny += north + south;
    return g;
}

static bool is_whole(double cells, int32_t *out)
{
    *out = (int32_t)round(cells);
    return fabs(cells - *out) < SAME;
}

bool lattice_holds(struct grid lattice, struct grid g, int32_t *col0, int32_t *row0)
{
    return fabs(g.dx_deg - lattice.dx_deg) * g.nx < SAME * g.dx_deg &&
           fabs(g.dy_deg - lattice.dy_deg) * g.ny < SAME * g.dy_deg &&
           is_whole((g.x0_deg - lattice.x0_deg) / lattice.dx_deg, col0) &&
           is_whole((lattice.y0_deg - g.y0_deg) / lattice.dy_deg, row0);
}

static double edge_lon(const void *of, int32_t i)
{
    return grid_edge_lon_deg(*(const struct grid *)of, 0, i);
}

static double edge_south(const void *of, int32_t i)
{
    return ((const double *)of)[i];
}

/* Cells at the frame of the world may stick out over it: they end there. */
static double south_of(double lat_deg)
{
    return -ellipsoid_q(fmax(fmin(lat_deg, 90), -90));
}

enum err lattice_window(struct lattice_plan *out, struct grid lattice, int32_t col, int32_t row,
                        int32_t cols, int32_t rows, struct grid g, const double *south,
                        struct arena *arena)
{
    double *lon = arena_alloc(arena, (size_t)cols + 1, sizeof *lon);
    double *lat = arena_alloc(arena, (size_t)rows + 1, sizeof *lat);
    if (lon == NULL || lat == NULL)
        return ERR_NO_MEMORY;
    for (int32_t i = 0; i <= cols; i++)
        lon[i] = lattice.x0_deg + (col + i) * lattice.dx_deg;
    for (int32_t i = 0; i <= rows; i++)
        lat[i] = south_of(lattice.y0_deg - (row + i) * lattice.dy_deg);
    enum err e =
        remap_axis_plan(&out->x, lon, cols, (struct remap_source){g.nx, edge_lon, &g}, arena);
    if (e == ERR_OK)
        e = remap_axis_plan(&out->y, lat, rows, (struct remap_source){g.ny, edge_south, south},
                            arena);
    return e;
}
