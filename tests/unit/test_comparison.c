/* test_comparison.c - differences, per cent and causes against cases made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "inventory/comparison.h"

static void close_by(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12 * fabs(b) + 1e-12))
        fail_msg("%.17g is not %.17g", a, b);
}

static const struct comparison_group known[] = {
    {1, COMPARISON_REVISED, "reported", "reported"},
    {2, COMPARISON_METHOD, "estimated", "reported"},
    {3, COMPARISON_ADDED, "", "measured"},
    {4, COMPARISON_METHOD, "estimated", "reported"},
    {5, COMPARISON_REMOVED, "assumed", ""},
};
static const struct comparison_groups groups = {known, 5};

static struct interval difference(struct comparison_pair pair, struct uncertain_part a,
                                  double scale_a, struct uncertain_part b, double scale_b)
{
    struct uncertain_part scratch[2];
    struct interval d = comparison_difference(pair, (struct comparison_side){&a, 1, scale_a},
                                              (struct comparison_side){&b, 1, scale_b}, scratch);
    close_by(d.value, b.mass * scale_b - a.mass * scale_a);
    close_by((d.lo + d.hi) / 2, d.value); /* signs are mixed, so it is symmetric */
    return d;
}

/* 100 +- 10 % and 120 +- 20 %: 24 - 10 = 14 where the error is one, sqrt(24^2 + 10^2) = 26 if not.
 */
static void one_error_partly_cancels(void **state)
{
    (void)state;
    const struct uncertain_part a = {.group = 1, .mass = 100, .uncertainty_pct = 10, .field = 9};
    struct uncertain_part b = {.group = 1, .mass = 120, .uncertainty_pct = 20, .field = 9};
    close_by(difference((struct comparison_pair){NULL, true}, a, 1, b, 1).hi, 20 + 14);
    close_by(difference((struct comparison_pair){&groups, true}, a, 1, b, 1).hi, 20 + 14);
    struct uncertain_part a2 = a;
    a2.group = b.group = 2;
    close_by(difference((struct comparison_pair){NULL, true}, a2, 1, b, 1).hi, 20 + 14);
    close_by(difference((struct comparison_pair){&groups, true}, a2, 1, b, 1).hi, 20 + 26);
    a2.group = b.group = 77; /* of which nothing is known */
    close_by(difference((struct comparison_pair){&groups, true}, a2, 1, b, 1).hi, 20 + 26);
}

/* Proxies: 100 x 0.3 and 100 x 0.4: 10 in one place, 50 in two. */
static void proxies_are_one_error_in_one_place_only(void **state)
{
    (void)state;
    const struct uncertain_part a = {.group = 1, .mass = 100, .field = 9, .proxy_rel_var = 0.09};
    const struct uncertain_part b = {.group = 1, .mass = 100, .field = 9, .proxy_rel_var = 0.16};
    close_by(difference((struct comparison_pair){NULL, true}, a, 1, b, 1).hi, 10);
    close_by(difference((struct comparison_pair){NULL, false}, a, 1, b, 1).hi, 50);
}

static void sides_are_scaled(void **state)
{
    (void)state;
    const struct uncertain_part a = {.group = 1, .mass = 100, .uncertainty_pct = 10, .field = 9};
    const struct uncertain_part b = {.group = 1, .mass = 90, .uncertainty_pct = 10, .field = 9};
    close_by(difference((struct comparison_pair){NULL, true}, a, 0.5, b, 1).hi, 40 + 4);
}

static void nothing_less_nothing_is_certain(void **state)
{
    (void)state;
    struct uncertain_part scratch[1];
    const struct comparison_side none = {NULL, 0, 1};
    struct interval d =
        comparison_difference((struct comparison_pair){NULL, true}, none, none, scratch);
    assert_true(d.value == 0 && d.lo == 0 && d.hi == 0);
}

static void per_cent_of_what_there_is(void **state)
{
    (void)state;
    enum comparison_undefined why;
    close_by(comparison_percent(80, 100, &why), 25);
    assert_int_equal(why, COMPARISON_DEFINED);
    close_by(comparison_percent(80, 0, &why), -100);
    close_by(comparison_percent(-100, -120, &why), -20);
    close_by(comparison_percent(-100, 0, &why), 100);
    assert_int_equal(why, COMPARISON_DEFINED);
}

static void no_per_cent_of_nothing_or_across_zero(void **state)
{
    (void)state;
    static const struct {
        double a, b;
        enum comparison_undefined why;
    } cases[] = {{0, 5, COMPARISON_FIRST_ZERO},    {0, 0, COMPARISON_FIRST_ZERO},
                 {-0.0, 5, COMPARISON_FIRST_ZERO}, {5, -1, COMPARISON_OTHER_SIGN},
                 {-5, 1, COMPARISON_OTHER_SIGN},   {NAN, 1, COMPARISON_NO_FIRST},
                 {NAN, NAN, COMPARISON_NO_FIRST},  {0, NAN, COMPARISON_NO_SECOND}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum comparison_undefined why;
        assert_true(isnan(comparison_percent(cases[i].a, cases[i].b, &why)));
        assert_int_equal(why, cases[i].why);
    }
}

