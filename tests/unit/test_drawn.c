/* GeoJSON as areas: one or by feature, the place of a fault, and the name of a body. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "api/body.h"
#include "api/drawn.h"

#define SQUARE "[[0,0],[1,0],[1,1],[0,1],[0,0]]"
#define OTHER  "[[5,0],[6,0],[6,1],[5,1],[5,0]]"
#define A                                                                                          \
    "{\"type\":\"Feature\",\"id\":\"a\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"       \
    "[" SQUARE "]}}"
#define B                                                                                          \
    "{\"type\":\"Feature\",\"geometry\":{\"coordinates\":[[" OTHER                                 \
    "]],\"type\":\"MultiPolygon\"},\"id\":12.50}"

static struct arena arena;

static enum err read_text(const char *text, bool is_by_feature, struct drawn *out, struct why *why)
{
    *why = (struct why){0};
    return drawn_read(text, strlen(text), is_by_feature, &arena, out, why);
}

static void assert_refused(const char *text, const char *where, const char *word)
{
    struct drawn d;
    struct why why;
    assert_int_equal(read_text(text, false, &d, &why), ERR_INPUT);
    assert_int_equal(d.count, 0);
    assert_string_equal(why.parameter, where);
    if (strstr(why.reason, word) == NULL)
        fail_msg("\"%s\" does not say %s", why.reason, word);
    assert_true(why.allowed[0] != '\0');
}

static void features_are_one_area_or_their_own(void **state)
{
    (void)state;
    struct drawn d;
    struct why why;
    const char text[] = "[" A "," B "]";
    assert_int_equal(read_text(text, false, &d, &why), ERR_OK);
    assert_int_equal(d.count, 1);
    assert_int_equal(d.areas[0].shape.count, 10);
    drawn_fini(&d);
    assert_int_equal(read_text(text, true, &d, &why), ERR_OK);
    assert_int_equal(d.count, 2);
    assert_string_equal(d.areas[0].id, "\"a\"");
    assert_string_equal(d.areas[1].id, "12.50");
    assert_true(d.areas[1].shape.count == 5 && d.areas[1].shape.lonlat[0] == 5);
    drawn_fini(&d);
}

static void areas_may_overlap_only_by_feature(void **state)
{
    (void)state;
    struct drawn d;
    struct why why;
    const char text[] = "{\"features\":[" A "," A "],\"type\":\"FeatureCollection\"}";
    assert_int_equal(read_text(text, false, &d, &why), ERR_INPUT);
    assert_non_null(strstr(why.parameter, "/features/"));
    assert_non_null(strstr(why.allowed, "groupby=feature"));
    assert_int_equal(read_text(text, true, &d, &why), ERR_OK);
    assert_int_equal(d.count, 2);
    drawn_fini(&d);
}

static void faults_have_a_place(void **state)
{
    (void)state;
    assert_refused("{\"type\":\"Polygon\",\"coordinates\":[" SQUARE
                   ",[[0.1,0.1],[0.2,0.2],[0.3]]]}",
                   "/coordinates/1/2", "fewer");
    assert_refused("{\"type\":\"MultiPolygon\",\"coordinates\":[[" SQUARE "],[[[5,5],[6,95]]]]}",
                   "/coordinates/1/0/1", "latitude");
    assert_refused("{\"type\":\"FeatureCollection\",\"features\":[" A ",{\"type\":\"Feature\","
                   "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[5,5],[7,5],[5,7]]]}}]}",
                   "/features/1/geometry/coordinates/0", "too short");
    assert_refused("[" A
                   ",{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                   "[[[5,5],[7,5],[5,7],[5,6]]]}}]",
                   "/1/geometry/coordinates/0/3", "open");
    assert_refused("{\"type\":\"Feature\",\n \"geometry\":{\"type\" \"Polygon\"}}", "body",
                   "line 2, column 21");
}

static void positions_and_features_are_bounded(void **state)
{
    (void)state;
    size_t most = DRAWN_POSITIONS_MAX + 10;
    char *text = malloc(most * 8 + 100);
    struct drawn d;
    struct why why;
    assert_non_null(text);
    char *at = stpcpy(text, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0]");
    for (size_t i = 0; i < most; i++)
        at = stpcpy(at, i % 2 ? ",[0,0]" : ",[1,1]");
    stpcpy(at, "]]}");
    assert_int_equal(read_text(text, false, &d, &why), ERR_TOO_LARGE);
    at = stpcpy(text, "[" A);
    for (int i = 0; i < DRAWN_FEATURES_MAX; i++)
        at = stpcpy(at, "," A);
    stpcpy(at, "]");
    assert_int_equal(read_text(text, true, &d, &why), ERR_TOO_LARGE);
    free(text);
}

static void boxes(void **state)
{
    (void)state;
    struct drawn d;
    struct why why = {0};
    assert_int_equal(drawn_box((double[]){-180, -90, 180, 90}, &arena, &d, &why), ERR_OK);
    assert_int_equal(d.areas[0].shape.count, 5);
    drawn_fini(&d);
    assert_int_equal(drawn_box((double[]){1, 1, 1, 2}, &arena, &d, &why), ERR_INPUT);
    assert_string_equal(why.parameter, "bbox");
    why = (struct why){0};
    assert_int_equal(drawn_box((double[]){1, 2, 1 + 1e-14, 3}, &arena, &d, &why), ERR_INPUT);
}

static void assert_same_name(const char *a, const char *b, bool is_same)
{
    char of_a[DIGEST_HEX_SIZE], of_b[DIGEST_HEX_SIZE];
    assert_int_equal(body_digest(a, strlen(a), of_a), ERR_OK);
    assert_int_equal(body_digest(b, strlen(b), of_b), ERR_OK);
    if ((strcmp(of_a, of_b) == 0) != is_same)
        fail_msg("%s and %s have %s", a, b, is_same ? "two names" : "one name");
}

static void white_space_that_means_nothing_makes_no_name(void **state)
{
    (void)state;
    assert_same_name("{\"a\":[1,2]}", " {\n\t\"a\" : [ 1 ,\r\n2 ] } \n", true);
    assert_same_name("[1 2]", "[1   2]", true);
    assert_same_name("[1 2]", "[12]", false);
    assert_same_name("[\"a b\"]", "[\"ab\"]", false);
    assert_same_name("[\"a  b\"]", "[\"a b\"]", false);
    assert_same_name("[\"\\\" , \"]", "[\"\\\",\"]", false);
    assert_same_name("[\"\\\\\" , 1]", "[\"\\\\\",1]", true);
    assert_same_name("1", "2", false);
    assert_same_name("", " ", true);
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_are_one_area_or_their_own),
        cmocka_unit_test(areas_may_overlap_only_by_feature),
        cmocka_unit_test(faults_have_a_place),
        cmocka_unit_test(positions_and_features_are_bounded),
        cmocka_unit_test(boxes),
        cmocka_unit_test(white_space_that_means_nothing_makes_no_name),
    };
    arena_init(&arena, (size_t)8 << 20);
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
