#include "cli/import/vector/layer_crs.h"

#include <math.h>
#include <string.h>

#include <cpl_error.h>
#include <ogr_srs_api.h>

/* "EPSG:28992" and its like, or a PROJ string. Nothing else reaches GDAL, whose reader of "user
 * input" would also open files and addresses. */
static bool is_name(const char *text)
{
    static const char *const authorities[] = {"EPSG:", "ESRI:", "OGC:"};
    for (size_t i = 0; i < sizeof authorities / sizeof authorities[0]; i++) {
        size_t len = strlen(authorities[i]);
        if (strncmp(text, authorities[i], len) == 0) {
            const char *code = text + len;
            return code[0] != '\0' && code[strspn(code, "ACGRST0123456789")] == '\0';
        }
    }
    return strncmp(text, "+proj=", 6) == 0 && strstr(text, "init=") == NULL &&
           strchr(text, '/') == NULL;
}

static OGRSpatialReferenceH from_name(const char *name)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    if (srs == NULL || !is_name(name) || OSRSetFromUserInput(srs, name) != OGRERR_NONE) {
        OSRDestroySpatialReference(srs);
        return NULL;
    }
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

/* Same place on the ground for the same numbers? Names may differ. */
static bool is_same(OGRSpatialReferenceH a, OGRSpatialReferenceH b)
{
    static const char *const options[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES",
                                          "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS", NULL};
    return OSRIsSameEx(a, b, options);
}

static enum err choose(struct layer_crs *c, const char *file, OGRSpatialReferenceH found,
                       const char *declared, struct why *why)
{
    if (declared[0] == '\0' && found == NULL) {
        return why_set(why, ERR_INPUT, file,
                       "%s: has no coordinate system; declare it as \"crs\": \"EPSG:n\" beside the "
                       "file in the manifest",
                       file);
    }
    if (found != NULL) {
        c->srs = OSRClone(found);
        OSRSetAxisMappingStrategy(c->srs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    if (declared[0] == '\0') {
        return ERR_OK;
    }
    OGRSpatialReferenceH wanted = from_name(declared);
    if (wanted == NULL) {
        return why_set(why, ERR_INPUT, file,
                       "%s: crs = '%s': is no coordinate system that is known; write EPSG: and a "
                       "number, or a PROJ string that starts with +proj=",
                       file, declared);
    }
    if (c->srs != NULL && !is_same(c->srs, wanted)) {
        const char *name = OSRGetName(c->srs);
        why_set(why, ERR_INPUT, file,
                "%s: crs = '%s': the file itself says %s; leave \"crs\" out, or mend the file",
                file, declared, name != NULL ? name : "another");
        OSRDestroySpatialReference(wanted);
        return ERR_INPUT;
    }
    OSRDestroySpatialReference(c->srs);
    c->srs = wanted;
    return ERR_OK;
}

static enum err find_way(struct layer_crs *c, const char *file, struct why *why)
{
    OGRSpatialReferenceH wgs84 = from_name("EPSG:4326");
    if (wgs84 == NULL) {
        return why_set(why, ERR_IO, file, "PROJ does not know EPSG:4326: install proj-data");
    }
    if (is_same(c->srs, wgs84)) {
        OSRDestroySpatialReference(wgs84);
        return ERR_OK;
    }
    OGRCoordinateTransformationOptionsH options = OCTNewCoordinateTransformationOptions();
    /* A transformation that ignores the datum may be off by a hundred metres and says nothing. */
    OCTCoordinateTransformationOptionsSetBallparkAllowed(options, 0);
    c->to_wgs84 = OCTNewCoordinateTransformationEx(c->srs, wgs84, options);
    OCTDestroyCoordinateTransformationOptions(options);
    OSRDestroySpatialReference(wgs84);
    if (c->to_wgs84 == NULL) {
        const char *name = OSRGetName(c->srs);
        return why_set(why, ERR_INPUT, file,
                       "%s: no transformation from %s to WGS 84 is known; reproject the file to "
                       "EPSG:4326 first",
                       file, name != NULL ? name : "its coordinate system");
    }
    return ERR_OK;
}

enum err layer_crs_init(struct layer_crs *c, const char *file, void *found, const char *declared,
                        struct why *why)
{
    *c = (struct layer_crs){.units_per_m = 1};
    OSRSetPROJEnableNetwork(0);
    enum err e = choose(c, file, found, declared != NULL ? declared : "", why);
    if (e != ERR_OK) {
        return e;
    }
    c->is_projected = OSRIsProjected(c->srs);
    if (!c->is_projected && !OSRIsGeographic(c->srs)) {
        return why_set(why, ERR_INPUT, file,
                       "%s: its coordinate system is neither of longitude and latitude nor a map "
                       "projection; reproject the file to EPSG:4326 first",
                       file);
    }
    double metres = c->is_projected ? OSRGetLinearUnits(c->srs, NULL) : 1;
    c->units_per_m = metres > 0 && isfinite(metres) ? 1 / metres : 1;
    c->has_area = OSRGetAreaOfUse(c->srs, &c->west, &c->south, &c->east, &c->north, NULL) &&
                  c->west > -1000 && c->west <= c->east;
    return find_way(c, file, why);
}

void layer_crs_fini(struct layer_crs *c)
{
    if (c->to_wgs84 != NULL) {
        OCTDestroyCoordinateTransformation(c->to_wgs84);
    }
    if (c->srs != NULL) {
        OSRDestroySpatialReference(c->srs);
    }
    *c = (struct layer_crs){0};
}

const char *layer_crs_name(const struct layer_crs *c, struct arena *arena)
{
    const char *authority = OSRGetAuthorityName(c->srs, NULL);
    const char *code = OSRGetAuthorityCode(c->srs, NULL);
    const char *name = OSRGetName(c->srs);
    name = name != NULL ? name : "unnamed";
    const char *text = authority != NULL && code != NULL
                           ? arena_printf(arena, "%s:%s (%s)", authority, code, name)
                           : arena_printf(arena, "%s", name);
    return text != NULL ? text : "";
}
