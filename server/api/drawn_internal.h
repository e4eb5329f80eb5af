/* drawn_internal.h - between the parts of the GeoJSON reader. */
#ifndef API_DRAWN_INTERNAL_H
#define API_DRAWN_INTERNAL_H

#include "api/drawn.h"

#define DRAWN_POINTER_SIZE 64 /* as struct why's parameter */

enum drawn_type { /* of an object */
                  DRAWN_POLYGON,
                  DRAWN_MULTIPOLYGON,
                  DRAWN_FEATURE,
                  DRAWN_COLLECTION,
                  DRAWN_NO_AREA, /* points, lines */
                  DRAWN_OTHER
};

enum drawn_member {
    MEMBER_TYPE,
    MEMBER_COORDINATES,
    MEMBER_GEOMETRY,
    MEMBER_FEATURES,
    MEMBER_ID,
    MEMBER_CRS,
    MEMBER_COUNT
};

struct drawn_members { /* of one object: where their values begin */
    bool has[MEMBER_COUNT];
    struct json_scan at[MEMBER_COUNT];
    enum drawn_type type;
};

struct drawn_part { /* one polygon, and how its errors are pointed at */
    int feature;    /* -1 = none */
    int polygon;    /* of a MultiPolygon; -1 */
};

struct drawn_reader {
    struct why *why;
    struct arena *arena;
    bool is_by_feature;
    enum { ROOT_GEOMETRY, ROOT_FEATURE, ROOT_COLLECTION, ROOT_LIST } root;
    int feature; /* at hand; -1 */
    size_t part_count, part_capacity;
    struct drawn_part *parts; /* malloc'ed */
    int area_capacity;
    struct drawn out;
};

/** "/features/2/geometry/coordinates/0/1/5"; ring and position -1 end it earlier. */
void drawn_pointer(const struct drawn_reader *r, struct drawn_part part, int ring, long position,
                   char out[DRAWN_POINTER_SIZE]);
enum err drawn_refuse(struct why *why, const char *pointer, const char *rule, const char *allowed);
/** The text is no JSON: says where. */
enum err drawn_fault(const struct json_scan *s, struct why *why);

/** Reads an object's members, checking all of it. @param pointer  the object's own. */
enum err drawn_read_members(struct json_scan *s, const char *pointer, struct drawn_members *out,
                            struct why *why) MUST_CHECK;
/** A position list of a Polygon or MultiPolygon into the area at hand. */
enum err drawn_read_coordinates(struct drawn_reader *r, struct json_scan s,
                                bool is_multi) MUST_CHECK;
/** shape_check() in words. */
enum err drawn_check(struct drawn_reader *r, struct shape *s) MUST_CHECK;

#endif
