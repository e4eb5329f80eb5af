/* uncertainty.h - 95 % intervals by IPCC 2006 vol. 1 ch. 3, approach 1 (domain.md 5.5).
 *
 * The error of a total (activity data and emission factor) is fully correlated over space and
 * years within one (sector, gas, origin, flow, fuel) and independent between such groups. The
 * error of the proxy is independent between cells: for a part with share s of a field,
 *   rel.var = (u/100)^2 (1-s)^2 (Q_in/S_in^2 + Q_out/S_out^2),  Q = sum of squares, S = sum,
 * which is 0 for the whole field: spreading cannot change a total. Pure.
 */
#ifndef INVENTORY_UNCERTAINTY_H
#define INVENTORY_UNCERTAINTY_H

#include <stddef.h>

struct interval {
    double value;
    double lo;
    double hi;
    double half_width_pct; /* of |value|; NaN when value is 0 or a part is unknown */
};

struct uncertain_part {
    size_t group;           /* parts of one group are fully correlated: masses x U add linearly */
    double mass;            /* signed, unit of the answer */
    double uncertainty_pct; /* of the total, 95 % half-width; NaN = unknown */
    size_t field;           /* parts of one field share the proxy error */
    double proxy_rel_var;   /* uncertainty_proxy_rel_var of its field within the area */
};

/** Relative variance of a field's share within an area: the square of a 95 % half-width, as a
 *  fraction. 0 when nothing or everything of the field lies inside.
 *  @param cell_uncertainty_pct  of one cell's weight; the others are of the field's cells. */
double uncertainty_proxy_rel_var(double cell_uncertainty_pct, double sum_in, double sumsq_in,
                                 double sum_all, double sumsq_all);

/** Value and interval of the sum of the parts:
 *    (half-width)^2 = sum over groups (sum m U)^2 + sum over fields (sum m sqrt(rel.var))^2.
 *  Symmetric below 30 % or when signs are mixed. From 30 % on log-normal, with M its median:
 *    lo = M / g, hi = M g, g = exp(1.96 sigma), sigma = sqrt(ln(1 + (U / 196)^2)),
 *  because the coefficient of variation of a log-normal is sqrt(exp(sigma^2) - 1) and U is 1.96
 *  of them in %. Thus lo keeps the sign of M at any width. lo <= hi also for a negative M.
 *  Unknown parts (of a mass that is not 0) make lo, hi and the width NaN, as does no memory. */
struct interval uncertainty_sum(const struct uncertain_part *parts, size_t n);

#endif
