#include "cli/import/raster/raster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/raster/raster_internal.h"
#include "geo/ellipsoid.h"

static bool is_array_driver(const char *driver)
{
    return strcmp(driver, "netCDF") == 0 || strcmp(driver, "HDF5") == 0;
}

/* Arrays with named dimensions are told by their first bytes: "CDF" or HDF5's signature. */
static bool is_array_file(const struct raster_spec *spec)
{
    unsigned char head[8] = {0};
    FILE *file = fopen(spec->path, "rbe");
    size_t n = file != NULL ? fread(head, 1, sizeof head, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return n == sizeof head &&
           (memcmp(head, "CDF", 3) == 0 || memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0);
}

static enum err open_source(struct raster *r, struct why *why)
{
    r->source.spec = r->spec;
    r->source.issues = r->issues;
    if (r->spec->form != RASTER_GDAL) {
        return text_grid_open(&r->source, why);
    }
    raster_gdal_ready();
    bool is_array =
        r->spec->driver[0] != '\0' ? is_array_driver(r->spec->driver) : is_array_file(r->spec);
    return is_array ? raster_array_open(&r->source, why) : raster_band_open(&r->source, why);
}

enum err raster_open(const struct raster_spec *spec, struct issues *issues, struct raster **out,
                     struct why *why)
{
    struct raster *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return ERR_NO_MEMORY;
    }
    r->spec = spec;
    r->issues = issues;
    enum err e = open_source(r, why);
    if (e == ERR_OK) {
        e = raster_read_unit(r, why);
    }
    if (e == ERR_OK) {
        e = raster_read_place(r, why);
    }
    if (e != ERR_OK) {
        raster_close(r);
        return e;
    }
    *out = r;
    return ERR_OK;
}

void raster_close(struct raster *r)
{
    if (r == NULL) {
        return;
    }
    for (int i = 0; i < RASTER_CACHED_ROWS; i++) {
        free(r->cached[i].values);
        free(r->cached[i].is_nodata);
    }
    raster_quads_free(r->quads);
    raster_axis_fini(&r->lon);
    raster_axis_fini(&r->lat);
    raster_strip_fini(&r->strip);
    raster_crs_free(r->crs);
    raster_source_close(&r->source);
    free(r);
}

struct grid raster_grid(const struct raster *r)
{
    return r->grid;
}

double raster_tonnes_per_unit(const struct raster *r)
{
    return r->tonnes;
}

double raster_file_sum(const struct raster *r)
{
    return r->is_density ? NAN : sum_value(r->strip.sum);
}

/* A source row along the target's columns: masses or weights of what each gets of its cells. */
static void spread(const struct raster *r, int32_t row, const double *values,
                   const unsigned char *is_nodata, struct raster_cached *to)
{
    const struct raster_axis *a = &r->lon;
    double q = r->lat.extent[row];
    for (int32_t t = 0; t < a->n; t++) {
        double sum = 0;
        bool is_any = false;
        for (int32_t i = a->start[t]; i < a->start[t + 1]; i++) {
            int32_t c = a->source[i];
            if (!is_nodata[c]) {
                double km2 = r->is_density ? ellipsoid_area_km2(a->extent[c], 0, q) : 1.0;
                sum += values[c] * km2 * a->weight[i];
                is_any = true;
            }
        }
        to->values[t] = sum;
        to->is_nodata[t] = !is_any;
    }
}

static enum err spread_row(struct raster *r, int32_t row, const struct raster_cached **out,
                           struct why *why)
{
    for (int i = 0; i < RASTER_CACHED_ROWS; i++) {
        if (r->cached[i].source == row) {
            *out = &r->cached[i];
            return ERR_OK;
        }
    }
    struct raster_cached *to = &r->cached[r->next_cached];
    r->next_cached = (r->next_cached + 1) % RASTER_CACHED_ROWS;
    const double *values;
    const unsigned char *is_nodata;
    to->source = -1;
    enum err e = raster_strip_row(&r->strip, row, &values, &is_nodata, why);
    if (e == ERR_OK) {
        spread(r, row, values, is_nodata, to);
        to->source = row;
        *out = to;
    }
    return e;
}

enum err raster_row(struct raster *r, int32_t row, double *values, unsigned char *is_nodata,
                    struct why *why)
{
    if (r->quads != NULL) {
        return raster_quads_row(r->quads, row, values, is_nodata, why);
    }
    for (int32_t t = 0; t < r->grid.nx; t++) {
        values[t] = 0;
        is_nodata[t] = 1;
    }
    for (int32_t i = r->lat.start[row]; i < r->lat.start[row + 1]; i++) {
        const struct raster_cached *from;
        enum err e = spread_row(r, r->lat.source[i], &from, why);
        if (e != ERR_OK) {
            return e;
        }
        for (int32_t t = 0; t < r->grid.nx; t++) {
            values[t] += from->is_nodata[t] ? 0 : from->values[t] * r->lat.weight[i];
            is_nodata[t] &= from->is_nodata[t];
        }
    }
    return ERR_OK;
}
