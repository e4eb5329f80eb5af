/* UTF-8: what RFC 3629 calls well-formed, no more and no less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"

static size_t encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6) {
        out[i] = (char)(0x80 | (c & 0x3F));
    }
    static const uint32_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(lead[n] | c);
    return n;
}

static void every_character_is_known(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char text[4];
        size_t n = encode(c, text);
        size_t expected = c >= 0xD800 && c <= 0xDFFF ? 0 : n;
        if (utf8_char_len(text, n) != expected || (n > 1 && utf8_char_len(text, n - 1) != 0)) {
            fail_msg("U+%04X", c);
        }
    }
}

static void ill_formed_sequences_are_none(void **state)
{
    (void)state;
    const char *const bad[] = {"\x80",
                               "\xBF",
                               "\xC0\x80",
                               "\xC1\xBF",
                               "\xE0\x9F\xBF",
                               "\xED\xA0\x80",
                               "\xF0\x8F\xBF\xBF",
                               "\xF4\x90\x80\x80",
                               "\xF5\x80\x80\x80",
                               "\xFE",
                               "\xFF",
                               "\xC3(",
                               "\xE2\x82(",
                               "\xF0\x9F\x98("};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(utf8_char_len(bad[i], strlen(bad[i])), 0);
    }
    assert_int_equal(utf8_char_len("a", 0), 0);
}

static void floor_keeps_characters_whole(void **state)
{
    (void)state;
    const char *text = "a\xC3\xA9\xE2\x82\xAC"; /* a, e acute, euro */
    const size_t floors[] = {0, 1, 1, 3, 3, 3, 6};
    for (size_t i = 0; i <= 6; i++) {
        assert_int_equal(utf8_floor(text, i), floors[i]);
    }
}

/* Each of them alone: C0, delete, C1, which terminals obey too. */
static void controls_are_made_printable(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x800; c++) {
        char text[8] = {0};
        size_t n = encode(c, text);
        bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
        assert_int_equal(utf8_is_control(text), is_control);
        utf8_make_printable(text);
        assert_int_equal(strlen(text), n);
        assert_int_equal(strspn(text, "?") == n, is_control || c == '?');
    }
    char cut[] = "\xC2\x9B\xC2";
    utf8_make_printable(cut);
    assert_string_equal(cut, "???");
}

/* Whatever may end a line, move the cursor or turn the writing round, by any program that shows it.
 */
static bool disturbs(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void what_disturbs_is_made_printable(void **state)
{
    (void)state;
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        char text[6] = {0}, expected[6];
        size_t n = encode(c, text);
        text[n] = 'z';
        memcpy(expected, text, sizeof expected);
        bool is_text = c < 0xD800 || c > 0xDFFF;
        if (is_text && utf8_is_disruptive(text) != disturbs(c)) {
            fail_msg("U+%04X", c);
        }
        if (!is_text || disturbs(c)) {
            memset(expected, '?', n);
        }
        utf8_make_printable(text);
        assert_string_equal(text, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_known),
        cmocka_unit_test(ill_formed_sequences_are_none),
        cmocka_unit_test(floor_keeps_characters_whole),
        cmocka_unit_test(controls_are_made_printable),
        cmocka_unit_test(what_disturbs_is_made_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
