#include "cli/import/cells.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/sum.h"

#define BLOCK_BYTES (GRID_BLOCK_CELLS * 4)

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
};

static enum err row_new(struct row *row, int32_t nx)
{
    row->values = calloc((size_t)nx, sizeof *row->values);
    row->is_nodata = calloc((size_t)nx, 1);
    return row->values != NULL && row->is_nodata != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static void row_free(struct row *row)
{
    free(row->values);
    free(row->is_nodata);
}

static uint32_t big_endian_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return htobe32(bits);
}

static float stored(double value, unsigned char is_nodata)
{
    return is_nodata ? NAN : (float)value;
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

static void take_row(struct cells_summary *to, struct sum sums[3], struct digest *digest,
                     uint32_t *bits, const struct row *row, int32_t nx)
{
    for (int32_t i = 0; i < nx; i++) {
        float cell = stored(row->values[i], row->is_nodata[i]);
        bits[i] = big_endian_bits(cell);
        if (isnan(cell)) {
            bits[i] = htobe32(0x7fc00000); /* one NaN: the digest must not see others */
            continue;
        }
        to->count++;
        to->positive += cell > 0;
        sum_add(&sums[0], row->values[i]);
        sum_add(&sums[1], (double)cell);
        sum_add(&sums[2], (double)cell * (double)cell);
    }
    digest_add(digest, bits, (size_t)nx * sizeof *bits);
}

static enum err summarise_rows(const struct cell_source *from, struct issues *issues,
                               struct row *row, uint32_t *bits, struct digest *digest,
                               struct cells_summary *out, struct why *why)
{
    struct grid g = from->grid;
    struct sum sums[3] = {{0, 0}, {0, 0}, {0, 0}};
    for (int32_t y = 0; y < g.ny && !issues_are_full(issues); y++) {
        enum err e = from->row(from->context, y, row->values, row->is_nodata, why);
        if (e != ERR_OK) {
            return e;
        }
        for (int32_t x = 0; x < g.nx && !issues_are_full(issues); x++) {
            if (!row->is_nodata[x] && !(row->values[x] >= 0 && row->values[x] <= 3e38)) {
                check_cell(row->values[x], from->file, x, y, issues);
            }
        }
        take_row(out, sums, digest, bits, row, g.nx);
    }
    out->total_read = sum_value(sums[0]);
    out->total = sum_value(sums[1]);
    out->sum_sq = sum_value(sums[2]);
    return ERR_OK;
}

enum err cells_summarise(const struct cell_source *from, struct issues *issues,
                         struct cells_summary *out, struct why *why)
{
    struct grid g = from->grid;
    struct row row = {0};
    struct digest *digest = digest_new();
    uint32_t *bits = calloc((size_t)g.nx, sizeof *bits);
    enum err e = row_new(&row, g.nx);
    if (digest == NULL || bits == NULL) {
        e = ERR_NO_MEMORY;
    }
    struct cells_summary s = {.count = 0};
    if (e == ERR_OK) {
        digest_add(digest, "raster", 6);
        digest_add(digest, &g, sizeof g); /* no padding: four doubles, two int32 */
        e = summarise_rows(from, issues, &row, bits, digest, &s, why);
    }
    if (e == ERR_OK) {
        digest_hex(digest, s.sha256);
        *out = s;
    }
    digest_free(digest);
    free(bits);
    row_free(&row);
    return e;
}

/* One row of blocks while it fills. */
struct strip {
    int32_t blocks;       /* across */
    unsigned char *cells; /* blocks x BLOCK_BYTES */
};

static void strip_clear(struct strip *s)
{
    uint32_t nan_bits = htobe32(0x7fc00000);
    uint32_t *cells = (void *)s->cells;
    for (size_t i = 0; i < (size_t)s->blocks * GRID_BLOCK_CELLS; i++) {
        cells[i] = nan_bits;
    }
}

static void strip_take(struct strip *s, const struct row *row, int32_t nx, int32_t row_in_block)
{
    uint32_t *cells = (void *)s->cells;
    for (int32_t x = 0; x < nx; x++) {
        float cell = stored(row->values[x], row->is_nodata[x]);
        if (!isnan(cell)) {
            cells[(x / GRID_BLOCK) * GRID_BLOCK_CELLS + row_in_block * GRID_BLOCK +
                  x % GRID_BLOCK] = big_endian_bits(cell);
        }
    }
}

static void strip_emit(const struct strip *s, int32_t by, cells_block *each, void *context)
{
    for (int32_t bx = 0; bx < s->blocks; bx++) {
        const unsigned char *cells = s->cells + (size_t)bx * BLOCK_BYTES;
        int32_t count = 0;
        float min = INFINITY;
        float max = -INFINITY;
        struct sum sum = {0, 0};
        for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
            uint32_t bits;
            float cell;
            memcpy(&bits, cells + (size_t)i * 4, 4);
            bits = be32toh(bits);
            memcpy(&cell, &bits, 4);
            if (!isnan(cell)) {
                count++;
                sum_add(&sum, (double)cell);
                min = fminf(min, cell);
                max = fmaxf(max, cell);
            }
        }
        if (count > 0) {
            each(context, bx, by, cells, count, sum_value(sum), min, max);
        }
    }
}

enum err cells_pack(const struct cell_source *from, cells_block *each, void *context,
                    struct why *why)
{
    struct grid g = from->grid;
    struct strip strip = {.blocks = (g.nx + GRID_BLOCK - 1) / GRID_BLOCK};
    strip.cells = malloc((size_t)strip.blocks * BLOCK_BYTES);
    struct row row = {0};
    enum err e = row_new(&row, g.nx);
    if (strip.cells == NULL) {
        e = ERR_NO_MEMORY;
    }
    for (int32_t y = 0; y < g.ny && e == ERR_OK; y++) {
        if (y % GRID_BLOCK == 0) {
            strip_clear(&strip);
        }
        e = from->row(from->context, y, row.values, row.is_nodata, why);
        if (e != ERR_OK) {
            break;
        }
        strip_take(&strip, &row, g.nx, y % GRID_BLOCK);
        if (y % GRID_BLOCK == GRID_BLOCK - 1 || y == g.ny - 1) {
            strip_emit(&strip, y / GRID_BLOCK, each, context);
        }
    }
    free(strip.cells);
    row_free(&row);
    return e;
}
