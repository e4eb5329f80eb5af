/* raster_internal.h - shared by the parts of raster.h's implementation. */
#ifndef IMPORT_RASTER_INTERNAL_H
#define IMPORT_RASTER_INTERNAL_H

#include "cli/import/raster/raster.h"
#include "cli/import/raster/raster_axes.h"
#include "cli/import/raster/raster_quads.h"

#define RASTER_CACHED_ROWS 4

struct raster_cached { /* a source row as columns of the target */
    int32_t source;    /* -1 = nothing */
    double *values;
    unsigned char *is_nodata;
};

struct raster {
    const struct raster_spec *spec;
    struct issues *issues;
    struct raster_source source;
    struct raster_strip strip;
    struct raster_crs *crs; /* NULL = the axes are WGS 84's */
    struct grid grid;
    /* One of the two ways to it: */
    struct raster_axis lon, lat;
    struct raster_quads *quads;
    struct raster_cached cached[RASTER_CACHED_ROWS];
    int next_cached;
    /* Of the values: */
    bool is_density;    /* per area; rows are then times km2 */
    double tonnes;      /* in one of them, over the period, of a cell or a km2 */
    char unit_used[72]; /* "" for weights */
    bool is_unit_of_file;
    int days; /* of the period, by the calendar */
};

/** What a value is: unit, area, period; contradictions between file and manifest are refused. */
enum err raster_read_unit(struct raster *r, struct why *why) MUST_CHECK;
/** From where the cells are to the grid. */
enum err raster_read_place(struct raster *r, struct why *why) MUST_CHECK;

#endif
