#include "api/drawn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api/drawn_internal.h"

#define ID_MAX_BYTES 128

void drawn_fini(struct drawn *d)
{
    for (int i = 0; i < d->count; i++)
        shape_fini(&d->areas[i].shape);
    *d = (struct drawn){0};
}

static enum err begin_area(struct drawn_reader *r, size_t max_positions)
{
    if (r->out.count == r->area_capacity) {
        int wanted = r->area_capacity > 0 ? r->area_capacity * 2 : 4;
        struct drawn_area *larger = arena_alloc(r->arena, (size_t)wanted, sizeof *larger);
        if (larger == NULL)
            return ERR_NO_MEMORY;
        if (r->out.count > 0)
            memcpy(larger, r->out.areas, (size_t)r->out.count * sizeof *larger);
        r->out.areas = larger;
        r->area_capacity = wanted;
    }
    struct drawn_area *area = &r->out.areas[r->out.count++];
    *area = (struct drawn_area){.id = NULL};
    shape_init(&area->shape, max_positions);
    return ERR_OK;
}

static size_t positions_left(const struct drawn_reader *r)
{
    size_t used = 0;
    for (int i = 0; i < r->out.count; i++)
        used += r->out.areas[i].shape.count;
    return DRAWN_POSITIONS_MAX - used;
}

static enum err read_geometry(struct drawn_reader *r, const struct drawn_members *m,
                              const char *pointer)
{
    bool is_multi = m->type == DRAWN_MULTIPOLYGON;
    if (m->type != DRAWN_POLYGON && !is_multi)
        return drawn_refuse(r->why, pointer, "a geometry is expected", "Polygon, MultiPolygon");
    if (!m->has[MEMBER_COORDINATES])
        return drawn_refuse(r->why, pointer, "the geometry has no coordinates",
                            "a member \"coordinates\"");
    return drawn_read_coordinates(r, m->at[MEMBER_COORDINATES], is_multi);
}

/* A number past all bounds is JSON, and nothing that can be written. */
static bool is_writable(const char *text, size_t len)
{
    json_t *value = json_loadb(text, len, JSON_DECODE_ANY, NULL);
    json_decref(value);
    return value != NULL;
}

/* Ids are given back as they came, if they are of the two kinds there are (RFC 7946 section 3.2).
 */
