/* JSON read in place: every number as strtod has it, nothing that RFC 8259 does not know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"

static bool is_document(const char *text, size_t len)
{
    struct json_scan s;
    json_scan_init(&s, text, len);
    return json_scan_skip(&s) && json_scan_end(&s);
}

static bool read_number(const char *text, double *out)
{
    struct json_scan s;
    json_scan_init(&s, text, strlen(text));
    return json_scan_number(&s, out) && json_scan_end(&s);
}

static void what_json_is(void **state)
{
    (void)state;
    static const char *const documents[] = {"null",
                                            " true ",
                                            "false",
                                            "0",
                                            "-0",
                                            "1e5",
                                            "1E-05",
                                            "12.50",
                                            "\"\"",
                                            "\"a\\n\\u00e9\\\"\"",
                                            "[]",
                                            "[ ]",
                                            "{}",
                                            "[1,2]",
                                            "{\"a\":[{}],\"b\":\"x\"}",
                                            "\t\r\n[\n1 , 2 ]\n",
                                            "\"\xc3\xa9\"",
                                            "\"\\ud83d\\ude00\"",
                                            "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"",
                                            "\"\\ud7ff\\ue000\""};
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        assert_true(is_document(documents[i], strlen(documents[i])));
}

static void what_json_is_not(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "nul",
                                        "nulll",
                                        "True",
                                        "+1",
                                        "01",
                                        "-",
                                        ".5",
                                        "1.",
                                        "1e",
                                        "1e+",
                                        "0x10",
                                        "NaN",
                                        "-NaN",
                                        "Infinity",
                                        "-Infinity",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "[1",
                                        "]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{a:1}",
                                        "{\"a\":1,}",
                                        "{\"a\" 1}",
                                        "\"a",
                                        "\"\\x\"",
                                        "\"\\u12g4\"",
                                        "\"\t\"",
                                        "\"\xff\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\\ud800\"",
                                        "\"\\ud800\\u0041\"",
                                        "\"\\ud800a\"",
                                        "\"\\ud800\\n\"",
                                        "\"\\ud800\\ud800\"",
                                        "\"\\ud800\\ue000\"",
                                        "\"\\ud800\\udc0",
                                        "\"\\ud800\\udc0g\"",
                                        "\"\\udc00\"",
                                        "\"\\uDFFF\\uD800\"",
                                        "1 1",
                                        "[] []",
                                        "'a'",
                                        "/**/1",
                                        ("\xef\xbb\xbf"
                                         "1")};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (is_document(texts[i], strlen(texts[i])))
            fail_msg("taken for JSON: %s", texts[i]);
    }
    assert_false(is_document("\"a\0b\"", 5));
    assert_false(is_document("1\0", 2));
}

static void numbers_are_the_nearest_doubles(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        double value;
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        int digits = 1 + (int)(seed >> 33) % 19;
        double x = ((double)(seed >> 11) / 9007199254740992.0 - 0.5) * 720;
        if (i % 3 == 0)
            snprintf(text, sizeof text, "%.*e", digits, x * pow(10, (int)(seed >> 50) % 60 - 30));
        else
            snprintf(text, sizeof text, "%.*f", digits, x);
        assert_true(read_number(text, &value));
        if (memcmp(&value, &(double){strtod(text, NULL)}, sizeof value) != 0)
            fail_msg("%s is read as %.17g", text, value);
    }
}

static void numbers_at_their_ends(void **state)
{
    (void)state;
    double value;
    assert_true(read_number("1e999", &value) && isinf(value));
    assert_true(read_number("-1e999", &value) && isinf(value) && value < 0);
    assert_true(read_number("1e-999", &value) && value == 0);
    assert_true(read_number("1e99999999999999999999", &value) && isinf(value));
    assert_true(read_number("9007199254740993", &value) && value == 9007199254740992.0);
    assert_true(read_number("9007199254740993.00000000000000001", &value) &&
                value == 9007199254740994.0);
    char many[700] = "0.";
    memset(many + 2, '1', 400);
    assert_true(read_number(many, &value) && value == 0.1111111111111111);
    memset(many + 2, '1', sizeof many - 3);
    assert_false(read_number(many, &value));
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char text[2 * JSON_SCAN_DEPTH + 8];
    memset(text, '[', JSON_SCAN_DEPTH);
    memset(text + JSON_SCAN_DEPTH, ']', JSON_SCAN_DEPTH);
    assert_true(is_document(text, (size_t)2 * JSON_SCAN_DEPTH));
    memset(text, '[', JSON_SCAN_DEPTH + 1);
    memset(text + JSON_SCAN_DEPTH + 1, ']', JSON_SCAN_DEPTH + 1);
    assert_false(is_document(text, (size_t)2 * JSON_SCAN_DEPTH + 2));
}

static void members_in_their_order(void **state)
{
    (void)state;
    const char text[] = "{\"one\" : 1, \"two\\u0020\":[ 2 ,3]} ";
    struct json_scan s;
    const char *name;
    size_t len;
    double value;
    json_scan_init(&s, text, sizeof text - 1);
    assert_true(json_scan_open(&s, JSON_KIND_OBJECT));
    assert_true(json_scan_next(&s, JSON_KIND_OBJECT, true));
    assert_true(json_scan_name(&s, &name, &len));
    assert_true(json_scan_is(name, len, "one") && !json_scan_is(name, len, "on"));
    assert_true(json_scan_number(&s, &value) && value == 1);
    assert_true(json_scan_next(&s, JSON_KIND_OBJECT, false) && json_scan_name(&s, &name, &len));
    assert_true(json_scan_is(name, len, "two\\u0020"));
    assert_true(json_scan_open(&s, JSON_KIND_ARRAY) && json_scan_next(&s, JSON_KIND_ARRAY, true));
    assert_true(json_scan_number(&s, &value) && json_scan_next(&s, JSON_KIND_ARRAY, false));
    assert_true(json_scan_number(&s, &value) && value == 3);
    assert_false(json_scan_next(&s, JSON_KIND_ARRAY, false));
    assert_false(json_scan_next(&s, JSON_KIND_OBJECT, false));
    assert_true(json_scan_end(&s) && s.fault == NULL && s.depth == 0);
}

static void the_first_fault_stays(void **state)
{
    (void)state;
    struct json_scan s;
    double value;
    json_scan_init(&s, "[1 2]", 5);
    assert_true(json_scan_open(&s, JSON_KIND_ARRAY) && json_scan_next(&s, JSON_KIND_ARRAY, true) &&
                json_scan_number(&s, &value));
    assert_false(json_scan_next(&s, JSON_KIND_ARRAY, false));
    const char *fault = s.fault;
    assert_non_null(fault);
    assert_int_equal(s.at - s.text, 3);
    assert_false(json_scan_number(&s, &value) || json_scan_skip(&s) || json_scan_end(&s));
    assert_ptr_equal(s.fault, fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_json_is),
        cmocka_unit_test(what_json_is_not),
        cmocka_unit_test(numbers_are_the_nearest_doubles),
        cmocka_unit_test(numbers_at_their_ends),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(members_in_their_order),
        cmocka_unit_test(the_first_fault_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
