#include "geo/shape.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/grow.h"

void shape_init(struct shape *s, size_t max_count)
{
    *s = (struct shape){.max_count = max_count};
}

void shape_fini(struct shape *s)
{
    free(s->lonlat);
    free(s->rings);
    shape_init(s, s->max_count);
}

enum err shape_begin_ring(struct shape *s, int32_t part, int32_t number)
{
    struct shape_ring *rings =
        grow_array(s->rings, s->ring_count, &s->ring_capacity, sizeof *rings, 16);
    if (rings == NULL)
        return ERR_NO_MEMORY;
    s->rings = rings;
    s->rings[s->ring_count++] =
        (struct shape_ring){.first = s->count, .part = part, .number = number};
    return ERR_OK;
}

static double round_deg(double deg)
{
    return rint(deg * SHAPE_UNITS_PER_DEG) / SHAPE_UNITS_PER_DEG + 0.0; /* -0 is 0 */
}

int64_t shape_units(double deg)
{
    return (int64_t)(deg * SHAPE_UNITS_PER_DEG);
}

enum err shape_add(struct shape *s, double lon_deg, double lat_deg)
{
    assert(s->ring_count > 0 && fabs(lon_deg) <= 180 && fabs(lat_deg) <= 90);
    if (s->count == s->max_count)
        return ERR_TOO_LARGE;
    double *lonlat = grow_array(s->lonlat, s->count, &s->capacity, 2 * sizeof *lonlat, 64);
    if (lonlat == NULL)
        return ERR_NO_MEMORY;
    s->lonlat = lonlat;
    s->lonlat[2 * s->count] = round_deg(lon_deg);
    s->lonlat[2 * s->count + 1] = round_deg(lat_deg);
    s->count++;
    s->rings[s->ring_count - 1].count++;
    return ERR_OK;
}

struct shape_box shape_box(const struct shape *s)
{
    struct shape_box b = {s->lonlat[0], s->lonlat[1], s->lonlat[0], s->lonlat[1]};
    for (size_t i = 1; i < s->count; i++) {
        b.west = fmin(b.west, s->lonlat[2 * i]);
        b.east = fmax(b.east, s->lonlat[2 * i]);
        b.south = fmin(b.south, s->lonlat[2 * i + 1]);
        b.north = fmax(b.north, s->lonlat[2 * i + 1]);
    }
    return b;
}

/* Along and across the direction north-east. A ray from the point that way counts the edges it
 * crosses; one through the point itself lies behind it, and an edge's end counts with the edge to
 * its left: as if the point stood a trifle to the north-east. */
struct turned {
    int64_t across, along;
};

static struct turned turn(int64_t lon, int64_t lat)
{
    return (struct turned){lon - lat, lon + lat};
}

static bool is_crossed(struct turned a, struct turned b, struct turned p)
{
    if ((a.across > p.across) == (b.across > p.across))
        return false;
    struct turned low = a.across < b.across ? a : b;
    struct turned high = a.across < b.across ? b : a;
    __int128 at = (__int128)(high.across - low.across) * (p.along - low.along);
    __int128 edge = (__int128)(high.along - low.along) * (p.across - low.across);
    return edge > at;
}

bool shape_has_point(const struct shape *s, double lon_deg, double lat_deg)
{
    struct turned p = turn(shape_units(round_deg(lon_deg)), shape_units(round_deg(lat_deg)));
    bool is_inside = false;
    for (size_t r = 0; r < s->ring_count; r++) {
        const double *at = s->lonlat + 2 * s->rings[r].first;
        struct turned a = turn(shape_units(at[0]), shape_units(at[1]));
        for (size_t i = 1; i < s->rings[r].count; i++) {
            struct turned b = turn(shape_units(at[2 * i]), shape_units(at[2 * i + 1]));
            is_inside ^= is_crossed(a, b, p);
            a = b;
        }
    }
    return is_inside;
}
