/* Errors: first reason wins, long text is cut visibly, nothing unprintable gets through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/err.h"

static void first_reason_wins(void **state)
{
    (void)state;
    struct why why = {0};
    assert_int_equal(why_set(&why, ERR_INPUT, "year", "%d is not there", 1800), ERR_INPUT);
    assert_int_equal(why_set(&why, ERR_IO, "file", "second"), ERR_IO);
    why_allow(&why, "%d to %d", 2010, 2022);
    why_allow(&why, "second");
    assert_int_equal(why.code, ERR_INPUT);
    assert_string_equal(why.parameter, "year");
    assert_string_equal(why.reason, "1800 is not there");
    assert_string_equal(why.allowed, "2010 to 2022");
}

static void null_why_is_fine(void **state)
{
    (void)state;
    assert_int_equal(why_set(NULL, ERR_BUSY, "x", "y"), ERR_BUSY);
    why_allow(NULL, "z");
    struct why why = {0};
    assert_int_equal(why_set(&why, ERR_BUSY, NULL, "y"), ERR_BUSY);
    assert_string_equal(why.parameter, "");
}

static void long_text_ends_in_dots(void **state)
{
    (void)state;
    char text[2001];
    memset(text, 'a', 2000);
    text[2000] = '\0';
    struct why why = {0};
    (void)why_set(&why, ERR_INPUT, text, "%s", text);
    why_allow(&why, "%s", text);
    assert_int_equal(strlen(why.parameter), sizeof why.parameter - 1);
    assert_int_equal(strlen(why.reason), sizeof why.reason - 1);
    assert_string_equal(why.reason + strlen(why.reason) - 4, "a...");
    assert_string_equal(why.allowed + strlen(why.allowed) - 4, "a...");
    assert_string_equal(why.parameter + strlen(why.parameter) - 4, "a...");
}

static void a_character_is_never_cut_in_two(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        char text[2001] = "xxxx";
        for (size_t i = shift; i + 3 < sizeof text; i += 3) {
            memcpy(text + i, "\xE1\x80\x80", 4);
        }
        struct why why = {0};
        (void)why_set(&why, ERR_INPUT, NULL, "%s", text);
        assert_null(strchr(why.reason, '?'));
        assert_string_equal(why.reason + strlen(why.reason) - 3, "...");
    }
}

static void control_and_foreign_bytes_become_marks(void **state)
{
    (void)state;
    struct why why = {0};
    (void)why_set(&why, ERR_INPUT, "a\nb", "%s", "x\r\n\x1b[1my\x7f\xff\xc0\xafz \xd0\xbe");
    assert_string_equal(why.parameter, "a?b");
    assert_string_equal(why.reason, "x???[1my????z \xd0\xbe");
}

static void every_class_has_words(void **state)
{
    (void)state;
    for (int code = 0; code < ERR_COUNT; code++) {
        assert_non_null(err_words((enum err)code));
        assert_string_not_equal(err_words((enum err)code), "unknown error");
    }
    assert_string_equal(err_words(ERR_COUNT), "unknown error");
    assert_string_equal(err_words((enum err) - 1), "unknown error");
    assert_string_equal(err_words(ERR_NOT_FOUND), "not found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_reason_wins),
        cmocka_unit_test(null_why_is_fine),
        cmocka_unit_test(long_text_ends_in_dots),
        cmocka_unit_test(a_character_is_never_cut_in_two),
        cmocka_unit_test(control_and_foreign_bytes_become_marks),
        cmocka_unit_test(every_class_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
