/* test_uncertainty.c - the formulas against cases by hand and against a Monte Carlo with a seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "inventory/uncertainty.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void close_by(double a, double b, double relative)
{
    if (!(fabs(a - b) <= relative * fabs(b) + 1e-12))
        fail_msg("%.17g is not %.17g", a, b);
}

/* ---- by hand ---------------------------------------------------------------------------- */

static void one_part(void **state)
{
    (void)state;
    const struct uncertain_part part = {1, 200, 10, 1, 0};
    struct interval i = uncertainty_sum(&part, 1);
    close_by(i.value, 200, 1e-15);
    close_by(i.lo, 180, 1e-12);
    close_by(i.hi, 220, 1e-12);
    close_by(i.half_width_pct, 10, 1e-12);
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    struct interval i = uncertainty_sum(NULL, 0);
    assert_true(i.value == 0 && i.lo == 0 && i.hi == 0 && isnan(i.half_width_pct));
    const struct uncertain_part unknown_zero = {1, 0, NAN, 1, 0};
    i = uncertainty_sum(&unknown_zero, 1);
    assert_true(i.value == 0 && i.lo == 0 && i.hi == 0);
}

static void groups_add_in_quadrature_members_linearly(void **state)
{
    (void)state;
    const struct uncertain_part apart[] = {{1, 100, 3, 1, 0}, {2, 100, 4, 2, 0}};
    const struct uncertain_part together[] = {{1, 100, 3, 1, 0}, {1, 100, 4, 2, 0}};
    close_by(uncertainty_sum(apart, 2).half_width_pct, 2.5, 1e-12);
    close_by(uncertainty_sum(together, 2).half_width_pct, 3.5, 1e-12);
}

static void a_correlated_difference_cancels(void **state)
{
    (void)state;
    const struct uncertain_part parts[] = {{1, 100, 10, 1, 0}, {1, -90, 10, 1, 0}};
    struct interval i = uncertainty_sum(parts, 2);
    close_by(i.value, 10, 1e-12);
    close_by(i.half_width_pct, 10, 1e-12);
    const struct uncertain_part apart[] = {{1, 100, 10, 1, 0}, {2, -90, 10, 2, 0}};
    i = uncertainty_sum(apart, 2);
    close_by(i.hi - i.value, sqrt(100 + 81), 1e-12);
    assert_true(i.lo < 0); /* mixed signs stay symmetric, however wide */
    close_by(i.value - i.lo, i.hi - i.value, 1e-12);
}

static void net_of_nothing_left_has_bounds_but_no_percentage(void **state)
{
    (void)state;
    const struct uncertain_part parts[] = {{1, 50, 10, 1, 0}, {2, -50, 10, 2, 0}};
    struct interval i = uncertainty_sum(parts, 2);
    assert_true(i.value == 0);
    close_by(i.hi, sqrt(50), 1e-12);
    close_by(i.lo, -sqrt(50), 1e-12);
    assert_true(isnan(i.half_width_pct));
}

static void unknown_parts_make_the_interval_unknown(void **state)
{
    (void)state;
    const struct uncertain_part parts[] = {{1, 100, 10, 1, 0}, {2, 1, NAN, 2, 0}};
    struct interval i = uncertainty_sum(parts, 2);
    close_by(i.value, 101, 1e-15);
    assert_true(isnan(i.lo) && isnan(i.hi) && isnan(i.half_width_pct));
}

static void wide_ones_are_log_normal(void **state)
{
    (void)state;
    const struct uncertain_part part = {1, 100, 80, 1, 0}, sink = {1, -100, 80, 1, 0};
    double sigma = sqrt(log(1 + (80.0 / 196) * (80.0 / 196))), g = exp(1.96 * sigma);
    struct interval i = uncertainty_sum(&part, 1);
    close_by(i.lo, 100 / g, 1e-12);
    close_by(i.hi, 100 * g, 1e-12);
    close_by(i.half_width_pct, 80, 1e-12);
    struct interval n = uncertainty_sum(&sink, 1);
    close_by(n.lo, -i.hi, 1e-12);
    close_by(n.hi, -i.lo, 1e-12);
    const struct uncertain_part edge = {1, 100, 29.999, 1, 0};
    close_by(uncertainty_sum(&edge, 1).lo, 70.001, 1e-9);
    const struct uncertain_part absurd = {1, 100, 1e6, 1, 0};
    assert_true(uncertainty_sum(&absurd, 1).lo > 0);
}

static void order_and_number_do_not_matter(void **state)
{
    (void)state;
    enum { N = 1000 };
    struct uncertain_part forward[N], backward[N];
    for (size_t i = 0; i < N; i++)
        forward[i] = (struct uncertain_part){i % 7, (double)(i % 13) + 0.1, (double)(i % 5), i % 3,
                                             0.0001 * (double)(i % 3)};
    for (size_t i = 0; i < N; i++)
        backward[i] = forward[N - 1 - i];
    struct interval a = uncertainty_sum(forward, N), b = uncertainty_sum(backward, N);
    close_by(a.value, b.value, 1e-15);
    close_by(a.half_width_pct, b.half_width_pct, 1e-13);
}

