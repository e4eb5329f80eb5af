#include "export/export_grid.h"

#include <inttypes.h>
#include <math.h>

/* Edges that should be one differ by the rounding of x0 + i x dx, far below this share of a cell.
 */
#define SAME_EDGE 1e-6

struct extent { /* in cells from a grid's north-west corner; whole or not */
    double west, north, east, south;
};

static struct extent extent_of(struct grid g, double west, double south, double east, double north)
{
    return (struct extent){
        .west = (west - g.x0_deg) / g.dx_deg,
        .north = (g.y0_deg - north) / g.dy_deg,
        .east = (east - g.x0_deg) / g.dx_deg,
        .south = (g.y0_deg - south) / g.dy_deg,
    };
}

static bool is_counted(const struct catalog *c, const struct combination *m, int grid)
{
    for (int i = 0; i < m->term_count; i++) {
        if (m->terms[i].coefficient != 0 && c->fields[m->terms[i].field].grid == grid) {
            return true;
        }
    }
    return false;
}

/* @return catalog index, -1 = none of them. Of equal cells the first grid. */
static int finest(const struct catalog *c, const struct combination *m)
{
    int best = -1;
    for (int i = 0; i < c->grid_count; i++) {
        const struct grid *g = &c->grids[i], *b = best < 0 ? NULL : &c->grids[best];
        if ((b == NULL || g->dx_deg * g->dy_deg < b->dx_deg * b->dy_deg) && is_counted(c, m, i)) {
            best = i;
        }
    }
    return best;
}

static struct extent ground_of_all(const struct catalog *c, const struct combination *m,
                                   struct grid of)
{
    struct extent all = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i < c->grid_count; i++) {
        if (!is_counted(c, m, i)) {
            continue;
        }
        struct grid g = c->grids[i];
        struct extent one = extent_of(of, g.x0_deg, grid_edge_lat_deg(g, 0, g.ny),
                                      grid_edge_lon_deg(g, 0, g.nx), g.y0_deg);
        all.west = fmin(all.west, one.west);
        all.north = fmin(all.north, one.north);
        all.east = fmax(all.east, one.east);
        all.south = fmax(all.south, one.south);
    }
    return all;
}

static struct extent in_whole_cells(struct extent of)
{
    return (struct extent){floor(of.west + SAME_EDGE), floor(of.north + SAME_EDGE),
                           ceil(of.east - SAME_EDGE), ceil(of.south - SAME_EDGE)};
}

static struct extent common(struct extent a, struct extent b)
{
    return (struct extent){fmax(a.west, b.west), fmax(a.north, b.north), fmin(a.east, b.east),
                           fmin(a.south, b.south)};
}

static enum err check_size(double nx, double ny, int64_t max_cells, struct why *why)
{
    if (nx * ny <= (double)max_cells && nx <= EXPORT_MAX_SIDE && ny <= EXPORT_MAX_SIDE) {
        return ERR_OK;
    }
    why_set(why, ERR_TOO_LARGE, "bbox", "This map has %.0f x %.0f cells: too many for one file.",
            nx, ny);
    why_allow(why,
              "bbox=west,south,east,north that cuts out at most %" PRId64 " cells, no side "
              "longer than %d",
              max_cells, EXPORT_MAX_SIDE);
    return ERR_TOO_LARGE;
}

static enum err nothing_there(struct why *why, struct grid g, struct extent all)
{
    why_set(why, ERR_NOT_FOUND, "bbox", "The map has no cell in this box.");
    why_allow(why, "a box that meets %.6g,%.6g,%.6g,%.6g", g.x0_deg + all.west * g.dx_deg,
              g.y0_deg - all.south * g.dy_deg, g.x0_deg + all.east * g.dx_deg,
              g.y0_deg - all.north * g.dy_deg);
    return ERR_NOT_FOUND;
}

enum err export_grid_choose(const struct catalog *c, const struct combination *m, const double *box,
                            int64_t max_cells, struct grid *out, struct why *why)
{
    int which = finest(c, m);
    if (which < 0) {
        return why_set(why, ERR_NOT_FOUND, NULL,
                       "Nothing of what is asked for has a place on the map.");
    }
    struct grid g = c->grids[which];
    struct extent all = in_whole_cells(ground_of_all(c, m, g)), cut = all;
    if (box != NULL) {
        cut = common(all, in_whole_cells(extent_of(g, box[0], box[1], box[2], box[3])));
    }
    double nx = cut.east - cut.west, ny = cut.south - cut.north;
    if (nx < 1 || ny < 1) {
        return nothing_there(why, g, all);
    }
    enum err e = check_size(nx, ny, max_cells, why);
    if (e == ERR_OK) {
        *out = (struct grid){
            .x0_deg = g.x0_deg + cut.west * g.dx_deg,
            .y0_deg = g.y0_deg - cut.north * g.dy_deg,
            .dx_deg = g.dx_deg,
            .dy_deg = g.dy_deg,
            .nx = (int32_t)nx,
            .ny = (int32_t)ny,
        };
    }
    return e;
}
