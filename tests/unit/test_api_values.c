/* Single values of queries, and what Accept headers say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "api/accept.h"
#include "api/fold.h"
#include "api/values.h"

static void integers_are_digits_only(void **state)
{
    (void)state;
    int n = -1;
    assert_true(value_int("1000", 1, 1000, &n));
    assert_int_equal(n, 1000);
    assert_true(value_int("0", 0, 2, &n));
    static const char *const bad[] = {"",   " 1",  "1 ",         "+1",     "-1", "01",
                                      "1e", "0x1", "1234567890", "999999", "3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(value_int(bad[i], 0, 2, &n));
    assert_int_equal(n, 0);
}

static void decimals_have_one_form(void **state)
{
    (void)state;
    double v = 7;
    assert_true(value_decimal("-12.50", -180, 180, &v));
    assert_true(v == -12.5);
    assert_true(value_decimal("-0", -180, 180, &v));
    assert_true(v == 0 && !__builtin_signbit(v));
    static const char *const bad[] = {"",    ".5",  "5.",     "1e1",
                                      "nan", "inf", "0x10",   "+1",
                                      "1,5", "--1", "180.01", "1.0000000000000000000000001",
                                      " 1",  "1\n", "-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(value_decimal(bad[i], -180, 180, &v));
}

static void boxes_are_four_ordered_numbers(void **state)
{
    (void)state;
    double b[4] = {9, 9, 9, 9};
    assert_true(value_bbox("55.9,37.1,73.2,45.7", b));
    assert_true(b[0] == 55.9 && b[1] == 37.1 && b[2] == 73.2 && b[3] == 45.7);
    static const char *const bad[] = {"",        "1,2,3",   "1,2,3,4,5", "1,2,3,4,",  ",1,2,3",
                                      "3,2,1,4", "1,4,3,2", "1,2,3,91",  "181,2,3,4", "1, 2,3,4",
                                      "a,b,c,d", "1,2,,4",  "1;2;3;4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(value_bbox(bad[i], b));
    assert_true(b[0] == 55.9);
}

static void codes_have_no_other_bytes(void **state)
{
    (void)state;
    assert_true(value_is_code("IPCC2006:1.A.3.b", 64));
    assert_true(value_is_code("uzbekistan@1.0.0", 64));
    assert_false(value_is_code("", 64));
    assert_false(value_is_code("a b", 64));
    assert_false(value_is_code("a'", 64));
    assert_false(value_is_code("\xd0\x94", 64));
    assert_false(value_is_code("abcd", 3));
}

static void the_best_language_wins(void **state)
{
    (void)state;
    assert_int_equal(accept_language(""), LANG_EN);
    assert_int_equal(accept_language("ru"), LANG_RU);
    assert_int_equal(accept_language("RU-ru"), LANG_RU);
    assert_int_equal(accept_language("fr, de;q=0.9"), LANG_EN);
    assert_int_equal(accept_language("fr;q=1, ko;q=0.3, uz;q=0.7"), LANG_UZ);
    assert_int_equal(accept_language("en;q=0.5,ko"), LANG_KO);
    assert_int_equal(accept_language("ru;q=0, en"), LANG_EN);
    assert_int_equal(accept_language(",,;q=,ru ; q=0.2"), LANG_RU);
    assert_int_equal(accept_language("rus"), LANG_EN);
}

static void the_best_media_type_wins(void **state)
{
    (void)state;
    static const char *const types[] = {"application/json", "application/geo+json", "text/csv"};
    assert_int_equal(accept_media("", types, 3), 0);
    assert_int_equal(accept_media("*/*", types, 3), 0);
    assert_int_equal(accept_media("text/*", types, 3), 2);
    assert_int_equal(accept_media("text/html, */*;q=0.1", types, 3), 0);
    assert_int_equal(accept_media("application/json;q=0.2, text/csv;q=0.21", types, 3), 2);
    assert_int_equal(accept_media("application/json;q=0, */*", types, 3), 1);
    assert_int_equal(accept_media("Application/GEO+json;charset=utf-8", types, 3), 1);
    assert_int_equal(accept_media("image/png", types, 3), -1);
    assert_int_equal(accept_media("text/csvx", types, 3), -1);
    assert_int_equal(accept_media("*", types, 3), -1);
    assert_int_equal(accept_media("text/csv;q=0", types, 3), -1);
}

static void names_are_found_as_typed(void **state)
{
    (void)state;
    assert_true(fold_contains("Qoraqalpogʻiston Respublikasi", "QORAQALPOG'ISTON"));
    assert_true(fold_contains("Qoraqalpog‘iston", "pogisto"));
    assert_true(fold_contains("Джизакская область", "ДЖИЗАК"));
    assert_true(fold_contains("Орёл", "орел"));
    assert_true(fold_contains("지자흐", "자"));
    assert_true(fold_contains("anything", ""));
    assert_false(fold_contains("Jizzakh", "jizax"));
    assert_false(fold_contains("", "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_digits_only),
        cmocka_unit_test(decimals_have_one_form),
        cmocka_unit_test(boxes_are_four_ordered_numbers),
        cmocka_unit_test(codes_have_no_other_bytes),
        cmocka_unit_test(the_best_language_wins),
        cmocka_unit_test(the_best_media_type_wins),
        cmocka_unit_test(names_are_found_as_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
