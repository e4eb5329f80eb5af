/* netCDF and HDF5: dimensions with their coordinates, variables with units and attributes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>

#include "cli/import/explain_internal.h"
#include "geo/sum.h"

#define ATTRIBUTES_MAX 40
#define STEPS_MAX      100000
#define TEXT_BYTES     160
#define AXES_MAX       8

/* A date in the proleptic Gregorian calendar from days since 1970-01-01. */
static void civil(long long days, int *year, int *month, int *day)
{
    long long z = days + 719468;
    long long era = (z >= 0 ? z : z - 146096) / 146097;
    long long doe = z - era * 146097;
    long long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    long long doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    long long mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

static long long days_of(int year, int month, int day)
{
    long long y = year - (month <= 2);
    long long era = (y >= 0 ? y : y - 399) / 400;
    long long yoe = y - era * 400;
    long long doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* "days since 2000-01-01" x 31 -> 2000-02-01. Only calendars of real days. */
struct time_scale {
    double days_per_unit;
    int year, month, day;
};

static bool time_scale_of(const char *unit, struct time_scale *out)
{
    static const struct {
        const char *word;
        double days;
    } words[] = {{"days", 1},
                 {"day", 1},
                 {"hours", 1.0 / 24},
                 {"hour", 1.0 / 24},
                 {"minutes", 1.0 / 1440},
                 {"seconds", 1.0 / 86400}};
    const char *since = unit != NULL ? strstr(unit, " since ") : NULL;
    for (size_t i = 0; since != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == (size_t)(since - unit) &&
            strncmp(unit, words[i].word, strlen(words[i].word)) == 0) {
            char *end;
            out->days_per_unit = words[i].days;
            out->year = (int)strtol(since + 7, &end, 10);
            out->month = *end == '-' ? (int)strtol(end + 1, &end, 10) : 0;
            out->day = *end == '-' ? (int)strtol(end + 1, &end, 10) : 0;
            return out->month >= 1 && out->month <= 12 && out->day >= 1 && out->day <= 31;
        }
    }
    return false;
}

/* An array's attribute as text; arena memory, NULL when it is not there. */
static const char *attribute(struct explain *x, GDALMDArrayH array, const char *name)
{
    GDALAttributeH a = GDALMDArrayGetAttribute(array, name);
    if (a == NULL) {
        return NULL;
    }
    const char *text = GDALAttributeReadAsString(a);
    const char *copy = text != NULL ? arena_strndup(x->arena, text, strlen(text)) : NULL;
    GDALAttributeRelease(a);
    return copy;
}

struct axis {
    const char *name;
    size_t size;
    double *values;   /* NULL: no numbers */
    const char *unit; /* "" = none */
    bool is_time;
    struct time_scale scale;
    bool is_lon, is_lat;
};

static bool is_word(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasecmp(text, *words) == 0) {
            return true;
        }
    }
    return false;
}

static void read_coordinates(struct explain *x, GDALDimensionH dimension, struct axis *a)
{
    GDALMDArrayH variable = GDALDimensionGetIndexingVariable(dimension);
    if (variable == NULL) {
        return;
    }
    const char *unit = GDALMDArrayGetUnit(variable);
    a->unit = arena_strndup(x->arena, unit != NULL ? unit : "", unit != NULL ? strlen(unit) : 0);
    a->unit = a->unit != NULL ? a->unit : "";
    GDALExtendedDataTypeH number = GDALExtendedDataTypeCreate(GDT_Float64);
    GDALExtendedDataTypeH type = GDALMDArrayGetDataType(variable);
    const GUInt64 start = 0;
    const size_t count = a->size;
    double *values = a->size <= STEPS_MAX ? arena_alloc(x->arena, a->size, sizeof *values) : NULL;
    if (values != NULL && GDALExtendedDataTypeGetClass(type) == GEDTC_NUMERIC &&
        GDALMDArrayGetDimensionCount(variable) == 1 &&
        GDALMDArrayRead(variable, &start, &count, NULL, NULL, number, values, NULL, 0)) {
        a->values = values;
    }
    GDALExtendedDataTypeRelease(type);
    GDALExtendedDataTypeRelease(number);
    GDALMDArrayRelease(variable);
}

