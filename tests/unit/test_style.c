/* test_style.c - the styles that ship, the borders of classes, and every rule of a style file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "render/style.h"

static const char good[] =
    "{\"id\":\"a\",\"version\":1,"
    "\"title\":{\"en\":\"A\",\"ru\":\"A\",\"uz\":\"A\",\"ko\":\"A\"},"
    "\"kind\":\"sequential\",\"quantity\":\"density\",\"unit\":\"t/km2/yr\",\"gases\":[\"CO2E\"],"
    "\"default\":true,\"breaks\":[1,10],\"colours\":[\"#ff000080\",\"#00ff00\",\"#0000ff\"],"
    "\"nodata\":\"#00000000\",\"zero\":\"#11111111\"}";

static struct style_set *load_shipped(void)
{
    struct style_set *set = NULL;
    struct why why = {0};
    enum err e = style_set_load("config/styles", &set, &why);
    if (e != ERR_OK)
        fail_msg("%s: %s", why.parameter, why.reason);
    return set;
}

static void shipped_styles_load_sorted(void **state)
{
    (void)state;
    struct style_set *set = load_shipped();
    assert_true(style_count(set) >= 3);
    for (int i = 1; i < style_count(set); i++)
        assert_true(strcmp(style_at(set, i - 1)->id, style_at(set, i)->id) < 0);
    assert_null(style_find(set, "density"));
    assert_null(style_find(set, ""));
    const struct style *s = style_find(set, "density-inferno");
    assert_non_null(s);
    assert_int_equal(s->class_count, 9);
    assert_int_equal(strlen(s->digest), 64);
    style_set_unref(style_set_ref(set)); /* two references: still there */
    assert_string_equal(s->id, "density-inferno");
    style_set_unref(set);
    style_set_unref(NULL);
}

static void defaults_depend_on_quantity_and_gas(void **state)
{
    (void)state;
    static const char *const table[][3] = {
        {"density", "CO2E", "density-inferno"},
        {"density", "co2", "density-inferno"},
        {"density", "CH4", "density-inferno-ch4"},
        {"density", "n2o", "density-inferno-n2o"},
        {"density", "SF6", "density-inferno"},
        {"net", "CO2E", "net-prgn"},
        {"net", "CH4", "net-prgn-ch4"},
        {"difference", "CO2", "difference-rdbu"},
    };
    struct style_set *set = load_shipped();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_string_equal(style_default(set, table[i][0], table[i][1])->id, table[i][2]);
    style_set_unref(set);
}

/* A break belongs to the class above it, at both ends of every class of every style. */
static void classes_are_half_open(void **state)
{
    (void)state;
    struct style_set *set = load_shipped();
    for (int k = 0; k < style_count(set); k++) {
        const struct style *s = style_at(set, k);
        for (int i = 0; i < s->break_count; i++) {
            double at = s->breaks[i];
            assert_int_equal(style_class(s, at), i + 1);
            assert_int_equal(style_class(s, nextafter(at, -INFINITY)), i);
            assert_int_equal(style_class(s, nextafter(at, INFINITY)), i + 1);
        }
        assert_int_equal(style_class(s, DBL_MAX), s->class_count - 1);
        assert_int_equal(style_class(s, -DBL_MAX), 0);
    }
    style_set_unref(set);
}

static void zero_and_no_data_are_no_classes(void **state)
{
    (void)state;
    struct style_set *set = load_shipped();
    const struct style *s = style_find(set, "net-prgn");
    assert_int_equal(style_class(s, NAN), STYLE_CLASS_NODATA);
    assert_int_equal(style_class(s, 0.0), STYLE_CLASS_ZERO);
    assert_int_equal(style_class(s, -0.0), STYLE_CLASS_ZERO);
    assert_int_equal(style_class(s, DBL_TRUE_MIN), 5); /* the neutral class of eleven */
    assert_int_equal(style_class(s, -DBL_TRUE_MIN), 5);
    assert_int_equal(style_colour(s, STYLE_CLASS_NODATA).a, 0);
    assert_true(style_colour(s, STYLE_CLASS_ZERO).a < 255);
    style_set_unref(set);
}