static void whole_and_empty_parts_have_no_proxy_error(void **state)
{
    (void)state;
    assert_true(uncertainty_proxy_rel_var(100, 10, 4, 10, 4) == 0);
    assert_true(uncertainty_proxy_rel_var(100, 0, 0, 10, 4) == 0);
    assert_true(uncertainty_proxy_rel_var(100, 0, 0, 0, 0) == 0);
    assert_true(uncertainty_proxy_rel_var(0, 3, 1, 10, 4) == 0);
    double nearly = uncertainty_proxy_rel_var(100, 10 - 1e-12, 4 - 1e-24, 10, 4);
    assert_true(nearly >= 0 && nearly < 1e-15);
    /* two equal cells of 1, one inside: s = 1/2, (u/2)^2 (1 + 1) */
    close_by(uncertainty_proxy_rel_var(10, 1, 1, 2, 2), 0.01 * 0.25 * 2, 1e-12);
}

/* ---- Monte Carlo ------------------------------------------------------------------------ */

static uint64_t random_state;

static double uniform(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return ((double)(random_state >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* The share of a field inside an area when each cell's weight errs by itself. */
static void proxy_variance_by_monte_carlo(void **state)
{
    (void)state;
    enum { CELLS = 60, INSIDE = 15, RUNS = 40000 };
    double weight[CELLS], sum_in = 0, sumsq_in = 0, sum_all = 0, sumsq_all = 0;
    const double u = 30; /* %, 95 % half-width */
    random_state = 20240501;
    for (int i = 0; i < CELLS; i++) {
        weight[i] = exp(normal());
        sum_all += weight[i];
        sumsq_all += weight[i] * weight[i];
        sum_in += i < INSIDE ? weight[i] : 0;
        sumsq_in += i < INSIDE ? weight[i] * weight[i] : 0;
    }
    double mean = 0, square = 0;
    for (int run = 0; run < RUNS; run++) {
        double in = 0, all = 0;
        for (int i = 0; i < CELLS; i++) {
            double w = weight[i] * (1 + normal() * u / 196);
            all += w;
            in += i < INSIDE ? w : 0;
        }
        mean += in / all;
        square += in / all * (in / all);
    }
    mean /= RUNS;
    double deviation = sqrt(square / RUNS - mean * mean) / mean;
    double want = sqrt(uncertainty_proxy_rel_var(u, sum_in, sumsq_in, sum_all, sumsq_all));
    close_by(1.96 * deviation, want, 0.03);
}

/* Groups share the error of their total, fields that of their proxy. */
static void sum_by_monte_carlo(void **state)
{
    (void)state;
    enum { RUNS = 100000 };
    static const struct uncertain_part parts[] = {
        {1, 100, 8, 1, 0.01},  {1, 40, 8, 2, 0.0025}, {2, 70, 12, 1, 0.01},
        {3, 55, 5, 2, 0.0025}, {4, -30, 20, 3, 0.04}, {4, -10, 20, 1, 0.01},
    };
    double mean = 0, square = 0;
    random_state = 7;
    for (int run = 0; run < RUNS; run++) {
        double group[5], field[4], total = 0;
        for (int i = 0; i < 5; i++)
            group[i] = normal() / 1.96;
        for (int i = 0; i < 4; i++)
            field[i] = normal() / 1.96;
        for (size_t i = 0; i < COUNT(parts); i++)
            total += parts[i].mass * (1 + group[parts[i].group] * parts[i].uncertainty_pct / 100) *
                     (1 + field[parts[i].field] * sqrt(parts[i].proxy_rel_var));
        mean += total;
        square += total * total;
    }
    mean /= RUNS;
    double deviation = sqrt(square / RUNS - mean * mean);
    struct interval i = uncertainty_sum(parts, COUNT(parts));
    close_by(i.hi - i.value, 1.96 * deviation, 0.02);
    close_by(mean, i.value, 0.005);
}

/* 95 % of a log-normal of that median and relative width lie between lo and hi. */
static void log_normal_interval_by_monte_carlo(void **state)
{
    (void)state;
    enum { RUNS = 200000 };
    const struct uncertain_part part = {1, 100, 90, 1, 0};
    struct interval i = uncertainty_sum(&part, 1);
    double sigma = sqrt(log(1 + 0.9 * 0.9 / (1.96 * 1.96))), mean = 0, square = 0;
    int below = 0, above = 0;
    random_state = 11;
    for (int run = 0; run < RUNS; run++) {
        double x = 100 * exp(sigma * normal());
        below += x < i.lo;
        above += x > i.hi;
        mean += x;
        square += x * x;
    }
    mean /= RUNS;
    close_by((double)below / RUNS, 0.025, 0.06);
    close_by((double)above / RUNS, 0.025, 0.06);
    close_by(196 * sqrt(square / RUNS - mean * mean) / mean, 90, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_part),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(groups_add_in_quadrature_members_linearly),
        cmocka_unit_test(a_correlated_difference_cancels),
        cmocka_unit_test(net_of_nothing_left_has_bounds_but_no_percentage),
        cmocka_unit_test(unknown_parts_make_the_interval_unknown),
        cmocka_unit_test(wide_ones_are_log_normal),
        cmocka_unit_test(order_and_number_do_not_matter),
        cmocka_unit_test(whole_and_empty_parts_have_no_proxy_error),
        cmocka_unit_test(proxy_variance_by_monte_carlo),
        cmocka_unit_test(sum_by_monte_carlo),
        cmocka_unit_test(log_normal_interval_by_monte_carlo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
