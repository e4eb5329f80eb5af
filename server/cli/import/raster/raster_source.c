/* What the kinds of raster files share: GDAL made ready, size, edges of cells. */
#include "cli/import/raster/raster_source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>

#include "cli/import/raster/hdf5_links.h"
#include "cli/import/raster/netcdf3.h"

#define GDAL_CACHE_BYTES ((GIntBig)64 << 20)
/* A small file may well compress by more; a large one that does is a trap. */
#define SUSPECT_CELLS ((int64_t)1 << 24)
#define SUSPECT_RATIO 1000.0

const char *raster_gdal_said(void)
{
    const char *said = CPLGetLastErrorMsg();
    return said != NULL && said[0] != '\0' ? said : "no reason given";
}

void raster_gdal_ready(void)
{
    GDALAllRegister();
    CPLSetErrorHandler(CPLQuietErrorHandler);
    CPLErrorReset();
    /* A release is what its manifest names: nothing beside a file may change what it says. */
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    CPLSetConfigOption("GTIFF_REPORT_COMPD_CS", "NO");
    GDALSetCacheMax64(GDAL_CACHE_BYTES);
}

/* No driver that follows names inside a file (VRT, WMS, STAC ...): it would reach out of the
 * manifest's folder, and to the net. */
static const char *const drivers[] = {
    "GTiff", "netCDF", "HDF5", "HDF5Image", "GRIB",    "AAIGrid", "GRASSASCIIGrid",
    "GPKG",  "ENVI",   "EHdr", "GSAG",      "GSBG",    "GS7BG",   "SAGA",
    "RST",   "ILWIS",  "BT",   "SRTMHGT",   "USGSDEM", "XYZ",     NULL};

static bool is_listed(const char *driver)
{
    for (int i = 0; drivers[i] != NULL; i++) {
        if (strcmp(drivers[i], driver) == 0) {
            return true;
        }
    }
    return false;
}

/* Files that GDAL reads beside the one that is named must be named as well. */
static enum err check_files(GDALDatasetH dataset, const struct raster_spec *spec, struct why *why)
{
    char **files = GDALGetFileList(dataset);
    enum err e = ERR_OK;
    for (int i = 0; files != NULL && files[i] != NULL && e == ERR_OK; i++) {
        const char *slash = strrchr(files[i], '/');
        const char *name = slash != NULL ? slash + 1 : files[i];
        bool is_named = strcmp(files[i], spec->path) == 0;
        for (int k = 0; spec->companions != NULL && spec->companions[k] != NULL && !is_named; k++) {
            const char *end = strrchr(spec->companions[k], '/');
            is_named = strcmp(end != NULL ? end + 1 : spec->companions[k], name) == 0;
        }
        if (!is_named) {
            e = why_set(why, ERR_INPUT, spec->name,
                        "%s: %.80s is read with it and not named in the manifest; list it under "
                        "\"companions\", or take it away",
                        spec->name, name);
        }
    }
    CSLDestroy(files);
    return e;
}

void *raster_gdal_open(const struct raster_spec *spec, unsigned flags, struct why *why)
{
    const char *one[] = {spec->driver, NULL};
    bool is_given = spec->driver[0] != '\0';
    if (is_given && !is_listed(spec->driver)) {
        (void)why_set(why, ERR_INPUT, spec->name,
                      "%s: driver = '%.40s': is none that is read here; take one of GTiff, netCDF, "
                      "HDF5, GRIB, AAIGrid, GPKG (all: docs/import.md)",
                      spec->name, spec->driver);
        return NULL;
    }
    if (hdf5_links_check(spec->path, spec->name, why) != ERR_OK) {
        return NULL;
    }
    CPLErrorReset();
    GDALDatasetH dataset =
        GDALOpenEx(spec->path, flags | GDAL_OF_READONLY, is_given ? one : drivers, NULL, NULL);
    if (dataset == NULL) {
        (void)why_set(why, ERR_INPUT, spec->name,
                      "%s is no raster that GDAL can read here, or it is cut short: %s; for a text "
                      "of coordinates and values give \"form\"",
                      spec->name, raster_gdal_said());
        return NULL;
    }
    if (check_files(dataset, spec, why) != ERR_OK ||
        netcdf3_check_whole(spec->path, spec->name, why) != ERR_OK) {
        GDALClose(dataset);
        return NULL;
    }
    return dataset;
}

