/* shape.h - polygons of any number of parts and holes, in coordinates that can be compared exactly.
 *
 * Degrees are rounded to multiples of 2^-45 (3e-14 degree, 3 nanometres), which a double holds and
 * an int64 too: who lies left of whom is then decided in integers, without an error. Edges are
 * straight in longitude and latitude (RFC 7946 section 3.1.1). Rings close, in either direction.
 * Not thread-safe; one owner.
 */
#ifndef GEO_SHAPE_H
#define GEO_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SHAPE_UNITS_PER_DEG 0x1p45

struct shape_ring {
    size_t first, count; /* positions, the last equal to the first */
    int32_t part;        /* which polygon, counted by the caller */
    int32_t number;      /* within it; 0 is the outline, the others are holes */
    bool is_clockwise;   /* shape_check() finds out */
};

struct shape {
    size_t count, capacity, max_count;
    double *lonlat; /* pairs */
    size_t ring_count, ring_capacity;
    struct shape_ring *rings;
};

/** @param max_count  positions. */
void shape_init(struct shape *s, size_t max_count);
void shape_fini(struct shape *s);
enum err shape_begin_ring(struct shape *s, int32_t part, int32_t number) MUST_CHECK;
/** @param lon_deg,lat_deg  within -180..180 and -90..90. @return ERR_TOO_LARGE; ERR_NO_MEMORY. */
enum err shape_add(struct shape *s, double lon_deg, double lat_deg) MUST_CHECK;

int64_t shape_units(double deg); /* of a coordinate of a shape: exact */

struct shape_box {
    double west, south, east, north;
};
struct shape_box shape_box(const struct shape *s); /* of a shape that has positions */

/** Does it hold the point? A point on a border belongs to the side north-east of it, so that of two
 *  neighbours exactly one has it (as grid cells and districts do).
 *  @param s  one that shape_check() passed. */
bool shape_has_point(const struct shape *s, double lon_deg, double lat_deg);

enum shape_fault {
    SHAPE_SOUND,
    SHAPE_CROSSES, /* two edges cross */
    SHAPE_TWICE,   /* ground right above the edge is covered more than once */
    SHAPE_BELOW, /* or less than never: a hole where there is nothing, or a ring that crosses itself
                  */
    SHAPE_HEAPED, /* more edges lie on one another than we look through */
    SHAPE_FLAT    /* a ring without area */
};
struct shape_place { /* an edge: from this position of a ring to the next */
    size_t ring, position;
};
/** Is every place covered once or not at all? Then holes lie inside, parts do not overlap and no
 * ring crosses itself; they may touch, in points and along edges. O(n log n), exact.
 *  @param where  on a fault: the edge, and the other one if two are at odds.
 *  @return ERR_NO_MEMORY. */
enum err shape_check(struct shape *s, enum shape_fault *fault,
                     struct shape_place where[2]) MUST_CHECK;

#endif
