/* Dimensions: their coordinates, which of them are east and north, and the place along the rest. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cpl_conv.h>
#include <gdal.h>

#include "cli/import/table/number_text.h"
#include "cli/import/raster/raster_array.h"

#define COORDINATES_MAX ((size_t)4 << 20)

void array_free_dimensions(struct array_file *f)
{
    for (size_t i = 0; i < f->dimension_count; i++) {
        struct array_dimension *d = &f->dimensions[i];
        for (size_t k = 0; d->texts != NULL && k < d->size; k++) {
            CPLFree(d->texts[k]);
        }
        free(d->texts);
        free(d->values);
        free(d->bounds);
    }
}

/* A one-dimensional array (or n x 2 for bounds) as doubles; NULL when it cannot be. */
static double *read_doubles(GDALMDArrayH array, size_t dimensions, size_t n)
{
    GUInt64 start[2] = {0, 0};
    size_t count[2] = {n, 2};
    double *values = malloc(n * (dimensions == 2 ? 2 : 1) * sizeof *values);
    GDALExtendedDataTypeH type = GDALExtendedDataTypeCreate(GDT_Float64);
    if (values != NULL &&
        (GDALMDArrayGetDimensionCount(array) != dimensions ||
         !GDALMDArrayRead(array, start, count, NULL, NULL, type, values, NULL, 0))) {
        free(values);
        values = NULL;
    }
    GDALExtendedDataTypeRelease(type);
    return values;
}

static char **read_texts(GDALMDArrayH array, size_t n)
{
    GUInt64 start = 0;
    char **texts = calloc(n, sizeof *texts);
    GDALExtendedDataTypeH type = GDALExtendedDataTypeCreateString(0);
    if (texts != NULL && (GDALMDArrayGetDimensionCount(array) != 1 ||
                          !GDALMDArrayRead(array, &start, &n, NULL, NULL, type, texts, NULL, 0))) {
        free(texts);
        texts = NULL;
    }
    GDALExtendedDataTypeRelease(type);
    return texts;
}

static bool is_text(GDALMDArrayH array)
{
    GDALExtendedDataTypeH type = GDALMDArrayGetDataType(array);
    bool is = GDALExtendedDataTypeGetClass(type) == GEDTC_STRING;
    GDALExtendedDataTypeRelease(type);
    return is;
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasecmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

static enum array_axis axis_of(const struct array_dimension *d, const char *type, const char *units,
                               const char *standard_name, const char *axis)
{
    static const char *const xs[] = {
        "lon",     "longitude",    "x",           "projection_x_coordinate",
        "easting", "degrees_east", "degree_east", NULL};
    static const char *const ys[] = {
        "lat",           "latitude",     "y", "projection_y_coordinate", "northing",
        "degrees_north", "degree_north", NULL};
    static const char *const ts[] = {"time", "t", "year", NULL};
    if (strcmp(type, GDAL_DIM_TYPE_HORIZONTAL_X) == 0 || is_one_of(units, xs) ||
        is_one_of(standard_name, xs) || is_one_of(axis, xs)) {
        return ARRAY_X;
    }
    if (strcmp(type, GDAL_DIM_TYPE_HORIZONTAL_Y) == 0 || is_one_of(units, ys) ||
        is_one_of(standard_name, ys) || is_one_of(axis, ys)) {
        return ARRAY_Y;
    }
    if (strcmp(type, GDAL_DIM_TYPE_TEMPORAL) == 0 || strstr(units, " since ") != NULL ||
        is_one_of(d->name, ts)) {
        return ARRAY_TIME;
    }
    return is_one_of(d->name, xs) ? ARRAY_X : is_one_of(d->name, ys) ? ARRAY_Y : ARRAY_OTHER;
}

static enum err read_calendar(struct raster_source *s, GDALMDArrayH coordinate,
                              struct array_dimension *d, const char *units, struct why *why)
{
    char name[40];
    enum unit_calendar calendar;
    array_attribute(coordinate, "calendar", name, sizeof name);
    if (!unit_calendar_of(name, &calendar)) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: calendar = '%.30s' of %s: is none that is known; write standard, "
                       "noleap or 360_day",
                       s->spec->name, name, d->name);
    }
    d->has_time = cf_time_parse(units, calendar, &d->time);
    if (d->has_time && strcmp(name, "proleptic_gregorian") != 0) {
        cf_time_epoch_is_mixed(&d->time);
    }
    d->time.calendar = calendar;
    s->calendar = calendar;
    s->has_calendar = name[0] != '\0';
    return ERR_OK;
}

