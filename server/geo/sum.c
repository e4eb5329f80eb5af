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

/* The same correction without asking which term is larger (Knuth's two-sum), so that the lanes go
 * side by side in vector registers. */
static void add_lanes(double *restrict s, double *restrict c, const double *values)
{
    for (int k = 0; k < SUM_LANES; k++) {
        double sum = s[k] + values[k];
        double taken = sum - s[k];
        c[k] += (s[k] - (sum - taken)) + (values[k] - taken);
        s[k] = sum;
    }
}

double sum_of(const double *values, size_t n)
{
    double s[SUM_LANES] = {0}, c[SUM_LANES] = {0};
    struct sum total = {0.0, 0.0};
    size_t i = 0;
    for (; i + SUM_LANES <= n; i += SUM_LANES) {
        add_lanes(s, c, values + i);
    }
    for (; i < n; i++) {
        sum_add(&total, values[i]);
    }
    for (int k = 0; k < SUM_LANES; k++) {
        sum_add(&total, s[k]);
    }
    for (int k = 0; k < SUM_LANES && isfinite(total.s); k++) {
        sum_add(&total, c[k]);
    }
    return sum_value(total);
}
