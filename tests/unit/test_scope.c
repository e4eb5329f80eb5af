/* scope.h: two countries in one catalog, and releases about one, the other, both, all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inventory/scope.h"

enum { A, A1, A11, B, B1, COUNT };
enum { ALL, OF_A, OF_B, OF_BOTH };

static const struct district districts[COUNT] = {
    [A] = {.code = "A", .level = 0, .parent = -1, .revision = 5},
    [A1] = {.code = "A1", .level = 1, .parent = A},
    [A11] = {.code = "A11", .level = 2, .parent = A1},
    [B] = {.code = "B", .level = 0, .parent = -1, .revision = 70},
    [B1] = {.code = "B1", .level = 1, .parent = B},
};
static const int of_a[] = {A}, of_b[] = {B}, of_both[] = {A, B};
static const struct release releases[] = {
    [ALL] = {.scope = ""},
    [OF_A] = {.scope = "A", .country_count = 1, .countries = of_a},
    [OF_B] = {.scope = "B", .country_count = 1, .countries = of_b},
    [OF_BOTH] = {.scope = "A\nB", .country_count = 2, .countries = of_both},
};
static const struct catalog two = {
    .district_count = COUNT, .districts = districts, .release_count = 4, .releases = releases};

static void a_release_has_the_districts_of_its_countries(void **state)
{
    (void)state;
    for (int d = 0; d < COUNT; d++) {
        bool is_a = d < B;
        assert_true(scope_has(&two, -1, d) && scope_has(&two, ALL, d));
        assert_int_equal(scope_has(&two, OF_A, d), is_a);
        assert_int_equal(scope_has(&two, OF_B, d), !is_a);
        assert_true(scope_has(&two, OF_BOTH, d));
    }
}

static void one_country_stands_for_a_release(void **state)
{
    (void)state;
    assert_int_equal(scope_country(&two, OF_A), A);
    assert_int_equal(scope_country(&two, OF_B), B);
    assert_int_equal(scope_country(&two, OF_BOTH), -1);
    assert_int_equal(scope_country(&two, ALL), -1);
    struct catalog one = two;
    one.district_count = B;
    assert_int_equal(scope_country(&one, ALL), A);
}

static void boundaries_are_those_of_the_countries(void **state)
{
    (void)state;
    assert_int_equal(scope_boundaries(&two, OF_A), 5);
    assert_int_equal(scope_boundaries(&two, OF_B), 70);
    assert_int_equal(scope_boundaries(&two, OF_BOTH), 75);
    assert_int_equal(scope_boundaries(&two, ALL), 75);
    assert_int_equal(scope_boundaries(&two, -1), 75);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_has_the_districts_of_its_countries),
        cmocka_unit_test(one_country_stands_for_a_release),
        cmocka_unit_test(boundaries_are_those_of_the_countries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