enum err raster_check_size(const struct raster_spec *spec, int64_t nx, int64_t ny, struct why *why)
{
    if (nx < 1 || ny < 1 || nx > RASTER_MAX_CELLS / ny) {
        return why_set(why, ERR_TOO_LARGE, spec->name,
                       "%s has %lld x %lld cells, and 2^31 is the limit; cut it to the country",
                       spec->name, (long long)nx, (long long)ny);
    }
    struct stat about;
    double bytes = stat(spec->path, &about) == 0 ? (double)about.st_size : 0;
    double cells = (double)nx * (double)ny;
    if (cells > (double)SUSPECT_CELLS && cells * 4 > SUSPECT_RATIO * bytes) {
        return why_set(why, ERR_TOO_LARGE, spec->name,
                       "%s declares %lld x %lld cells in %.0f bytes, more than %.0f to 1; cut it "
                       "to the country, or write it less compressed",
                       spec->name, (long long)nx, (long long)ny, bytes, SUSPECT_RATIO);
    }
    return ERR_OK;
}

double *raster_edges_regular(double first, double step, int32_t n)
{
    double *edges = malloc(((size_t)n + 1) * sizeof *edges);
    for (int32_t i = 0; edges != NULL && i <= n; i++) {
        edges[i] = first + (double)i * step;
    }
    return edges;
}

/* Models with half cells at the poles give these cells' own centres: 89, 86, 82 ... for 4 degrees.
 */
static bool has_half_cells(const double *c, int32_t n)
{
    if (n < 5) {
        return false;
    }
    double step = c[2] - c[1];
    double ends[] = {c[1] - c[0], c[n - 1] - c[n - 2]};
    double pole = fabs(c[0]) + fabs(step) / 4;
    return fabs(ends[0] / step - 0.75) < 1e-3 && fabs(ends[1] / step - 0.75) < 1e-3 &&
           fabs(pole - 90) < 1e-3 * fabs(step);
}

double *raster_edges_around(const double *c, int32_t n, bool is_corner, bool is_latitude)
{
    double *edges = malloc(((size_t)n + 1) * sizeof *edges);
    if (edges == NULL || n < 2) {
        free(edges);
        return NULL;
    }
    for (int32_t i = 1; i < n; i++) {
        bool is_ascending = c[1] > c[0];
        if (is_ascending ? !(c[i] > c[i - 1]) : !(c[i] < c[i - 1])) {
            free(edges);
            return NULL;
        }
        edges[i] = is_corner ? c[is_ascending ? i : i - 1] : (c[i] + c[i - 1]) / 2;
    }
    edges[0] = is_corner && c[1] > c[0] ? c[0] : edges[1] - (c[1] - c[0]);
    edges[n] = is_corner && c[1] < c[0] ? c[n - 1] : edges[n - 1] + (c[n - 1] - c[n - 2]);
    if (is_latitude && !is_corner && has_half_cells(c, n)) {
        double step = c[2] - c[1];
        edges[1] = c[1] - step / 2;
        edges[0] = step > 0 ? -90 : 90;
        edges[n - 1] = c[n - 2] + step / 2;
        edges[n] = -edges[0];
    }
    return edges;
}

void raster_source_close(struct raster_source *s)
{
    if (s->close != NULL) {
        s->close(s);
    }
    free(s->x_edges);
    free(s->y_edges);
    free(s->crs);
    *s = (struct raster_source){0};
}
