/* fuzz_binary.c - bytes that GDAL is given or hands out: the head of a classic netCDF file, which
 * is whole or says where it ends, and a geometry as WKB, of which every line handed out lies
 * within. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/raster/netcdf3.h"
#include "cli/import/vector/wkb.h"
#include "fuzz.h"
#include "fuzz_file.h"
#include "fuzz_said.h"

/* What is whole stays whole with more behind it; what is cut is so with less. */
static void fuzz_netcdf3(const uint8_t *data, size_t size)
{
    static const uint8_t more[64];
    struct why why = {.code = ERR_OK}, again = {.code = ERR_OK};
    enum err e = netcdf3_check_whole(fuzz_file(data, size), "t.nc", &why);
    check(e == ERR_OK || e == ERR_INPUT);
    if (e != ERR_OK) {
        check_why(&why, e);
        return;
    }
    uint8_t *longer = malloc(size + sizeof more);
    if (longer == NULL)
        return;
    if (size > 0)
        memcpy(longer, data, size);
    memcpy(longer + size, more, sizeof more);
    check(size < 4 ||
          netcdf3_check_whole(fuzz_file(longer, size + sizeof more), "t.nc", &again) == ERR_OK);
    free(longer);
}

struct walked {
    size_t points, parts;
    int last; /* part */
};

static enum err take_part(void *context, enum wkb_part part, const double *lonlat, size_t n)
{
    struct walked *w = context;
    double sum = 0;
    check(part != WKB_HOLE || w->last == WKB_RING || w->last == WKB_HOLE);
    for (size_t i = 0; i < 2 * n; i++)
        sum += lonlat[i];
    w->points += n + (sum == 0.123);
    w->parts++;
    w->last = (int)part;
    return ERR_OK;
}

static void fuzz_wkb(const uint8_t *data, size_t size)
{
    struct walked w = {.last = -1};
    enum err e = wkb_walk(data, size, take_part, &w);
    check(e == ERR_OK || e == ERR_INTERNAL);
    check(w.points * 16 + w.parts * 4 <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_netcdf3(data, size);
    fuzz_wkb(data, size);
    return 0;
}
