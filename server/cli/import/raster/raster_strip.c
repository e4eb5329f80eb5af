#include "cli/import/raster/raster_strip.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define STRIP_CELLS ((int64_t)2 << 20)

enum err raster_strip_init(struct raster_strip *strip, struct raster_source *source)
{
    int64_t rows = STRIP_CELLS / source->nx;
    rows = rows < 1 ? 1 : rows > source->ny ? source->ny : rows;
    *strip = (struct raster_strip){.source = source, .rows = (int32_t)rows, .base = -1};
    size_t cells = (size_t)rows * (size_t)source->nx;
    strip->values = malloc(cells * sizeof *strip->values);
    strip->is_nodata = malloc(cells);
    strip->is_checked = calloc((size_t)(source->ny / rows) + 1, 1);
    return strip->values != NULL && strip->is_nodata != NULL && strip->is_checked != NULL
               ? ERR_OK
               : ERR_NO_MEMORY;
}

void raster_strip_fini(struct raster_strip *strip)
{
    free(strip->values);
    free(strip->is_nodata);
    free(strip->is_checked);
    *strip = (struct raster_strip){0};
}

static void refuse_cell(const struct raster_source *s, int32_t col, int32_t row, double value)
{
    struct place at = {.file = s->spec->name, .is_pixel = true, .pixel_col = col, .pixel_row = row};
    if (isnan(value)) {
        issues_add(s->issues, at,
                   "is NaN, which the file does not declare as its no-data value; declare it "
                   "(gdal_edit.py -a_nodata nan), or fill the cell");
    } else if (isinf(value) || value > 3e38) {
        issues_add(s->issues, at, "is not a finite number (float4); mend or blank the cell");
    } else {
        issues_add(s->issues, at,
                   "is %g, and a mass or weight must not be negative; mend the cell, or declare "
                   "the value as no data (\"fill\")",
                   value);
    }
}

static void check(struct raster_strip *strip, int32_t rows)
{
    struct raster_source *s = strip->source;
    size_t n = (size_t)rows * (size_t)s->nx;
    bool is_new = strip->is_checked[strip->base / strip->rows] == 0;
    strip->is_checked[strip->base / strip->rows] = 1;
    for (size_t i = 0; i < n; i++) {
        double v = strip->values[i];
        if (strip->is_nodata[i] || (v >= 0 && v <= 3e38)) {
            if (is_new && !strip->is_nodata[i]) {
                sum_add(&strip->sum, v);
            }
            continue;
        }
        if (is_new && !issues_are_full(s->issues)) {
            refuse_cell(s, (int32_t)(i % (size_t)s->nx), strip->base + (int32_t)(i / (size_t)s->nx),
                        v);
        }
        strip->is_nodata[i] = 1;
    }
}

enum err raster_strip_row(struct raster_strip *strip, int32_t row, const double **values,
                          const unsigned char **is_nodata, struct why *why)
{
    struct raster_source *s = strip->source;
    int32_t base = row / strip->rows * strip->rows;
    if (base != strip->base) {
        int32_t rows = s->ny - base < strip->rows ? s->ny - base : strip->rows;
        strip->base = -1;
        enum err e = s->read(s, base, rows, strip->values, strip->is_nodata, why);
        if (e != ERR_OK) {
            return e;
        }
        strip->base = base;
        check(strip, rows);
    }
    size_t at = (size_t)(row - base) * (size_t)s->nx;
    *values = strip->values + at;
    *is_nodata = strip->is_nodata + at;
    return ERR_OK;
}