static void net_is_green_for_sinks_and_purple_for_sources(void **state)
{
    (void)state;
    struct style_set *set = load_shipped();
    const struct style *net = style_find(set, "net-prgn");
    struct rgba sink = style_colour(net, style_class(net, -500)),
                source = style_colour(net, style_class(net, 500));
    assert_true(sink.g > sink.r && sink.g > sink.b);
    assert_true(source.r > source.g && source.b > source.g);
    const struct style *diff = style_find(set, "difference-rdbu");
    assert_true(style_colour(diff, style_class(diff, -500)).b >
                style_colour(diff, style_class(diff, -500)).r); /* blue = less */
    style_set_unref(set);
}

/* good[] with one piece replaced. */
static void variant(char *out, size_t size, const char *from, const char *to)
{
    const char *at = strstr(good, from);
    assert_non_null(at);
    snprintf(out, size, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
}

static void every_rule_is_enforced(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } bad[] = {
        {"{\"id\"", "[\"id\"", "line 1"},
        {"\"version\":1,", "\"version\":1,\"extra\":2,", "unknown key \"extra\""},
        {"\"version\":1,", "\"version\":1,\"version\":2,", "duplicate"},
        {"\"version\":1,", "", "\"version\" is missing"},
        {"\"version\":1", "\"version\":1.5", "whole number"},
        {"\"version\":1", "\"version\":0", "whole number"},
        {"\"id\":\"a\"", "\"id\":\"b\"", "must be named b.json"},
        {"\"id\":\"a\"", "\"id\":\"A\"", "a-z, 0-9 and -"},
        {"\"id\":\"a\"", "\"id\":\"\"", "not empty"},
        {"\"id\":\"a\"", "\"id\":7", "not empty"},
        {"\"id\":\"a\"", "\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "at most 31"},
        {"\"ko\":\"A\"", "\"fr\":\"A\"", "\"title\""},
        {",\"ko\":\"A\"", "", "en, ru, uz, ko"},
        {"sequential", "striped", "\"sequential\" or \"diverging\""},
        {"sequential", "diverging", "density needs a sequential style"},
        {"\"density\"", "\"weight\"", "density, net or difference"},
        {"t/km2/yr", "kg/m2/s", "\"unit\" must be"},
        {"[\"CO2E\"]", "[]", "1 to 8 gas codes"},
        {"[\"CO2E\"]", "[\"co2e\"]", "A-Z, 0-9 and -"},
        {"[\"CO2E\"]", "\"CO2E\"", "1 to 8 gas codes"},
        {"\"default\":true", "\"default\":1", "true or false"},
        {"[1,10]", "[]", "1 to 31 numbers"},
        {"[1,10]", "[1,\"10\"]", "break 2 is no number"},
        {"[1,10]", "[10,1]", "break 2 (1) is not above break 1 (10)"},
        {"[1,10]", "[1,1]", "is not above"},
        {"[1,10]", "[0,10]", "must be above 0"},
        {"[1,10]", "[-1,10]", "must be above 0"},
        {"[1,10]", "[1,10,100]", "3 breaks make 4 classes, but \"colours\" has 3"},
        {"#00ff00", "#00FF00", "lower case"},
        {"#00ff00", "#0f0", "#rrggbb"},
        {"#00ff00", "00ff00ff", "#rrggbb"},
        {"#00ff00", "#0000ff", "share the colour #0000ffff"},
        {"#11111111", "#00000000", "share the colour"},
        {"\"#00ff00\"", "null", "#rrggbb"},
    };
    struct style s;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[2048];
        struct why why = {0};
        variant(text, sizeof text, bad[i].from, bad[i].to);
        assert_int_equal(style_parse("a.json", text, strlen(text), &s, &why), ERR_INPUT);
        assert_string_equal(why.parameter, "a.json");
        if (strstr(why.reason, bad[i].says) == NULL)
            fail_msg("%s -> %s: \"%s\" does not say \"%s\"", bad[i].from, bad[i].to, why.reason,
                     bad[i].says);
    }
    assert_int_equal(style_parse("a.json", good, strlen(good), &s, NULL), ERR_OK);
}

