/* netCDF and HDF5: dimensions with their coordinates, variables with units and attributes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_error.h>
#include <cpl_string.h>
#include <gdal.h>

#include "cli/import/explain/explain_internal.h"
#include "cli/import/raster/netcdf3.h"
#include "cli/import/raster/raster_array.h"
#include "geo/sum.h"

#define ATTRIBUTES_MAX 40
#define TEXT_BYTES     160
#define PLACE_BYTES    48

static const char *attribute(struct explain *x, GDALMDArrayH array, const char *name)
{
    char text[TEXT_BYTES];
    array_attribute(array, name, text, sizeof text);
    const char *copy = arena_strndup(x->arena, text, strlen(text));
    return copy != NULL ? copy : "";
}

static void say_dimension(struct explain *x, const struct array_dimension *d)
{
    char places[3][PLACE_BYTES];
    array_write_place(d, 0, places[0], PLACE_BYTES);
    array_write_place(d, d->size > 1 ? 1 : 0, places[1], PLACE_BYTES);
    array_write_place(d, d->size - 1, places[2], PLACE_BYTES);
    explain_say(x, 3, "%s: %zu steps: %s%s%s%s%s", d->name, d->size, places[0],
                d->size > 1 ? ", " : "", d->size > 1 ? places[1] : "", d->size > 2 ? " ... " : "",
                d->size > 2 ? places[2] : "");
    if (d->axis == ARRAY_Y && d->values != NULL && d->size > 1) {
        explain_say(x, 4, "rows from the %s; %s",
                    d->values[1] < d->values[0] ? "north (north-up)" : "south (south-up)",
                    d->bounds != NULL ? "cell edges by the file's bounds"
                                      : "coordinates are taken for cell centres");
    }
    if (d->axis == ARRAY_X && d->values != NULL && d->is_degrees && d->values[d->size - 1] > 180) {
        explain_say(x, 4, "longitudes run from 0 to 360: they are turned to -180 to 180");
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
static bool read_cells(GDALMDArrayH array, const struct array_file *f, struct cells *out)
{
    int n = (int)f->dimension_count;
    int has_nodata = FALSE;
    double nodata = GDALMDArrayGetNoDataValueAsDouble(array, &has_nodata);
    size_t width = f->dimensions[n - 1].size;
    GDALExtendedDataTypeH number = GDALExtendedDataTypeCreate(GDT_Float64);
    double *row = calloc(width, sizeof *row);
    GUInt64 start[ARRAY_MAX_DIMENSIONS] = {0};
    size_t count[ARRAY_MAX_DIMENSIONS];
    bool is_read = row != NULL;
    for (int i = 0; i < n; i++) {
        count[i] = i < n - 1 ? 1 : width;
    }
    for (int i = n; is_read && i >= 0;) {
        is_read = GDALMDArrayRead(array, start, count, NULL, NULL, number, row, NULL, 0);
        take(out, row, is_read ? width : 0, has_nodata ? nodata : NAN);
        for (i = n - 2; i >= 0 && ++start[i] == f->dimensions[i].size; i--) {
            start[i] = 0;
        }
    }
    free(row);
    GDALExtendedDataTypeRelease(number);
    return is_read;
}

static enum err say_cells(struct explain *x, const struct array_file *f, const char *name,
                          struct why *why)
{
    struct cells cells = {0};
    GDALMDArrayH unscaled = GDALMDArrayGetUnscaled(f->array);
    bool is_read = unscaled != NULL && read_cells(unscaled, f, &cells);
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

/* Do several places of this dimension lie in one year? Then the month must be said too. */
static bool is_monthly(const struct array_dimension *d)
{
    return d->size > 1 && array_date_of(d, 0).month != 0 &&
           array_date_of(d, 0).year == array_date_of(d, 1).year;
}

static int set_place(json_t *entry, json_t *select, const struct array_dimension *d, size_t i)
{
    struct cf_date date = {0, 0, 0};
    if (d->axis == ARRAY_TIME) {
        date = array_date_of(d, i);
    }
    if (date.year == 0) {
        char place[PLACE_BYTES];
        array_write_place(d, i, place, sizeof place);
        json_object_set_new(select, d->name, json_string(place));
    } else if (is_monthly(d)) {
        json_object_set_new(entry, "month", json_integer(date.month));
    }
    return date.year;
}

