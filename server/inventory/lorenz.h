/* lorenz.h - how unevenly a mass is shared out among members: Lorenz's curve and Gini's index.
 *
 * Members come in groups of equals, from the least to the greatest, so that a million members in a
 * thousand groups cost a thousand steps. The index is that of the members as they are (no
 * correction for a sample): 0 when all are equal, (n - 1)/n when one of n has all. Sources: Lorenz
 * 1905; Gini 1914; Sen 1973, On Economic Inequality, section 2.5. Pure.
 */
#ifndef INVENTORY_LORENZ_H
#define INVENTORY_LORENZ_H

#include <stddef.h>
#include <stdint.h>

#define LORENZ_POINTS_MAX 101

struct lorenz_group {
    int64_t count; /* > 0 */
    double mass;   /* of all of them together, >= 0 */
};

/** 1 - sum of p_i (L_(i-1) + L_i): p_i the share of members in a group, L_i the share of mass up to
 *  it. Exact where the members of a group are equal.
 *  @param groups  by mass per member, ascending. @return NaN when there is no mass. */
double lorenz_gini(const struct lorenz_group *groups, size_t n);

/** How far lorenz_gini() may lie below the truth when the members of each group differ by at most
 *  the factor `ratio`: sum of p_i s_i g, with g = (sqrt(ratio) - 1)/(sqrt(ratio) + 1) the greatest
 *  index that such a group can have within itself. */
double lorenz_gini_error(const struct lorenz_group *groups, size_t n, double ratio);

/** Points of the curve from (0, 0) to (1, 1): after every member while they are at most 100, else
 *  after every hundredth of them, between members in proportion.
 *  @param members,mass  room for LORENZ_POINTS_MAX cumulative shares each.
 *  @return how many; 0 when there is no mass. */
size_t lorenz_curve(const struct lorenz_group *groups, size_t n, double *members, double *mass);

#endif
