#include "geo/quad.h"

#include <math.h>

#define TOUCH_MIN 1e-9 /* of a pixel: less is rounding */

double quad_area(const struct quad_point p[4])
{
    return ((p[1].x - p[3].x) * (p[2].y - p[0].y) - (p[0].x - p[2].x) * (p[3].y - p[1].y)) / 2;
}

/* What lies to the right of a piece of an edge, which falls by `fall` between xa and xb: acc[c] is
 * by how much more cell c is covered than the one before it. */
static void add_piece(double *acc, int32_t nx, double xa, double xb, double fall)
{
    double left = fmin(xa, xb), right = fmax(xa, xb);
    if (left >= nx) {
        return;
    }
    double slope = right > left ? fall / (right - left) : 0;
    if (left < 0) {
        double before = right <= 0 ? fall : slope * -left;
        acc[0] += before;
        fall -= before;
        left = 0;
    }
    if (right > nx) {
        fall -= slope * (right - nx);
        right = nx;
    }
    for (int32_t c = (int32_t)left; left < right && c < nx; c++) {
        double end = fmin(right, c + 1), part = end < right ? slope * (end - left) : fall;
        double middle = (left + end) / 2 - c;
        acc[c] += part * (1 - middle);
        acc[c + 1] += part * middle;
        fall -= part;
        left = end;
    }
    if (fall != 0 && left < nx) { /* it fell straight down */
        int32_t c = (int32_t)left;
        acc[c] += fall * (1 - (left - c));
        acc[c + 1] += fall * (left - c);
    }
}

/* The part of an edge within a row. */
static void add_edge(double *acc, int32_t nx, struct quad_point from, struct quad_point to,
                     double row)
{
    double low = fmin(from.y, to.y), high = fmax(from.y, to.y);
    if (high <= row || low >= row + 1) {
        return;
    }
    double run = high - low, sign = to.y > from.y ? -1 : 1; /* on the way up it opens */
    struct quad_point top = from.y < to.y ? from : to, bottom = from.y < to.y ? to : from;
    double y0 = fmax(low, row), y1 = fmin(high, row + 1);
    double lean = (bottom.x - top.x) / run;
    double xa = y0 > low ? top.x + lean * (y0 - low) : top.x;
    double xb = y1 < high ? top.x + lean * (y1 - low) : bottom.x;
    add_piece(acc, nx, xa, xb, sign * (y1 - y0));
}

static double least(const double v[4])
{
    return fmin(fmin(v[0], v[1]), fmin(v[2], v[3]));
}

static double most(const double v[4])
{
    return fmax(fmax(v[0], v[1]), fmax(v[2], v[3]));
}

/* Adds what is covered of columns first..last of a row. @return it, in cells. */
static double sweep_row(const struct quad_window *w, int32_t row, int32_t first, int32_t last,
                        double too_little, double *mass_t)
{
    const double *cells = w->mass_t + (int64_t)row * w->nx;
    const uint8_t *has = w->has + (int64_t)row * w->nx;
    double cover = 0, covered = 0;
    for (int32_t c = first; c <= last; c++) {
        cover += w->scratch[c];
        w->scratch[c] = 0;
        if (has[c] && cover > too_little) {
            *mass_t += cover * cells[c];
            covered += cover;
        }
    }
    w->scratch[last + 1] = 0;
    return covered;
}

struct quad_sum quad_add(const struct quad_window *w, const struct quad_point p[4])
{
    struct quad_sum sum = {0, 0};
    const double x[4] = {p[0].x, p[1].x, p[2].x, p[3].x}, y[4] = {p[0].y, p[1].y, p[2].y, p[3].y};
    double area = quad_area(p), west = least(x), east = most(x);
    if (!(area > 0) || west >= w->nx || east <= 0) {
        return sum;
    }
    int32_t first = west > 0 ? (int32_t)west : 0;
    int32_t last = east < w->nx ? (int32_t)east : w->nx - 1;
    int32_t row = least(y) > 0 ? (int32_t)fmin(least(y), w->ny) : 0;
    double south = fmin(most(y), w->ny);
    for (; row < south; row++) {
        for (int i = 0; i < 4; i++) {
            add_edge(w->scratch, w->nx, p[i], p[(i + 1) % 4], row);
        }
        sum.covered += sweep_row(w, row, first, last, area * TOUCH_MIN, &sum.mass_t);
    }
    sum.covered /= area;
    return sum;
}