static struct axis axis_of(struct explain *x, GDALDimensionH dimension)
{
    static const char *const lons[] = {"lon", "longitude", "x", NULL};
    static const char *const lats[] = {"lat", "latitude", "y", NULL};
    const char *name = GDALDimensionGetName(dimension);
    struct axis a = {.unit = "", .size = (size_t)GDALDimensionGetSize(dimension)};
    a.name = arena_strndup(x->arena, name, strlen(name));
    a.name = a.name != NULL ? a.name : "";
    read_coordinates(x, dimension, &a);
    a.is_time = a.values != NULL && time_scale_of(a.unit, &a.scale);
    a.is_lon = is_word(a.name, lons) || strncmp(a.unit, "degrees_east", 12) == 0;
    a.is_lat = is_word(a.name, lats) || strncmp(a.unit, "degrees_north", 13) == 0;
    return a;
}

static void date_of(const struct axis *a, size_t i, int *year, int *month, int *day)
{
    double days = a->values[i] * a->scale.days_per_unit;
    civil(days_of(a->scale.year, a->scale.month, a->scale.day) + (long long)floor(days + 1e-6),
          year, month, day);
}

static const char *coordinate(struct explain *x, const struct axis *a, size_t i)
{
    int year, month, day;
    const char *text;
    if (a->values == NULL) {
        text = arena_printf(x->arena, "#%zu", i + 1);
    } else if (a->is_time) {
        date_of(a, i, &year, &month, &day);
        text = arena_printf(x->arena, "%04d-%02d-%02d", year, month, day);
    } else {
        text = arena_printf(x->arena, "%.10g", a->values[i]);
    }
    return text != NULL ? text : "";
}

static void say_axis(struct explain *x, const struct axis *a)
{
    if (a->values == NULL) {
        explain_say(x, 2, "%s: %zu steps without numbers", a->name, a->size);
        return;
    }
    const char *ends =
        a->size > 2 ? arena_printf(x->arena, "%s, %s ... %s", coordinate(x, a, 0),
                                   coordinate(x, a, 1), coordinate(x, a, a->size - 1))
                    : arena_printf(x->arena, "%s%s%s", coordinate(x, a, 0), a->size > 1 ? ", " : "",
                                   a->size > 1 ? coordinate(x, a, 1) : "");
    explain_say(x, 2, "%s: %zu steps: %s%s%s%s", a->name, a->size, ends != NULL ? ends : "",
                a->unit[0] != '\0' ? " (unit '" : "", a->unit, a->unit[0] != '\0' ? "')" : "");
    if (a->is_lat && a->size > 1) {
        explain_say(x, 3, "rows from the %s; coordinates are cell centres, by convention",
                    a->values[1] < a->values[0] ? "north (north-up)" : "south (south-up)");
    }
    if (a->is_lon && a->size > 1 && a->values[a->size - 1] > 180) {
        explain_say(x, 3, "longitudes run from 0 to 360: they are turned to -180 to 180");
    }
}

static void say_attributes(struct explain *x, GDALMDArrayH array)
{
    size_t count = 0;
    GDALAttributeH *list = GDALMDArrayGetAttributes(array, &count, NULL);
    for (size_t i = 0; list != NULL && i < count && i < ATTRIBUTES_MAX; i++) {
        const char *text = GDALAttributeReadAsString(list[i]);
        explain_say(x, 3, "%s = %.*s", GDALAttributeGetName(list[i]), TEXT_BYTES,
                    text != NULL ? text : "");
    }
    GDALReleaseAttributes(list, count);
}

struct cells {
    long long count;
    double min, max;
    struct sum sum;
};

static void take(struct cells *c, const double *row, size_t n, double nodata)
{
    for (size_t i = 0; i < n; i++) {
        if (isfinite(row[i]) && row[i] != nodata) {
            c->min = c->count == 0 ? row[i] : fmin(c->min, row[i]);
            c->max = c->count == 0 ? row[i] : fmax(c->max, row[i]);
            c->count++;
            sum_add(&c->sum, row[i]);
        }
    }
}

