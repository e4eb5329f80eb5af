#include "cli/import/raster/raster_crs.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_error.h>
#include <ogr_srs_api.h>

struct raster_crs {
    OGRSpatialReferenceH srs;
    OGRCoordinateTransformationH to_wgs84;
    char label[64];
};

static void set_label(struct raster_crs *crs)
{
    const char *authority = OSRGetAuthorityName(crs->srs, NULL);
    const char *code = OSRGetAuthorityCode(crs->srs, NULL);
    const char *name = OSRGetName(crs->srs);
    if (authority != NULL && code != NULL) {
        snprintf(crs->label, sizeof crs->label, "%s:%s", authority, code);
    } else {
        snprintf(crs->label, sizeof crs->label, "%s", name != NULL ? name : "unnamed");
    }
}

/* GDAL takes names of files and addresses here as well, and PROJ takes grids. */
static bool is_plain(const char *text)
{
    static const char *const starts[] = {"EPSG:",     "ESRI:",     "+proj=",       "PROJCS[",
                                         "GEOGCS[",   "PROJCRS[",  "GEOGCRS[",     "GEODCRS[",
                                         "BOUNDCRS[", "COMPD_CS[", "COMPOUNDCRS[", NULL};
    for (int i = 0; starts[i] != NULL; i++) {
        if (strncmp(text, starts[i], strlen(starts[i])) == 0) {
            return text[0] != '+' ||
                   (strstr(text, "grids=") == NULL && strstr(text, "init=") == NULL);
        }
    }
    return false;
}

static enum err make(struct raster_crs *crs, const char *text, const char *file, struct why *why)
{
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    crs->srs = OSRNewSpatialReference(NULL);
    bool is_made = is_plain(text) && OSRSetFromUserInput(crs->srs, text) == OGRERR_NONE &&
                   OSRImportFromEPSG(wgs84, 4326) == OGRERR_NONE;
    if (is_made) {
        OSRSetAxisMappingStrategy(crs->srs, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
        crs->to_wgs84 = OCTNewCoordinateTransformation(crs->srs, wgs84);
        set_label(crs);
    }
    OSRDestroySpatialReference(wgs84);
    if (crs->to_wgs84 == NULL) {
        return why_set(why, ERR_INPUT, file,
                       "%s: crs = '%.60s': is no coordinate reference system that is known; write "
                       "one such as EPSG:32642",
                       file, text);
    }
    return ERR_OK;
}

enum err raster_crs_new(const char *text, const char *file, struct raster_crs **out,
                        struct why *why)
{
    CPLSetErrorHandler(CPLQuietErrorHandler);
    struct raster_crs *crs = calloc(1, sizeof *crs);
    enum err e = crs != NULL ? make(crs, text, file, why) : ERR_NO_MEMORY;
    if (e != ERR_OK) {
        raster_crs_free(crs);
        return e;
    }
    *out = crs;
    return ERR_OK;
}

void raster_crs_free(struct raster_crs *crs)
{
    if (crs == NULL) {
        return;
    }
    OCTDestroyCoordinateTransformation(crs->to_wgs84);
    OSRDestroySpatialReference(crs->srs);
    free(crs);
}

bool raster_crs_is_geographic(const struct raster_crs *crs)
{
    return OSRIsGeographic(crs->srs) != 0;
}

const char *raster_crs_label(const struct raster_crs *crs)
{
    return crs->label;
}

bool raster_crs_same(const struct raster_crs *a, const struct raster_crs *b)
{
    return OSRIsSame(a->srs, b->srs) != 0;
}

enum err raster_crs_to_wgs84(struct raster_crs *crs, size_t n, double *x, double *y)
{
    if (n > INT_MAX || !OCTTransform(crs->to_wgs84, (int)n, x, y, NULL)) {
        return ERR_INPUT;
    }
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !(fabs(y[i]) <= 90.0)) {
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}
