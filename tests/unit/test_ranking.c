/* Who leads, who holds most of it and how unevenly: hand-made cases, and random ones done plainly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "inventory/leaders.h"
#include "inventory/lorenz.h"
#include "inventory/spread.h"

static uint64_t seed = 7;

static double draw(void)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void close_to(double a, double b, double within)
{
    if (!(fabs(a - b) <= within))
        fail_msg("%.17g is not %.17g", a, b);
}

/* ---- Gini and Lorenz ---- */

static void gini_of_known_cases(void **state)
{
    (void)state;
    const struct lorenz_group equal[] = {{1, 5}, {1, 5}, {1, 5}}, as_one[] = {{3, 15}};
    const struct lorenz_group one_has_all[] = {{3, 0}, {1, 8}};
    const struct lorenz_group one_to_four[] = {{1, 1}, {1, 2}, {1, 3}, {1, 4}};
    const struct lorenz_group nothing[] = {{4, 0}};
    close_to(lorenz_gini(equal, 3), 0, 1e-15);
    close_to(lorenz_gini(as_one, 1), 0, 1e-15);
    close_to(lorenz_gini(one_has_all, 2), 0.75, 1e-15); /* (n - 1)/n */
    close_to(lorenz_gini(one_to_four, 4), 0.25, 1e-15); /* 2 (1 + 4 + 9 + 16)/(4 x 10) - 5/4 */
    assert_true(isnan(lorenz_gini(nothing, 1)));
    assert_true(isnan(lorenz_gini(NULL, 0)));
}

/* The mean difference between all pairs, over twice the mean. */
static void gini_is_the_mean_difference(void **state)
{
    (void)state;
    enum { N = 200 };
    static struct lorenz_group groups[N];
    static double values[N];
    double last = 0, sum = 0, differences = 0;
    for (int i = 0; i < N; i++) {
        last += i % 5 ? draw() : 0;
        values[i] = last;
        groups[i] = (struct lorenz_group){1, last};
        sum += last;
    }
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++)
            differences += fabs(values[i] - values[k]);
    }
    close_to(lorenz_gini(groups, N), differences / (2.0 * N * sum), 1e-13);
}

static void the_error_of_groups_is_bounded(void **state)
{
    (void)state;
    /* Two members, 1 and r, taken as one group of equals: the error is the whole index. The worst
     * are more members at the lower end: sqrt(r) of them to 1. */
    const struct lorenz_group apart[] = {{1, 1}, {1, 4}}, together[] = {{2, 5}};
    const struct lorenz_group worst[] = {{2, 2}, {1, 4}}, as_one[] = {{3, 6}};
    assert_true(lorenz_gini(apart, 2) <=
                lorenz_gini(together, 1) + lorenz_gini_error(together, 1, 4));
    close_to(lorenz_gini(worst, 2), lorenz_gini_error(as_one, 1, 4), 1e-15);
    close_to(lorenz_gini_error(worst, 2, 1), 0, 0);
}

static void the_curve_of_few_has_every_member(void **state)
{
    (void)state;
    const struct lorenz_group groups[] = {{2, 0}, {1, 1}, {1, 3}};
    double members[LORENZ_POINTS_MAX], mass[LORENZ_POINTS_MAX];
    assert_int_equal(lorenz_curve(groups, 3, members, mass), 5);
    const double want_members[] = {0, 0.25, 0.5, 0.75, 1}, want_mass[] = {0, 0, 0, 0.25, 1};
    for (int i = 0; i < 5; i++) {
        close_to(members[i], want_members[i], 1e-15);
        close_to(mass[i], want_mass[i], 1e-15);
    }
    const struct lorenz_group nothing[] = {{4, 0}};
    assert_int_equal(lorenz_curve(nothing, 1, members, mass), 0);
}

static void the_curve_of_many_has_a_hundred_steps(void **state)
{
    (void)state;
    const struct lorenz_group groups[] = {{600, 0}, {250, 250}, {150, 750}};
    double members[LORENZ_POINTS_MAX], mass[LORENZ_POINTS_MAX];
    assert_int_equal(lorenz_curve(groups, 3, members, mass), 101);
    close_to(members[60], 0.6, 1e-15);
    close_to(mass[60], 0, 1e-15);
    close_to(mass[85], 0.25, 1e-15);
    close_to(mass[90], 0.5, 1e-15);
    close_to(mass[100], 1, 0);
    for (int i = 1; i <= 100; i++)
        assert_true(mass[i] >= mass[i - 1]);
}

