/* coverage.h - which share of a line or an area lies in which cell of a grid.
 *
 * Edges are straight in longitude and latitude. Lines are measured along the WGS 84 ellipsoid,
 * areas by the authalic q(phi) (ellipsoid.h), the measure of EPSG:6933: no projection and no
 * clipping, each edge is cut at the cells' borders and integrated. A piece along a border belongs
 * to one cell (half-open, as grid_cell_of()), so that everything counts once. Pure arithmetic; one
 * thread per struct. Sources: length and area elements of the ellipsoid, Snyder 1987, USGS PP 1395,
 * eq. 3-12, 4-18 and 4-19; area by Green's theorem.
 */
#ifndef GEO_COVERAGE_H
#define GEO_COVERAGE_H

#include <stddef.h>

#include "base/err.h"
#include "geo/grid.h"
#include "geo/sum.h"

struct coverage_cell {
    int32_t cell;  /* row * nx + column */
    double amount; /* pieces first, shares after coverage_finish() */
    double cover;  /* of rings, before that: what all cells to the east gain */
};

struct coverage { /* of one feature, whatever its parts */
    struct grid grid;
    size_t count, capacity;
    struct coverage_cell *cells;
    size_t cut_count, cut_capacity;
    double *cuts;       /* of the edge at hand: 0..1, ascending */
    struct sum size;    /* of the whole: m of lines, m2 of areas */
    struct sum outside; /* of it, beyond the grid: lines at once, areas in coverage_finish() */
    int32_t q_row;      /* whose height in q is q_rise; -1 */
    double q_rise;
    bool is_area;
    bool is_new_part; /* its entries do not merge with those of the part before */
    bool has_outside; /* and where, for a message */
    double outside_lon, outside_lat;
};

void coverage_init(struct coverage *c, struct grid g);
void coverage_clear(struct coverage *c); /* for the next feature */
void coverage_fini(struct coverage *c);

/** Adds one part. Lines and rings do not mix within a feature.
 *  @param lonlat  n pairs of degrees within -180..180 and -90..90; borrowed.
 *  @return ERR_NO_MEMORY. */
enum err coverage_add_line(struct coverage *c, const double *lonlat, size_t n) MUST_CHECK;
/** @param lonlat  a closed ring, last pair = first, in either direction.
 *  @param is_hole  it is taken off. */
enum err coverage_add_ring(struct coverage *c, const double *lonlat, size_t n,
                           bool is_hole) MUST_CHECK;

/** Sorts and merges: c->cells holds c->count cells in ascending order, each once, and amounts that
 *  are shares of the feature. They sum to 1 less *outside, which is 0 when it is within rounding
 *  (1e-9); the shares then sum to 1.
 *  @return ERR_INPUT for a feature of no size (then nothing is written); ERR_NO_MEMORY. */
enum err coverage_finish(struct coverage *c, double *outside) MUST_CHECK;

/* Of the parts of this module. */

/** Where the edge from a to b crosses borders of cells, into c->cuts: 0, crossings, 1. */
enum err coverage_cut(struct coverage *c, const double a[2], const double b[2]) MUST_CHECK;
enum err coverage_put(struct coverage *c, int32_t cell, double amount, double cover) MUST_CHECK;
double coverage_cell_m2(struct grid g, int32_t row);     /* ground area of a cell */
double coverage_ring_m2(const double *lonlat, size_t n); /* > 0 against the clock */
void coverage_sort(struct coverage *c);                  /* by cell, each once */
/** A piece beyond the grid: remembers the first place. */
void coverage_beyond(struct coverage *c, double lon, double lat);

#endif
