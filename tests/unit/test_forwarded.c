/* test_forwarded.c - lists of networks, and what a trusted proxy says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "http/forwarded.h"
#include "http/limits.h"

/* ---- networks ----------------------------------------------------------------------------- */

static bool have(const char *list, const char *address)
{
    struct networks n;
    struct address a;
    assert_int_equal(networks_read(list, &n), ERR_OK);
    assert_true(address_read(address, strlen(address), &a));
    return networks_have(&n, &a);
}

static void networks_hold_their_addresses(void **state)
{
    (void)state;
    assert_false(have("", "127.0.0.1"));
    assert_true(have("127.0.0.1", "127.0.0.1"));
    assert_false(have("127.0.0.1", "127.0.0.2"));
    assert_true(have(" 10.0.0.0/8 ,\t192.168.4.0/22", "10.255.0.1"));
    assert_true(have("10.0.0.0/8,192.168.4.0/22", "192.168.7.255"));
    assert_false(have("10.0.0.0/8,192.168.4.0/22", "192.168.8.0"));
    assert_true(have("0.0.0.0/0", "203.0.113.9"));
    assert_false(have("0.0.0.0/0", "2001:db8::1"));
    assert_true(have("::/0", "203.0.113.9"));
    assert_true(have("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(have("2001:db8::/33", "2001:db8:8000::1"));
    assert_true(have("192.0.2.7/32", "::ffff:192.0.2.7")); /* a socket of both families */
    assert_true(have("::ffff:192.0.2.0/120", "192.0.2.200"));
}

static void lists_that_are_none_are_refused(void **state)
{
    static const char *const wrong[] = {
        "localhost",    "127.0.0.1,",    ",127.0.0.1",   "10.0.0.0/33",  "10.0.0.1/8",
        "10.0.0.0/",    "::1/129",       "[::1]",        "1.2.3",        "10.0.0.0/-1",
        "10.0.0.0/08x", "::1 ::2",       "127.0.0.1:80", "fe80::1%eth0", "10.0.0.0/0010",
        "1.2.3.4/8/8",  "2001:db8::1/64"};
    struct networks n = {.count = 7};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (networks_read(wrong[i], &n) != ERR_INPUT) {
            fail_msg("\"%s\" was taken", wrong[i]);
        }
    }
    char many[512] = "";
    for (int i = 0; i <= NETWORKS_MAX; i++) {
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), "%s10.0.0.%d",
                       i == 0 ? "" : ",", i);
    }
    assert_int_equal(networks_read(many, &n), ERR_INPUT);
    assert_int_equal(n.count, 7); /* written on success only */
    *strrchr(many, ',') = '\0';
    assert_int_equal(networks_read(many, &n), ERR_OK);
    assert_int_equal(n.count, NETWORKS_MAX);
}

/* ---- headers ------------------------------------------------------------------------------ */

static enum err told(struct forwarded_fields fields, struct forwarded *f, struct why *why)
{
    struct networks trusted;
    assert_int_equal(networks_read("10.0.0.0/8, 2001:db8::/32", &trusted), ERR_OK);
    *why = (struct why){.code = ERR_OK};
    return forwarded_read(&fields, &trusted, f, why);
}

static void expect_base(struct forwarded_fields fields, const char *host, const char *base)
{
    struct forwarded f;
    struct why why;
    char out[HTTP_BASE_MAX_BYTES] = "";
    if (told(fields, &f, &why) != ERR_OK) {
        fail_msg("refused: %s", why.reason);
    }
    bool is_whole = forwarded_base(&f, host, out, sizeof out);
    assert_int_equal(is_whole, base != NULL);
    if (base != NULL) {
        assert_string_equal(out, base);
    }
}

static void expect_client(struct forwarded_fields fields, const char *client)
{
    struct forwarded f;
    struct why why;
    assert_int_equal(told(fields, &f, &why), ERR_OK);
    assert_string_equal(f.client, client);
}

static void expect_refusal(struct forwarded_fields fields, const char *header)
{
    struct forwarded f = {.port = 7};
    struct why why;
    if (told(fields, &f, &why) != ERR_INPUT) {
        fail_msg("%s was taken", header);
    }
    assert_string_equal(why.parameter, header);
    assert_int_equal(f.port, 7);
}