static enum err keep_id(struct drawn_reader *r, const struct drawn_members *m, const char *pointer)
{
    struct json_scan s = m->at[MEMBER_ID];
    if (!m->has[MEMBER_ID] || !r->is_by_feature)
        return ERR_OK;
    enum json_kind kind = json_scan_peek(&s);
    const char *start = s.at;
    bool is_read = json_scan_skip(&s);
    bool is_short = is_read && s.at - start <= ID_MAX_BYTES;
    bool is_kind = kind == JSON_KIND_STRING || kind == JSON_KIND_NUMBER;
    if (!is_short || !is_kind || !is_writable(start, (size_t)(s.at - start)))
        return drawn_refuse(r->why, pointer,
                            "the feature's id is no text or number of a sane length",
                            "a text or a number of at most 128 bytes");
    const char *id = arena_strndup(r->arena, start, (size_t)(s.at - start));
    r->out.areas[r->out.count - 1].id = id;
    return id == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static void feature_pointer(const struct drawn_reader *r, const char *behind,
                            char out[DRAWN_POINTER_SIZE])
{
    (void)snprintf(out, DRAWN_POINTER_SIZE, "%s/%d%s",
                   r->root == ROOT_COLLECTION ? "/features" : "", r->feature, behind);
}

static enum err read_feature(struct drawn_reader *r, const struct drawn_members *m,
                             const char *pointer, const char *of_geometry)
{
    struct drawn_members geometry;
    enum err e = ERR_OK;
    if (r->is_by_feature || r->out.count == 0)
        e = begin_area(r, positions_left(r));
    if (e == ERR_OK)
        e = keep_id(r, m, pointer);
    if (e != ERR_OK)
        return e;
    if (!m->has[MEMBER_GEOMETRY])
        return drawn_refuse(r->why, pointer, "the feature has no geometry",
                            "a member \"geometry\"");
    struct json_scan s = m->at[MEMBER_GEOMETRY];
    e = drawn_read_members(&s, of_geometry, &geometry, r->why);
    return e == ERR_OK ? read_geometry(r, &geometry, of_geometry) : e;
}

/* One element of a list of features. */
static enum err read_element(struct drawn_reader *r, struct json_scan *s)
{
    struct drawn_members m;
    char pointer[DRAWN_POINTER_SIZE], of_geometry[DRAWN_POINTER_SIZE];
    feature_pointer(r, "", pointer);
    feature_pointer(r, "/geometry", of_geometry);
    if (r->is_by_feature && r->feature == DRAWN_FEATURES_MAX) {
        enum err e = why_set(r->why, ERR_TOO_LARGE, "body", "there are more than %d features",
                             DRAWN_FEATURES_MAX);
        why_allow(r->why, "at most %d features", DRAWN_FEATURES_MAX);
        return e;
    }
    enum err e = drawn_read_members(s, pointer, &m, r->why);
    if (e == ERR_OK && m.type != DRAWN_FEATURE)
        return drawn_refuse(r->why, pointer, "a list holds features", "Feature");
    return e == ERR_OK ? read_feature(r, &m, pointer, of_geometry) : e;
}

static enum err read_list(struct drawn_reader *r, struct json_scan *s, const char *pointer)
{
    if (json_scan_peek(s) != JSON_KIND_ARRAY)
        return drawn_refuse(r->why, pointer, "the features are no array", "an array of features");
    if (!json_scan_open(s, JSON_KIND_ARRAY))
        return drawn_fault(s, r->why);
    enum err e = ERR_OK;
    for (r->feature = 0; e == ERR_OK && json_scan_next(s, JSON_KIND_ARRAY, r->feature == 0);
         r->feature++)
        e = read_element(r, s);
    if (e == ERR_OK && s->fault != NULL)
        return drawn_fault(s, r->why);
    if (e == ERR_OK && r->out.count == 0)
        return drawn_refuse(r->why, pointer, "there is no feature", "at least one feature");
    return e;
}

static enum err read_object(struct drawn_reader *r, struct json_scan *s)
{
    struct drawn_members m;
    enum err e = drawn_read_members(s, "", &m, r->why);
    if (e == ERR_OK && !json_scan_end(s))
        return drawn_fault(s, r->why);
    if (e != ERR_OK)
        return e;
    if (m.type == DRAWN_COLLECTION) {
        r->root = ROOT_COLLECTION;
        if (!m.has[MEMBER_FEATURES])
            return drawn_refuse(r->why, "", "the collection has no features",
                                "a member \"features\"");
        return read_list(r, &m.at[MEMBER_FEATURES], "/features");
    }
    if (m.type == DRAWN_FEATURE) {
        r->root = ROOT_FEATURE;
        return read_feature(r, &m, "", "/geometry");
    }
    r->root = ROOT_GEOMETRY;
    e = begin_area(r, DRAWN_POSITIONS_MAX);
    return e == ERR_OK ? read_geometry(r, &m, "") : e;
}

static enum err read_body(struct drawn_reader *r, const char *text, size_t len)
{
    struct json_scan s;
    json_scan_init(&s, text, len);
    enum json_kind kind = json_scan_peek(&s);
    if (kind == JSON_KIND_NONE && s.at == s.end)
        return drawn_refuse(r->why, "", "the body is empty",
                            "GeoJSON: Polygon, MultiPolygon, Feature, FeatureCollection");
    if (kind != JSON_KIND_ARRAY)
        return read_object(r, &s);
    r->root = ROOT_LIST;
    enum err e = read_list(r, &s, "");
    return e == ERR_OK && !json_scan_end(&s) ? drawn_fault(&s, r->why) : e;
}

enum err drawn_read(const char *text, size_t len, bool is_by_feature, struct arena *arena,
                    struct drawn *out, struct why *why)
{
    struct drawn_reader r = {
        .why = why, .arena = arena, .is_by_feature = is_by_feature, .feature = -1};
    enum err e = read_body(&r, text, len);
    for (int i = 0; i < r.out.count && e == ERR_OK; i++)
        e = drawn_check(&r, &r.out.areas[i].shape);
    free(r.parts);
    if (e != ERR_OK)
        drawn_fini(&r.out);
    *out = r.out;
    return e;
}

enum err drawn_box(const double box[4], struct arena *arena, struct drawn *out, struct why *why)
{
    const double corners[5][2] = {
        {box[0], box[1]}, {box[2], box[1]}, {box[2], box[3]}, {box[0], box[3]}, {box[0], box[1]}};
    struct drawn_reader r = {.why = why, .arena = arena, .feature = -1};
    *out = (struct drawn){0};
    enum err e = begin_area(&r, 5);
    if (e == ERR_OK)
        e = shape_begin_ring(&r.out.areas[0].shape, 0, 0);
    for (int i = 0; i < 5 && e == ERR_OK; i++)
        e = shape_add(&r.out.areas[0].shape, corners[i][0], corners[i][1]);
    const double *at = e == ERR_OK ? r.out.areas[0].shape.lonlat : NULL;
    if (at != NULL && !(at[0] < at[4] && at[1] < at[5]))
        e = drawn_refuse(why, "bbox", "the box has no area",
                         "west,south,east,north in degrees, west < east, south < north");
    if (e != ERR_OK)
        drawn_fini(&r.out);
    *out = r.out;
    return e;
}
