/* Rasters: position, rows, bands and what their cells sum to. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cpl_error.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include "cli/import/explain/explain_internal.h"
#include "cli/import/raster/raster_source.h"
#include "geo/sum.h"

struct stats {
    int64_t count, nodata, bad; /* bad: NaN or infinite without being declared */
    double min, max, sum;
    int32_t bad_col, bad_row;
};

static void take(struct stats *s, struct sum *sum, double value, bool is_nodata)
{
    if (is_nodata) {
        s->nodata++;
        return;
    }
    if (!isfinite(value)) {
        s->bad++;
        return;
    }
    s->min = s->count == 0 ? value : fmin(s->min, value);
    s->max = s->count == 0 ? value : fmax(s->max, value);
    s->count++;
    sum_add(sum, value);
}

static enum err read_stats(GDALRasterBandH band, struct stats *out)
{
    int nx = GDALGetRasterBandXSize(band);
    int ny = GDALGetRasterBandYSize(band);
    int has_nodata;
    double nodata = GDALGetRasterNoDataValue(band, &has_nodata);
    int has_scale, has_offset;
    double scale = GDALGetRasterScale(band, &has_scale);
    double offset = GDALGetRasterOffset(band, &has_offset);
    double *row = calloc((size_t)nx, sizeof *row);
    struct stats s = {0};
    struct sum sum = {0, 0};
    enum err e = row != NULL ? ERR_OK : ERR_NO_MEMORY;
    for (int y = 0; y < ny && e == ERR_OK; y++) {
        if (GDALRasterIO(band, GF_Read, 0, y, nx, 1, row, nx, 1, GDT_Float64, 0, 0) != CE_None) {
            e = ERR_INPUT;
        }
        for (int i = 0; i < nx && e == ERR_OK; i++) {
            bool is_nodata = has_nodata && (row[i] == nodata || (isnan(nodata) && isnan(row[i])));
            take(&s, &sum, row[i] * (has_scale ? scale : 1) + (has_offset ? offset : 0), is_nodata);
        }
    }
    s.sum = sum_value(sum);
    free(row);
    *out = s;
    return e;
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* The unit, wherever the format keeps it. */
static const char *unit_of(GDALRasterBandH band)
{
    const char *unit = GDALGetRasterUnitType(band);
    if (!is_given(unit)) {
        unit = GDALGetMetadataItem(band, "units", NULL);
    }
    if (!is_given(unit)) {
        unit = GDALGetMetadataItem(band, "GRIB_UNIT", NULL);
    }
    return is_given(unit) ? unit : "";
}

static enum err say_band(struct explain *x, GDALRasterBandH band, int number, struct why *why)
{
    int has_nodata;
    double nodata = GDALGetRasterNoDataValue(band, &has_nodata);
    const char *description = GDALGetDescription(band);
    explain_say(x, 2, "%d '%s' %s, unit '%s'%s", number, description != NULL ? description : "",
                GDALGetDataTypeName(GDALGetRasterDataType(band)), unit_of(band),
                has_nodata ? "" : ", no no-data value");
    struct stats s;
    enum err e = read_stats(band, &s);
    if (e != ERR_OK) {
        return e == ERR_INPUT
                   ? why_set(why, ERR_INPUT, x->name,
                             "%s: band %d cannot be read to its end (%s); take the whole "
                             "file from its source",
                             x->name, number, CPLGetLastErrorMsg())
                   : e;
    }
    if (has_nodata) {
        explain_say(x, 3, "no-data value %.9g: %lld cells", nodata, (long long)s.nodata);
    }
    explain_say(x, 3, "%lld cells with data, from %.9g to %.9g, sum %.15g", (long long)s.count,
                s.min, s.max, s.sum);
    if (s.bad > 0) {
        explain_say(x, 3, "%lld cells are NaN or infinite and not declared as no data: refused",
                    (long long)s.bad);
    }
    if (s.count > 0 && s.min < 0) {
        explain_say(x, 3, "some cells are negative: refused, unless that is a no-data value");
    }
    return ERR_OK;
}

/* "WGS 84 (EPSG:4326)"; "" when the file has none. */
static const char *crs_words(struct explain *x, OGRSpatialReferenceH srs)
{
    if (srs == NULL) {
        return "";
    }
    const char *name = OSRGetName(srs);
    const char *authority = OSRGetAuthorityName(srs, NULL);
    const char *code = OSRGetAuthorityCode(srs, NULL);
    const char *words =
        authority != NULL && code != NULL
            ? arena_printf(x->arena, "%s (%s:%s)", name != NULL ? name : "", authority, code)
            : arena_printf(x->arena, "%s (no EPSG code in the file)", name != NULL ? name : "");
    return words != NULL ? words : "";
}

static bool is_multiple(double value, double step)
{
    return fabs(value / step - round(value / step)) < 1e-6;
}

static const char *registration(const double t[6])
{
    if (is_multiple(t[0], t[1]) && is_multiple(t[3], t[5])) {
        return "cell edges lie on multiples of the step, as usual";
    }
    if (is_multiple(t[0] + t[1] / 2, t[1]) && is_multiple(t[3] + t[5] / 2, t[5])) {
        return "cell centres lie on multiples of the step: was the file made of grid points?";
    }
    return "neither edges nor centres lie on multiples of the step";
}

/* @return whether the position is there at all. */
static bool say_grid(struct explain *x, GDALDatasetH dataset, json_t *entry)
{
    double t[6];
    int nx = GDALGetRasterXSize(dataset);
    int ny = GDALGetRasterYSize(dataset);
    explain_say(x, 1, "size: %d columns x %d rows", nx, ny);
    OGRSpatialReferenceH srs = GDALGetSpatialRef(dataset);
    const char *crs = crs_words(x, srs);
    bool has_position = GDALGetGeoTransform(dataset, t) == CE_None;
    explain_say(x, 1, "CRS: %s", crs[0] != '\0' ? crs : "none in the file");
    if (crs[0] == '\0') {
        explain_set(entry, "crs", "TODO: the CRS of the file, such as EPSG:4326");
    }
    if (!has_position) {
        explain_say(x, 1, "grid: the file does not say where it lies");
        explain_set(entry, "extent", "TODO: [west, south, east, north] of the cells' outer edges");
        return false;
    }
    double east = t[0] + t[1] * nx + t[2] * ny;
    double last = t[3] + t[4] * nx + t[5] * ny;
    explain_say(x, 1, "grid: first corner (%.10g, %.10g), step %.10g x %.10g", t[0], t[3], t[1],
                fabs(t[5]));
    explain_say(x, 1, "extent: %.10g to %.10g, %.10g to %.10g", t[0], east, fmin(t[3], last),
                fmax(t[3], last));
    explain_say(x, 1, "rows: %s; registration (a guess): %s",
                t[5] < 0 ? "from the north (north-up)" : "from the south (south-up)",
                registration(t));
    if (t[2] != 0 || t[4] != 0) {
        explain_say(x, 1, "the grid is rotated: warp it with gdalwarp first");
    }
    if (srs != NULL && OSRIsGeographic(srs) && east > 180 + 1e-9) {
        explain_say(x, 1, "longitudes run from 0 to 360: they are turned to -180 to 180");
    }
    return true;
}

static void add_entry(struct explain *x, GDALRasterBandH band, int number, int bands, json_t *base)
{
    json_t *entry = json_deep_copy(base);
    const char *description = GDALGetDescription(band);
    char digits[16];
    snprintf(digits, sizeof digits, "%d", number);
    json_object_set_new(entry, "file", json_string(x->name));
    if (bands > 1 || is_given(description)) {
        explain_set(entry, "band", is_given(description) ? description : digits);
    }
    explain_set_mass(x, entry, unit_of(band), is_given(description) ? description : "", 0);
    json_array_append_new(explain_list(x, "grids"), entry);
}

static enum err say_dataset(struct explain *x, GDALDatasetH dataset, struct why *why)
{
    GDALDriverH driver = GDALGetDatasetDriver(dataset);
    explain_say(x, 0, "%s: a raster", x->name);
    explain_say(x, 1, "driver: %s (%s)", GDALGetDriverShortName(driver),
                GDALGetDriverLongName(driver));
    json_t *base = json_object();
    say_grid(x, dataset, base);
    int bands = GDALGetRasterCount(dataset);
    explain_say(x, 1, "bands: %d", bands);
    enum err e = ERR_OK;
    for (int i = 1; i <= bands && i <= EXPLAIN_ENTRIES_MAX && e == ERR_OK; i++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, i);
        e = say_band(x, band, i, why);
        if (e == ERR_OK) {
            add_entry(x, band, i, bands, base);
        }
    }
    if (bands > EXPLAIN_ENTRIES_MAX) {
        explain_say(x, 2, "... and %d more, which were not read", bands - EXPLAIN_ENTRIES_MAX);
    }
    explain_say(x, 1,
                "the manifest takes each band for a grid of masses; where its cells only spread "
                "totals, move it to \"proxies\" (id, file, band)");
    json_decref(base);
    return e;
}

enum err explain_raster(struct explain *x, bool *is_mine, struct why *why)
{
    struct raster_spec spec = raster_spec_of(x->path, x->name);
    struct why none = {0};
    raster_gdal_ready();
    GDALDatasetH dataset = raster_gdal_open(&spec, GDAL_OF_RASTER, &none);
    *is_mine = dataset != NULL && GDALGetRasterCount(dataset) > 0;
    if (dataset == NULL && strstr(none.reason, "companions") != NULL) { /* a raster, if not alone */
        return why_set(why, ERR_INPUT, x->name, "%s", none.reason);
    }
    enum err e = *is_mine ? say_dataset(x, dataset, why) : ERR_OK;
    if (dataset != NULL) {
        GDALClose(dataset);
    }
    return e;
}
