/* Compensated sums: the order of the terms does not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "geo/sum.h"

static void small_terms_survive_large_ones(void **state)
{
    (void)state;
    const double neumaier[] = {1.0, 1e100, 1.0, -1e100}; /* the example of the paper */
    assert_true(sum_of(neumaier, 4) == 2.0);
    assert_true(sum_of(NULL, 0) == 0.0);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void order_does_not_show(void **state)
{
    (void)state;
    enum { N = 100000 };
    static double values[N];
    uint64_t random = 1;
    for (int i = 0; i < N; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        values[i] = exp((double)(random >> 40) / 1e6) * (i % 3 ? 1.0 : -1.0);
    }
    double as_drawn = sum_of(values, N);
    qsort(values, N, sizeof values[0], by_value);
    assert_true(sum_of(values, N) == as_drawn);
    for (int i = 0; i < N / 2; i++) {
        double v = values[i];
        values[i] = values[N - 1 - i];
        values[N - 1 - i] = v;
    }
    assert_true(sum_of(values, N) == as_drawn);
}

static void infinities_stay_infinite(void **state)
{
    (void)state;
    const double up[] = {1.0, INFINITY, 2.0};
    const double both[] = {INFINITY, -INFINITY};
    assert_true(sum_of(up, 3) == INFINITY);
    assert_true(isnan(sum_of(both, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_terms_survive_large_ones),
        cmocka_unit_test(order_does_not_show),
        cmocka_unit_test(infinities_stay_infinite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
