/* sum.h - compensated summation (Neumaier 1974): the order of terms does not show in the result. */
#ifndef GEO_SUM_H
#define GEO_SUM_H

#include <stddef.h>

#define SUM_LANES 8

struct sum {
    double s;
    double c;
};

void sum_add(struct sum *to, double value);
double sum_value(struct sum of);
/** In eight lanes, each compensated. */
double sum_of(const double *values, size_t n);

#endif