static void read_bounds(struct array_file *f, GDALMDArrayH coordinate, struct array_dimension *d)
{
    char name[ARRAY_NAME_BYTES];
    array_attribute(coordinate, "bounds", name, sizeof name);
    GDALMDArrayH bounds = name[0] != '\0' ? GDALGroupOpenMDArray(f->root, name, NULL) : NULL;
    if (bounds != NULL) {
        d->bounds = read_doubles(bounds, 2, d->size);
        GDALMDArrayRelease(bounds);
    }
}

static enum err read_coordinate(struct raster_source *s, struct array_file *f,
                                GDALMDArrayH coordinate, const char *type,
                                struct array_dimension *d, struct why *why)
{
    static const char *const degrees[] = {"degrees_east", "degree_east", "degrees_north",
                                          "degree_north", "degrees",     "longitude",
                                          "latitude",     NULL};
    char units[72];
    char standard_name[64];
    char axis[16];
    array_attribute(coordinate, "units", units, sizeof units);
    array_attribute(coordinate, "standard_name", standard_name, sizeof standard_name);
    array_attribute(coordinate, "axis", axis, sizeof axis);
    if (units[0] == '\0') {
        const char *unit = GDALMDArrayGetUnit(coordinate);
        snprintf(units, sizeof units, "%s", unit != NULL ? unit : "");
    }
    d->axis = axis_of(d, type, units, standard_name, axis);
    d->is_degrees = is_one_of(units, degrees) || is_one_of(standard_name, degrees);
    d->is_km = strcmp(units, "km") == 0;
    if (is_text(coordinate)) {
        d->texts = read_texts(coordinate, d->size);
    } else {
        d->values = read_doubles(coordinate, 1, d->size);
    }
    read_bounds(f, coordinate, d);
    return d->axis == ARRAY_TIME ? read_calendar(s, coordinate, d, units, why) : ERR_OK;
}

static enum err read_dimension(struct raster_source *s, struct array_file *f, GDALDimensionH from,
                               struct array_dimension *d, struct why *why)
{
    const char *type = GDALDimensionGetType(from);
    snprintf(d->name, sizeof d->name, "%s", GDALDimensionGetName(from));
    d->size = (size_t)GDALDimensionGetSize(from);
    if (d->size < 1 || d->size > COORDINATES_MAX) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: dimension %s has %zu places, and 1 to %zu are read; cut the file",
                       s->spec->name, d->name, d->size, COORDINATES_MAX);
    }
    GDALMDArrayH coordinate = GDALDimensionGetIndexingVariable(from);
    if (coordinate == NULL) {
        coordinate = GDALGroupOpenMDArray(f->root, d->name, NULL);
    }
    if (coordinate == NULL) {
        d->axis = axis_of(d, type != NULL ? type : "", "", "", "");
        return ERR_OK;
    }
    enum err e = read_coordinate(s, f, coordinate, type != NULL ? type : "", d, why);
    GDALMDArrayRelease(coordinate);
    return e;
}

/* East and north by what the coordinates say; in a plain array the last two, rows first. */
static enum err find_axes(struct raster_source *s, struct array_file *f, struct why *why)
{
    int found[2] = {0, 0};
    for (size_t i = 0; i < f->dimension_count; i++) {
        if (f->dimensions[i].axis == ARRAY_X) {
            f->x = i;
            found[0]++;
        } else if (f->dimensions[i].axis == ARRAY_Y) {
            f->y = i;
            found[1]++;
        }
    }
    if (found[0] == 0 && found[1] == 0 && f->dimension_count >= 2 && s->spec->has_extent) {
        f->x = f->dimension_count - 1;
        f->y = f->dimension_count - 2;
        return ERR_OK;
    }
    if (found[0] != 1 || found[1] != 1) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: %s has no dimension for longitude and one for latitude (or x and y); "
                       "give \"extent\" for a plain array, or write it on a regular grid",
                       s->spec->name, s->what);
    }
    return ERR_OK;
}

enum err array_read_dimensions(struct raster_source *s, struct array_file *f, struct why *why)
{
    size_t count = 0;
    GDALDimensionH *dimensions = GDALMDArrayGetDimensions(f->array, &count);
    enum err e = count >= 2 && count <= ARRAY_MAX_DIMENSIONS
                     ? ERR_OK
                     : why_set(why, ERR_INPUT, s->spec->name,
                               "%s: %s has %zu dimensions, and 2 to %d are read; name another",
                               s->spec->name, s->what, count, ARRAY_MAX_DIMENSIONS);
    for (size_t i = 0; i < count && e == ERR_OK; i++) {
        f->dimension_count = i + 1;
        e = read_dimension(s, f, dimensions[i], &f->dimensions[i], why);
    }
    GDALReleaseDimensions(dimensions, count);
    return e == ERR_OK ? find_axes(s, f, why) : e;
}
