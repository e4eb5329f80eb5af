/* raster_quads_internal.h - shared by the plan of a regridding and its work. */
#ifndef IMPORT_RASTER_QUADS_INTERNAL_H
#define IMPORT_RASTER_QUADS_INTERNAL_H

#include "cli/import/raster/raster_quads.h"
#include "geo/patch.h"

#define QUADS_MAX_SEGMENTS 16

struct raster_quads {
    struct raster_source *source;
    struct raster_crs *crs;
    struct raster_strip *strip;
    bool is_density;
    int segments;      /* of an edge of a cell */
    double middle_lon; /* longitudes are taken within 180 degrees of it */
    struct grid grid;
    double *q_edges;
    bool is_upward;      /* the file's last row is its northernmost */
    int32_t *first_row;  /* of each source row in working order: no later one reaches north of it */
    int32_t window_rows; /* of the target */
    double *window;      /* window_rows x nx; NaN = nothing has come; row t is at t % window_rows */
    int32_t next_source; /* in working order */
    int32_t next_target; /* the row that is asked for next */
    bool has_line;       /* `line[0]` holds the north edge of next_source */
    double *xy[2];
    struct patch_point *line[2]; /* nx * segments + 1 points of an edge between rows */
    struct patch_point *side;    /* (nx + 1) x (segments - 1) points of edges between columns */
    struct patch patch;
};

/** Place of a point of the source, in columns and rows of it, in its CRS. */
void quads_place(const struct raster_source *s, double col, double row, double *x, double *y);
/** n points to longitude and latitude, in place, longitudes near middle_lon. */
enum err quads_transform(struct raster_quads *q, size_t n, double *x, double *y,
                         struct why *why) MUST_CHECK;
/** Edge segments, target grid, working order and window. */
enum err quads_plan(struct raster_quads *q, struct why *why) MUST_CHECK;

#endif
