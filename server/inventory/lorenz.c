#include "inventory/lorenz.h"

#include <math.h>

#include "geo/sum.h"

struct whole {
    double members, mass;
};

static struct whole whole_of(const struct lorenz_group *groups, size_t n)
{
    struct sum mass = {0, 0};
    int64_t members = 0;
    for (size_t i = 0; i < n; i++) {
        members += groups[i].count;
        sum_add(&mass, groups[i].mass);
    }
    return (struct whole){(double)members, sum_value(mass)};
}

double lorenz_gini(const struct lorenz_group *groups, size_t n)
{
    struct whole all = whole_of(groups, n);
    struct sum below = {0, 0}, twice = {0, 0};
    if (!(all.mass > 0))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        double before = sum_value(below);
        sum_add(&below, groups[i].mass);
        sum_add(&twice, (double)groups[i].count / all.members * (before + sum_value(below)));
    }
    double gini = 1 - sum_value(twice) / all.mass;
    return gini > 0 ? gini : 0; /* all equal: rounding alone */
}

double lorenz_gini_error(const struct lorenz_group *groups, size_t n, double ratio)
{
    struct whole all = whole_of(groups, n);
    double within = (sqrt(ratio) - 1) / (sqrt(ratio) + 1), error = 0;
    if (!(all.mass > 0))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        if (groups[i].count > 1)
            error += (double)groups[i].count / all.members * groups[i].mass / all.mass * within;
    }
    return error;
}

size_t lorenz_curve(const struct lorenz_group *groups, size_t n, double *members, double *mass)
{
    struct whole all = whole_of(groups, n);
    struct sum below = {0, 0};
    double passed = 0; /* members of the groups before this one */
    size_t points = 0, group = 0;
    if (!(all.mass > 0))
        return 0;
    double steps = fmin(all.members, LORENZ_POINTS_MAX - 1);
    for (int i = 0; i <= (int)steps; i++) {
        double wanted = all.members * i / steps;
        while (group + 1 < n && passed + (double)groups[group].count < wanted) {
            passed += (double)groups[group].count;
            sum_add(&below, groups[group++].mass);
        }
        double part = (wanted - passed) / (double)groups[group].count;
        members[points] = i / steps;
        mass[points++] = (sum_value(below) + part * groups[group].mass) / all.mass;
    }
    mass[points - 1] = 1;
    return points;
}
