/* Vector files: layers, their geometry, attributes with samples. */
#include <string.h>

#include <cpl_error.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "cli/import/explain/explain_internal.h"

#define SAMPLES 3

static const char *const drivers[] = {"GeoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf", NULL};

static const char *crs_words(struct explain *x, OGRSpatialReferenceH srs)
{
    if (srs == NULL) {
        return "none in the file";
    }
    const char *authority = OSRGetAuthorityName(srs, NULL);
    const char *code = OSRGetAuthorityCode(srs, NULL);
    const char *name = OSRGetName(srs);
    const char *words = arena_printf(x->arena, "%s (%s%s%s)", name != NULL ? name : "",
                                     authority != NULL ? authority : "no EPSG code in the file",
                                     code != NULL ? ":" : "", code != NULL ? code : "");
    return words != NULL ? words : "";
}

/* The first values of an attribute that differ from each other. */
static const char *samples(struct explain *x, OGRLayerH layer, int field)
{
    const char *seen[SAMPLES];
    int count = 0;
    const char *text = "";
    OGR_L_ResetReading(layer);
    OGRFeatureH feature;
    for (int i = 0; i < 50 && count < SAMPLES && (feature = OGR_L_GetNextFeature(layer)) != NULL;
         i++) {
        const char *value = OGR_F_IsFieldSetAndNotNull(feature, field)
                                ? OGR_F_GetFieldAsString(feature, field)
                                : "";
        bool is_new = value[0] != '\0';
        for (int k = 0; k < count && is_new; k++) {
            is_new = strcmp(seen[k], value) != 0;
        }
        seen[count] = is_new ? arena_strndup(x->arena, value, strlen(value)) : NULL;
        if (is_new && seen[count] != NULL) {
            text = arena_printf(x->arena, "%s%s'%.40s'", text, count > 0 ? ", " : "", seen[count]);
            count++;
        }
        OGR_F_Destroy(feature);
    }
    OGR_L_ResetReading(layer);
    return text != NULL ? text : "";
}

/* The attribute, of those that look like it, that is there; NULL = none. */
static const char *attribute_like(OGRFeatureDefnH definition, const char *const *words)
{
    for (; *words != NULL; words++) {
        for (int i = 0; i < OGR_FD_GetFieldCount(definition); i++) {
            const char *name = OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i));
            if (strcasecmp(name, *words) == 0) {
                return name;
            }
        }
    }
    return NULL;
}

static const char *or_todo(const char *name, const char *todo)
{
    return name != NULL ? name : todo;
}

/* Areas are taken for districts. */
static json_t *add_districts(struct explain *x, OGRFeatureDefnH definition)
{
    static const char *const codes[] = {"code",    "pcode", "adm2_pcode", "adm1_pcode",
                                        "shapeid", "iso",   "id",         NULL};
    static const char *const names[] = {"name_en", "name", "shapename", "adm2_en", "adm1_en", NULL};
    static const char *const ru[] = {"name_ru", "adm2_ru", "adm1_ru", NULL};
    static const char *const uz[] = {"name_uz", "adm2_uz", "adm1_uz", NULL};
    const char *name = or_todo(attribute_like(definition, names),
                               "TODO: the attribute that holds the names in English");
    json_t *file = json_pack(
        "{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "file", x->name, "level",
        "TODO: 0 country, 1 region or 2 district, as a number", "code",
        or_todo(attribute_like(definition, codes), "TODO: the attribute that holds the codes"),
        "parent",
        "TODO: the attribute that holds the code one level up; leave it out "
        "for a country",
        "names", "en", name, "ru", or_todo(attribute_like(definition, ru), name), "uz",
        or_todo(attribute_like(definition, uz), name));
    json_t *districts = json_object_get(x->manifest, "districts");
    if (districts == NULL) {
        districts = json_pack("{s:[], s:s}", "files", "geometry", "repair");
        json_object_set_new(x->manifest, "districts", districts);
    }
    json_array_append_new(json_object_get(districts, "files"), file);
    return file; /* the manifest's */
}

static bool is_number(OGRFieldDefnH field)
{
    OGRFieldType type = OGR_Fld_GetType(field);
    return type == OFTInteger || type == OFTInteger64 || type == OFTReal;
}