#define SAID(...) ((struct forwarded_fields){__VA_ARGS__})

static void the_family_makes_the_base(void **state)
{
    (void)state;
    expect_base(SAID(.x_for = "192.0.2.1"), "map.example", "http://map.example");
    expect_base(SAID(.x_proto = "https"), "map.example:8080", "https://map.example:8080");
    expect_base(SAID(.x_proto = "HTTPS", .x_host = "map.example"), "inner:8080",
                "https://map.example");
    expect_base(SAID(.x_proto = "https", .x_port = "443"), "map.example", "https://map.example");
    expect_base(SAID(.x_port = "443"), "map.example", "http://map.example:443");
    expect_base(SAID(.x_port = "80"), "map.example:8080", "http://map.example");
    expect_base(SAID(.x_host = "map.example:8443", .x_port = "9"), "x", "http://map.example:8443");
    expect_base(SAID(.x_host = "[2001:db8::1]:81", .x_prefix = "/"), "x",
                "http://[2001:db8::1]:81");
    expect_base(SAID(.x_prefix = "/carbon"), "h", "http://h/carbon");
    expect_base(SAID(.x_prefix = "/a-1/b_2.c~/"), "h", "http://h/a-1/b_2.c~");
    expect_base(SAID(.x_prefix = ""), "h", "http://h");
    expect_base(SAID(.x_proto = "http, https", .x_host = "evil.example, map.example"), "x",
                "https://map.example"); /* the last is our peer's */
    expect_base(SAID(.x_proto = "https"), "", NULL);
    expect_base(SAID(.x_proto = "https"), "a:b:c", NULL);
}

static void the_family_wins(void **state)
{
    (void)state;
    expect_base(SAID(.forwarded = "host=evil.example;proto=https", .x_for = "192.0.2.1"), "h",
                "http://h");
    expect_client(SAID(.forwarded = "for=192.0.2.9", .x_for = "192.0.2.1"), "192.0.2.1");
    expect_base(SAID(.forwarded = "a b c", .x_for = "1"), "h", "http://h"); /* not even read */
}

static void the_standard_makes_the_base(void **state)
{
    (void)state;
    expect_base(SAID(.forwarded = "for=192.0.2.1;proto=https;host=map.example"), "x",
                "https://map.example");
    expect_base(SAID(.forwarded = "For=\"[2001:db8:9::1]:4711\" ; HOST=\"map.example:81\";"), "x",
                "http://map.example:81");
    expect_base(SAID(.forwarded = "by=_edge;secret=\"a,b;c\\\"d\";proto=https"), "h", "https://h");
    expect_base(SAID(.forwarded = " , proto=https,, "), "h", "https://h");
    expect_base(SAID(.forwarded = ""), "h", "http://h");
    /* evil wrote the first; our peer, which got it from evil, the second */
    expect_base(SAID(.forwarded = "host=evil.example, for=192.0.2.1;host=map.example"), "x",
                "http://map.example");
    /* our peer got it from a trusted one, which names the host people know */
    expect_base(
        SAID(.forwarded = "for=192.0.2.1;host=map.example;proto=https, for=10.0.0.2;host=x"), "x",
        "https://map.example");
    expect_base(SAID(.forwarded = "host=evil.example, for=192.0.2.1;host=map.example, "
                                  "for=\"10.0.0.2:4711\";host=x"),
                "x", "http://map.example");
    expect_base(SAID(.forwarded = "host=evil.example, for=unknown;host=map.example"), "x",
                "http://map.example");
}

