/* The members of a GeoJSON object, whatever their order. */
#include <stdio.h>
#include <string.h>

#include "api/drawn_internal.h"

enum err drawn_refuse(struct why *why, const char *pointer, const char *rule, const char *allowed)
{
    enum err e = why_set(why, ERR_INPUT, pointer[0] != '\0' ? pointer : "body", "%s", rule);
    why_allow(why, "%s", allowed);
    return e;
}

enum err drawn_fault(const struct json_scan *s, struct why *why)
{
    long line = 1, column = 1;
    for (const char *at = s->text; at < s->at; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    enum err e = why_set(why, ERR_INPUT, "body", "line %ld, column %ld: %s", line, column,
                         s->fault != NULL ? s->fault : "this is no JSON");
    why_allow(why, "JSON (RFC 8259) of at most %d arrays and objects within one another",
              JSON_SCAN_DEPTH);
    return e;
}

static int member_of(const char *name, size_t len)
{
    static const char *const names[MEMBER_COUNT] = {"type",     "coordinates", "geometry",
                                                    "features", "id",          "crs"};
    for (int i = 0; i < MEMBER_COUNT; i++) {
        if (json_scan_is(name, len, names[i]))
            return i;
    }
    return -1;
}

static enum drawn_type type_of(const char *raw, size_t len)
{
    static const struct {
        const char *word;
        enum drawn_type type;
    } types[] = {{"Polygon", DRAWN_POLYGON},    {"MultiPolygon", DRAWN_MULTIPOLYGON},
                 {"Feature", DRAWN_FEATURE},    {"FeatureCollection", DRAWN_COLLECTION},
                 {"Point", DRAWN_NO_AREA},      {"MultiPoint", DRAWN_NO_AREA},
                 {"LineString", DRAWN_NO_AREA}, {"MultiLineString", DRAWN_NO_AREA}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (json_scan_is(raw, len, types[i].word))
            return types[i].type;
    }
    return DRAWN_OTHER;
}

static enum err read_type(struct drawn_members *m, const char *pointer, struct why *why)
{
    const char *raw;
    size_t len;
    struct json_scan s = m->at[MEMBER_TYPE];
    if (m->has[MEMBER_TYPE] && json_scan_peek(&s) == JSON_KIND_STRING &&
        json_scan_string(&s, &raw, &len))
        m->type = type_of(raw, len);
    if (m->type == DRAWN_NO_AREA)
        return drawn_refuse(why, pointer, "points and lines have no area",
                            "Polygon, MultiPolygon, Feature, FeatureCollection");
    if (m->type == DRAWN_OTHER)
        return drawn_refuse(why, pointer, "the object's type is none that is taken here",
                            "Polygon, MultiPolygon, Feature, FeatureCollection");
    return ERR_OK;
}

/* The value of a member of an object, or false. */
static bool find_member(struct json_scan *s, const char *wanted)
{
    const char *name;
    size_t len;
    if (json_scan_peek(s) != JSON_KIND_OBJECT || !json_scan_open(s, JSON_KIND_OBJECT))
        return false;
    for (bool is_first = true; json_scan_next(s, JSON_KIND_OBJECT, is_first); is_first = false) {
        if (!json_scan_name(s, &name, &len))
            return false;
        if (json_scan_is(name, len, wanted))
            return true;
        if (!json_scan_skip(s))
            return false;
    }
    return false;
}

/* GeoJSON of 2008 could name a coordinate system; some programs still write the one there is. */
static enum err check_crs(const struct drawn_members *m, const char *pointer, struct why *why)
{
    static const char *const known[] = {"urn:ogc:def:crs:OGC:1.3:CRS84",
                                        "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84",
                                        "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"};
    struct json_scan s = m->at[MEMBER_CRS];
    const char *raw;
    size_t len;
    if (!m->has[MEMBER_CRS])
        return ERR_OK;
    bool has_name = find_member(&s, "properties") && find_member(&s, "name") &&
                    json_scan_peek(&s) == JSON_KIND_STRING && json_scan_string(&s, &raw, &len);
    for (size_t i = 0; has_name && i < sizeof known / sizeof known[0]; i++) {
        if (json_scan_is(raw, len, known[i]))
            return ERR_OK;
    }
    char place[DRAWN_POINTER_SIZE];
    (void)snprintf(place, sizeof place, "%.50s/crs", pointer);
    return drawn_refuse(why, place, "coordinates are WGS 84 longitude and latitude, in degrees",
                        "no crs member (RFC 7946 section 4), or OGC:CRS84");
}

enum err drawn_read_members(struct json_scan *s, const char *pointer, struct drawn_members *out,
                            struct why *why)
{
    *out = (struct drawn_members){.type = DRAWN_OTHER};
    const char *name;
    size_t len;
    if (json_scan_peek(s) == JSON_KIND_NONE && !json_scan_skip(s))
        return drawn_fault(s, why);
    if (json_scan_peek(s) != JSON_KIND_OBJECT)
        return drawn_refuse(why, pointer, "an object of GeoJSON is expected",
                            "Polygon, MultiPolygon, Feature, FeatureCollection");
    bool is_sound = json_scan_open(s, JSON_KIND_OBJECT);
    for (bool is_first = true; is_sound && json_scan_next(s, JSON_KIND_OBJECT, is_first);
         is_first = false) {
        is_sound = json_scan_name(s, &name, &len);
        int i = is_sound ? member_of(name, len) : -1;
        if (i >= 0 && out->has[i])
            return drawn_refuse(why, pointer, "a member is there twice", "each member once");
        (void)json_scan_peek(s);
        if (i >= 0) {
            out->has[i] = true;
            out->at[i] = *s;
        }
        is_sound = is_sound && json_scan_skip(s);
    }
    if (s->fault != NULL)
        return drawn_fault(s, why);
    enum err e = check_crs(out, pointer, why);
    return e == ERR_OK ? read_type(out, pointer, why) : e;
}