/* One entry of the manifest: a variable at one place along its other dimensions. */
static void add_entry(struct explain *x, const struct array_file *f, const size_t *at)
{
    const char *name = GDALMDArrayGetName(f->array);
    json_t *entry = json_pack("{s:s, s:s}", "file", x->name, "variable", name);
    json_t *select = json_object();
    int year = 0;
    for (size_t i = 0; i < f->dimension_count; i++) {
        if (i != f->x && i != f->y && f->dimensions[i].size > 1) {
            int found = set_place(entry, select, &f->dimensions[i], at[i]);
            year = found != 0 ? found : year;
        } else if (f->dimensions[i].axis == ARRAY_TIME) {
            year = array_date_of(&f->dimensions[i], 0).year;
        }
    }
    if (json_object_size(select) > 0) {
        json_object_set(entry, "select", select);
    }
    json_decref(select);
    const char *unit = attribute(x, f->array, "units");
    unit = unit[0] == '\0' ? GDALMDArrayGetUnit(f->array) : unit;
    explain_set_mass(x, entry, unit, name, year);
    const char *gas = explain_gas_in(attribute(x, f->array, "long_name"));
    if (gas != NULL && explain_gas_in(name) == NULL) {
        explain_set(entry, "gas", gas);
    }
    json_array_append_new(explain_list(x, "grids"), entry);
}

/* Every place along the other dimensions, the last of them fastest. */
static void add_entries(struct explain *x, const struct array_file *f)
{
    size_t at[ARRAY_MAX_DIMENSIONS] = {0};
    for (bool is_done = false; !is_done;) {
        if (json_array_size(explain_list(x, "grids")) >= EXPLAIN_ENTRIES_MAX) {
            explain_say(x, 3, "only the first %d places got an entry in the manifest",
                        EXPLAIN_ENTRIES_MAX);
            return;
        }
        add_entry(x, f, at);
        int i = (int)f->dimension_count - 1;
        while (i >= 0 &&
               ((size_t)i == f->x || (size_t)i == f->y || ++at[i] == f->dimensions[i].size)) {
            at[i--] = 0;
        }
        is_done = i < 0;
    }
}

static enum err say_variable(struct explain *x, const struct array_file *f, struct why *why)
{
    const char *name = GDALMDArrayGetName(f->array);
    char shape[TEXT_BYTES] = "";
    for (size_t i = 0; i < f->dimension_count; i++) {
        size_t used = strlen(shape);
        snprintf(shape + used, sizeof shape - used, "%s%s %zu", i > 0 ? ", " : "",
                 f->dimensions[i].name, f->dimensions[i].size);
    }
    const char *unit = attribute(x, f->array, "units");
    explain_say(x, 2, "%s (%s), unit '%s'", name, shape,
                unit[0] == '\0' ? GDALMDArrayGetUnit(f->array) : unit);
    for (size_t i = 0; i < f->dimension_count; i++) {
        say_dimension(x, &f->dimensions[i]);
    }
    say_attributes(x, f->array);
    enum err e = say_cells(x, f, name, why);
    if (e == ERR_OK) {
        add_entries(x, f);
    }
    return e;
}

/* What the importer could read as a grid: an array with longitude and latitude (or x and y). */
static enum err look_at(struct explain *x, GDALGroupH root, GDALMDArrayH array, struct why *why)
{
    struct raster_spec spec = raster_spec_of(x->path, x->name);
    struct issues issues = {.count = 0};
    struct raster_source source = {.spec = &spec, .issues = &issues};
    struct array_file f = {.root = root, .array = array};
    struct why none = {0};
    enum err e = ERR_OK;
    if (GDALMDArrayGetDimensionCount(array) >= 2 &&
        array_read_dimensions(&source, &f, &none) == ERR_OK) {
        e = say_variable(x, &f, why);
    }
    array_free_dimensions(&f);
    return e;
}

static enum err say_group(struct explain *x, GDALGroupH root, struct why *why)
{
    char **names = GDALGroupGetMDArrayNames(root, NULL);
    enum err e = ERR_OK;
    for (char **name = names; name != NULL && *name != NULL && e == ERR_OK; name++) {
        GDALMDArrayH array = GDALGroupOpenMDArray(root, *name, NULL);
        if (array != NULL) {
            e = look_at(x, root, array, why);
            GDALMDArrayRelease(array);
        }
    }
    CSLDestroy(names);
    return e;
}

enum err explain_dimensions(struct explain *x, bool *is_mine, struct why *why)
{
    static const char *const drivers[] = {"netCDF", "HDF5", NULL};
    raster_gdal_ready();
    GDALDatasetH dataset =
        GDALOpenEx(x->path, GDAL_OF_MULTIDIM_RASTER | GDAL_OF_READONLY, drivers, NULL, NULL);
    *is_mine = false;
    if (dataset == NULL) {
        return ERR_OK;
    }
    enum err e = netcdf3_check_whole(x->path, x->name, why);
    GDALGroupH root = GDALDatasetGetRootGroup(dataset);
    if (root != NULL && e == ERR_OK) {
        explain_say(x, 0, "%s: variables over dimensions", x->name);
        explain_say(x, 1, "driver: %s", GDALGetDriverLongName(GDALGetDatasetDriver(dataset)));
        explain_say(x, 1, "variables over longitude and latitude (or x and y):");
        e = say_group(x, root, why);
        *is_mine = json_object_get(x->manifest, "grids") != NULL;
    }
    if (root != NULL) {
        GDALGroupRelease(root);
    }
    GDALClose(dataset);
    return e;
}
