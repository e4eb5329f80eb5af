#include "inventory/uncertainty.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "geo/sum.h"

#define LOG_NORMAL_FROM_PCT 30.0
#define SIGMAS_OF_95_PCT    1.96
#define SUM_ON_STACK        128

double uncertainty_proxy_rel_var(double cell_uncertainty_pct, double sum_in, double sumsq_in,
                                 double sum_all, double sumsq_all)
{
    double u = cell_uncertainty_pct / 100;
    double sum_out = sum_all - sum_in, sumsq_out = sumsq_all - sumsq_in;
    if (sum_in <= 0 || sum_all <= 0 || sum_out <= 0)
        return 0;
    if (sumsq_out < 0) /* rounding of a difference */
        sumsq_out = 0;
    double rest = sum_out / sum_all;
    /* (1-s)^2 Q_out / S_out^2 is Q_out / S_all^2: no division by a vanishing rest. */
    return u * u * (rest * rest * sumsq_in / (sum_in * sum_in) + sumsq_out / (sum_all * sum_all));
}

/* An absolute 95 % error that is shared by all parts of the same key. */
struct shared_error {
    size_t key;
    size_t order; /* keeps the sum independent of the sort */
    double error;
};

static int compare_shared(const void *a, const void *b)
{
    const struct shared_error *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Errors of one key add linearly, those of different keys in quadrature. */
static double sum_of_squares(struct shared_error *errors, size_t n)
{
    struct sum squares = {0, 0};
    qsort(errors, n, sizeof *errors, compare_shared);
    for (size_t i = 0; i < n;) {
        struct sum linear = {0, 0};
        size_t key = errors[i].key;
        for (; i < n && errors[i].key == key; i++)
            sum_add(&linear, errors[i].error);
        sum_add(&squares, sum_value(linear) * sum_value(linear));
    }
    return sum_value(squares);
}

static double half_width(const struct uncertain_part *parts, size_t n, struct shared_error *errors)
{
    for (size_t i = 0; i < n; i++) {
        double m = parts[i].mass; /* nothing times an unknown uncertainty is nothing */
        double e = m == 0 ? 0 : m * parts[i].uncertainty_pct / 100;
        errors[i] = (struct shared_error){parts[i].group, i, e};
    }
    double variance = sum_of_squares(errors, n);
    for (size_t i = 0; i < n; i++) {
        double m = parts[i].mass;
        double e = m == 0 ? 0 : m * sqrt(parts[i].proxy_rel_var);
        errors[i] = (struct shared_error){parts[i].field, i, e};
    }
    return sqrt(variance + sum_of_squares(errors, n));
}

static double half_width_anywhere(const struct uncertain_part *parts, size_t n)
{
    struct shared_error on_stack[SUM_ON_STACK], *errors = on_stack;
    if (n > SUM_ON_STACK)
        errors = n > SIZE_MAX / sizeof *errors ? NULL : malloc(n * sizeof *errors);
    double width = errors ? half_width(parts, n, errors) : NAN;
    if (errors != on_stack)
        free(errors);
    return width;
}

static bool has_mixed_signs(const struct uncertain_part *parts, size_t n)
{
    bool has_positive = false, has_negative = false;
    for (size_t i = 0; i < n; i++) {
        has_positive = has_positive || parts[i].mass > 0;
        has_negative = has_negative || parts[i].mass < 0;
    }
    return has_positive && has_negative;
}

static struct interval log_normal(double value, double pct)
{
    double cv = pct / (100 * SIGMAS_OF_95_PCT);
    double g = exp(SIGMAS_OF_95_PCT * sqrt(log1p(cv * cv)));
    double small = value / g, large = value * g;
    return (struct interval){value, value < 0 ? large : small, value < 0 ? small : large, pct};
}

struct interval uncertainty_sum(const struct uncertain_part *parts, size_t n)
{
    struct sum total = {0, 0};
    for (size_t i = 0; i < n; i++)
        sum_add(&total, parts[i].mass);
    double value = sum_value(total), width = half_width_anywhere(parts, n);
    double pct = value != 0 ? 100 * width / fabs(value) : NAN;
    if (pct >= LOG_NORMAL_FROM_PCT && !has_mixed_signs(parts, n))
        return log_normal(value, pct);
    return (struct interval){value, value - width, value + width, pct};
}
