/* A band of a raster that GDAL opens the classic way: GeoTIFF, ASCII grid, GRIB, GeoPackage ... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "cli/import/table/number_text.h"
#include "cli/import/raster/raster_missing.h"
#include "cli/import/raster/raster_source.h"

struct band_file {
    GDALDatasetH dataset;
    GDALRasterBandH band;
    int number;
    GDALRasterBandH mask; /* NULL = none: what is 0 in it is no data */
    struct raster_missing missing;
    double scale, offset;
};

static void close_band(struct raster_source *s)
{
    struct band_file *f = s->file;
    if (f != NULL && f->dataset != NULL) {
        GDALClose(f->dataset);
    }
    free(f);
}

/* Number from 1 of the band of this description, or of this number; 0 = none, or two. */
static int find_band(GDALDatasetH dataset, const char *name)
{
    int count = GDALGetRasterCount(dataset);
    int found = 0;
    for (int i = 1; i <= count; i++) {
        const char *description = GDALGetDescription(GDALGetRasterBand(dataset, i));
        if (description != NULL && strcmp(description, name) == 0) {
            if (found != 0) {
                return 0; /* neither is meant for sure */
            }
            found = i;
        }
    }
    int64_t number;
    if (found == 0 && number_text_int(name, 1, count, &number)) {
        return (int)number;
    }
    return found;
}

static enum err choose_band(struct raster_source *s, struct band_file *f, struct why *why)
{
    const char *name = s->spec->band;
    int count = GDALGetRasterCount(f->dataset);
    f->number = name[0] != '\0' ? find_band(f->dataset, name) : count == 1;
    if (f->number == 0 && name[0] == '\0') {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s has %d bands; name one of them with \"band\" (--explain lists them)",
                       s->spec->name, count);
    }
    if (f->number == 0) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: band = '%.60s': is no band of this raster, or two have the name; see "
                       "its bands with fluxgrid import --explain, or give the band's number",
                       s->spec->name, name);
    }
    f->band = GDALGetRasterBand(f->dataset, f->number);
    if (GDALDataTypeIsComplex(GDALGetRasterDataType(f->band))) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: band %d holds complex numbers, not masses or weights; write real ones",
                       s->spec->name, f->number);
    }
    const char *description = GDALGetDescription(f->band);
    snprintf(s->what, sizeof s->what, "band %d%s%.100s", f->number,
             description != NULL && description[0] != '\0' ? ", " : "",
             description != NULL ? description : "");
    return ERR_OK;
}

static enum err read_rows(struct raster_source *s, int32_t row, int32_t rows, double *values,
                          unsigned char *is_nodata, struct why *why)
{
    struct band_file *f = s->file;
    CPLErrorReset();
    if (GDALRasterIO(f->band, GF_Read, 0, row, s->nx, rows, values, s->nx, rows, GDT_Float64, 0,
                     0) != CE_None ||
        (f->mask != NULL && GDALRasterIO(f->mask, GF_Read, 0, row, s->nx, rows, is_nodata, s->nx,
                                         rows, GDT_Byte, 0, 0) != CE_None)) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: band %d cannot be read in rows %d to %d: %s; the file is cut short or "
                       "damaged, fetch it again",
                       s->spec->name, f->number, (int)row, (int)(row + rows - 1),
                       raster_gdal_said());
    }
    size_t n = (size_t)s->nx * (size_t)rows;
    for (size_t i = 0; i < n; i++) {
        double v = values[i];
        is_nodata[i] = (f->mask != NULL && is_nodata[i] == 0) || raster_is_missing(&f->missing, v);
        values[i] = v * f->scale + f->offset;
    }
    return ERR_OK;
}

