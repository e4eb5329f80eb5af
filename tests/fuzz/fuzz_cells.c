/* fuzz_cells.c - a text of cells, as a table of places and as a list of values: refused with a
 * reason, or a grid on the globe whose values are those of rows. Its cells written as a table are
 * read as the same grid. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/import/raster/raster_source.h"
#include "fuzz.h"
#include "fuzz_file.h"
#include "fuzz_said.h"

#define CELLS_MAX 4096 /* of a grid that is looked at cell by cell */

static struct raster_spec spec_of(const char *path, enum raster_form form)
{
    struct raster_spec spec = raster_spec_of(path, "t.txt");
    spec.form = form;
    spec.registration = form == RASTER_TABLE ? RASTER_CENTRE : RASTER_AS_FILED;
    return spec;
}

/* @return false when it was refused; then nothing is open. */
static bool open_text(const struct raster_spec *spec, struct raster_source *s)
{
    static struct issues issues;
    struct why why = {.code = ERR_OK};
    issues.count = 0;
    *s = (struct raster_source){.spec = spec, .issues = &issues};
    enum err e = text_grid_open(s, &why);
    check_issues(&issues);
    if (e != ERR_OK && e != ERR_NO_MEMORY)
        check_why(&why, e);
    check(e != ERR_OK || issues.count == 0);
    return e == ERR_OK;
}

static void check_edges(const double *edges, int32_t n)
{
    for (int32_t i = 0; i < n; i++)
        check(isfinite(edges[i]) && edges[i] != edges[i + 1] &&
              (edges[i] < edges[i + 1]) == (edges[0] < edges[n]));
}

/* @return how many cells have data. */
static int check_values(const double *values, const unsigned char *is_nodata, int n)
{
    int count = 0;
    for (int i = 0; i < n; i++) {
        check(is_nodata[i] || isfinite(values[i]));
        count += !is_nodata[i];
    }
    return count;
}

static void write_cells(struct buf *b, const struct raster_source *s, const double *values,
                        const unsigned char *is_nodata)
{
    buf_add_str(b, "lon,lat,value\n");
    for (int32_t i = 0; i < s->nx * s->ny; i++) {
        int32_t col = i % s->nx, row = i / s->nx;
        if (!is_nodata[i])
            buf_printf(b, "%.17g,%.17g,%.17g\n", (s->x_edges[col] + s->x_edges[col + 1]) / 2,
                       (s->y_edges[row] + s->y_edges[row + 1]) / 2, values[i]);
    }
}

/* All cells, so that the size of the grid is told by them. */
static void check_again(const struct raster_source *s, const double *values,
                        const unsigned char *is_nodata)
{
    static double again_values[CELLS_MAX];
    static unsigned char again_nodata[CELLS_MAX];
    struct raster_source again;
    struct why why = {.code = ERR_OK};
    struct buf b;
    buf_init(&b, (size_t)1 << 20);
    write_cells(&b, s, values, is_nodata);
    check(!b.failed);
    struct raster_spec spec = spec_of(fuzz_file(b.data, b.len), RASTER_TABLE);
    spec.step_deg[0] = fabs(s->x_edges[1] - s->x_edges[0]);
    spec.step_deg[1] = fabs(s->y_edges[1] - s->y_edges[0]);
    check(open_text(&spec, &again));
    check(again.nx == s->nx && again.ny == s->ny);
    check(again.read(&again, 0, again.ny, again_values, again_nodata, &why) == ERR_OK);
    check(memcmp(values, again_values, (size_t)s->nx * (size_t)s->ny * sizeof *values) == 0);
    raster_source_close(&again);
    buf_fini(&b);
}

static void fuzz_as(const uint8_t *data, size_t size, enum raster_form form)
{
    static double values[CELLS_MAX];
    static unsigned char is_nodata[CELLS_MAX];
    const struct raster_spec spec = spec_of(fuzz_file(data, size), form);
    struct raster_source s;
    struct why why = {.code = ERR_OK};
    if (!open_text(&spec, &s))
        return;
    check(s.nx >= 1 && s.ny >= 1);
    check_edges(s.x_edges, s.nx);
    check_edges(s.y_edges, s.ny);
    if ((int64_t)s.nx * s.ny <= CELLS_MAX) {
        check(s.read(&s, 0, s.ny, values, is_nodata, &why) == ERR_OK);
        int count = check_values(values, is_nodata, s.nx * s.ny);
        if (form == RASTER_TABLE && count == s.nx * s.ny)
            check_again(&s, values, is_nodata);
    }
    raster_source_close(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_as(data, size, RASTER_TABLE);
    fuzz_as(data, size, RASTER_LIST);
    return 0;
}
