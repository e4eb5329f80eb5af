/* test_http_head.c - the request validator, and what a client accepts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "http/etag.h"
#include "http/hash.h"
#include "http/validate.h"

struct field {
    const char *name, *value;
};

static int judge(const char *method, const char *version, const struct field *fields,
                 size_t *body_len)
{
    struct head h = {0};
    for (; fields->name != NULL; fields++) {
        head_field(&h, fields->name, strlen(fields->name), fields->value, strlen(fields->value));
    }
    int status = head_judge(&h, method, version, 65536, body_len);
    assert_true((status == 0) == (h.fault == NULL));
    return status;
}

#define FIELDS(...)                                                                                \
    (const struct field[])                                                                         \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }

static void accepts_what_is_right(void **state)
{
    (void)state;
    size_t len = 9;
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", "a.example:8080"}), &len), 0);
    assert_int_equal(len, 0);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"hOsT", "[::1]:80"}, {"X", ""}), &len), 0);
    assert_int_equal(judge("GET", "HTTP/1.0", FIELDS({"X", "1"}), &len), 0);
    assert_int_equal(judge("PUT", "HTTP/1.1", FIELDS({"Host", "a"}), &len),
                     0); /* the router's to refuse */
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", "a"}, {"Content-Length", "0"}), &len),
                     0);
    assert_int_equal(
        judge("POST", "HTTP/1.1", FIELDS({"Host", "a"}, {"content-length", "65536"}), &len), 0);
    assert_int_equal(len, 65536);
    assert_int_equal(
        judge("GET", "HTTP/1.1", FIELDS({"Host", "a"}, {"X", "tab\there \xc3\xa9"}), &len), 0);
}

static void refuses_ambiguous_framing(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        struct field field, other;
        int status;
    } cases[] = {
        {"POST", {"Content-Length", "5"}, {"Content-Length", "5"}, 400},
        {"POST", {"Content-Length", "5"}, {"CONTENT-LENGTH", "6"}, 400},
        {"POST", {"Content-Length", "5, 5"}, {"X", "1"}, 400},
        {"POST", {"Content-Length", "+5"}, {"X", "1"}, 400},
        {"POST", {"Content-Length", "-5"}, {"X", "1"}, 400},
        {"POST", {"Content-Length", " 5"}, {"X", "1"}, 400},
        {"POST", {"Content-Length", "5 "}, {"X", "1"}, 400},
        {"POST", {"Content-Length", ""}, {"X", "1"}, 400},
        {"POST", {"Content-Length", "0x5"}, {"X", "1"}, 400},
        {"POST", {"Content-Length", "18446744073709551621"}, {"X", "1"}, 400},
        {"POST", {"Content-Length", "65537"}, {"X", "1"}, 413},
        {"POST", {"X", "1"}, {"X", "1"}, 411},
        {"GET", {"Content-Length", "5"}, {"X", "1"}, 400},
        {"PUT", {"Content-Length", "5"}, {"X", "1"}, 400},
        {"GET", {"Transfer-Encoding", "chunked"}, {"X", "1"}, 501},
        {"POST", {"transfer-encoding", "identity"}, {"X", "1"}, 501},
        {"POST", {"Transfer-Encoding", ""}, {"Content-Length", "5"}, 501},
        {"POST", {"Transfer-Encodingchunked", ""}, {"Content-Length", "5"}, 400},
        {"POST", {"Content-Length-Of", "5"}, {"X", "1"}, 400},
        {"POST", {"Transfer-Encoding ", "chunked"}, {"X", "1"}, 400},
        {"GET", {"X Y", "1"}, {"X", "1"}, 400},
        {"GET", {"X:", "1"}, {"X", "1"}, 400},
        {"GET", {"\xc3\xa9", "1"}, {"X", "1"}, 400},
        {"GET", {"", "1"}, {"X", "1"}, 400},
        {"GET", {"X", "a\rb"}, {"X", "1"}, 400},
        {"GET", {"X", "a\nb"}, {"X", "1"}, 400},
        {"GET", {"X", "a\x7f"}, {"X", "1"}, 400},
        {"G T", {"X", "1"}, {"X", "1"}, 400},
        {"", {"X", "1"}, {"X", "1"}, 400},
        {"GET", {"Host", "b"}, {"X", "1"}, 400},
    };
    size_t len = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = judge(cases[i].method, "HTTP/1.1",
                           FIELDS({"Host", "a"}, cases[i].field, cases[i].other), &len);
        if (status != cases[i].status || len != 0) {
            fail_msg("case %zu (%s): %d", i, cases[i].field.name, status);
        }
    }
}

static void refuses_other_versions_and_hosts(void **state)
{
    (void)state;
    size_t len;
    assert_int_equal(judge("GET", "HTTP/1.2", FIELDS({"Host", "a"}), &len), 505);
    assert_int_equal(judge("GET", "HTTP/2.0", FIELDS({"Host", "a"}), &len), 505);
    assert_int_equal(judge("GET", "http/1.1", FIELDS({"Host", "a"}), &len), 505);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"X", "a"}), &len), 400);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", ""}), &len), 400);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", "a/b"}), &len), 400);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", "a b"}), &len), 400);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", "a\"><b"}), &len), 400);
}

static void takes_a_host_for_what_it_is(void **state)
{
    (void)state;
    static const char *const right[] = {"a",     "a.example:80", "127.0.0.1:1", "a:",
                                        "[::1]", "[::1]:80",     "a_b-c.d",     "[::ffff:1.2.3.4]"};
    static const char *const wrong[] = {"[::1",   "[",           "[]",  "]",    "a]",     "a[",
                                        "[::1]x", "[a.example]", "a:b", "::",   ":80",    "::1",
                                        "a:1:",   "[::1]:8x",    "a,b", "a:+1", "[[::1]]"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        assert_true(head_is_plain_host(right[i]));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(head_is_plain_host(wrong[i]));
    }
}

