/* The way of one geometry: flat, straight, densified, in degrees, looked at, as WKB. */
#include <math.h>
#include <stdlib.h>

#include <cpl_error.h>
#include <ogr_api.h>

#include "cli/import/vector/layer_internal.h"

/* An edge of this length in a projection is off its chord in degrees by about a millimetre. */
#define EDGE_M 250.0
/* Beyond its area of use by this much, a coordinate system is not the file's. */
#define AREA_MARGIN_DEG 5.0

static struct place place_of(const struct layer *l, long row)
{
    return (struct place){.file = l->from.name, .row = row, .column = "geometry"};
}

static enum layer_shape shape_of(OGRGeometryH g)
{
    switch (wkbFlatten(OGR_G_GetGeometryType(g))) {
    case wkbPoint:
        return LAYER_POINT;
    case wkbMultiPoint:
        return LAYER_POINTS;
    case wkbLineString:
    case wkbMultiLineString:
        return LAYER_LINE;
    case wkbPolygon:
    case wkbMultiPolygon:
        return LAYER_AREA;
    default:
        return LAYER_MIXED;
    }
}

/* NULL when the box of a geometry in the file's own system can be right; else what is wrong. */
static const char *fault_of_box(const struct layer_crs *c, OGREnvelope box)
{
    bool is_degrees = fabs(box.MinX) <= 180 && fabs(box.MaxX) <= 180 && fabs(box.MinY) <= 90 &&
                      fabs(box.MaxY) <= 90;
    if (!isfinite(box.MinX) || !isfinite(box.MaxX) || !isfinite(box.MinY) || !isfinite(box.MaxY)) {
        return "has a coordinate that is no finite number; write two numbers for each vertex";
    }
    if (c->is_projected) {
        return is_degrees ? "looks like degrees, but its coordinate system is a projection in "
                            "metres; declare \"crs\": \"EPSG:4326\" or mend the file"
                          : NULL;
    }
    if (is_degrees) {
        return NULL;
    }
    if (fabs(box.MinX) <= 90 && fabs(box.MaxX) <= 90 && fabs(box.MinY) <= 180 &&
        fabs(box.MaxY) <= 180) {
        return "has a latitude beyond 90 degrees: its axes are swapped; write longitude first";
    }
    if (fabs(box.MinY) <= 90 && fabs(box.MaxY) <= 90 && box.MinX >= -360 && box.MaxX <= 360) {
        return "has a longitude beyond 180 degrees; cut it at the antimeridian and write -180 to "
               "180";
    }
    return "is not in degrees of longitude and latitude; declare the projection it is in as "
           "\"crs\"";
}

/* Does an edge jump over half the world? At a pole a meridian's end is a point, so the edge along
 * the pole (Antarctica's) is none. */
static bool is_jump(double x0, double y0, double x1, double y1)
{
    return fabs(x1 - x0) > 180 && !(fabs(y0) == 90 && y0 == y1);
}

static const char *fault_of_parts(OGRGeometryH g)
{
    int parts = OGR_G_GetGeometryCount(g);
    for (int i = 0; i < parts; i++) {
        const char *fault = fault_of_parts(OGR_G_GetGeometryRef(g, i));
        if (fault != NULL) {
            return fault;
        }
    }
    int n = parts == 0 ? OGR_G_GetPointCount(g) : 0;
    double x0 = 0;
    double y0 = 0;
    for (int i = 0; i < n; i++) {
        double x = OGR_G_GetX(g, i);
        double y = OGR_G_GetY(g, i);
        if (!isfinite(x) || !isfinite(y)) {
            return "has a coordinate that is no finite number; write two numbers for each vertex";
        }
        if (i > 0 && is_jump(x0, y0, x, y)) {
            return "has an edge over more than 180 degrees of longitude: it crosses the "
                   "antimeridian; cut it there into two parts";
        }
        x0 = x;
        y0 = y;
    }
    return NULL;
}

static bool is_far(const struct layer_crs *c, OGREnvelope box)
{
    return c->has_area &&
           (box.MaxX < c->west - AREA_MARGIN_DEG || box.MinX > c->east + AREA_MARGIN_DEG ||
            box.MaxY < c->south - AREA_MARGIN_DEG || box.MinY > c->north + AREA_MARGIN_DEG);
}

static enum err put_wkb(struct layer *l, OGRGeometryH g, struct layer_feature *out)
{
    int len = OGR_G_WkbSize(g);
    if ((size_t)len > l->wkb_capacity) {
        unsigned char *larger = realloc(l->wkb, (size_t)len * 2);
        if (larger == NULL) {
            return ERR_NO_MEMORY;
        }
        l->wkb = larger;
        l->wkb_capacity = (size_t)len * 2;
    }
    if (OGR_G_ExportToIsoWkb(g, wkbNDR, l->wkb) != OGRERR_NONE) {
        return ERR_INTERNAL;
    }
    out->wkb = l->wkb;
    out->wkb_len = len;
    out->shape = shape_of(g);
    return ERR_OK;
}

/* The faults that show in the file's own coordinates. */
static const char *fault_before(struct layer *l, OGRGeometryH g)
{
    if (g == NULL || OGR_G_IsEmpty(g)) {
        return "has no geometry; give it one, or leave the feature out";
    }
    OGREnvelope box;
    OGR_G_GetEnvelope(g, &box);
    const char *fault = fault_of_box(&l->crs, box);
    return fault != NULL || l->crs.is_projected ? fault : fault_of_parts(g);
}

static const char *to_wgs84(struct layer *l, OGRGeometryH g)
{
    if (l->crs.to_wgs84 == NULL) {
        return NULL;
    }
    if (l->crs.is_projected && shape_of(g) != LAYER_POINT) {
        OGR_G_Segmentize(g, EDGE_M * l->crs.units_per_m);
    }
    if (OGR_G_Transform(g, l->crs.to_wgs84) != OGRERR_NONE) {
        return "lies where its coordinate system is not defined; check the axes and \"crs\"";
    }
    OGREnvelope box;
    OGR_G_GetEnvelope(g, &box);
    if (is_far(&l->crs, box)) {
        return "lies far outside the area its coordinate system is made for; check the axes and "
               "\"crs\"";
    }
    return fault_of_parts(g);
}

enum err layer_put_geometry(struct layer *l, void *geometry, struct issues *issues,
                            struct layer_feature *out)
{
    out->shape = LAYER_BROKEN;
    out->wkb = NULL;
    out->wkb_len = 0;
    OGRGeometryH g = geometry;
    const char *fault = fault_before(l, g);
    if (fault == NULL && OGR_G_HasCurveGeometry(g, 1)) {
        OGRGeometryH straight = OGR_G_GetLinearGeometry(g, 0, NULL);
        OGR_G_DestroyGeometry(g);
        g = straight;
        fault = g == NULL ? "has curves that cannot be made straight; stroke them first" : NULL;
    }
    enum err e = ERR_OK;
    if (fault == NULL) {
        OGR_G_FlattenTo2D(g);
        OGR_G_SetMeasured(g, 0);
        fault = to_wgs84(l, g);
    }
    if (fault != NULL) {
        issues_add(issues, place_of(l, out->row), "%s", fault);
    } else {
        OGREnvelope box;
        OGR_G_GetEnvelope(g, &box);
        out->lon = (box.MinX + box.MaxX) / 2;
        out->lat = (box.MinY + box.MaxY) / 2;
        e = put_wkb(l, g, out);
    }
    if (g != NULL) {
        OGR_G_DestroyGeometry(g);
    }
    return e;
}
