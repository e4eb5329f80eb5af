/* Rings and their positions: what RFC 7946 section 3.1.6 asks of them, and that they are sound. */
#include <math.h>
#include <stdio.h>

#include "api/drawn_internal.h"
#include "base/grow.h"

#define RING_MIN_POSITIONS 4
#define HALF_WORLD_DEG     180.0

void drawn_pointer(const struct drawn_reader *r, struct drawn_part part, int ring, long position,
                   char out[DRAWN_POINTER_SIZE])
{
    char root[32] = "", polygon[16] = "", place[16] = "", point[24] = "";
    if (r->root == ROOT_COLLECTION)
        (void)snprintf(root, sizeof root, "/features/%d", part.feature);
    else if (r->root == ROOT_LIST)
        (void)snprintf(root, sizeof root, "/%d", part.feature);
    if (part.polygon >= 0)
        (void)snprintf(polygon, sizeof polygon, "/%d", part.polygon);
    if (ring >= 0)
        (void)snprintf(place, sizeof place, "/%d", ring);
    if (position >= 0)
        (void)snprintf(point, sizeof point, "/%ld", position);
    int len = snprintf(out, DRAWN_POINTER_SIZE, "%.24s%s/coordinates%.9s%.9s%.9s", root,
                       r->root == ROOT_GEOMETRY ? "" : "/geometry", polygon, place, point);
    if (len >= DRAWN_POINTER_SIZE)
        out[0] = '\0';
}

static enum err refuse_at(struct drawn_reader *r, int ring, long position, const char *rule,
                          const char *allowed)
{
    char pointer[DRAWN_POINTER_SIZE];
    drawn_pointer(r, r->parts[r->part_count - 1], ring, position, pointer);
    return drawn_refuse(r->why, pointer, rule, allowed);
}

static struct shape *shape_at_hand(struct drawn_reader *r)
{
    return &r->out.areas[r->out.count - 1].shape;
}

/* "[" lon "," lat ["," height] "]" */
static enum err read_position(struct drawn_reader *r, struct json_scan *s, int ring, long position)
{
    static const char shape[] = "[longitude, latitude], or [longitude, latitude, height]";
    double values[3];
    int n = 0;
    if (json_scan_peek(s) != JSON_KIND_ARRAY)
        return refuse_at(r, ring, position, "a position is an array of numbers", shape);
    if (!json_scan_open(s, JSON_KIND_ARRAY))
        return drawn_fault(s, r->why);
    for (; json_scan_next(s, JSON_KIND_ARRAY, n == 0); n++) {
        if (n == 3 || json_scan_peek(s) != JSON_KIND_NUMBER)
            return refuse_at(r, ring, position,
                             n == 3 ? "a position has more than three numbers"
                                    : "a position holds something that is no number",
                             shape);
        if (!json_scan_number(s, &values[n]))
            return drawn_fault(s, r->why);
    }
    if (s->fault != NULL)
        return drawn_fault(s, r->why);
    if (n < 2)
        return refuse_at(r, ring, position, "a position has fewer than two numbers", shape);
    if (!(fabs(values[0]) <= 180))
        return refuse_at(r, ring, position, "the longitude is outside the world",
                         "-180..180, degrees; an area across the antimeridian is cut there into a "
                         "MultiPolygon (RFC 7946 section 3.1.9)");
    if (!(fabs(values[1]) <= 90))
        return refuse_at(r, ring, position, "the latitude is outside the world",
                         "-90..90, degrees; the longitude comes first");
    enum err e = shape_add(shape_at_hand(r), values[0], values[1]);
    if (e == ERR_TOO_LARGE) {
        (void)why_set(r->why, e, "body", "the areas have more than %d positions",
                      DRAWN_POSITIONS_MAX);
        why_allow(r->why, "at most %d positions", DRAWN_POSITIONS_MAX);
    }
    return e;
}

/* A straight line may run around the world the long way; the frame of the whole world does. */
static long long_edge(const double *lonlat, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        double from = lonlat[2 * i], to = lonlat[2 * i + 2];
        bool is_frame = fabs(from) == HALF_WORLD_DEG && fabs(to) == HALF_WORLD_DEG;
        if (fabs(to - from) > HALF_WORLD_DEG && !is_frame)
            return (long)i;
    }
    return -1;
}

static enum err check_ring(struct drawn_reader *r, int ring)
{
    const struct shape *s = shape_at_hand(r);
    size_t first = s->rings[s->ring_count - 1].first, count = s->count - first;
    if (count < RING_MIN_POSITIONS)
        return refuse_at(r, ring, -1, count == 0 ? "the ring is empty" : "the ring is too short",
                         "four positions or more, of which the last equals the first");
    const double *at = s->lonlat + 2 * first;
    if (at[0] != at[2 * count - 2] || at[1] != at[2 * count - 1])
        return refuse_at(r, ring, (long)count - 1,
                         "the ring is open: its last position is not its first",
                         "a ring whose last position equals its first");
    long edge = long_edge(at, count);
    if (edge >= 0)
        return refuse_at(
            r, ring, edge,
            "the edge from here spans more than 180 degrees of longitude: it cannot be "
            "told which way round is meant",
            "an area cut at the antimeridian into a MultiPolygon (RFC 7946 section "
            "3.1.9), or with a position in between");
    return ERR_OK;
}

