/* raster_source.h - a raster as its file has it: size, position, rows, and what the file says.
 *
 * Three kinds of files end here: GDAL's bands (raster_band.c), GDAL's arrays with named dimensions
 * (raster_array.c) and texts (text_grid.c). What follows (raster.c) knows no file any more. Rows
 * and columns are in the file's order. One thread.
 */
#ifndef IMPORT_RASTER_SOURCE_H
#define IMPORT_RASTER_SOURCE_H

#include <stdint.h>

#include "cli/import/issues.h"
#include "cli/import/raster/raster_spec.h"
#include "cli/import/raster/units.h"

#define RASTER_MAX_CELLS INT32_MAX

struct raster_source {
    const struct raster_spec *spec;
    struct issues *issues;
    int32_t nx, ny;
    /* Position: edges of columns and rows in file order, in degrees or in units of the CRS; or a
     * turned affine transform (GDAL's six numbers). Neither: the file has none. */
    double *x_edges, *y_edges; /* nx + 1, ny + 1; malloc */
    bool is_turned;
    double affine[6];
    bool is_computed; /* edges are computed from rounded coordinates: they may be tidied */
    bool is_degrees;  /* the axes say that they are longitude and latitude */
    char *crs;        /* WKT; malloc; NULL = none */
    char unit[72];    /* as the file states it; "" = not */
    enum unit_calendar calendar;
    bool has_calendar;
    double covered_days; /* that the file says a value stands for; NaN = not said */
    char driver[32];
    char registration[96]; /* in words */
    char what[160];        /* band or variable, what was selected */
    char packing[96];      /* scale and offset, in words */
    char fill[64];         /* the no-data value in words; "" = none */
    /** Reads `rows` rows from `row` on. */
    enum err (*read)(struct raster_source *s, int32_t row, int32_t rows, double *values,
                     unsigned char *is_nodata, struct why *why);
    void (*close)(struct raster_source *s);
    void *file; /* of the kind */
};

/** Open by kind. The struct is zero but for spec and issues; on failure nothing is left open. */
enum err raster_band_open(struct raster_source *s, struct why *why) MUST_CHECK;
enum err raster_array_open(struct raster_source *s, struct why *why) MUST_CHECK;
enum err text_grid_open(struct raster_source *s, struct why *why) MUST_CHECK;
void raster_source_close(struct raster_source *s);

/** Edges of cells around n ascending or descending centres, or from their south-west corners.
 *  @param is_latitude  its end cells may be half cells at the poles.
 *  @return n + 1 numbers, malloc; NULL without memory or when centres do not ascend or descend. */
double *raster_edges_around(const double *centres, int32_t n, bool is_corner, bool is_latitude);
double *raster_edges_regular(double first, double step, int32_t n);

/** Is a file so much smaller than its cells that it can only be a trap?
 *  @return ERR_TOO_LARGE with the figures. */
enum err raster_check_size(const struct raster_spec *spec, int64_t nx, int64_t ny,
                           struct why *why) MUST_CHECK;

/** What GDAL complained of last, for the end of a sentence. */
const char *raster_gdal_said(void);
void raster_gdal_ready(void); /* drivers, limits, no side files */
/** Opens with the closed list of drivers. @return NULL when it is none of them. */
void *raster_gdal_open(const struct raster_spec *spec, unsigned flags, struct why *why);

#endif