/* Row by row: GDAL's own statistics would be written beside the file. */
static bool read_cells(GDALMDArrayH array, const size_t *sizes, int n, struct cells *out)
{
    int has_nodata = FALSE;
    double nodata = GDALMDArrayGetNoDataValueAsDouble(array, &has_nodata);
    GDALExtendedDataTypeH number = GDALExtendedDataTypeCreate(GDT_Float64);
    double *row = calloc(sizes[n - 1], sizeof *row);
    GUInt64 start[AXES_MAX] = {0};
    size_t count[AXES_MAX];
    bool is_read = row != NULL;
    for (int i = 0; i < n; i++) {
        count[i] = i < n - 1 ? 1 : sizes[i];
    }
    for (int i = n; is_read && i >= 0;) {
        is_read = GDALMDArrayRead(array, start, count, NULL, NULL, number, row, NULL, 0);
        take(out, row, is_read ? sizes[n - 1] : 0, has_nodata ? nodata : NAN);
        for (i = n - 2; i >= 0 && ++start[i] == sizes[i]; i--) {
            start[i] = 0;
        }
    }
    free(row);
    GDALExtendedDataTypeRelease(number);
    return is_read;
}

static enum err say_cells(struct explain *x, GDALMDArrayH array, const char *name,
                          const size_t *sizes, int n, struct why *why)
{
    struct cells cells = {0};
    GDALMDArrayH unscaled = GDALMDArrayGetUnscaled(array);
    bool is_read = unscaled != NULL && read_cells(unscaled, sizes, n, &cells);
    if (unscaled != NULL) {
        GDALMDArrayRelease(unscaled);
    }
    if (!is_read) {
        return why_set(why, ERR_INPUT, x->name,
                       "%s: variable %s cannot be read to its end (%s); take the whole file from "
                       "its source",
                       x->name, name, CPLGetLastErrorMsg());
    }
    explain_say(x, 3, "%lld cells with data, from %.9g to %.9g, sum %.15g", cells.count, cells.min,
                cells.max, sum_value(cells.sum));
    return ERR_OK;
}

struct variable {
    const char *name, *unit, *long_name;
    int axis_count;
    struct axis axes[AXES_MAX];
};

/* One entry of the manifest: a variable at one place along its other dimensions. */
static void add_entry(struct explain *x, const struct variable *v, const size_t *at)
{
    json_t *entry = json_pack("{s:s, s:s}", "file", x->name, "variable", v->name);
    json_t *select = json_object();
    int year = explain_year_in(x->name);
    for (int i = 0; i < v->axis_count; i++) {
        const struct axis *a = &v->axes[i];
        if (a->is_lon || a->is_lat) {
            continue;
        }
        json_object_set_new(select, a->name, json_sprintf("#%zu", at[i] + 1));
        if (a->is_time) {
            int month, day;
            date_of(a, at[i], &year, &month, &day);
            if (a->size > 1 && a->size % 12 == 0) {
                json_object_set_new(entry, "month", json_integer(month));
            }
        }
    }
    if (json_object_size(select) > 0) {
        json_object_set(entry, "select", select);
    }
    json_decref(select);
    explain_set(entry, "unit",
                v->unit[0] != '\0' ? v->unit
                                   : "TODO: the unit of a cell, such as t, kt or kg m-2 s-1");
    const char *gas = explain_gas_in(v->name);
    gas = gas != NULL ? gas : explain_gas_in(v->long_name);
    explain_set(entry, "gas", gas != NULL ? gas : explain_gas_in(x->name));
    if (year != 0) {
        json_object_set_new(entry, "year", json_integer(year));
    } else {
        explain_set(entry, "year", "TODO: the year, as a number");
    }
    explain_set_subject(entry);
    json_array_append_new(explain_list(x, "grids"), entry);
}