static void diverging_styles_are_symmetric(void **state)
{
    (void)state;
    static const struct {
        const char *breaks, *colours, *says;
    } bad[] = {
        {"[-1,2]", "\"#ff0000\",\"#00ff00\",\"#0000ff\"", "not symmetric"},
        {"[0]", "\"#ff0000\",\"#00ff00\"", "even number"},
    };
    struct style s;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[2048];
        struct why why = {0};
        snprintf(text, sizeof text,
                 "{\"id\":\"a\",\"version\":1,"
                 "\"title\":{\"en\":\"A\",\"ru\":\"A\",\"uz\":\"A\",\"ko\":\"A\"},"
                 "\"kind\":\"diverging\",\"quantity\":\"net\",\"unit\":\"t/km2/yr\","
                 "\"gases\":[\"CO2E\"],\"default\":true,\"breaks\":%s,\"colours\":[%s],"
                 "\"nodata\":\"#00000000\",\"zero\":\"#11111111\"}",
                 bad[i].breaks, bad[i].colours);
        assert_int_equal(style_parse("a.json", text, strlen(text), &s, &why), ERR_INPUT);
        assert_non_null(strstr(why.reason, bad[i].says));
    }
}

/* As many breaks as there may be, each as long as a number gets. */
static void breaks_are_kept_as_text(void **state)
{
    (void)state;
    char breaks[1024] = "", colours[1024] = "", wanted[1024] = "", text[4096];
    for (int i = -15; i <= 15; i++) {
        char number[24];
        snprintf(number, sizeof number, "%s1.%02d345678901e-300", i < 0 ? "-" : "", abs(i));
        if (i != 0) {
            snprintf(breaks + strlen(breaks), 32, "%s%s", i == -15 ? "" : ",", number);
            snprintf(wanted + strlen(wanted), 32, "%s%s", i == -15 ? "" : " ", number);
        }
        snprintf(colours + strlen(colours), 16, "%s\"#0000%02x\"", i == -15 ? "" : ",", i + 15);
    }
    snprintf(text, sizeof text,
             "{\"id\":\"a\",\"version\":1,"
             "\"title\":{\"en\":\"A\",\"ru\":\"A\",\"uz\":\"A\",\"ko\":\"A\"},"
             "\"kind\":\"diverging\",\"quantity\":\"net\",\"unit\":\"t/km2/yr\","
             "\"gases\":[\"CO2E\"],\"default\":true,\"breaks\":[%s],\"colours\":[%s],"
             "\"nodata\":\"#00000000\",\"zero\":\"#11111111\"}",
             breaks, colours);
    struct style s;
    struct why why = {0};
    assert_int_equal(style_parse("a.json", text, strlen(text), &s, &why), ERR_OK);
    assert_int_equal(s.break_count, 30);
    assert_string_equal(s.breaks_text, wanted);
}

static void a_folder_needs_its_defaults(void **state)
{
    (void)state;
    char dir[] = "/tmp/fluxgrid-styles-XXXXXX", file[64];
    assert_non_null(mkdtemp(dir));
    struct style_set *set = NULL;
    struct why none = {0}, lacking = {0}, absent = {0};
    assert_int_equal(style_set_load(dir, &set, &none), ERR_INPUT);
    assert_non_null(strstr(none.reason, "no style with \"default\": true for density of CO2E"));
    snprintf(file, sizeof file, "%s/a.json", dir);
    FILE *to = fopen(file, "w");
    assert_non_null(to);
    fputs(good, to);
    fclose(to);
    assert_int_equal(style_set_load(dir, &set, &lacking), ERR_INPUT);
    assert_non_null(strstr(lacking.reason, "for net of CO2E"));
    unlink(file);
    rmdir(dir);
    assert_int_equal(style_set_load(dir, &set, &absent), ERR_IO);
    assert_null(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_styles_load_sorted),
        cmocka_unit_test(defaults_depend_on_quantity_and_gas),
        cmocka_unit_test(classes_are_half_open),
        cmocka_unit_test(zero_and_no_data_are_no_classes),
        cmocka_unit_test(net_is_green_for_sinks_and_purple_for_sources),
        cmocka_unit_test(every_rule_is_enforced),
        cmocka_unit_test(diverging_styles_are_symmetric),
        cmocka_unit_test(breaks_are_kept_as_text),
        cmocka_unit_test(a_folder_needs_its_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
