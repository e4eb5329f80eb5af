/* Which level a tile reads, and the weights of its two axes. */
#include <math.h>

#include "geo/ellipsoid.h"
#include "geo/remap.h"

int remap_level_for(struct grid g, double pixel_deg)
{
    double cell_deg = fmax(g.dx_deg, g.dy_deg);
    int top = grid_top_level(g);
    int level = 0;
    while (level < top && ldexp(cell_deg, level + 1) <= pixel_deg / 2.0) {
        level++;
    }
    return level;
}

struct level_of {
    struct grid grid;
    int level;
};

static double edge_east(const void *of, int32_t i)
{
    const struct level_of *l = of;
    return grid_edge_lon_deg(l->grid, l->level, i);
}

/* Rows run southwards, so -q is what ascends. */
static double edge_south(const void *of, int32_t i)
{
    const struct level_of *l = of;
    return -ellipsoid_q(grid_edge_lat_deg(l->grid, l->level, i));
}

/* -q of the row edges; NULL when the arena is full. */
static double *south_edges(const double *lat_edges_deg, int height, struct arena *arena)
{
    double *south = arena_alloc(arena, (size_t)height + 1, sizeof *south);
    for (int i = 0; south != NULL && i <= height; i++) {
        south[i] = -ellipsoid_q(lat_edges_deg[i]);
    }
    return south;
}

static double *row_areas(const double *south, int height, double dlon_deg, struct arena *arena)
{
    double *areas = arena_alloc(arena, (size_t)height, sizeof *areas);
    for (int i = 0; areas != NULL && i < height; i++) {
        areas[i] = ellipsoid_area_km2(dlon_deg, -south[i + 1], -south[i]);
    }
    return areas;
}

/* The pixel edges of a raster, in degrees. */
struct raster {
    const double *lon_deg; /* width + 1 */
    const double *lat_deg; /* height + 1 */
    int width;
    int height;
    double pixel_deg; /* longitude of one pixel */
};

static enum err plan(struct remap *out, struct grid g, int level, struct raster to,
                     struct arena *arena)
{
    double *south = south_edges(to.lat_deg, to.height, arena);
    if (south == NULL) {
        return ERR_NO_MEMORY;
    }
    struct remap r = {.size_px = to.width, .level = level};
    r.row_area_km2 = row_areas(south, to.height, to.pixel_deg, arena);
    if (r.row_area_km2 == NULL) {
        return ERR_NO_MEMORY;
    }
    struct level_of cells = {g, level};
    struct remap_source columns = {grid_level_nx(g, level), edge_east, &cells};
    struct remap_source rows = {grid_level_ny(g, level), edge_south, &cells};
    enum err e = remap_axis_plan(&r.x, to.lon_deg, to.width, columns, arena);
    if (e == ERR_OK) {
        e = remap_axis_plan(&r.y, south, to.height, rows, arena);
    }
    if (e == ERR_OK) {
        *out = r;
    }
    return e;
}

enum err remap_plan_edges(struct remap *out, struct grid g, int level, const double *lon_edges_deg,
                          int width, const double *lat_edges_deg, int height, struct arena *arena)
{
    double pixel_deg = (lon_edges_deg[width] - lon_edges_deg[0]) / width;
    struct raster to = {lon_edges_deg, lat_edges_deg, width, height, pixel_deg};
    return plan(out, g, level, to, arena);
}

/* Exact for a tile, where the difference of two longitudes would carry their rounding. */
static double tile_pixel_deg(struct tile t, int size_px)
{
    return ldexp(360.0 / size_px, -t.z);
}

int remap_level(struct grid g, struct tile t, int size_px)
{
    return remap_level_for(g, tile_pixel_deg(t, size_px));
}

enum err remap_plan(struct remap *out, struct grid g, struct tile t, int size_px, int level,
                    struct arena *arena)
{
    double *lon_deg = arena_alloc(arena, (size_t)size_px + 1, sizeof *lon_deg);
    double *lat_deg = arena_alloc(arena, (size_t)size_px + 1, sizeof *lat_deg);
    if (lon_deg == NULL || lat_deg == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i <= size_px; i++) {
        lon_deg[i] = tile_edge_lon_deg(t, size_px, i);
        lat_deg[i] = tile_edge_lat_deg(t, size_px, i);
    }
    struct raster to = {lon_deg, lat_deg, size_px, size_px, tile_pixel_deg(t, size_px)};
    enum err e = plan(out, g, level, to, arena);
    if (e == ERR_OK) {
        out->tile = t;
    }
    return e;
}
