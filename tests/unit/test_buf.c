/* The growing buffer: bounded, sticky in failure, always NUL-terminated; its JSON is JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"

static void it_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100000);
    for (int i = 0; i < 10000; i++) {
        buf_add_char(&b, (char)('a' + i % 26));
        assert_int_equal(b.data[b.len], '\0');
    }
    assert_int_equal(b.failed, ERR_OK);
    assert_int_equal(b.len, 10000);
    assert_int_equal(b.data[9999], 'a' + 9999 % 26);
    buf_fini(&b);
    assert_null(b.data);
}

static void the_maximum_is_exact_and_failure_sticks(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    buf_add(&b, "0123456789", 10);
    assert_int_equal(b.failed, ERR_OK);
    buf_add_char(&b, 'x');
    assert_int_equal(b.failed, ERR_TOO_LARGE);
    buf_add(&b, "", 0);
    assert_int_equal(b.len, 10);
    assert_string_equal(b.data, "0123456789");
    char *out = NULL;
    size_t len = 77;
    assert_int_equal(buf_take(&b, &out, &len), ERR_TOO_LARGE);
    assert_null(out);
    assert_int_equal(len, 77);
    buf_reset(&b);
    buf_printf(&b, "%s", "0123456789");
    assert_int_equal(b.failed, ERR_OK);
    buf_printf(&b, "%d", 1);
    assert_int_equal(b.failed, ERR_TOO_LARGE);
    assert_string_equal(b.data, "0123456789");
    buf_fini(&b);
}

static void a_maximum_of_zero_holds_nothing(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    buf_add(&b, "", 0);
    assert_int_equal(b.failed, ERR_OK);
    buf_add_char(&b, 'x');
    assert_int_equal(b.failed, ERR_TOO_LARGE);
    buf_fini(&b);
}

static void printf_of_any_length_fits(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1 << 20);
    size_t expected = 0;
    for (int width = 0; width < 1200; width += 7) {
        buf_printf(&b, "%*d", width, 7);
        expected += width < 1 ? 1 : (size_t)width;
        assert_int_equal(b.len, expected);
        assert_int_equal(strlen(b.data), expected);
        assert_int_equal(b.data[b.len - 1], '7');
    }
    buf_fini(&b);
}

static void take_hands_over_even_nothing(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    char *out;
    size_t len;
    assert_int_equal(buf_take(&b, &out, &len), ERR_OK);
    assert_string_equal(out, "");
    free(out);
    buf_add_str(&b, "abc");
    assert_int_equal(buf_take(&b, &out, &len), ERR_OK);
    assert_string_equal(out, "abc");
    assert_int_equal(len, 3);
    assert_null(b.data);
    free(out);
    buf_fini(&b);
}

static void expect_double(double value, const char *text)
{
    struct buf b;
    buf_init(&b, 100);
    buf_add_json_double(&b, value);
    assert_string_equal(b.data, text);
    buf_fini(&b);
}

static void doubles_have_twelve_digits(void **state)
{
    (void)state;
    expect_double(0.0, "0");
    expect_double(-0.0, "0");
    expect_double(1.0, "1");
    expect_double(-2.5, "-2.5");
    expect_double(1.0 / 3.0, "0.333333333333");
    expect_double(110829.539999999, "110829.54");
    expect_double(123456789012345.0, "1.23456789012e+14");
    expect_double(5e-324, "4.94065645841e-324");
    expect_double(NAN, "null");
    expect_double(INFINITY, "null");
    expect_double(-INFINITY, "null");
}

static void doubles_know_no_locale(void **state)
{
    (void)state;
    const char *const names[] = {"de_DE.UTF-8", "ru_RU.UTF-8", "ps_AF.UTF-8", "fr_FR"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (setlocale(LC_ALL, names[i]) != NULL) {
            expect_double(-2.5e-10, "-2.5e-10");
        }
    }
    (void)setlocale(LC_ALL, "C");
}

static void strings_are_json(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    buf_add_json_str(&b, "a\"b\\c\nd\te\rf\x01g\x7fh \xD0\x96 \xFF\xC0\x80 \xF0\x9F\x8C\x8D");
    assert_string_equal(b.data, "\"a\\\"b\\\\c\\nd\\te\\rf\\u0001g\\u007fh \xD0\x96 "
                                "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xF0\x9F\x8C\x8D\"");
    buf_fini(&b);
}

static void every_byte_makes_a_string_that_parses(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    for (int first = 1; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            char text[3] = {(char)first, (char)second, '\0'};
            buf_reset(&b);
            buf_add_json_str(&b, text);
            json_t *parsed = json_loadb(b.data, b.len, JSON_DECODE_ANY, NULL);
            assert_non_null(parsed);
            if (first < 128 && second < 128) {
                assert_string_equal(json_string_value(parsed), text);
            }
            json_decref(parsed);
        }
    }
    buf_fini(&b);
}

static void markup_is_text(void **state)
{
    (void)state;
    struct buf b;
    static const char text[] = "<a href=\"x\">\t&\x01\x1f\n'é";
    buf_init(&b, 1000);
    buf_add_markup(&b, text, sizeof text - 1);
    assert_string_equal(b.data, "&lt;a href=&quot;x&quot;&gt;\t&amp;\n'é");
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_and_stays_terminated),
        cmocka_unit_test(the_maximum_is_exact_and_failure_sticks),
        cmocka_unit_test(a_maximum_of_zero_holds_nothing),
        cmocka_unit_test(printf_of_any_length_fits),
        cmocka_unit_test(take_hands_over_even_nothing),
        cmocka_unit_test(doubles_have_twelve_digits),
        cmocka_unit_test(doubles_know_no_locale),
        cmocka_unit_test(strings_are_json),
        cmocka_unit_test(markup_is_text),
        cmocka_unit_test(every_byte_makes_a_string_that_parses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
