#include "geo/sum.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

/* The error of an addition without asking which term is larger (Knuth's two-sum): branches on the
 * size of masses are guessed wrong half of the time. */
void sum_add(struct sum *to, double value)
{
    double s = to->s + value;
    double taken = s - to->s;
    to->c += (to->s - (s - taken)) + (value - taken);
    to->s = s;
}

double sum_value(struct sum of)
{
    return isfinite(of.s) ? of.s + of.c : of.s; /* past an infinity the correction is NaN */
}

/* The same for lanes side by side in vector registers: eight of them, in two halves.
 * @param n  a multiple of SUM_LANES. */
FOR_THIS_CPU static void add_lanes(double *s, double *c, const double *values, size_t n)
{
    four_doubles s0 = {0}, s1 = {0}, c0 = {0}, c1 = {0};
    for (size_t i = 0; i < n; i += SUM_LANES) {
        four_doubles v0, v1;
        memcpy(&v0, values + i, sizeof v0);
        memcpy(&v1, values + i + SUM_LANES / 2, sizeof v1);
        four_doubles sum0 = s0 + v0, sum1 = s1 + v1;
        four_doubles taken0 = sum0 - s0, taken1 = sum1 - s1;
        c0 += (s0 - (sum0 - taken0)) + (v0 - taken0);
        c1 += (s1 - (sum1 - taken1)) + (v1 - taken1);
        s0 = sum0;
        s1 = sum1;
    }
    memcpy(s, &s0, sizeof s0);
    memcpy(s + SUM_LANES / 2, &s1, sizeof s1);
    memcpy(c, &c0, sizeof c0);
    memcpy(c + SUM_LANES / 2, &c1, sizeof c1);
}

double sum_of(const double *values, size_t n)
{
    double s[SUM_LANES], c[SUM_LANES];
    struct sum total = {0.0, 0.0};
    size_t whole = n / SUM_LANES * SUM_LANES;
    for (size_t i = whole; i < n; i++) {
        sum_add(&total, values[i]);
    }
    if (whole == 0) { /* sixteen lanes of nothing change no bit of it */
        return sum_value(total);
    }
    add_lanes(s, c, values, whole);
    for (int k = 0; k < SUM_LANES; k++) {
        sum_add(&total, s[k]);
    }
    for (int k = 0; k < SUM_LANES && isfinite(total.s); k++) {
        sum_add(&total, c[k]);
    }
    return sum_value(total);
}
