/* Polygons against the rules of simple features, by GEOS through OGR. */
#include <stdlib.h>

#include <cpl_error.h>
#include <ogr_api.h>

#include "cli/import/load/load_features.h"

/* What OGR makes of an invalid polygon may hold lines where it was thinner than a number can say.
 */
static OGRGeometryH areas_of(OGRGeometryH mixed)
{
    OGRGeometryH areas = OGR_G_CreateGeometry(wkbMultiPolygon);
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(mixed));
    if (type == wkbPolygon) {
        OGR_G_AddGeometry(areas, mixed);
        return areas;
    }
    for (int i = 0; i < OGR_G_GetGeometryCount(mixed); i++) {
        OGRGeometryH part = OGR_G_GetGeometryRef(mixed, i);
        OGRwkbGeometryType kind = wkbFlatten(OGR_G_GetGeometryType(part));
        if (kind == wkbPolygon) {
            OGR_G_AddGeometry(areas, part);
        } else if (kind == wkbMultiPolygon) {
            for (int k = 0; k < OGR_G_GetGeometryCount(part); k++) {
                OGR_G_AddGeometry(areas, OGR_G_GetGeometryRef(part, k));
            }
        }
    }
    return areas;
}

static enum err repair(OGRGeometryH g, unsigned char **out, int *len)
{
    OGRGeometryH made = OGR_G_MakeValid(g);
    if (made == NULL) {
        return ERR_INPUT;
    }
    OGRGeometryH areas = areas_of(made);
    OGR_G_DestroyGeometry(made);
    int size = OGR_G_WkbSize(areas);
    *out = malloc((size_t)size);
    enum err e = *out == NULL ? ERR_NO_MEMORY : ERR_OK;
    if (e == ERR_OK && OGR_G_ExportToIsoWkb(areas, wkbNDR, *out) != OGRERR_NONE) {
        e = ERR_INTERNAL;
    }
    OGR_G_DestroyGeometry(areas);
    *len = size;
    return e;
}

enum err feature_polygon(const unsigned char *wkb, int len, bool is_repair,
                         unsigned char **repaired, int *repaired_len, struct why *why)
{
    OGRGeometryH g = NULL;
    *repaired = NULL;
    if (OGR_G_CreateFromWkb(wkb, NULL, &g, len) != OGRERR_NONE) {
        return ERR_INTERNAL;
    }
    CPLErrorReset();
    enum err e = ERR_OK;
    if (!OGR_G_IsValid(g)) {
        e = why_set(why, ERR_INPUT, NULL, "%s", CPLGetLastErrorMsg());
        if (is_repair) {
            e = repair(g, repaired, repaired_len);
        }
    }
    OGR_G_DestroyGeometry(g);
    return e;
}
