#include "cli/import/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_error.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "cli/import/number_text.h"
#include "cli/import/units.h"

struct raster {
    GDALDatasetH dataset;
    const char *name;
    int band;
    double factor;
    struct grid grid;
};

/* GDAL's complaint of the last call, for the end of a sentence. */
static const char *gdal_said(void)
{
    const char *said = CPLGetLastErrorMsg();
    return said != NULL && said[0] != '\0' ? said : "no reason given";
}

static bool is_wgs84(GDALDatasetH dataset)
{
    OGRSpatialReferenceH srs = GDALGetSpatialRef(dataset);
    if (srs == NULL || !OSRIsGeographic(srs)) {
        return false;
    }
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    bool is_same = OSRImportFromEPSG(wgs84, 4326) == OGRERR_NONE && OSRIsSameGeogCS(srs, wgs84);
    OSRDestroySpatialReference(wgs84);
    return is_same;
}

static enum err check_grid(struct raster *r, struct why *why)
{
    double t[6];
    if (GDALGetGeoTransform(r->dataset, t) != CE_None) {
        return why_set(why, ERR_INPUT, r->name,
                       "%s: has no position (geotransform); write it with gdal_edit.py -a_ullr",
                       r->name);
    }
    if (t[2] != 0 || t[4] != 0) {
        return why_set(
            why, ERR_INPUT, r->name,
            "%s: is rotated, and cells must be square to the axes; warp it with gdalwarp", r->name);
    }
    if (!(t[1] > 0) || !(t[5] < 0)) {
        return why_set(why, ERR_INPUT, r->name,
                       "%s: must be north-up (its first row in the north); turn it with gdalwarp",
                       r->name);
    }
    if (!is_wgs84(r->dataset)) {
        return why_set(
            why, ERR_INPUT, r->name,
            "%s: must be in EPSG:4326 (WGS 84 longitude, latitude); declare or transform its CRS",
            r->name);
    }
    r->grid = (struct grid){
        t[0], t[3], t[1], -t[5], GDALGetRasterXSize(r->dataset), GDALGetRasterYSize(r->dataset)};
    double east = t[0] + t[1] * r->grid.nx;
    double south = t[3] + t[5] * r->grid.ny;
    if (t[0] < -180.0 - 1e-9 || east > 180.0 + 1e-9 || t[3] > 90.0 + 1e-9 || south < -90.0 - 1e-9) {
        return why_set(
            why, ERR_INPUT, r->name,
            "%s: reaches over the world's edge (%g..%g E, %g..%g N); correct its position", r->name,
            t[0], east, south, t[3]);
    }
    if ((int64_t)r->grid.nx * r->grid.ny > INT32_MAX) {
        return why_set(why, ERR_TOO_LARGE, r->name,
                       "%s: has more than 2^31 cells; cut it to the country", r->name);
    }
    return ERR_OK;
}

static int find_band(const struct raster *r, const char *band)
{
    int count = GDALGetRasterCount(r->dataset);
    int found = 0;
    for (int i = 1; i <= count; i++) {
        const char *description = GDALGetDescription(GDALGetRasterBand(r->dataset, i));
        if (description != NULL && strcmp(description, band) == 0) {
            if (found != 0) {
                return 0; /* two of that name: neither is meant for sure */
            }
            found = i;
        }
    }
    int64_t number;
    if (found == 0 && number_text_int(band, 1, count, &number)) {
        return (int)number;
    }
    return found;
}

static enum err choose_band(struct raster *r, const char *band, struct why *why)
{
    r->band = band[0] != '\0' ? find_band(r, band) : 1;
    return r->band != 0
               ? ERR_OK
               : why_set(why, ERR_INPUT, r->name,
                         "%s: band = '%.60s': is no band of this raster, or two have the name; see "
                         "its bands with fluxgrid import --explain, or give the band's number",
                         r->name, band);
}

enum err raster_open(const struct raster_spec *spec, struct issues *issues, struct raster **out,
                     struct why *why)
{
    (void)issues;
    const char *path = spec->path;
    const char *name = spec->name;
    GDALAllRegister();
    CPLSetErrorHandler(CPLQuietErrorHandler);
    CPLErrorReset();
    struct raster *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return ERR_NO_MEMORY;
    }
    r->name = name;
    /* No driver that follows names inside the file: a VRT reaches out of the folder, and to the
     * net. */
    static const char *const drivers[] = {"GTiff", NULL};
    r->dataset = GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    enum err e = r->dataset == NULL ? why_set(why, ERR_INPUT, name,
                                              "%s: is no GeoTIFF that GDAL can read (%s); take the "
                                              "whole file from its source, or "
                                              "convert it with gdal_translate",
                                              name, gdal_said())
                                    : check_grid(r, why);
    if (e == ERR_OK) {
        e = choose_band(r, spec->band, why);
    }
    r->factor = 1.0;
    struct unit unit;
    if (e == ERR_OK && spec->unit[0] != '\0') {
        e = unit_parse(spec->unit, &unit, why);
    }
    if (e == ERR_OK && spec->unit[0] != '\0') {
        e = unit_mass_t(&unit, spec->gas, UNIT_STANDARD, spec->year, spec->month, &r->factor, why);
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
    if (r->dataset != NULL) {
        GDALClose(r->dataset);
    }
    free(r);
}