static void read_band_facts(struct raster_source *s, struct band_file *f)
{
    int has;
    double nodata = GDALGetRasterNoDataValue(f->band, &has);
    f->missing.is_float4 = GDALGetRasterDataType(f->band) == GDT_Float32;
    if (has) {
        raster_missing_add(&f->missing, nodata);
    }
    if (!isnan(s->spec->fill)) {
        raster_missing_add(&f->missing, s->spec->fill);
    }
    if (GDALGetMaskFlags(f->band) == GMF_PER_DATASET) {
        f->mask = GDALGetMaskBand(f->band);
    }
    double scale = GDALGetRasterScale(f->band, &has);
    f->scale = has ? scale : 1.0;
    double offset = GDALGetRasterOffset(f->band, &has);
    f->offset = has ? offset : 0.0;
    const char *unit = GDALGetRasterUnitType(f->band);
    if (unit == NULL || unit[0] == '\0') {
        unit = GDALGetMetadataItem(f->band, "GRIB_UNIT", NULL);
    }
    snprintf(s->unit, sizeof s->unit, "%s", unit != NULL ? unit : "");
    raster_missing_write(&f->missing, s->fill, sizeof s->fill);
    if (f->mask != NULL) {
        snprintf(s->fill, sizeof s->fill, "the file's mask");
    }
    if (f->scale != 1.0 || f->offset != 0.0) {
        snprintf(s->packing, sizeof s->packing, "x %.10g + %.10g", f->scale, f->offset);
    }
}

/* An origin that is the first cell's centre, where the file takes it for a corner. */
static void shift_half_a_cell(double t[6])
{
    t[0] -= (t[1] + t[2]) / 2;
    t[3] -= (t[4] + t[5]) / 2;
}

static enum err read_position(struct raster_source *s, struct band_file *f)
{
    OGRSpatialReferenceH srs = GDALGetSpatialRef(f->dataset);
    char *wkt = NULL;
    if (srs != NULL && OSRExportToWkt(srs, &wkt) == OGRERR_NONE && wkt != NULL) {
        s->crs = strdup(wkt);
    }
    CPLFree(wkt);
    double *t = s->affine;
    if (GDALGetGeoTransform(f->dataset, t) != CE_None) {
        return ERR_OK; /* the manifest may know */
    }
    const char *area_or_point = GDALGetMetadataItem(f->dataset, "AREA_OR_POINT", NULL);
    bool is_point = area_or_point != NULL && strcmp(area_or_point, "Point") == 0;
    snprintf(s->registration, sizeof s->registration, "%s",
             is_point ? "centres (the file says Point)" : "cell edges, as the file says");
    if (s->spec->registration == RASTER_CENTRE) {
        shift_half_a_cell(t);
        snprintf(s->registration, sizeof s->registration, "centres (declared)");
    }
    s->is_turned = t[2] != 0 || t[4] != 0;
    if (!s->is_turned) {
        s->x_edges = raster_edges_regular(t[0], t[1], s->nx);
        s->y_edges = raster_edges_regular(t[3], t[5], s->ny);
        return s->x_edges != NULL && s->y_edges != NULL ? ERR_OK : ERR_NO_MEMORY;
    }
    return ERR_OK;
}

static enum err open_band(struct raster_source *s, struct band_file *f, struct why *why)
{
    enum err e = raster_check_size(s->spec, GDALGetRasterXSize(f->dataset),
                                   GDALGetRasterYSize(f->dataset), why);
    if (e == ERR_OK) {
        e = choose_band(s, f, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    s->nx = GDALGetRasterXSize(f->dataset);
    s->ny = GDALGetRasterYSize(f->dataset);
    GDALDriverH driver = GDALGetDatasetDriver(f->dataset);
    snprintf(s->driver, sizeof s->driver, "%s", GDALGetDriverShortName(driver));
    read_band_facts(s, f);
    return read_position(s, f);
}

enum err raster_band_open(struct raster_source *s, struct why *why)
{
    struct band_file *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return ERR_NO_MEMORY;
    }
    s->file = f;
    s->read = read_rows;
    s->close = close_band;
    s->covered_days = NAN;
    f->dataset = raster_gdal_open(s->spec, GDAL_OF_RASTER, why);
    enum err e = f->dataset != NULL ? open_band(s, f, why) : ERR_INPUT;
    if (e != ERR_OK) {
        raster_source_close(s);
    }
    return e;
}
