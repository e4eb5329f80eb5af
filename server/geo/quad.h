/* quad.h - which share of each cell a pixel covers that is no rectangle in longitude and latitude.
 *
 * A pixel is the quadrilateral of its four corners, with straight edges in the coordinates of the
 * cells: x counts columns from the west, y rows from the north, so that cells are unit squares
 * whose mass is even. Neighbours share their corners, so no ground is counted twice or lost. The
 * shares are exact for the quadrilateral: its signed area is accumulated edge by edge, as a
 * rasterizer of glyphs does it. Pure; one thread per scratch.
 */
#ifndef GEO_QUAD_H
#define GEO_QUAD_H

#include <stdint.h>

struct quad_point {
    double x, y;
};

/** Cells in a window. */
struct quad_window {
    int32_t nx, ny;
    const double *mass_t; /* ny x nx */
    const uint8_t *has;   /* ny x nx: 1 = data */
    double *scratch;      /* nx + 2; zeros before and after each call */
};

struct quad_sum {
    double mass_t;
    double covered; /* the share of the pixel that lies on cells with data, 0..1 */
};

/** @param corners  around the pixel: north-west, north-east, south-east, south-west. They may lie
 *  beyond the window, where nothing is. A pixel without ground gives nothing. */
struct quad_sum quad_add(const struct quad_window *w, const struct quad_point corners[4]);

/** The ground of a quadrilateral in the units of its coordinates; negative when it is turned over.
 */
double quad_area(const struct quad_point corners[4]);

#endif