/* The geometry of the layer, or of its first feature where the layer takes any. */
static const char *geometry_of(OGRLayerH layer)
{
    OGRwkbGeometryType type = wkbFlatten(OGR_L_GetGeomType(layer));
    if (type == wkbUnknown) {
        OGR_L_ResetReading(layer);
        OGRFeatureH feature = OGR_L_GetNextFeature(layer);
        OGRGeometryH geometry = feature != NULL ? OGR_F_GetGeometryRef(feature) : NULL;
        type = geometry != NULL ? wkbFlatten(OGR_G_GetGeometryType(geometry)) : wkbUnknown;
        OGR_F_Destroy(feature);
        OGR_L_ResetReading(layer);
    }
    return type == wkbPoint                                      ? "points"
           : type == wkbLineString || type == wkbMultiLineString ? "lines"
           : type == wkbPolygon || type == wkbMultiPolygon       ? "areas"
                                                                 : NULL;
}

static bool is_mass(const struct explain_attribute *a)
{
    return a->is_number &&
           (explain_year_in(a->name) != 0 || explain_gas_in(a->name) != NULL ||
            strncasecmp(a->name, "mass", 4) == 0 || strncasecmp(a->name, "emis", 4) == 0);
}

/* Areas without an attribute that looks like a mass are taken for districts. */
static void add_layer(struct explain *x, OGRLayerH layer, OGRFeatureDefnH definition)
{
    int count = OGR_FD_GetFieldCount(definition);
    struct explain_attribute *list = arena_alloc(x->arena, (size_t)count + 1, sizeof *list);
    bool has_mass = false;
    for (int i = 0; list != NULL && i < count; i++) {
        OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
        list[i] = (struct explain_attribute){OGR_Fld_GetNameRef(field), is_number(field)};
        has_mass = has_mass || is_mass(&list[i]);
    }
    const char *geometry = geometry_of(layer);
    json_t *entry = NULL;
    if (geometry != NULL && strcmp(geometry, "areas") == 0 && !has_mass) {
        entry = add_districts(x, definition);
    } else if (list != NULL) {
        entry = explain_features(x, list, count, geometry);
    }
    if (entry != NULL && x->layer_count > 1) {
        explain_set(entry, "layer", OGR_L_GetName(layer));
    }
    if (entry != NULL && OGR_L_GetSpatialRef(layer) == NULL) {
        explain_set(entry, "crs", "TODO: the CRS of the file, such as EPSG:4326");
    }
}

static void say_layer(struct explain *x, OGRLayerH layer)
{
    OGRFeatureDefnH definition = OGR_L_GetLayerDefn(layer);
    OGREnvelope box;
    explain_say(x, 1, "layer '%s': %lld features, %s", OGR_L_GetName(layer),
                (long long)OGR_L_GetFeatureCount(layer, TRUE),
                OGRGeometryTypeToName(OGR_L_GetGeomType(layer)));
    explain_say(x, 2, "CRS: %s", crs_words(x, OGR_L_GetSpatialRef(layer)));
    if (OGR_L_GetExtent(layer, &box, TRUE) == OGRERR_NONE) {
        explain_say(x, 2, "extent: %.10g to %.10g, %.10g to %.10g", box.MinX, box.MaxX, box.MinY,
                    box.MaxY);
    }
    explain_say(x, 2, "attributes:");
    for (int i = 0; i < OGR_FD_GetFieldCount(definition); i++) {
        OGRFieldDefnH field = OGR_FD_GetFieldDefn(definition, i);
        explain_say(x, 3, "%s %s: %s", OGR_Fld_GetNameRef(field),
                    OGR_GetFieldTypeName(OGR_Fld_GetType(field)), samples(x, layer, i));
    }
    add_layer(x, layer, definition);
}

enum err explain_vector(struct explain *x, bool *is_mine, struct why *why)
{
    (void)why;
    GDALAllRegister();
    CPLSetErrorHandler(CPLQuietErrorHandler);
    GDALDatasetH dataset =
        GDALOpenEx(x->path, GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, NULL, NULL);
    *is_mine = dataset != NULL && GDALDatasetGetLayerCount(dataset) > 0;
    if (*is_mine) {
        GDALDriverH driver = GDALGetDatasetDriver(dataset);
        explain_say(x, 0, "%s: a vector file", x->name);
        explain_say(x, 1, "driver: %s", GDALGetDriverLongName(driver));
        x->layer_count = GDALDatasetGetLayerCount(dataset);
        for (int i = 0; i < x->layer_count; i++) {
            say_layer(x, GDALDatasetGetLayer(dataset, i));
        }
    }
    if (dataset != NULL) {
        GDALClose(dataset);
    }
    if (json_object_get(x->manifest, "features") == NULL) { /* boundaries alone are no release */
        json_object_del(x->manifest, "release");
        json_object_del(x->manifest, "provenance");
    }
    return ERR_OK;
}
