/* test_http_uri.c - request targets: what is refused, what is decoded, and how arguments are read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "http/handler.h"
#include "http/uri.h"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static enum err read_target(const char *raw, struct uri *out)
{
    struct why why = {0};
    enum err e = uri_check(raw, &why);
    if (e == ERR_OK) {
        e = uri_parse(raw, &arena, out, &why);
    }
    assert_true(e == ERR_OK || why.reason[0] != '\0');
    return e;
}

static void refuses_malformed_targets(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "",        "*",         "a",           "http://evil/a", "//",           "//a",
        "/a//b",   "/a//",      "/./a",        "/../a",         "/a/..",        "/a/.",
        "/a b",    "/a\tb",     "/a\x01",      "/a\x7f",        "/\xc3\xa9",    "/a#b",
        "/a\\b",   "/a|b",      "/<a>",        "/a\"b",         "/%",           "/%1",
        "/%zz",    "/%00",      "/a%00",       "/a%0d%0ab",     "/%31",         "/%41",
        "/%7Ea",   "/%2e%2e/a", "/%2e",        "/a%2fb",        "/a%2Fb",       "/a%5cb",
        "/%c3",    "/%c3%28",   "/%ff",        "/%ed%a0%80",    "/%c0%af",      "/%f5%80%80%80",
        "/a?%",    "/a?b=%4",   "/a?b=%00",    "/a?b=%0a",      "/a?b=%c3",     "/a?=1",
        "/a?b&=1", "/a?&=1",    "/a?b=1&&=22", "/a?b=1&b=2",    "/a?b=1&%62=2", "/a?b=1#c",
        "/a?b= c", "/a?\xff",
    };
    struct uri u;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        if (read_target(malformed[i], &u) != ERR_INPUT) {
            fail_msg("%s was not refused", malformed[i]);
        }
    }
    assert_int_equal(read_target(NULL, &u), ERR_INPUT);
}

static void decodes_segments(void **state)
{
    (void)state;
    struct uri u;
    assert_int_equal(read_target("/tiles/uzbekistan%401.0.0/IPCC2006:1.A.1/%C3%A9/0@2x.png", &u),
                     ERR_OK);
    assert_int_equal(u.segment_count, 5);
    assert_string_equal(u.segments[1], "uzbekistan@1.0.0");
    assert_string_equal(u.segments[2], "IPCC2006:1.A.1");
    assert_string_equal(u.segments[3], "\xc3\xa9");
    assert_string_equal(u.segments[4], "0@2x.png");
    assert_string_equal(u.path, "/tiles/uzbekistan%401.0.0/IPCC2006:1.A.1/%C3%A9/0@2x.png");
    assert_false(u.has_trailing_slash);
    assert_int_equal(u.query_count, 0);
}

static void knows_the_root_and_trailing_slashes(void **state)
{
    (void)state;
    struct uri u;
    assert_int_equal(read_target("/", &u), ERR_OK);
    assert_int_equal(u.segment_count, 0);
    assert_false(u.has_trailing_slash);
    assert_int_equal(read_target("/a/", &u), ERR_OK);
    assert_true(u.has_trailing_slash);
    assert_int_equal(u.segment_count, 1);
}

static void decodes_arguments(void **state)
{
    (void)state;
    struct uri u;
    assert_int_equal(read_target("/a?b=1+2%2B3&c&d=&%C3%A9=%3D%26&e=f=g", &u), ERR_OK);
    assert_int_equal(u.query_count, 5);
    assert_string_equal(u.query_values[0], "1 2+3");
    assert_string_equal(u.query_names[1], "c");
    assert_string_equal(u.query_values[1], "");
    assert_string_equal(u.query_values[2], "");
    assert_string_equal(u.query_names[3], "\xc3\xa9");
    assert_string_equal(u.query_values[3], "=&");
    assert_string_equal(u.query_values[4], "f=g");
    assert_int_equal(read_target("/a?", &u), ERR_OK);
    assert_int_equal(u.query_count, 0);
}

/* As GIS clients join what they send to an address that ends in "?" or "&". */
static void passes_over_empty_arguments(void **state)
{
    (void)state;
    static const char *const targets[] = {"/a?&b=1&c=2", "/a?b=1&&c=2", "/a?b=1&c=2&",
                                          "/a?&&b=1&&&c=2&&"};
    struct uri u;
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        assert_int_equal(read_target(targets[i], &u), ERR_OK);
        assert_int_equal(u.query_count, 2);
        assert_string_equal(u.query_names[0], "b");
        assert_string_equal(u.query_values[1], "2");
    }
    assert_int_equal(read_target("/a?&", &u), ERR_OK);
    assert_int_equal(u.query_count, 0);
}

static void limits_length_segments_and_arguments(void **state)
{
    (void)state;
    static char text[4096];
    struct uri u;
    memset(text, 'a', 2049);
    text[0] = '/';
    assert_int_equal(read_target(text, &u), ERR_URI_TOO_LONG);
    text[2048] = '\0';
    assert_int_equal(read_target(text, &u), ERR_OK);
    assert_int_equal(read_target("/1/2/3/4/5/6/7/8/9/10/11/12", &u), ERR_OK);
    assert_int_equal(read_target("/1/2/3/4/5/6/7/8/9/10/11/12/13", &u), ERR_NOT_FOUND);
    memcpy(text, "/a?", 4);
    for (int i = 0; i < 64; i++) {
        int at = (int)strlen(text);
        text[at] = 'a';
        text[at + 1] = (char)('a' + i / 8);
        text[at + 2] = (char)('a' + i % 8);
        text[at + 3] = '&';
        text[at + 4] = '\0';
    }
    assert_int_equal(read_target(text, &u), ERR_URI_TOO_LONG);
    text[strlen(text) - 1] = '\0';
    assert_int_equal(read_target(text, &u), ERR_OK);
    assert_int_equal(u.query_count, 64);
}

static void arguments_are_looked_up_and_listed(void **state)
{
    (void)state;
    static const char *const allowed[] = {"year", "gas", NULL};
    static const char *const none[] = {NULL};
    const char *names[] = {"year", "gas"};
    const char *values[] = {"2015", ""};
    struct http_request r = {.query_count = 2, .query_names = names, .query_values = values};
    struct why why = {0};
    assert_string_equal(http_query(&r, "year"), "2015");
    assert_string_equal(http_query(&r, "gas"), "");
    assert_null(http_query(&r, "sector"));
    assert_int_equal(http_query_only(&r, allowed, &why), ERR_OK);
    names[1] = "yaer";
    assert_int_equal(http_query_only(&r, allowed, &why), ERR_INPUT);
    assert_string_equal(why.parameter, "yaer");
    assert_string_equal(why.allowed, "year, gas");
    names[1] = "<b>";
    memset(&why, 0, sizeof why);
    assert_int_equal(http_query_only(&r, none, &why), ERR_INPUT);
    assert_string_equal(why.parameter, "year");
    names[0] = "<b>";
    memset(&why, 0, sizeof why);
    assert_int_equal(http_query_only(&r, allowed, &why), ERR_INPUT);
    assert_string_equal(why.parameter, ""); /* never a stranger's bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refuses_malformed_targets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decodes_segments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_the_root_and_trailing_slashes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decodes_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passes_over_empty_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_length_segments_and_arguments, set_up, tear_down),
        cmocka_unit_test(arguments_are_looked_up_and_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
