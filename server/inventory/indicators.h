/* indicators.h - what planners make of totals: growth, trend, location quotient, rank.
 *
 * Formulas and their sources are in docs/numbers.md, section 8. What is not defined is NaN (a rank:
 * 0); the caller says why. Pure, safe from any thread.
 */
#ifndef INVENTORY_INDICATORS_H
#define INVENTORY_INDICATORS_H

#include <stdbool.h>
#include <stddef.h>

#define INDICATORS_LINE_POINTS_MIN 3 /* through two there is always a line */

/** Compound annual growth rate, as a fraction per year: (last / first)^(1 / years) - 1.
 *  @param years  between the two values.
 *  @return NaN unless years > 0 and both values are above 0. */
double indicators_growth(double first, double last, int years);

/** A line by least squares: y = at_origin + slope * (x - origin). */
struct indicators_line {
    double slope;     /* per unit of x */
    double at_origin; /* its value at the origin */
    double r2;        /* 0..1, the share of the variance it explains; NaN where y never changes */
};
/** @param xs,ys  n pairs; pairs with a NaN are no points. @param origin  of x.
 *  @param out  written on true only.
 *  @return false when fewer than INDICATORS_LINE_POINTS_MIN points are left, or all at one x. */
bool indicators_line(const double *xs, const double *ys, size_t n, double origin,
                     struct indicators_line *out);

/** Share of a whole. @return NaN unless the part is at least 0 and the whole above 0: what is
 *  negative (a net sink) has no share. */
double indicators_share(double part, double whole);

/** Location quotient: (here / all_here) / (there / all_there). Above 1, the sector weighs more here
 *  than there. @return NaN where one of the shares is, or the second is 0. */
double indicators_quotient(double here, double all_here, double there, double all_there);

/** Ranks within groups, 1 for the largest value. Values that are equal as they are written in an
 *  answer (12 significant digits) share a rank; the next one has as many before it as there are
 *  (1, 1, 3).
 *  @param values  n of them; NaN is not ranked and not counted.
 *  @param groups  n numbers: who is a peer of whom.
 *  @param position,of  n each: the rank and the number of peers, itself counted; 0 and 0 for NaN.
 *  @return false when there is no memory. */
bool indicators_ranks(const double *values, const int *groups, size_t n, int *position, int *of);

#endif
