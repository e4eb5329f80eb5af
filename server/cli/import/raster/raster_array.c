/* A variable of a netCDF or HDF5 file: GDAL's arrays with named dimensions. */
#include "cli/import/raster/raster_array.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_srs_api.h>

/* What netCDF writes where nothing was written, if no _FillValue says otherwise. */

void array_attribute(void *array, const char *name, char *out, size_t size)
{
    out[0] = '\0';
    GDALAttributeH a = GDALMDArrayGetAttribute(array, name);
    if (a != NULL) {
        const char *text = GDALAttributeReadAsString(a);
        snprintf(out, size, "%s", text != NULL ? text : "");
        GDALAttributeRelease(a);
    }
}

static void close_array(struct raster_source *s)
{
    struct array_file *f = s->file;
    if (f == NULL) {
        return;
    }
    array_free_dimensions(f);
    if (f->array != NULL) {
        GDALMDArrayRelease(f->array);
    }
    if (f->root != NULL) {
        GDALGroupRelease(f->root);
    }
    if (f->dataset != NULL) {
        GDALClose(f->dataset);
    }
    free(f);
}

/* Has it two dimensions or more, and more than one place along two of them? */
static bool is_picture(GDALGroupH root, const char *name)
{
    GDALMDArrayH array = GDALGroupOpenMDArray(root, name, NULL);
    if (array == NULL) {
        return false;
    }
    size_t count = 0;
    int wide = 0;
    GDALDimensionH *dimensions = GDALMDArrayGetDimensions(array, &count);
    for (size_t i = 0; i < count; i++) {
        wide += GDALDimensionGetSize(dimensions[i]) > 1;
    }
    GDALReleaseDimensions(dimensions, count);
    GDALMDArrayRelease(array);
    return wide >= 2 && strstr(name, "bnds") == NULL && strstr(name, "bounds") == NULL;
}

/* The variable that is named, or the only one that is a picture. */
static enum err choose_array(struct raster_source *s, struct array_file *f, struct why *why)
{
    const char *name = s->spec->variable;
    char list[160] = "";
    char only[ARRAY_NAME_BYTES] = "";
    int found = 0;
    char **names = GDALGroupGetMDArrayNames(f->root, NULL);
    for (int i = 0; names != NULL && names[i] != NULL; i++) {
        if (is_picture(f->root, names[i])) {
            snprintf(only, sizeof only, "%s", names[i]);
            size_t used = strlen(list);
            snprintf(list + used, sizeof list - used, "%s%.40s", found > 0 ? ", " : "", names[i]);
            found++;
        }
    }
    CSLDestroy(names);
    if (name[0] == '\0' && found != 1) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s has %d variables (%s); name one with \"variable\"", s->spec->name, found,
                       list);
    }
    name = name[0] != '\0' ? name : only;
    f->array = name[0] == '/' ? GDALGroupOpenMDArrayFromFullname(f->root, name, NULL)
                              : GDALGroupOpenMDArray(f->root, name, NULL);
    if (f->array == NULL) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: variable = '%.60s': is none of this file's; name one of: %s",
                       s->spec->name, name, list);
    }
    snprintf(s->what, sizeof s->what, "variable %.60s", name);
    return ERR_OK;
}

static enum err read_rows(struct raster_source *s, int32_t row, int32_t rows, double *values,
                          unsigned char *is_nodata, struct why *why)
{
    struct array_file *f = s->file;
    GUInt64 start[ARRAY_MAX_DIMENSIONS];
    size_t count[ARRAY_MAX_DIMENSIONS];
    GInt64 step[ARRAY_MAX_DIMENSIONS];
    GPtrDiff_t stride[ARRAY_MAX_DIMENSIONS];
    for (size_t i = 0; i < f->dimension_count; i++) {
        start[i] = i == f->x ? 0 : i == f->y ? (GUInt64)row : (GUInt64)f->fixed[i];
        count[i] = i == f->x ? (size_t)s->nx : i == f->y ? (size_t)rows : 1;
        step[i] = 1;
        stride[i] = i == f->x ? 1 : i == f->y ? s->nx : 1;
    }
    GDALExtendedDataTypeH type = GDALExtendedDataTypeCreate(GDT_Float64);
    CPLErrorReset();
    int is_read = GDALMDArrayRead(f->array, start, count, step, stride, type, values, NULL, 0);
    GDALExtendedDataTypeRelease(type);
    if (!is_read) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: %s cannot be read in rows %d to %d: %s; the file is cut short or "
                       "damaged, fetch it again",
                       s->spec->name, s->what, (int)row, (int)(row + rows - 1), raster_gdal_said());
    }
    size_t n = (size_t)s->nx * (size_t)rows;
    for (size_t i = 0; i < n; i++) {
        double v = values[i];
        is_nodata[i] = raster_is_missing(&f->missing, v);
        values[i] = v * f->scale + f->offset;
    }
    return ERR_OK;
}

static bool is_number_type(GDALMDArrayH array, GDALDataType *out)
{
    GDALExtendedDataTypeH type = GDALMDArrayGetDataType(array);
    bool is_numeric = GDALExtendedDataTypeGetClass(type) == GEDTC_NUMERIC;
    *out = is_numeric ? GDALExtendedDataTypeGetNumericDataType(type) : GDT_Unknown;
    GDALExtendedDataTypeRelease(type);
    return is_numeric && !GDALDataTypeIsComplex(*out);
}

