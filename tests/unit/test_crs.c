/* Boxes in the systems of features, as degrees. Half the equator of spherical Mercator is pi times
 * 6378137 m, and so is the northing of atan(sinh(pi)) = 85.0511287798066 degrees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "geo/crs.h"

#define HALF_M 20037508.342789244

static void check(enum crs crs, const double box[4], const double expected[4])
{
    double deg[4];
    assert_true(crs_box_deg(crs, box, deg));
    for (int i = 0; i < 4; i++)
        assert_true(fabs(deg[i] - expected[i]) < 1e-9);
}

static void axes_are_those_of_the_system(void **state)
{
    (void)state;
    const double plain[] = {60, 38, 70, 42};
    check(CRS_84, plain, plain);
    check(CRS_4326, (const double[]){38, 60, 42, 70}, plain);
    check(CRS_3857, (const double[]){-HALF_M, -HALF_M, HALF_M, HALF_M},
          (const double[]){-180, -85.0511287798066, 180, 85.0511287798066});
    check(CRS_3857, (const double[]){HALF_M / 2, 0, HALF_M, 0}, (const double[]){90, 0, 180, 0});
}

static void more_than_the_world_is_the_world(void **state)
{
    (void)state;
    check(CRS_3857, (const double[]){-1e9, -1e9, 1e9, 1e9}, (const double[]){-180, -90, 180, 90});
}

static void upside_down_is_no_box_but_over_the_antimeridian_is(void **state)
{
    (void)state;
    double deg[4];
    check(CRS_84, (const double[]){170, 0, -170, 10}, (const double[]){170, 0, -170, 10});
    assert_false(crs_box_deg(CRS_84, (const double[]){0, 10, 1, 0}, deg));
    assert_false(crs_box_deg(CRS_4326, (const double[]){10, 0, 0, 1}, deg));
    assert_false(crs_box_deg(CRS_3857, (const double[]){0, 1, 1, 0}, deg));
}

static void names_lead_back(void **state)
{
    (void)state;
    for (int i = 0; i < CRS_COUNT; i++)
        assert_int_equal(crs_find(crs_uri((enum crs)i)), i);
    assert_int_equal(crs_find("EPSG:4326"), CRS_COUNT);
    assert_int_equal(crs_find(""), CRS_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_are_those_of_the_system),
        cmocka_unit_test(more_than_the_world_is_the_world),
        cmocka_unit_test(upside_down_is_no_box_but_over_the_antimeridian_is),
        cmocka_unit_test(names_lead_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
