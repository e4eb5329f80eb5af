#include "geo/sum.h"

#include <math.h>

void sum_add(struct sum *to, double value)
{
    double s = to->s + value;
    if (fabs(to->s) >= fabs(value)) {
        to->c += (to->s - s) + value;
    } else {
        to->c += (value - s) + to->s;
    }
    to->s = s;
}

double sum_value(struct sum of)
{
    return isfinite(of.s) ? of.s + of.c : of.s; /* past an infinity the correction is NaN */
}

double sum_of(const double *values, size_t n)
{
    struct sum total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        sum_add(&total, values[i]);
    }
    return sum_value(total);
}
