#include "cli/import/field/cells.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/sum.h"

static enum err row_of_raster(void *context, int32_t y, double *values, unsigned char *is_nodata,
                              struct why *why)
{
    return raster_row(context, y, values, is_nodata, why);
}

struct cell_source cells_of_raster(struct raster *of, const char *file)
{
    return (struct cell_source){raster_grid(of), file, row_of_raster, of};
}

struct row {
    double *values;
    unsigned char *is_nodata;
    float *stored;
    uint32_t *bits; /* of the stored, big-endian */
};

static enum err row_new(struct row *row, int32_t nx)
{
    row->values = calloc((size_t)nx, sizeof *row->values);
    row->is_nodata = calloc((size_t)nx, 1);
    row->stored = calloc((size_t)nx, sizeof *row->stored);
    row->bits = calloc((size_t)nx, sizeof *row->bits);
    return row->values != NULL && row->is_nodata != NULL && row->stored != NULL && row->bits != NULL
               ? ERR_OK
               : ERR_NO_MEMORY;
}

static void row_free(struct row *row)
{
    free(row->values);
    free(row->is_nodata);
    free(row->stored);
    free(row->bits);
}

static uint32_t big_endian_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return htobe32(bits);
}

static void check_cell(double value, const char *file, int32_t col, int32_t row,
                       struct issues *issues)
{
    struct place at = {.file = file, .is_pixel = true, .pixel_col = col, .pixel_row = row};
    if (isnan(value)) {
        issues_add(issues, at,
                   "is NaN, which the file does not declare as its no-data value; declare it "
                   "(gdal_edit.py "
                   "-a_nodata nan), or fill the cell");
    } else if (isinf(value) || value > 3e38) {
        issues_add(issues, at, "is not a finite number (float4); mend or blank the cell");
    } else if (value < 0) {
        issues_add(
            issues, at,
            "is %g, and a mass or weight must not be negative; mend the cell, or declare the value "
            "as no data",
            value);
    }
}

static void take_row(struct cells_summary *to, struct sum sums[3], struct row *row, int32_t nx)
{
    for (int32_t i = 0; i < nx; i++) {
        float cell = row->is_nodata[i] ? NAN : (float)row->values[i];
        row->stored[i] = cell;
        row->bits[i] = big_endian_bits(cell);
        if (isnan(cell)) {
            row->bits[i] = htobe32(0x7fc00000); /* one NaN: the digest must not see others */
            continue;
        }
        to->count++;
        to->positive += cell > 0;
        sum_add(&sums[0], row->values[i]);
        sum_add(&sums[1], (double)cell);
        sum_add(&sums[2], (double)cell * (double)cell);
    }
}

static void check_row(const struct cell_source *from, const struct row *row, int32_t y,
                      struct issues *issues)
{
    for (int32_t x = 0; x < from->grid.nx; x++) {
        if (!row->is_nodata[x] && !(row->values[x] >= 0 && row->values[x] <= 3e38) &&
            !issues_are_full(issues)) {
            check_cell(row->values[x], from->file, x, y, issues);
        }
    }
}

struct sinks {
    cells_taker *take;
    void *context;
    struct digest *digest;
};

static enum err read_rows(const struct cell_source *from, struct issues *issues, struct row *row,
                          const struct sinks *to, struct cells_summary *out, struct why *why)
{
    struct grid g = from->grid;
    struct sum sums[3] = {{0, 0}, {0, 0}, {0, 0}};
    int before = issues->count;
    for (int32_t y = 0; y < g.ny && !issues_are_full(issues); y++) {
        enum err e = from->row(from->context, y, row->values, row->is_nodata, why);
        if (e != ERR_OK) {
            return e;
        }
        check_row(from, row, y, issues);
        if (issues->count > before) {
            continue;
        }
        take_row(out, sums, row, g.nx);
        digest_add(to->digest, row->bits, (size_t)g.nx * sizeof *row->bits);
        e = to->take(to->context, y, row->stored, why);
        if (e != ERR_OK) {
            return e;
        }
    }
    out->total_read = sum_value(sums[0]);
    out->total = sum_value(sums[1]);
    out->sum_sq = sum_value(sums[2]);
    return ERR_OK;
}

enum err cells_read(const struct cell_source *from, struct issues *issues, cells_taker *take,
                    void *context, struct cells_summary *out, struct why *why)
{
    struct row row = {0};
    const struct sinks to = {take, context, digest_new()};
    enum err e = row_new(&row, from->grid.nx);
    struct cells_summary s = {.count = 0};
    if (to.digest == NULL) {
        e = ERR_NO_MEMORY;
    }
    if (e == ERR_OK) {
        digest_add(to.digest, "raster", 6);
        digest_add(to.digest, &from->grid, sizeof from->grid); /* no padding: 4 doubles, 2 int32 */
        e = read_rows(from, issues, &row, &to, &s, why);
    }
    if (e == ERR_OK) {
        digest_hex(to.digest, s.sha256);
        *out = s;
    }
    digest_free(to.digest);
    row_free(&row);
    return e;
}