static void sees_a_nul_in_a_value(void **state)
{
    (void)state;
    struct head h = {0};
    size_t len;
    head_field(&h, "Host", 4, "a", 1);
    head_field(&h, "X", 1, "a\0b", 3);
    assert_int_equal(head_judge(&h, "GET", "HTTP/1.1", 0, &len), 400);
}

static void limits_number_and_size(void **state)
{
    (void)state;
    static char large[9000];
    struct head h = {0};
    size_t len;
    memset(large, 'a', sizeof large - 1);
    head_field(&h, "Host", 4, "a", 1);
    for (int i = 0; i < 63; i++) {
        head_field(&h, "X", 1, "1", 1);
    }
    assert_int_equal(head_judge(&h, "GET", "HTTP/1.1", 0, &len), 0);
    head_field(&h, "X", 1, "1", 1);
    assert_int_equal(head_judge(&h, "GET", "HTTP/1.1", 0, &len), 431);
    assert_int_equal(judge("GET", "HTTP/1.1", FIELDS({"Host", "a"}, {"X", large}), &len), 431);
}

/* An answer's head must still fit beside the request's. */
static void leaves_room_for_the_answer(void **state)
{
    (void)state;
    static char large[6000];
    size_t len;
    memset(large, 'a', sizeof large - 1);
    for (int fields = 1; fields <= 2; fields++) {
        struct head h = {.target_len = 100};
        head_field(&h, "Host", 4, "a", 1);
        for (int i = 0; i < fields; i++) {
            head_field(&h, "X", 1, large, sizeof large - 1);
        }
        assert_int_equal(head_judge(&h, "GET", "HTTP/1.1", 0, &len), fields == 1 ? 0 : 431);
    }
}

static void weighs_codings(void **state)
{
    (void)state;
    static const char *const yes[] = {"gzip",        "GZIP", "deflate, gzip",     "gzip;q=0.5",
                                      "gzip; q=1",   "*",    "identity, *;q=0.1", "br , gzip ",
                                      "gzip;q=0.001"};
    static const char *const no[] = {"",      "identity", "gzip;q=0",    "gzip;q=0.000", "*;q=0",
                                     "gzipx", "xgzip",    "gzip;q=0, *", "br",           ",,,"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        assert_true(negotiate_gzip(yes[i]));
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        if (negotiate_gzip(no[i])) {
            fail_msg("\"%s\" was taken for gzip", no[i]);
        }
    }
    assert_false(negotiate_gzip(NULL));
}

static void tags_differ_by_key_and_coding(void **state)
{
    (void)state;
    char a[ETAG_SIZE], b[ETAG_SIZE], c[ETAG_SIZE];
    etag_of_key("tile 1", CODING_IDENTITY, a);
    etag_of_key("tile 1", CODING_GZIP, b);
    etag_of_key("tile 2", CODING_IDENTITY, c);
    assert_int_equal(strlen(a), 34);
    assert_string_not_equal(a, b);
    assert_string_not_equal(a, c);
    etag_of_key("tile 1", CODING_IDENTITY, c);
    assert_string_equal(a, c);
}

static void matches_lists_of_tags(void **state)
{
    (void)state;
    const char *tag = "\"abc\"";
    assert_true(etag_matches("\"abc\"", tag));
    assert_true(etag_matches("W/\"abc\"", tag));
    assert_true(etag_matches("\"x\", \"abc\"", tag));
    assert_true(etag_matches("  \"x\",W/\"y\" ,\"abc\"", tag));
    assert_true(etag_matches("\"a,b\", \"abc\"", tag));
    assert_false(etag_matches("", tag));
    assert_false(etag_matches("abc", tag));
    assert_false(etag_matches("\"abc", tag));
    assert_false(etag_matches("\"abcd\"", tag));
    assert_false(etag_matches("w/\"abc\"", tag));
    assert_false(etag_matches("\"x\" junk \"abc\"", tag));
    assert_false(etag_matches("\"abc\"", ""));
    assert_true(etag_is_any("*"));
    assert_true(etag_is_any(" * "));
    assert_false(etag_is_any("\"*\""));
    assert_false(etag_is_any("*a"));
}

/* CPython's hash of bytes is SipHash-1-3, with a zero key under PYTHONHASHSEED=0. */
static void hashes_as_others_do(void **state)
{
    (void)state;
    assert_true(hash_bytes_seeded("a", 1, 0, 0) == 0x407448d2b89b1813);
    assert_true(hash_bytes_seeded("abcdefg", 7, 0, 0) == 0x6db12aae9070f506);
    assert_true(hash_bytes_seeded("abcdefgh", 8, 0, 0) == 0x3f7b849c0b8e35ea);
    assert_true(hash_bytes_seeded("abcdefghi", 9, 0, 0) == 0xf89b34a3d11eb6e5);
    hash_seed();
    assert_true(hash_bytes("a", 1) != 0x407448d2b89b1813);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_what_is_right),
        cmocka_unit_test(refuses_ambiguous_framing),
        cmocka_unit_test(refuses_other_versions_and_hosts),
        cmocka_unit_test(takes_a_host_for_what_it_is),
        cmocka_unit_test(sees_a_nul_in_a_value),
        cmocka_unit_test(limits_number_and_size),
        cmocka_unit_test(leaves_room_for_the_answer),
        cmocka_unit_test(weighs_codings),
        cmocka_unit_test(tags_differ_by_key_and_coding),
        cmocka_unit_test(matches_lists_of_tags),
        cmocka_unit_test(hashes_as_others_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