static enum err read_ring(struct drawn_reader *r, struct json_scan *s, int ring)
{
    long position = 0;
    if (json_scan_peek(s) != JSON_KIND_ARRAY)
        return refuse_at(r, ring, -1, "a ring is an array of positions", "an array of positions");
    enum err e = shape_begin_ring(shape_at_hand(r), (int32_t)r->part_count - 1, ring);
    if (e == ERR_OK && !json_scan_open(s, JSON_KIND_ARRAY))
        return drawn_fault(s, r->why);
    for (; e == ERR_OK && json_scan_next(s, JSON_KIND_ARRAY, position == 0); position++)
        e = read_position(r, s, ring, position);
    if (e == ERR_OK && s->fault != NULL)
        return drawn_fault(s, r->why);
    return e == ERR_OK ? check_ring(r, ring) : e;
}

static enum err begin_part(struct drawn_reader *r, int polygon)
{
    struct drawn_part *parts =
        grow_array(r->parts, r->part_count, &r->part_capacity, sizeof *parts, 16);
    if (parts == NULL)
        return ERR_NO_MEMORY;
    r->parts = parts;
    r->parts[r->part_count++] = (struct drawn_part){r->feature, polygon};
    return ERR_OK;
}

static enum err read_polygon(struct drawn_reader *r, struct json_scan *s, int polygon)
{
    int ring = 0;
    enum err e = begin_part(r, polygon);
    if (e == ERR_OK && json_scan_peek(s) != JSON_KIND_ARRAY)
        return refuse_at(r, -1, -1, "a polygon is an array of rings", "an array of rings");
    if (e == ERR_OK && !json_scan_open(s, JSON_KIND_ARRAY))
        return drawn_fault(s, r->why);
    for (; e == ERR_OK && json_scan_next(s, JSON_KIND_ARRAY, ring == 0); ring++)
        e = read_ring(r, s, ring);
    if (e == ERR_OK && s->fault != NULL)
        return drawn_fault(s, r->why);
    if (e == ERR_OK && ring == 0)
        return refuse_at(r, -1, -1, "the polygon is empty", "an outline, then its holes");
    return e;
}

enum err drawn_read_coordinates(struct drawn_reader *r, struct json_scan s, bool is_multi)
{
    int polygon = 0;
    if (!is_multi)
        return read_polygon(r, &s, -1);
    char pointer[DRAWN_POINTER_SIZE];
    drawn_pointer(r, (struct drawn_part){r->feature, -1}, -1, -1, pointer);
    if (json_scan_peek(&s) != JSON_KIND_ARRAY)
        return drawn_refuse(r->why, pointer, "a MultiPolygon has an array of polygons",
                            "an array of polygons");
    if (!json_scan_open(&s, JSON_KIND_ARRAY))
        return drawn_fault(&s, r->why);
    enum err e = ERR_OK;
    for (; e == ERR_OK && json_scan_next(&s, JSON_KIND_ARRAY, polygon == 0); polygon++)
        e = read_polygon(r, &s, polygon);
    if (e == ERR_OK && s.fault != NULL)
        return drawn_fault(&s, r->why);
    if (e == ERR_OK && polygon == 0)
        return drawn_refuse(r->why, pointer, "the MultiPolygon is empty", "at least one polygon");
    return e;
}

/* ---- soundness ---- */

static const char *words_of(enum shape_fault fault, bool is_alone, const struct shape_ring *a,
                            const struct shape_ring *b)
{
    bool is_same_ring = a->part == b->part && a->number == b->number;
    switch (fault) {
    case SHAPE_CROSSES:
        return is_same_ring ? "the ring crosses itself" : "two rings cross";
    case SHAPE_TWICE:
        return is_alone ? "the ring covers ground twice"
                        : "ground is covered twice: polygons overlap";
    case SHAPE_BELOW:
        return a->number > 0 || b->number > 0
                   ? "a hole lies outside its polygon, or in another hole"
                   : "the ring crosses itself";
    case SHAPE_HEAPED:
        return "too many edges lie on one another";
    default:
        return "the ring has no area";
    }
}

enum err drawn_check(struct drawn_reader *r, struct shape *s)
{
    enum shape_fault fault;
    struct shape_place where[2];
    enum err e = shape_check(s, &fault, where);
    if (e != ERR_OK || fault == SHAPE_SOUND)
        return e;
    const struct shape_ring *a = &s->rings[where[0].ring], *b = &s->rings[where[1].ring];
    char here[DRAWN_POINTER_SIZE], there[DRAWN_POINTER_SIZE];
    drawn_pointer(r, r->parts[a->part], a->number, (long)where[0].position, here);
    drawn_pointer(r, r->parts[b->part], b->number, (long)where[1].position, there);
    const double *at = s->lonlat + 2 * (a->first + where[0].position);
    e = why_set(r->why, ERR_INPUT, here,
                "%s: ring %d, the edge from position %zu at %.6f,%.6f (the other edge: %s)",
                words_of(fault, s->ring_count == 1, a, b), (int)a->number, where[0].position, at[0],
                at[1], there);
    why_allow(r->why, "rings that do not cross, holes inside their polygon, %s",
              r->is_by_feature
                  ? "polygons that do not overlap"
                  : "polygons that do not overlap (features may with groupby=feature)");
    return e;
}
