/* Which level a tile reads, and the weights of its two axes. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "geo/ellipsoid.h"
#include "geo/remap.h"
#include "geo/tile_rows.h"

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
    const double *south; /* native row edges; NULL = none at hand */
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
    if (l->south != NULL) {
        int64_t native = (int64_t)i << l->level;
        return l->south[native < l->grid.ny ? native : l->grid.ny];
    }
    return -ellipsoid_q(grid_edge_lat_deg(l->grid, l->level, i));
}

void remap_grid_south(struct grid g, double *south)
{
    for (int32_t i = 0; i <= g.ny; i++) {
        south[i] = -ellipsoid_q(grid_edge_lat_deg(g, 0, i));
    }
}

enum err remap_plan_raster(struct remap *out, struct grid g, int level, const double *grid_south,
                           const struct remap_raster *to, struct arena *arena)
{
    struct remap r = {.size_px = to->width, .level = level, .row_area_km2 = to->row_area_km2};
    struct level_of cells = {g, level, grid_south};
    struct remap_source columns = {grid_level_nx(g, level), edge_east, &cells};
    struct remap_source rows = {grid_level_ny(g, level), edge_south, &cells};
    enum err e = remap_axis_plan(&r.x, to->lon_deg, to->width, columns, arena);
    if (e == ERR_OK) {
        e = remap_axis_plan(&r.y, to->south, to->height, rows, arena);
    }
    if (e == ERR_OK) {
        *out = r;
    }
    return e;
}

static enum err raster_new(struct remap_raster *out, int width, int height, double pixel_deg,
                           struct arena *arena)
{
    *out = (struct remap_raster){
        .width = width, .height = height, .pixel_deg = pixel_deg, .level_deg = pixel_deg};
    out->lon_deg = arena_alloc_unset(arena, (size_t)width + 1, sizeof *out->lon_deg);
    out->south = arena_alloc_unset(arena, (size_t)height + 1, sizeof *out->south);
    out->row_area_km2 = arena_alloc_unset(arena, (size_t)height, sizeof *out->row_area_km2);
    bool is_there = out->lon_deg != NULL && out->south != NULL && out->row_area_km2 != NULL;
    return is_there ? ERR_OK : ERR_NO_MEMORY;
}

static void fill_areas(struct remap_raster *r)
{
    for (int i = 0; i < r->height; i++) {
        r->row_area_km2[i] = ellipsoid_area_km2(r->pixel_deg, -r->south[i + 1], -r->south[i]);
    }
}

enum err remap_raster_of_edges(struct remap_raster *out, const double *lon_edges_deg, int width,
                               const double *lat_edges_deg, int height, struct arena *arena)
{
    double pixel_deg = (lon_edges_deg[width] - lon_edges_deg[0]) / width;
    enum err e = raster_new(out, width, height, pixel_deg, arena);
    if (e != ERR_OK) {
        return e;
    }
    memcpy(out->lon_deg, lon_edges_deg, ((size_t)width + 1) * sizeof *out->lon_deg);
    for (int i = 0; i <= height; i++) {
        out->south[i] = -ellipsoid_q(lat_edges_deg[i]);
    }
    fill_areas(out);
    return ERR_OK;
}

enum err remap_plan_edges(struct remap *out, struct grid g, int level, const double *lon_edges_deg,
                          int width, const double *lat_edges_deg, int height, struct arena *arena)
{
    struct remap_raster to;
    enum err e = remap_raster_of_edges(&to, lon_edges_deg, width, lat_edges_deg, height, arena);
    return e != ERR_OK ? e : remap_plan_raster(out, g, level, NULL, &to, arena);
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

enum err remap_raster_of_tile(struct remap_raster *out, struct tile t, int size_px,
                              struct arena *arena)
{
    enum err e = raster_new(out, size_px, size_px, tile_pixel_deg(t, size_px), arena);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i <= size_px; i++) {
        out->lon_deg[i] = tile_edge_lon_deg(t, size_px, i);
    }
    tile_rows_south(t, size_px, out->south);
    fill_areas(out);
    return ERR_OK;
}

enum err remap_plan(struct remap *out, struct grid g, struct tile t, int size_px, int level,
                    struct arena *arena)
{
    struct remap_raster to;
    enum err e = remap_raster_of_tile(&to, t, size_px, arena);
    if (e == ERR_OK) {
        e = remap_plan_raster(out, g, level, NULL, &to, arena);
    }
    if (e == ERR_OK) {
        out->tile = t;
    }
    return e;
}
