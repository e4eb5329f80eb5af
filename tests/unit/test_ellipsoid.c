/* Ground areas against published figures and against the area element, integrated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "geo/ellipsoid.h"

static void close_to(double actual, double expected, double relative)
{
    if (!(fabs(actual - expected) <= relative * fabs(expected))) {
        fail_msg("%.17g is not %.17g", actual, expected);
    }
}

static void the_earth_has_its_area(void **state)
{
    (void)state;
    close_to(ellipsoid_area_km2(360.0, ellipsoid_q(-90), ellipsoid_q(90)), 510065621.724, 1e-12);
}

static double cell_km2(double south_deg, double size_deg)
{
    return ellipsoid_area_km2(size_deg, ellipsoid_q(south_deg), ellipsoid_q(south_deg + size_deg));
}

static void tenth_degree_cells(void **state)
{
    (void)state;
    close_to(cell_km2(0, 0.1), 123.0907, 1e-6); /* the figures have seven digits */
    close_to(cell_km2(40, 0.1), 94.7484, 1e-6);
    close_to(cell_km2(60, 0.1), 62.0747, 1e-6);
}

/* Area per radian of longitude and of latitude: M N cos(phi), the two radii of curvature. */
static double element_km2(double phi)
{
    double s2 = sin(phi) * sin(phi);
    double w2 = 1.0 - WGS84_E2 * s2;
    double a_km = WGS84_A_M / 1000.0;
    return a_km * a_km * (1.0 - WGS84_E2) / (w2 * w2) * cos(phi);
}

static double integrated_km2(double south_deg, double north_deg, double dlon_deg)
{
    const double rad = acos(-1.0) / 180.0;
    const int n = 2000; /* Simpson */
    double h = (north_deg - south_deg) * rad / n;
    double sum = 0;
    for (int i = 0; i <= n; i++) {
        double weight = i == 0 || i == n ? 1.0 : i % 2 ? 4.0 : 2.0;
        sum += weight * element_km2(south_deg * rad + i * h);
    }
    return sum * h / 3.0 * dlon_deg * rad;
}

static void q_is_the_integral_of_the_area_element(void **state)
{
    (void)state;
    for (int south = -90; south < 90; south += 5) {
        double expected = integrated_km2(south, south + 5, 1.0);
        close_to(ellipsoid_area_km2(1.0, ellipsoid_q(south), ellipsoid_q(south + 5)), expected,
                 1e-10);
    }
    close_to(cell_km2(41.25, 0.01), integrated_km2(41.25, 41.26, 0.01), 1e-10);
}

static void q_is_odd_and_ascends(void **state)
{
    (void)state;
    double before = ellipsoid_q(-90);
    assert_true(ellipsoid_q(0) == 0.0);
    for (int i = -89999; i <= 90000; i += 7) {
        double lat = i / 1000.0;
        double q = ellipsoid_q(lat);
        assert_true(q > before);
        assert_true(q == -ellipsoid_q(-lat));
        before = q;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earth_has_its_area),
        cmocka_unit_test(tenth_degree_cells),
        cmocka_unit_test(q_is_the_integral_of_the_area_element),
        cmocka_unit_test(q_is_odd_and_ascends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
