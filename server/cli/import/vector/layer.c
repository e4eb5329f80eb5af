#include "cli/import/vector/layer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <cpl_error.h>
#include <gdal.h>
#include <ogr_api.h>

#include "base/utf8.h"
#include "cli/import/vector/layer_internal.h"
#include "cli/import/table/number_text.h"

struct format {
    const char *ending, *driver; /* driver NULL = our own CSV reader */
};

static const struct format formats[] = {{".geojson", "GeoJSON"}, {".json", "GeoJSON"},
                                        {".gpkg", "GPKG"},       {".shp", "ESRI Shapefile"},
                                        {".fgb", "FlatGeobuf"},  {".csv", NULL}};

static const struct format *format_of(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t n = strlen(formats[i].ending);
        if (len > n && strcasecmp(name + len - n, formats[i].ending) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

static const char *gdal_said(void)
{
    const char *said = CPLGetLastErrorMsg();
    return said != NULL && said[0] != '\0' ? said : "no reason given";
}

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* SQLite would take what another program has not finished writing from files beside this one. */
static enum err refuse_open_elsewhere(const struct layer_source *from, struct arena *arena,
                                      struct why *why)
{
    static const char *const beside[] = {"-wal", "-journal"};
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        const char *path = arena_printf(arena, "%s%s", from->path, beside[i]);
        if (path == NULL || access(path, F_OK) == 0) {
            return why_set(why, ERR_INPUT, from->name,
                           "%s: is open in another program (%s%s lies beside it); close that "
                           "program first",
                           from->name, from->name, beside[i]);
        }
    }
    return ERR_OK;
}

/* Without a .cpg OGR takes a Shapefile's text for Latin-1, which is never wrong and rarely right:
 * then it is handed out as it is, and refused where it is not UTF-8. */
static bool is_without_encoding(const struct layer_source *from, struct arena *arena)
{
    size_t stem = strlen(from->path) - 4;
    const char *lower = arena_printf(arena, "%.*s.cpg", (int)stem, from->path);
    const char *upper = arena_printf(arena, "%.*s.CPG", (int)stem, from->path);
    return lower != NULL && upper != NULL && access(lower, F_OK) != 0 && access(upper, F_OK) != 0;
}

static enum err open_dataset(struct layer *l, const char *driver, struct arena *arena,
                             struct why *why)
{
    enum err e = refuse_open_elsewhere(&l->from, arena, why);
    if (e != ERR_OK) {
        return e;
    }
    const char *const drivers[] = {driver, NULL};
    const char *const raw[] = {"ENCODING=", NULL};
    bool is_raw = strcmp(driver, "ESRI Shapefile") == 0 && is_without_encoding(&l->from, arena);
    CPLErrorReset();
    l->dataset = GDALOpenEx(l->from.path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers,
                            is_raw ? raw : NULL, NULL);
    if (l->dataset == NULL) {
        return why_set(why, ERR_INPUT, l->from.name,
                       "%s: is no %s file that can be read (%s); export it again, whole",
                       l->from.name, driver, gdal_said());
    }
    return ERR_OK;
}

static enum err choose_layer(struct layer *l, struct why *why)
{
    int with_geometry = 0;
    char names[256] = "";
    size_t used = 0;
    for (int i = 0; i < GDALDatasetGetLayerCount(l->dataset); i++) {
        OGRLayerH layer = GDALDatasetGetLayer(l->dataset, i);
        const char *name = OGR_L_GetName(layer);
        if (OGR_L_GetGeomType(layer) == wkbNone) {
            continue;
        }
        if (is_given(l->from.layer) ? strcmp(name, l->from.layer) == 0 : with_geometry == 0) {
            l->ogr = layer;
        }
        with_geometry++;
        if (used + strlen(name) + 3 < sizeof names) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                     used > 0 ? ", " : "", name);
        }
    }
    if (l->ogr == NULL || (!is_given(l->from.layer) && with_geometry != 1)) {
        l->ogr = NULL;
        return why_set(why, ERR_INPUT, l->from.name, "%s: layer = '%s': %s; it has: %s",
                       l->from.name, is_given(l->from.layer) ? l->from.layer : "",
                       is_given(l->from.layer) ? "there is no layer of this name; name one"
                                               : "must name one of its layers; add \"layer\"",
                       names[0] != '\0' ? names : "none with geometry");
    }
    return ERR_OK;
}