/* ---- leaders ---- */

static void leaders_are_the_largest_and_ties_go_by_key(void **state)
{
    (void)state;
    const double values[] = {3, 7, 7, 1, 7, 9, 3, 7, -2};
    struct leader list[3];
    struct leaders l;
    leaders_init(&l, list, 3);
    for (int i = 0; i < 9; i++)
        leaders_add(&l, (struct leader){values[i], 100 - i, 0});
    leaders_sort(&l);
    assert_int_equal(l.count, 3);
    assert_int_equal(list[0].key, 95); /* the 9 */
    assert_int_equal(list[1].key, 93); /* the sevens from the smallest key on */
    assert_int_equal(list[2].key, 96);
    assert_int_equal(l.tied_beyond, 2);
    assert_int_equal(leaders_rank(&l, 0), 1);
    assert_int_equal(leaders_rank(&l, 1), 2);
    assert_int_equal(leaders_rank(&l, 2), 2);
}

static void fewer_than_there_is_room_for(void **state)
{
    (void)state;
    const double values[] = {2, 2, -1, 5};
    struct leader list[10];
    struct leaders l;
    leaders_init(&l, list, 10);
    for (int i = 0; i < 4; i++)
        leaders_add(&l, (struct leader){values[i], i, 0});
    leaders_sort(&l);
    const int ranks[] = {1, 2, 2, 4};
    for (int i = 0; i < 4; i++)
        assert_int_equal(leaders_rank(&l, i), ranks[i]);
    assert_int_equal(l.tied_beyond, 0);
}

static int by_value_down(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a < b) - (a > b);
}

static void ties_beyond_are_counted_whatever_the_order(void **state)
{
    (void)state;
    enum { N = 300, MAX = 20 };
    for (int round = 0; round < 200; round++) {
        double values[N];
        struct leader list[MAX];
        struct leaders l;
        leaders_init(&l, list, MAX);
        for (int i = 0; i < N; i++) {
            values[i] = floor(draw() * (round + 1));
            leaders_add(&l, (struct leader){values[i], i, 0});
        }
        leaders_sort(&l);
        qsort(values, N, sizeof *values, by_value_down);
        int beyond = 0;
        for (int i = 0; i < N; i++) {
            if (i < MAX)
                close_to(list[i].value, values[i], 0);
            else
                beyond += values[i] == values[MAX - 1];
        }
        assert_int_equal(l.tied_beyond, beyond);
    }
}

/* ---- who holds a share ---- */

struct set {
    double value, mass;
    int64_t count;
    int passes;
};

static struct set set_of(const double *values, int n, size_t keep, double share)
{
    struct spread s;
    struct spread_edge e;
    struct set found = {0};
    assert_int_equal(spread_init(&s, keep), ERR_OK);
    for (int i = 0; i < n; i++)
        spread_add(&s, values[i]);
    assert_int_equal(spread_edge_init(&e, &s, share), ERR_OK);
    while (!e.is_found) {
        for (int i = 0; i < n; i++)
            spread_edge_add(&e, values[i]);
        assert_int_equal(spread_edge_pass(&e), ERR_OK);
        found.passes++;
    }
    found.value = e.value;
    found.mass = e.mass;
    found.count = e.count;
    spread_edge_fini(&e);
    spread_fini(&s);
    return found;
}

static void a_set_by_hand(void **state)
{
    (void)state;
    const double values[] = {1, 5, 2, 0, 4, -3, 2, 2}; /* 16 above 0 */
    for (size_t keep = 0; keep <= 8; keep += 8) {
        struct set half = set_of(values, 8, keep, 0.5); /* 5 + 4 = 9 of 16 */
        assert_int_equal(half.count, 2);
        close_to(half.value, 4, 0);
        struct set exactly = set_of(values, 8, keep, 9.0 / 16); /* reached, not passed */
        assert_int_equal(exactly.count, 2);
        struct set tied = set_of(values, 8, keep, 0.6); /* one 2 would do: all three are in */
        assert_int_equal(tied.count, 5);
        close_to(tied.mass, 15, 0);
        struct set least = set_of(values, 8, keep, 1e-9);
        assert_int_equal(least.count, 1);
        struct set most = set_of(values, 8, keep, 0.99);
        assert_int_equal(most.count, 6);
        close_to(most.value, 1, 0);
    }
    const double none[] = {0, -1, 0};
    assert_int_equal(set_of(none, 3, 0, 0.5).count, 0);
    assert_int_equal(set_of(none, 3, 9, 0.5).count, 0);
}