/* Every place along the other dimensions, the last of them fastest. */
static void add_entries(struct explain *x, const struct variable *v)
{
    size_t at[AXES_MAX] = {0};
    for (bool is_done = false; !is_done;) {
        if (json_array_size(explain_list(x, "grids")) >= EXPLAIN_ENTRIES_MAX) {
            explain_say(x, 3, "only the first %d places got an entry in the manifest",
                        EXPLAIN_ENTRIES_MAX);
            return;
        }
        add_entry(x, v, at);
        int i = v->axis_count - 1;
        while (i >= 0 && (v->axes[i].is_lon || v->axes[i].is_lat || ++at[i] == v->axes[i].size)) {
            at[i--] = 0;
        }
        is_done = i < 0;
    }
}

static enum err say_variable(struct explain *x, GDALMDArrayH array, struct why *why)
{
    size_t sizes[AXES_MAX];
    struct variable v = {.name = GDALMDArrayGetName(array)};
    const char *unit = GDALMDArrayGetUnit(array);
    v.unit = unit != NULL ? unit : "";
    v.long_name = attribute(x, array, "long_name");
    size_t count = 0;
    GDALDimensionH *dimensions = GDALMDArrayGetDimensions(array, &count);
    char shape[TEXT_BYTES] = "";
    bool has_lon = false;
    bool has_lat = false;
    for (size_t i = 0; i < count && i < AXES_MAX; i++) {
        struct axis *a = &v.axes[v.axis_count++];
        *a = axis_of(x, dimensions[i]);
        sizes[i] = a->size;
        has_lon = has_lon || a->is_lon;
        has_lat = has_lat || a->is_lat;
        size_t used = strlen(shape);
        snprintf(shape + used, sizeof shape - used, "%s%s %zu", i > 0 ? ", " : "", a->name,
                 a->size);
    }
    GDALReleaseDimensions(dimensions, count);
    if (!has_lon || !has_lat || count > AXES_MAX) {
        return ERR_OK; /* a coordinate, bounds, a label: said with its dimension */
    }
    explain_say(x, 2, "%s (%s), unit '%s'", v.name, shape, v.unit);
    say_attributes(x, array);
    enum err e = say_cells(x, array, v.name, sizes, v.axis_count, why);
    if (e == ERR_OK) {
        add_entries(x, &v);
    }
    return e;
}

static enum err say_group(struct explain *x, GDALGroupH group, struct why *why)
{
    size_t count = 0;
    GDALDimensionH *dimensions = GDALGroupGetDimensions(group, &count, NULL);
    explain_say(x, 1, "dimensions: %zu", count);
    for (size_t i = 0; i < count; i++) {
        struct axis a = axis_of(x, dimensions[i]);
        say_axis(x, &a);
    }
    GDALReleaseDimensions(dimensions, count);
    explain_say(x, 1, "variables over longitude and latitude:");
    char **names = GDALGroupGetMDArrayNames(group, NULL);
    enum err e = ERR_OK;
    for (char **name = names; name != NULL && *name != NULL && e == ERR_OK; name++) {
        GDALMDArrayH array = GDALGroupOpenMDArray(group, *name, NULL);
        if (array != NULL) {
            e = say_variable(x, array, why);
            GDALMDArrayRelease(array);
        }
    }
    CSLDestroy(names);
    return e;
}

enum err explain_dimensions(struct explain *x, bool *is_mine, struct why *why)
{
    static const char *const drivers[] = {"netCDF", NULL};
    GDALAllRegister();
    CPLSetErrorHandler(CPLQuietErrorHandler);
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO"); /* nothing is written beside the file */
    GDALDatasetH dataset =
        GDALOpenEx(x->path, GDAL_OF_MULTIDIM_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    *is_mine = false;
    if (dataset == NULL) {
        return ERR_OK;
    }
    enum err e = ERR_OK;
    GDALGroupH group = GDALDatasetGetRootGroup(dataset);
    if (group != NULL) {
        explain_say(x, 0, "%s: variables over dimensions", x->name);
        explain_say(x, 1, "driver: %s", GDALGetDriverLongName(GDALGetDatasetDriver(dataset)));
        e = say_group(x, group, why);
        GDALGroupRelease(group);
        *is_mine = json_object_get(x->manifest, "grids") != NULL;
    }
    GDALClose(dataset);
    return e;
}