static enum err list_attributes(struct layer *l, struct arena *arena)
{
    OGRFeatureDefnH of = OGR_L_GetLayerDefn(l->ogr);
    int n = OGR_FD_GetFieldCount(of);
    l->attributes = arena_alloc(arena, (size_t)n + 1, sizeof *l->attributes);
    for (int i = 0; l->attributes != NULL && i < n; i++) {
        const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(of, i));
        l->attributes[i] = arena_strndup(arena, name, strlen(name));
        if (l->attributes[i] == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    l->attribute_count = n;
    return l->attributes != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err open_ogr(struct layer *l, const char *driver, struct arena *arena, struct why *why)
{
    if (is_given(l->from.x) || is_given(l->from.y) || is_given(l->from.wkt)) {
        return why_set(
            why, ERR_INPUT, l->from.name,
            "%s: has its own geometry: \"x\", \"y\" and \"wkt\" are for CSV files; leave "
            "them out",
            l->from.name);
    }
    enum err e = open_dataset(l, driver, arena, why);
    if (e == ERR_OK) {
        e = choose_layer(l, why);
    }
    if (e == ERR_OK) {
        e = layer_crs_init(&l->crs, l->from.name, OGR_L_GetSpatialRef(l->ogr), l->from.crs, why);
    }
    return e == ERR_OK ? list_attributes(l, arena) : e;
}

static enum err open_csv(struct layer *l, struct arena *arena, struct issues *issues,
                         struct why *why)
{
    if (is_given(l->from.layer)) {
        return why_set(why, ERR_INPUT, l->from.name,
                       "%s: a CSV file has no layers; leave \"layer\" out", l->from.name);
    }
    enum err e = layer_crs_init(&l->crs, l->from.name, NULL, l->from.crs, why);
    return e == ERR_OK ? layer_csv_open(l, arena, issues, why) : e;
}

enum err layer_open(const struct layer_source *from, struct arena *arena, struct issues *issues,
                    struct layer **out, struct why *why)
{
    GDALAllRegister();
    CPLSetErrorHandler(CPLQuietErrorHandler);
    const struct format *format = format_of(from->name);
    if (format == NULL) {
        return why_set(why, ERR_INPUT, from->name,
                       "%s: is no vector file that is read; give a .geojson, .gpkg, .shp, .fgb or "
                       ".csv file",
                       from->name);
    }
    struct layer *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return ERR_NO_MEMORY;
    }
    l->from = *from;
    int before = issues->count;
    enum err e = format->driver != NULL ? open_ogr(l, format->driver, arena, why)
                                        : open_csv(l, arena, issues, why);
    if (e == ERR_OK && issues->count > before) { /* a table with faults has no columns to ask for */
        e = issues_verdict(issues, why);
    }
    if (e != ERR_OK) {
        layer_close(l);
        return e;
    }
    l->crs_words = layer_crs_name(&l->crs, arena);
    *out = l;
    return ERR_OK;
}

void layer_close(struct layer *l)
{
    if (l == NULL) {
        return;
    }
    if (l->feature != NULL) {
        OGR_F_Destroy(l->feature);
    }
    layer_crs_fini(&l->crs);
    if (l->dataset != NULL) {
        GDALClose(l->dataset);
    }
    free(l->wkb);
    free(l);
}

const char *layer_crs_words(const struct layer *l)
{
    return l->crs_words;
}

const char *const *layer_attributes(const struct layer *l)
{
    return l->attributes;
}

int layer_attribute(const struct layer *l, const char *name)
{
    for (int i = 0; i < l->attribute_count; i++) {
        if (strcmp(l->attributes[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static enum err refuse_damaged(struct layer *l, struct why *why)
{
    return why_set(why, ERR_INPUT, l->from.name,
                   "%s: cannot be read behind feature %ld (%s); export it again, whole",
                   l->from.name, l->row, gdal_said());
}

/* OGR ends a damaged file like a whole one, and says so aside only. */
static enum err check_end(struct layer *l, struct why *why)
{
    GIntBig declared = OGR_L_GetFeatureCount(l->ogr, 0);
    if (CPLGetLastErrorType() >= CE_Failure) {
        return refuse_damaged(l, why);
    }
    if (declared >= 0 && declared != l->row) {
        return why_set(why, ERR_INPUT, l->from.name,
                       "%s: says it has %lld features and ends behind %ld; export it again, whole",
                       l->from.name, (long long)declared, l->row);
    }
    return ERR_OK;
}

/* Bytes that no text may have, in the attributes of the feature at hand. */
static void check_text(struct layer *l, struct issues *issues)
{
    for (int i = 0; i < l->attribute_count; i++) {
        const char *text = layer_text(l, i);
        size_t len = text != NULL ? strlen(text) : 0;
        for (size_t at = 0, n; at < len; at += n) {
            n = utf8_char_len(text + at, len - at);
            if (n == 0 || (unsigned char)text[at] < 0x09) {
                issues_add(
                    issues,
                    (struct place){.file = l->from.name,
                                   .row = l->row,
                                   .column = l->attributes[i],
                                   .value = text},
                    "is not UTF-8 text; name its encoding in a .cpg file, or export it again "
                    "as UTF-8");
                return;
            }
        }
    }
}

static enum err next_ogr(struct layer *l, struct issues *issues, struct layer_feature *out,
                         bool *is_there, struct why *why)
{
    if (l->feature != NULL) {
        OGR_F_Destroy(l->feature);
    }
    CPLErrorReset();
    l->feature = OGR_L_GetNextFeature(l->ogr);
    *is_there = l->feature != NULL;
    if (l->feature == NULL) {
        return check_end(l, why);
    }
    if (CPLGetLastErrorType() >= CE_Failure) { /* a feature without what could not be read of it */
        return refuse_damaged(l, why);
    }
    *out = (struct layer_feature){.row = ++l->row};
    check_text(l, issues);
    return layer_put_geometry(l, OGR_F_StealGeometry(l->feature), issues, out);
}

enum err layer_next(struct layer *l, struct issues *issues, struct layer_feature *out,
                    bool *is_there, struct why *why)
{
    return l->dataset != NULL ? next_ogr(l, issues, out, is_there, why)
                              : layer_csv_next(l, issues, out, is_there);
}

const char *layer_text(struct layer *l, int attribute)
{
    if (attribute < 0 || attribute >= l->attribute_count) {
        return NULL;
    }
    if (l->dataset == NULL) {
        const char *cell = l->csv.cells[(l->row - 1) * l->csv.column_count + attribute];
        return cell[0] != '\0' ? cell : NULL;
    }
    return OGR_F_IsFieldSetAndNotNull(l->feature, attribute)
               ? OGR_F_GetFieldAsString(l->feature, attribute)
               : NULL;
}

bool layer_number(struct layer *l, int attribute, double *out)
{
    if (l->dataset != NULL && attribute >= 0 && attribute < l->attribute_count &&
        OGR_F_IsFieldSetAndNotNull(l->feature, attribute)) {
        OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(l->feature, attribute));
        if (type == OFTInteger || type == OFTInteger64 || type == OFTReal) {
            *out = OGR_F_GetFieldAsDouble(l->feature, attribute);
            return isfinite(*out);
        }
    }
    const char *text = layer_text(l, attribute);
    return text != NULL && number_text_double(text, out);
}
