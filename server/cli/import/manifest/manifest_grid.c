/* The manifest's "grid": that of points and features where no raster gives one. */
#include <math.h>

#include "cli/import/manifest/manifest_internal.h"

/* A step that is too fine for 2^31 cells, or a grid over the world's edge, is no grid. */
static void check(struct json_reader *r, struct json_node node, const struct grid *g)
{
    double east = g->x0_deg + g->nx * g->dx_deg;
    double south = g->y0_deg - g->ny * g->dy_deg;
    if (east > 180 + 1e-9 || south < -90 - 1e-9) {
        json_issue(r, node, NULL,
                   "reaches over the world's edge (to %g E, %g N); take fewer columns or rows",
                   east, south);
    } else if ((double)g->nx * g->ny > INT32_MAX) {
        json_issue(r, node, NULL, "has more than 2^31 cells; take larger steps");
    }
}

static int32_t count_at(struct json_reader *r, struct json_node node, const char *key)
{
    double n = json_number_at(r, node, key, 1, 1e6, JSON_NEEDED);
    if (!isnan(n) && floor(n) != n) {
        json_issue(r, node, key, "must be a whole number; write how many there are");
    }
    return isnan(n) ? 1 : (int32_t)n;
}

void manifest_grid(struct json_reader *r, struct manifest *m, struct json_node root)
{
    static const char *const keys[] = {"west",    "north", "step_lon", "step_lat",
                                       "columns", "rows",  NULL};
    struct json_node node = json_object_at(r, root, "grid", JSON_OPTIONAL);
    if (node.json == NULL || !json_only(r, node, keys)) {
        return;
    }
    m->grid.x0_deg = json_number_at(r, node, "west", -180, 180, JSON_NEEDED);
    m->grid.y0_deg = json_number_at(r, node, "north", -90, 90, JSON_NEEDED);
    m->grid.dx_deg = json_number_at(r, node, "step_lon", 1e-4, 10, JSON_NEEDED);
    m->grid.dy_deg = json_number_at(r, node, "step_lat", 1e-4, 10, JSON_NEEDED);
    m->grid.nx = count_at(r, node, "columns");
    m->grid.ny = count_at(r, node, "rows");
    check(r, node, &m->grid);
}