/* However the values lie, one by one in a bin or a million to it, ties or none. */
static void sets_are_those_of_sorting(void **state)
{
    (void)state;
    enum { N = 1200000 };
    double *values = malloc(N * sizeof *values), *sorted = malloc(N * sizeof *values);
    assert_non_null(values);
    assert_non_null(sorted);
    int most = 0;
    for (int kind = 0; kind < 4; kind++) {
        double all = 0;
        for (int i = 0; i < N; i++) {
            double u = draw();
            values[i] = kind == 0   ? exp(20 * u - 10)                    /* of every size */
                        : kind == 1 ? 1000 * (1 + u * 1e-6)               /* all in one bin */
                        : kind == 2 ? floor(u * 7) * 1e-3                 /* ties, and zeros */
                                    : 5 * (1 + floor(u * 3e6) * 0x1p-52); /* in the last bits */
            sorted[i] = values[i];
            all += values[i];
        }
        qsort(sorted, N, sizeof *sorted, by_value_down);
        for (int k = 0; k < 2; k++) {
            double share = k == 0 ? 0.8 : 0.05 + 0.5 * draw(), mass = 0;
            int count = 0;
            while (mass < share * all || sorted[count] == sorted[count - 1])
                mass += sorted[count++];
            struct set got = set_of(values, N, 1000, share);
            most = got.passes > most ? got.passes : most;
            assert_int_equal(got.count, count);
            close_to(got.value, sorted[count - 1], 0);
            close_to(got.mass, mass, 1e-9 * mass);
        }
    }
    assert_true(most >= 2 && most <= 3);
    free(values);
    free(sorted);
}

static void bins_are_within_their_error(void **state)
{
    (void)state;
    enum { N = 50000 };
    struct spread exact, bins;
    struct lorenz_group *a, *b;
    size_t a_count, b_count;
    double one, ratio;
    assert_int_equal(spread_init(&exact, N), ERR_OK);
    assert_int_equal(spread_init(&bins, 10), ERR_OK);
    for (int i = 0; i < N; i++) {
        double value = i % 9 == 0 ? 0 : pow(draw(), -1.2);
        spread_add(&exact, value);
        spread_add(&bins, value);
    }
    assert_int_equal(spread_groups(&exact, &a, &a_count, &one), ERR_OK);
    assert_int_equal(spread_groups(&bins, &b, &b_count, &ratio), ERR_OK);
    close_to(one, 1, 0);
    assert_true(b_count < a_count && ratio > 1);
    double low = lorenz_gini(b, b_count), error = lorenz_gini_error(b, b_count, ratio);
    double gini = lorenz_gini(a, a_count);
    assert_true(low < gini && gini <= low + error && error < 1e-4);
    double members[LORENZ_POINTS_MAX], of_a[LORENZ_POINTS_MAX], of_b[LORENZ_POINTS_MAX];
    assert_int_equal(lorenz_curve(a, a_count, members, of_a), 101);
    assert_int_equal(lorenz_curve(b, b_count, members, of_b), 101);
    for (int i = 0; i < 101; i++)
        close_to(of_a[i], of_b[i], 1e-4);
    free(a);
    free(b);
    spread_fini(&exact);
    spread_fini(&bins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gini_of_known_cases),
        cmocka_unit_test(gini_is_the_mean_difference),
        cmocka_unit_test(the_error_of_groups_is_bounded),
        cmocka_unit_test(the_curve_of_few_has_every_member),
        cmocka_unit_test(the_curve_of_many_has_a_hundred_steps),
        cmocka_unit_test(leaders_are_the_largest_and_ties_go_by_key),
        cmocka_unit_test(fewer_than_there_is_room_for),
        cmocka_unit_test(ties_beyond_are_counted_whatever_the_order),
        cmocka_unit_test(a_set_by_hand),
        cmocka_unit_test(sets_are_those_of_sorting),
        cmocka_unit_test(bins_are_within_their_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
