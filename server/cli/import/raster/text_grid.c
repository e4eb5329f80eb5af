#include "cli/import/raster/text_grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void close_text(struct raster_source *s)
{
    struct text_grid *g = s->file;
    if (g != NULL) {
        free(g->values);
        free(g->from_row);
    }
    free(g);
}

static enum err read_rows(struct raster_source *s, int32_t row, int32_t rows, double *values,
                          unsigned char *is_nodata, struct why *why)
{
    (void)why;
    const struct text_grid *g = s->file;
    const double *from = g->values + (size_t)row * (size_t)s->nx;
    size_t n = (size_t)rows * (size_t)s->nx;
    for (size_t i = 0; i < n; i++) {
        values[i] = from[i];
        is_nodata[i] = isnan(from[i]) || from[i] == s->spec->fill;
    }
    return ERR_OK;
}

enum err text_grid_make(struct raster_source *s, struct text_grid *g, struct why *why)
{
    int64_t cells = (int64_t)s->nx * s->ny;
    if (cells < 1 || cells > TEXT_GRID_MAX_CELLS) {
        return why_set(why, ERR_TOO_LARGE, s->spec->name,
                       "%s needs %d x %d cells, and a text may have %lld; convert it to GeoTIFF or "
                       "netCDF",
                       s->spec->name, (int)s->nx, (int)s->ny, (long long)TEXT_GRID_MAX_CELLS);
    }
    g->values = malloc((size_t)cells * sizeof *g->values);
    g->from_row = calloc((size_t)cells, sizeof *g->from_row);
    if (g->values == NULL || g->from_row == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int64_t i = 0; i < cells; i++) {
        g->values[i] = NAN;
    }
    return ERR_OK;
}

enum err text_grid_open(struct raster_source *s, struct why *why)
{
    struct text_grid *g = calloc(1, sizeof *g);
    if (g == NULL) {
        return ERR_NO_MEMORY;
    }
    s->file = g;
    s->read = read_rows;
    s->close = close_text;
    s->covered_days = NAN;
    s->is_computed = true;
    s->is_degrees = s->spec->crs[0] == '\0' || strcmp(s->spec->crs, "EPSG:4326") == 0;
    bool is_table = s->spec->form == RASTER_TABLE;
    snprintf(s->driver, sizeof s->driver, "%s", is_table ? "text table" : "text list");
    enum err e = is_table ? text_table_read(s, g, why) : text_list_read(s, g, why);
    if (e == ERR_OK) {
        e = issues_verdict(s->issues, why);
    }
    if (e != ERR_OK) {
        raster_source_close(s);
    }
    return e;
}