double raster_tonnes_per_unit(const struct raster *r)
{
    return r->factor;
}

struct grid raster_grid(const struct raster *r)
{
    return r->grid;
}

enum err raster_row(struct raster *r, int32_t row, double *values, unsigned char *is_nodata,
                    struct why *why)
{
    int band = r->band;
    GDALRasterBandH b = GDALGetRasterBand(r->dataset, band);
    if (GDALDataTypeIsComplex(GDALGetRasterDataType(b))) {
        return why_set(
            why, ERR_INPUT, r->name,
            "%s: band %d holds complex numbers, not masses or weights; convert it to real numbers",
            r->name, band);
    }
    CPLErrorReset();
    if (GDALRasterIO(b, GF_Read, 0, row, r->grid.nx, 1, values, r->grid.nx, 1, GDT_Float64, 0, 0) !=
        CE_None) {
        return why_set(
            why, ERR_INPUT, r->name,
            "%s: row %d of band %d cannot be read (%s); take the whole file from its source",
            r->name, (int)row, band, gdal_said());
    }
    int has_nodata;
    double nodata = GDALGetRasterNoDataValue(b, &has_nodata);
    for (int32_t i = 0; i < r->grid.nx; i++) {
        is_nodata[i] = has_nodata && (values[i] == nodata || (isnan(nodata) && isnan(values[i])));
    }
    return ERR_OK;
}

/* An in-memory layer that receives GDAL's polygons. */
static enum err polygonize(struct raster *r, GDALDatasetH memory, OGRLayerH *layer, struct why *why)
{
    GDALRasterBandH band = GDALGetRasterBand(r->dataset, 1);
    *layer = GDALDatasetCreateLayer(memory, "mask", NULL, wkbPolygon, NULL);
    OGRFieldDefnH value = OGR_Fld_Create("value", OFTInteger);
    OGRErr made = *layer != NULL ? OGR_L_CreateField(*layer, value, 0) : OGRERR_FAILURE;
    OGR_Fld_Destroy(value);
    CPLErrorReset();
    if (made != OGRERR_NONE ||
        GDALPolygonize(band, GDALGetMaskBand(band), *layer, 0, NULL, NULL, NULL) != CE_None) {
        return why_set(
            why, ERR_IO, r->name,
            "%s: cannot be turned into polygons (%s); take the whole file from its source", r->name,
            gdal_said());
    }
    return ERR_OK;
}

static enum err hand_over(OGRLayerH layer, raster_polygon *each, void *context)
{
    OGR_L_ResetReading(layer);
    for (OGRFeatureH f = OGR_L_GetNextFeature(layer); f != NULL; f = OGR_L_GetNextFeature(layer)) {
        OGRGeometryH polygon = OGR_F_GetGeometryRef(f);
        int value = OGR_F_GetFieldAsInteger(f, 0);
        int len = OGR_G_WkbSize(polygon);
        unsigned char *wkb = malloc((size_t)len);
        if (wkb == NULL) {
            OGR_F_Destroy(f);
            return ERR_NO_MEMORY;
        }
        if (value != 0 && OGR_G_ExportToWkb(polygon, wkbNDR, wkb) == OGRERR_NONE) {
            each(context, value, wkb, len);
        }
        free(wkb);
        OGR_F_Destroy(f);
    }
    return ERR_OK;
}

static bool is_whole_numbers(GDALDataType type)
{
    return type == GDT_Byte || type == GDT_UInt16 || type == GDT_Int16 || type == GDT_Int32;
}

enum err raster_polygons(struct raster *r, raster_polygon *each, void *context, struct why *why)
{
    if (!is_whole_numbers(GDALGetRasterDataType(GDALGetRasterBand(r->dataset, 1)))) {
        return why_set(
            why, ERR_INPUT, r->name,
            "%s: a district mask must hold whole numbers (Byte, Int16, UInt16, Int32); convert it "
            "with gdal_translate -ot Int32",
            r->name);
    }
    GDALDriverH driver = GDALGetDriverByName("Memory");
    GDALDatasetH memory =
        driver != NULL ? GDALCreate(driver, "", 0, 0, 0, GDT_Unknown, NULL) : NULL;
    if (memory == NULL) {
        return why_set(why, ERR_IO, r->name, "GDAL has no Memory driver: install GDAL whole");
    }
    OGRLayerH layer;
    enum err e = polygonize(r, memory, &layer, why);
    if (e == ERR_OK) {
        e = hand_over(layer, each, context);
    }
    GDALClose(memory);
    return e;
}
