/* A raster of whole numbers as polygons: districts that come as a mask. */
#include <stdlib.h>

#include <cpl_error.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <ogr_api.h>

#include "cli/import/raster/raster_internal.h"

/* An in-memory layer that receives GDAL's polygons. */
static enum err polygonize(struct raster *r, GDALRasterBandH band, GDALDatasetH memory,
                           OGRLayerH *layer, struct why *why)
{
    *layer = GDALDatasetCreateLayer(memory, "mask", NULL, wkbPolygon, NULL);
    OGRFieldDefnH value = OGR_Fld_Create("value", OFTInteger);
    OGRErr made = *layer != NULL ? OGR_L_CreateField(*layer, value, 0) : OGRERR_FAILURE;
    OGR_Fld_Destroy(value);
    CPLErrorReset();
    if (made != OGRERR_NONE ||
        GDALPolygonize(band, GDALGetMaskBand(band), *layer, 0, NULL, NULL, NULL) != CE_None) {
        return why_set(
            why, ERR_IO, r->spec->name,
            "%s: cannot be turned into polygons (%s); take the whole file from its source",
            r->spec->name, raster_gdal_said());
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

static enum err polygons_of(struct raster *r, GDALRasterBandH band, raster_polygon *each,
                            void *context, struct why *why)
{
    if (!is_whole_numbers(GDALGetRasterDataType(band))) {
        return why_set(why, ERR_INPUT, r->spec->name,
                       "%s: a district mask must hold whole numbers (Byte, Int16, UInt16, Int32); "
                       "convert it (gdal_translate -ot Int32)",
                       r->spec->name);
    }
    GDALDriverH driver = GDALGetDriverByName("Memory");
    GDALDatasetH memory =
        driver != NULL ? GDALCreate(driver, "", 0, 0, 0, GDT_Unknown, NULL) : NULL;
    if (memory == NULL) {
        return why_set(why, ERR_IO, r->spec->name, "GDAL has no Memory driver; install GDAL whole");
    }
    OGRLayerH layer;
    enum err e = polygonize(r, band, memory, &layer, why);
    if (e == ERR_OK) {
        e = hand_over(layer, each, context);
    }
    GDALClose(memory);
    return e;
}

enum err raster_polygons(struct raster *r, raster_polygon *each, void *context, struct why *why)
{
    if (r->quads != NULL || r->lon.is_rolled || !r->lon.is_direct || !r->lat.is_direct ||
        r->spec->form != RASTER_GDAL) {
        return why_set(why, ERR_INPUT, r->spec->name,
                       "%s: a district mask must be a regular EPSG:4326 raster within -180..180; "
                       "give boundaries as polygons, or warp it (gdalwarp -r near)",
                       r->spec->name);
    }
    GDALDatasetH dataset = raster_gdal_open(r->spec, GDAL_OF_RASTER, why);
    if (dataset == NULL) {
        return ERR_INPUT;
    }
    enum err e = polygons_of(r, GDALGetRasterBand(dataset, 1), each, context, why);
    GDALClose(dataset);
    return e;
}