static void causes_add_up_to_the_difference(void **state)
{
    (void)state;
    struct uncertain_part a[] = {{.group = 1, .mass = 10},
                                 {.group = 2, .mass = 20},
                                 {.group = 4, .mass = 1},
                                 {.group = 5, .mass = 4}};
    struct uncertain_part b[] = {{.group = 2, .mass = 23},
                                 {.group = 1, .mass = 6},
                                 {.group = 1, .mass = 4},
                                 {.group = 3, .mass = 7},
                                 {.group = 4, .mass = 3}};
    struct comparison_part_sum out[COMPARISON_CAUSES_MAX];
    int n = comparison_causes(&groups, (struct comparison_side){a, 4, 1},
                              (struct comparison_side){b, 5, 1}, out);
    assert_int_equal(n, 3); /* group 1 came to nothing */
    assert_int_equal(out[0].cause, COMPARISON_METHOD);
    assert_string_equal(out[0].from, "estimated");
    assert_string_equal(out[0].to, "reported");
    close_by(out[0].value, 5);
    assert_int_equal(out[1].cause, COMPARISON_ADDED);
    close_by(out[1].value, 7);
    assert_int_equal(out[2].cause, COMPARISON_REMOVED);
    close_by(out[2].value, -4);
    assert_int_equal(comparison_causes(&groups, (struct comparison_side){a, 0, 1},
                                       (struct comparison_side){b, 0, 1}, out),
                     0);
}

/* ---- what happened to a group ----------------------------------------------------------- */

enum { SAME, REVISED, METHOD, SOURCE, TOLD_TWICE, GONE, NEW, MIXED, SECTORS };

static const struct provenance provenances[] = {
    {.dataset = "d", .document = "one", .locator = "p. 1", .checksum = "x"},
    {.dataset = "d", .document = "two", .locator = "p. 1"},
    {.dataset = "d", .document = "one", .locator = "p. 1", .checksum = "y"}, /* loaded again */
};
static const struct slice slices[] = {
    /* before */
    {.sector = SAME, .fuel = "", .method = "m", .mass_t = 1},
    {.sector = REVISED, .fuel = "", .method = "m", .mass_t = 1},
    {.sector = METHOD, .fuel = "", .method = "m", .provenance = 0},
    {.sector = SOURCE, .fuel = "", .method = "m", .provenance = 0},
    {.sector = TOLD_TWICE, .fuel = "", .method = "m", .provenance = 0},
    {.sector = GONE, .fuel = "", .method = "m"},
    {.sector = MIXED, .fuel = "", .method = "m", .year = 1},
    {.sector = MIXED, .fuel = "", .method = "n", .year = 2},
    /* after */
    {.sector = SAME, .fuel = "", .method = "m", .mass_t = 1},
    {.sector = REVISED, .fuel = "", .method = "m", .mass_t = 2},
    {.sector = METHOD, .fuel = "", .method = "n", .provenance = 1},
    {.sector = SOURCE, .fuel = "", .method = "m", .provenance = 1},
    {.sector = TOLD_TWICE, .fuel = "", .method = "m", .provenance = 2},
    {.sector = NEW, .fuel = "", .method = "m", .provenance = -1},
    {.sector = MIXED, .fuel = "", .method = "n"},
};

static void groups_are_traced(void **state)
{
    (void)state;
    const struct catalog c = {.slices = slices, .provenances = provenances, .provenance_count = 3};
    const int before[] = {0, 1, 2, 3, 4, 5, 6, 7}, after[] = {8, 9, 10, 11, 12, 13, 14};
    static const struct comparison_group want[SECTORS] = {
        [SAME] = {0, COMPARISON_REVISED, "m", "m"},
        [REVISED] = {1, COMPARISON_REVISED, "m", "m"},
        [METHOD] = {2, COMPARISON_METHOD, "m", "n"},
        [SOURCE] = {3, COMPARISON_SOURCE, "m", "m"},
        [TOLD_TWICE] = {4, COMPARISON_REVISED, "m", "m"},
        [GONE] = {5, COMPARISON_REMOVED, "m", ""},
        [NEW] = {13, COMPARISON_ADDED, "", "m"},
        [MIXED] = {6, COMPARISON_METHOD, "mixed", "n"},
    };
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct slice_groups numbers;
    struct comparison_groups out;
    assert_true(slice_groups_init(&numbers, &arena));
    assert_int_equal(comparison_trace(&c, &numbers, before, 8, after, 7, &arena, &out), ERR_OK);
    assert_int_equal(out.count, SECTORS);
    for (int i = 0; i < out.count; i++) {
        const struct comparison_group *w = &want[slices[out.list[i].group].sector];
        assert_true(i == 0 || out.list[i - 1].group < out.list[i].group);
        assert_int_equal(out.list[i].group, w->group);
        assert_int_equal(out.list[i].cause, w->cause);
        assert_string_equal(out.list[i].from, w->from);
        assert_string_equal(out.list[i].to, w->to);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_error_partly_cancels),
        cmocka_unit_test(proxies_are_one_error_in_one_place_only),
        cmocka_unit_test(sides_are_scaled),
        cmocka_unit_test(nothing_less_nothing_is_certain),
        cmocka_unit_test(per_cent_of_what_there_is),
        cmocka_unit_test(no_per_cent_of_nothing_or_across_zero),
        cmocka_unit_test(causes_add_up_to_the_difference),
        cmocka_unit_test(groups_are_traced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