static void clients_are_named_by_those_we_trust(void **state)
{
    (void)state;
    expect_client(SAID(.x_for = "192.0.2.1"), "192.0.2.1");
    expect_client(SAID(.x_for = "203.0.113.9, 192.0.2.1"), "192.0.2.1"); /* the first may lie */
    expect_client(SAID(.x_for = "203.0.113.9, 192.0.2.1, 10.0.0.2"), "192.0.2.1");
    expect_client(SAID(.x_for = "192.0.2.1:4711 ,10.0.0.2:80"), "192.0.2.1");
    expect_client(SAID(.x_for = "[2a00::1]:4711"), "2a00::1");
    expect_client(SAID(.x_for = "2a00::1,2001:db8::2"), "2a00::1");
    expect_client(SAID(.x_for = "10.0.0.3, 10.0.0.2"), "10.0.0.3");
    expect_client(SAID(.x_for = "::ffff:192.0.2.1"), "192.0.2.1");
    expect_client(SAID(.x_for = "unknown"), "");
    expect_client(SAID(.x_for = "<script>"), "");
    expect_client(SAID(.x_for = ""), "");
    expect_client(SAID(.x_for = "192.0.2.1, "), "");
    expect_client(SAID(.forwarded = "for=192.0.2.1, for=10.0.0.2"), "192.0.2.1");
    expect_client(SAID(.forwarded = "for=_hidden"), "");
}

static void what_would_spoil_a_link_is_refused(void **state)
{
    static const char *const hosts[] = {
        "",       "a b", "a/b",   "a?b",     "a#b",         "a\"b", "a<b",
        "a@b",    ":80", "a:",    "a:0",     "a:65536",     "a:8x", "[::1",
        "[::1]x", "[a]", "[::g]", "a:80:80", "map\xc3\xa9", "a,",   "[127.0.0.1]"};
    static const char *const prefixes[] = {
        "carbon", "//",  "/a//b",          "/..",  "/a/../b",  "/./a",     "/a b",
        "/a%2f",  "/\"", "//evil.example", "/a?b", "/<script", "/\xc3\xa9"};
    static const char *const standards[] = {
        "for",           "host=",     "host=a b",   "host=\"a",     "host=\"a\\",
        "host=a;host=b", "proto=ftp", "proto=\"\"", "host=\"a/b\"", "=a",
        "a=b c=d",       "host=a:80", "for=[::1]",  "host=\"a\"b",  "proto=httpsx"};
    static const char *const ports[] = {"", "0", "x", "65536", "-1", "8080x", "123456"};
    static const char *const schemes[] = {"", "ftp", "httpss", "https:", "javascript"};
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        expect_refusal(SAID(.x_host = hosts[i]), "X-Forwarded-Host");
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        expect_refusal(SAID(.x_prefix = prefixes[i]), "X-Forwarded-Prefix");
    }
    for (size_t i = 0; i < sizeof standards / sizeof standards[0]; i++) {
        expect_refusal(SAID(.forwarded = standards[i]), "Forwarded");
    }
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        expect_refusal(SAID(.x_port = ports[i]), "X-Forwarded-Port");
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        expect_refusal(SAID(.x_proto = schemes[i]), "X-Forwarded-Proto");
    }
}

static void long_ones_are_refused_or_fit(void **state)
{
    char host[400], prefix[400];
    (void)state;
    memset(host, 'a', sizeof host);
    memset(prefix, 'b', sizeof prefix);
    prefix[0] = '/';
    host[FORWARDED_HOST_SIZE] = '\0';
    expect_refusal(SAID(.x_host = host), "X-Forwarded-Host");
    prefix[FORWARDED_PREFIX_SIZE] = '\0';
    expect_refusal(SAID(.x_prefix = prefix), "X-Forwarded-Prefix");
    host[FORWARDED_HOST_SIZE - 1] = '\0';
    prefix[FORWARDED_PREFIX_SIZE - 1] = '\0';
    struct forwarded f;
    struct why why;
    char base[HTTP_BASE_MAX_BYTES];
    assert_int_equal(
        told(SAID(.x_proto = "https", .x_host = host, .x_prefix = prefix, .x_port = "65535"), &f,
             &why),
        ERR_OK);
    assert_true(forwarded_base(&f, "x", base, sizeof base));
    assert_int_equal(strlen(base), 8 + FORWARDED_HOST_SIZE - 1 + 6 + FORWARDED_PREFIX_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_hold_their_addresses),
        cmocka_unit_test(lists_that_are_none_are_refused),
        cmocka_unit_test(the_family_makes_the_base),
        cmocka_unit_test(the_family_wins),
        cmocka_unit_test(the_standard_makes_the_base),
        cmocka_unit_test(clients_are_named_by_those_we_trust),
        cmocka_unit_test(what_would_spoil_a_link_is_refused),
        cmocka_unit_test(long_ones_are_refused_or_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
