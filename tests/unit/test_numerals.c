/* Numbers as people read them, and the plural they ask for, in each language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "inventory/numerals.h"

#define NBSP  "\xC2\xA0"
#define MINUS "\xE2\x88\x92"

static void check(const char *want[LANG_COUNT], double value,
                  void (*format)(double, enum lang, char[NUMERAL_SIZE]))
{
    char text[NUMERAL_SIZE];
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        format(value, (enum lang)lang, text);
        assert_string_equal(text, want[lang]);
    }
}

/* en, ru, uz, ko */
#define EACH(format, value, ...) check((const char *[LANG_COUNT]){__VA_ARGS__}, value, format)

static void fixed_1(double value, enum lang lang, char out[NUMERAL_SIZE])
{
    numeral_fixed(value, 1, lang, out);
}

static void each_language_has_its_marks(void **state)
{
    (void)state;
    EACH(fixed_1, 1234.5, "1,234.5", "1" NBSP "234,5", "1" NBSP "234,5", "1,234.5");
    EACH(fixed_1, -1234567.25, MINUS "1,234,567.2", MINUS "1" NBSP "234" NBSP "567,2",
         MINUS "1" NBSP "234" NBSP "567,2", MINUS "1,234,567.2");
    EACH(fixed_1, 999.96, "1,000", "1" NBSP "000", "1" NBSP "000", "1,000");
    EACH(fixed_1, 100, "100", "100", "100", "100");
    EACH(fixed_1, -0.04, "0", "0", "0", "0");
    EACH(fixed_1, (double)NAN, "", "", "", "");
    EACH(fixed_1, (double)INFINITY, "", "", "", "");
    EACH(fixed_1, 1e15, "", "", "", "");
}

static void three_digits_are_enough_to_read(void **state)
{
    (void)state;
    EACH(numeral_read, 0, "0", "0", "0", "0");
    EACH(numeral_read, 110829.54, "110,830", "110" NBSP "830", "110" NBSP "830", "110,830");
    EACH(numeral_read, 123.456, "123", "123", "123", "123");
    EACH(numeral_read, 12.345, "12.3", "12,3", "12,3", "12.3");
    EACH(numeral_read, 9.996, "10", "10", "10", "10");
    EACH(numeral_read, 1.2345, "1.23", "1,23", "1,23", "1.23");
    EACH(numeral_read, -0.0012345, MINUS "0.00123", MINUS "0,00123", MINUS "0,00123",
         MINUS "0.00123");
    EACH(numeral_read, 0.5, "0.5", "0,5", "0,5", "0.5");
    EACH(numeral_read, 1e-12, "0", "0", "0", "0");
}

static void shares_are_per_cent(void **state)
{
    (void)state;
    EACH(numeral_percent, 0.1234, "12.3%", "12,3" NBSP "%", "12,3%", "12.3%");
    EACH(numeral_percent, 1, "100%", "100" NBSP "%", "100%", "100%");
    EACH(numeral_percent, 0.000123, "0.012%", "0,012" NBSP "%", "0,012%", "0.012%");
    EACH(numeral_percent, 12.5, "1,250%", "1" NBSP "250" NBSP "%", "1" NBSP "250%", "1,250%");
    EACH(numeral_percent, (double)NAN, "", "", "", "");
}

static void english_and_uzbek_know_one_and_more(void **state)
{
    (void)state;
    for (int lang = LANG_EN; lang <= LANG_UZ; lang += LANG_UZ - LANG_EN) {
        assert_int_equal(numeral_plural((enum lang)lang, 1), PLURAL_ONE);
        assert_int_equal(numeral_plural((enum lang)lang, 0), PLURAL_OTHER);
        assert_int_equal(numeral_plural((enum lang)lang, 2), PLURAL_OTHER);
        assert_int_equal(numeral_plural((enum lang)lang, 21), PLURAL_OTHER);
        assert_int_equal(numeral_plural((enum lang)lang, 1.5), PLURAL_OTHER);
    }
}

static void russian_knows_one_few_many_and_fractions(void **state)
{
    (void)state;
    static const int one[] = {1, 21, 31, 101, 121, 1001};
    static const int few[] = {2, 3, 4, 22, 33, 104, 122};
    static const int many[] = {0,  5,  9,  10,  11,  12,  13,  14,  15,
                               19, 20, 25, 100, 111, 112, 114, 1011};
    static const double other[] = {0.5, 1.5, 2.1, 21.1, 100.01};
    for (size_t i = 0; i < sizeof one / sizeof *one; i++)
        assert_int_equal(numeral_plural(LANG_RU, one[i]), PLURAL_ONE);
    for (size_t i = 0; i < sizeof few / sizeof *few; i++)
        assert_int_equal(numeral_plural(LANG_RU, few[i]), PLURAL_FEW);
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        assert_int_equal(numeral_plural(LANG_RU, many[i]), PLURAL_MANY);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_int_equal(numeral_plural(LANG_RU, other[i]), PLURAL_OTHER);
    assert_int_equal(numeral_plural(LANG_RU, -21), PLURAL_ONE);
}

static void korean_knows_no_plural(void **state)
{
    (void)state;
    for (int n = 0; n < 200; n++)
        assert_int_equal(numeral_plural(LANG_KO, n), PLURAL_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_language_has_its_marks),
        cmocka_unit_test(three_digits_are_enough_to_read),
        cmocka_unit_test(shares_are_per_cent),
        cmocka_unit_test(english_and_uzbek_know_one_and_more),
        cmocka_unit_test(russian_knows_one_few_many_and_fractions),
        cmocka_unit_test(korean_knows_no_plural),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