static enum err read_facts(struct raster_source *s, struct array_file *f, struct why *why)
{
    GDALDataType type;
    if (!is_number_type(f->array, &type)) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: %s holds no plain numbers; name a variable of masses or weights",
                       s->spec->name, s->what);
    }
    int has = 0;
    double scale = GDALMDArrayGetScale(f->array, &has);
    f->scale = has ? scale : 1.0;
    double offset = GDALMDArrayGetOffset(f->array, &has);
    f->offset = has ? offset : 0.0;
    array_read_missing(s, f);
    raster_missing_write(&f->missing, s->fill, sizeof s->fill);
    if (f->scale != 1.0 || f->offset != 0.0) {
        snprintf(s->packing, sizeof s->packing, "x %.10g + %.10g", f->scale, f->offset);
    }
    array_attribute(f->array, "units", s->unit, sizeof s->unit);
    const char *unit = s->unit[0] == '\0' ? GDALMDArrayGetUnit(f->array) : NULL;
    if (unit != NULL) {
        snprintf(s->unit, sizeof s->unit, "%s", unit);
    }
    return ERR_OK;
}

static enum err read_crs(struct raster_source *s, struct array_file *f)
{
    OGRSpatialReferenceH srs = GDALMDArrayGetSpatialRef(f->array);
    char *wkt = NULL;
    if (srs != NULL) {
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
        if (OSRExportToWkt(srs, &wkt) == OGRERR_NONE && wkt != NULL && wkt[0] != '\0') {
            s->crs = strdup(wkt);
        }
        OSRRelease(srs);
    }
    CPLFree(wkt);
    s->is_degrees = f->dimensions[f->x].is_degrees && f->dimensions[f->y].is_degrees;
    return ERR_OK;
}

/* Edges that the file states, if they join; else those around its centres. */
static double *edges_of(const struct array_dimension *d, bool is_corner, bool is_latitude)
{
    int32_t n = (int32_t)d->size;
    double *edges = NULL;
    if (d->values == NULL) {
        return NULL;
    }
    if (d->bounds != NULL) {
        edges = malloc((d->size + 1) * sizeof *edges);
        bool joins = edges != NULL;
        for (size_t i = 0; i < d->size && joins; i++) {
            bool is_turned = (d->bounds[1] > d->bounds[0]) != (d->values[n - 1] > d->values[0]);
            edges[i] = d->bounds[2 * i + is_turned];
            edges[i + 1] = d->bounds[2 * i + !is_turned];
            joins = i == 0 ||
                    fabs(d->bounds[2 * i + is_turned] - d->bounds[2 * (i - 1) + !is_turned]) <=
                        1e-4 * fabs(edges[i + 1] - edges[i]);
        }
        if (!joins) {
            free(edges);
            edges = NULL;
        }
    }
    if (edges == NULL) {
        edges = raster_edges_around(d->values, n, is_corner, is_latitude);
    }
    for (int32_t i = 0; edges != NULL && d->is_km && i <= n; i++) {
        edges[i] *= 1000;
    }
    return edges;
}

static enum err read_position(struct raster_source *s, struct array_file *f, struct why *why)
{
    const struct array_dimension *x = &f->dimensions[f->x];
    const struct array_dimension *y = &f->dimensions[f->y];
    bool is_corner = s->spec->registration == RASTER_CORNER;
    bool is_known = x->values != NULL && y->values != NULL && x->size > 1 && y->size > 1;
    s->is_computed = true;
    if (!is_known || s->spec->has_extent) {
        return ERR_OK; /* the manifest may know */
    }
    s->x_edges = edges_of(x, is_corner, false);
    s->y_edges = edges_of(y, is_corner, y->is_degrees);
    if (s->x_edges == NULL || s->y_edges == NULL) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: the coordinates of %s and %s do not ascend or descend; sort them",
                       s->spec->name, x->name, y->name);
    }
    snprintf(s->registration, sizeof s->registration, "%s",
             x->bounds != NULL && y->bounds != NULL ? "bounds of the cells, as the file says"
             : is_corner                            ? "corners (declared)"
                                                    : "centres");
    return read_crs(s, f);
}

static enum err open_array(struct raster_source *s, struct array_file *f, struct why *why)
{
    GDALDriverH driver = GDALGetDatasetDriver(f->dataset);
    snprintf(s->driver, sizeof s->driver, "%s", GDALGetDriverShortName(driver));
    f->root = GDALDatasetGetRootGroup(f->dataset);
    enum err e = f->root != NULL ? choose_array(s, f, why)
                                 : why_set(why, ERR_INPUT, s->spec->name,
                                           "%s has no variables; fetch it again", s->spec->name);
    if (e == ERR_OK) {
        e = read_facts(s, f, why);
    }
    if (e == ERR_OK) {
        e = array_read_dimensions(s, f, why);
    }
    if (e == ERR_OK) {
        e = raster_check_size(s->spec, (int64_t)f->dimensions[f->x].size,
                              (int64_t)f->dimensions[f->y].size, why);
    }
    if (e == ERR_OK) {
        e = array_select(s, f, why);
    }
    if (e == ERR_OK) {
        s->nx = (int32_t)f->dimensions[f->x].size;
        s->ny = (int32_t)f->dimensions[f->y].size;
        e = read_position(s, f, why);
    }
    return e;
}

enum err raster_array_open(struct raster_source *s, struct why *why)
{
    struct array_file *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return ERR_NO_MEMORY;
    }
    s->file = f;
    s->read = read_rows;
    s->close = close_array;
    s->covered_days = NAN;
    f->dataset = raster_gdal_open(s->spec, GDAL_OF_MULTIDIM_RASTER, why);
    enum err e = f->dataset != NULL ? open_array(s, f, why) : ERR_INPUT;
    if (e != ERR_OK) {
        raster_source_close(s);
    }
    return e;
}
