/* test_indicators.c - growth, lines, quotients and ranks against cases made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "inventory/indicators.h"

static void close_by(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12 * fabs(b) + 1e-15))
        fail_msg("%.17g is not %.17g", a, b);
}

static void growth_compounds(void **state)
{
    (void)state;
    close_by(indicators_growth(100, 121, 2), 0.1);
    close_by(indicators_growth(121, 100, 2), 1 / 1.1 - 1);
    close_by(indicators_growth(5, 5, 12), 0);
    close_by(indicators_growth(1, 1024, 10), 1);
    close_by(indicators_growth(1e9, 1e9 + 1, 1), 1e-9);
}

static void growth_needs_two_masses_and_time(void **state)
{
    (void)state;
    assert_true(isnan(indicators_growth(0, 1, 1)) && isnan(indicators_growth(1, 0, 1)));
    assert_true(isnan(indicators_growth(-1, 1, 1)) && isnan(indicators_growth(-2, -1, 1)));
    assert_true(isnan(indicators_growth(1, 2, 0)) && isnan(indicators_growth(1, 2, -3)));
    assert_true(isnan(indicators_growth(NAN, 2, 1)) && isnan(indicators_growth(1, NAN, 1)));
}

static void a_line_is_found_exactly(void **state)
{
    (void)state;
    const double years[] = {2010, 2011, 2015, 2022}, on_it[] = {7, 10, 22, 43};
    struct indicators_line line;
    assert_true(indicators_line(years, on_it, 4, 2010, &line));
    close_by(line.slope, 3);
    close_by(line.at_origin, 7);
    close_by(line.r2, 1);
}

/* x = 0, 1, 2; y = 1, 0, 2: Sxx = 2, Sxy = 1, Syy = 2, so slope 1/2, at 0 1/2, R2 = 1/4. */
static void least_squares_by_hand(void **state)
{
    (void)state;
    const double x[] = {2000, 2001, 2002}, y[] = {1, 0, 2};
    struct indicators_line line;
    assert_true(indicators_line(x, y, 3, 2000, &line));
    close_by(line.slope, 0.5);
    close_by(line.at_origin, 0.5);
    close_by(line.r2, 0.25);
    const double falling[] = {-1, 0, -2};
    assert_true(indicators_line(x, falling, 3, 2001, &line));
    close_by(line.slope, -0.5);
    close_by(line.at_origin, -1);
    close_by(line.r2, 0.25);
}

static void what_is_unknown_is_no_point(void **state)
{
    (void)state;
    const double x[] = {2000, 2001, 2002, 2003}, y[] = {1, NAN, 5, 7};
    struct indicators_line line = {9, 9, 9};
    assert_true(indicators_line(x, y, 4, 2000, &line));
    close_by(line.slope, 2);
    close_by(line.at_origin, 1);
    line.slope = 9;
    assert_false(indicators_line(x, y, 3, 2000, &line)); /* two points are left */
    assert_true(line.slope == 9);
    assert_false(indicators_line(x, y, 0, 2000, &line));
    const double one_year[] = {2000, 2000, 2000}, some[] = {1, 2, 3};
    assert_false(indicators_line(one_year, some, 3, 2000, &line));
}

static void what_never_changes_explains_nothing(void **state)
{
    (void)state;
    const double x[] = {2000, 2001, 2002, 2003}, y[] = {0.1, 0.1, 0.1, 0.1};
    struct indicators_line line;
    assert_true(indicators_line(x, y, 4, 2000, &line));
    assert_true(line.slope == 0 && isnan(line.r2));
    close_by(line.at_origin, 0.1);
}

static void shares_are_of_what_is(void **state)
{
    (void)state;
    close_by(indicators_share(1, 4), 0.25);
    assert_true(indicators_share(0, 4) == 0);
    assert_true(isnan(indicators_share(0, 0)) && isnan(indicators_share(1, -4)));
    assert_true(isnan(indicators_share(-1, 4)) && isnan(indicators_share(NAN, 4)));
}

static void a_quotient_compares_shares(void **state)
{
    (void)state;
    close_by(indicators_quotient(30, 60, 100, 400), 2); /* half here, a quarter there */
    close_by(indicators_quotient(10, 40, 100, 400), 1);
    assert_true(indicators_quotient(0, 40, 100, 400) == 0);
    assert_true(isnan(indicators_quotient(0, 40, 0, 400)) &&
                isnan(indicators_quotient(1, 0, 1, 4)));
    assert_true(isnan(indicators_quotient(-1, 40, 100, 400)));
}

static void ties_share_a_rank(void **state)
{
    (void)state;
    const double values[] = {5, 9, 5, 7, NAN, 1};
    const int one[] = {0, 0, 0, 0, 0, 0};
    int position[6], of[6];
    assert_true(indicators_ranks(values, one, 6, position, of));
    const int want[] = {3, 1, 3, 2, 0, 5};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(position[i], want[i]);
        assert_int_equal(of[i], i == 4 ? 0 : 5);
    }
}

static void values_written_alike_are_alike(void **state)
{
    (void)state;
    const double values[] = {0.1 + 0.2, 0.3, 0.30000001};
    const int one[] = {0, 0, 0};
    int position[3], of[3];
    assert_true(indicators_ranks(values, one, 3, position, of));
    assert_true(position[0] == 2 && position[1] == 2 && position[2] == 1);
}

static void groups_are_apart(void **state)
{
    (void)state;
    const double values[] = {1, 2, 3, 4, -5};
    const int groups[] = {7, -1, 7, -1, -1};
    int position[5], of[5];
    assert_true(indicators_ranks(values, groups, 5, position, of));
    const int want[] = {2, 2, 1, 1, 3}, size[] = {2, 3, 2, 3, 3};
    for (int i = 0; i < 5; i++)
        assert_true(position[i] == want[i] && of[i] == size[i]);
    assert_true(indicators_ranks(values, groups, 0, position, of));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_compounds),
        cmocka_unit_test(growth_needs_two_masses_and_time),
        cmocka_unit_test(a_line_is_found_exactly),
        cmocka_unit_test(least_squares_by_hand),
        cmocka_unit_test(what_is_unknown_is_no_point),
        cmocka_unit_test(what_never_changes_explains_nothing),
        cmocka_unit_test(shares_are_of_what_is),
        cmocka_unit_test(a_quotient_compares_shares),
        cmocka_unit_test(ties_share_a_rank),
        cmocka_unit_test(values_written_alike_are_alike),
        cmocka_unit_test(groups_are_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
