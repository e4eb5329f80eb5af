/* What an array's attributes say of its missing values: _FillValue, missing_value, valid_range,
 * and netCDF's own fill values where nothing was written. */
#include <math.h>
#include <string.h>

#include <cpl_conv.h>
#include <gdal.h>

#include "cli/import/raster/raster_array.h"

/* The numbers of an attribute, as many as fit. @return how many. */
static size_t read_numbers(GDALMDArrayH array, const char *name, double *out, size_t room,
                           bool *is_float)
{
    GDALAttributeH a = GDALMDArrayGetAttribute(array, name);
    if (a == NULL) {
        return 0;
    }
    size_t count = 0;
    double *numbers = GDALAttributeReadAsDoubleArray(a, &count);
    GDALExtendedDataTypeH type = GDALAttributeGetDataType(a);
    GDALDataType number = GDALExtendedDataTypeGetClass(type) == GEDTC_NUMERIC
                              ? GDALExtendedDataTypeGetNumericDataType(type)
                              : GDT_Unknown;
    *is_float = number == GDT_Float32 || number == GDT_Float64;
    GDALExtendedDataTypeRelease(type);
    GDALAttributeRelease(a);
    count = count < room ? count : room;
    for (size_t i = 0; numbers != NULL && i < count; i++) {
        out[i] = numbers[i];
    }
    CPLFree(numbers);
    return numbers != NULL ? count : 0;
}

/* The range is in the cells' own type, or where they are packed and it is a float, in masses. */
static void read_range(struct array_file *f, bool is_packed)
{
    double range[2] = {-INFINITY, INFINITY};
    bool is_float = false;
    if (read_numbers(f->array, "valid_range", range, 2, &is_float) != 2) {
        range[0] = -INFINITY;
        range[1] = INFINITY;
        size_t n = read_numbers(f->array, "valid_min", &range[0], 1, &is_float);
        n += read_numbers(f->array, "valid_max", &range[1], 1, &is_float);
        if (n == 0) {
            return;
        }
    }
    for (int i = 0; i < 2 && is_packed && is_float; i++) {
        range[i] = (range[i] - f->offset) / f->scale;
    }
    if (!isnan(range[0]) && !isnan(range[1])) {
        raster_missing_range(&f->missing, fmin(range[0], range[1]), fmax(range[0], range[1]));
    }
}

/* What netCDF writes where nobody has; bytes have none. */
static double fill_of_netcdf(GDALDataType type)
{
    switch (type) {
    case GDT_Float32:
    case GDT_Float64:
        return 9.969209968386869e36;
    case GDT_Int16:
        return -32767;
    case GDT_UInt16:
        return 65535;
    case GDT_Int32:
        return -2147483647;
    case GDT_UInt32:
        return 4294967295.0;
    default:
        return NAN;
    }
}

void array_read_missing(struct raster_source *s, struct array_file *f)
{
    GDALExtendedDataTypeH of = GDALMDArrayGetDataType(f->array);
    GDALDataType type = GDALExtendedDataTypeGetNumericDataType(of);
    GDALExtendedDataTypeRelease(of);
    bool is_float = type == GDT_Float32 || type == GDT_Float64;
    f->missing.is_float4 = type == GDT_Float32;
    int has = 0;
    double value = GDALMDArrayGetNoDataValueAsDouble(f->array, &has);
    if (has) {
        raster_missing_add(&f->missing, value);
    }
    if (read_numbers(f->array, "missing_value", &value, 1, &is_float) == 1) {
        raster_missing_add(&f->missing, value);
    }
    value = fill_of_netcdf(type);
    if (f->missing.count == 0 && !isnan(value) && strcmp(s->driver, "netCDF") == 0) {
        raster_missing_add(&f->missing, value);
    }
    if (!isnan(s->spec->fill)) {
        raster_missing_add(&f->missing, s->spec->fill);
    }
    read_range(f, type != GDT_Float32 && type != GDT_Float64);
}
