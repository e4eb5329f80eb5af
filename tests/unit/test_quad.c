/* Shares of cells in quadrilaterals: against areas counted by hand, and against a fine grid of
 * points; UTM against published positions of PROJ is tests/gis' part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "geo/quad.h"
#include "geo/utm.h"

enum { SIDE = 4 };

static double scratch[SIDE + 2];
static double mass_t[SIDE * SIDE];
static uint8_t has[SIDE * SIDE];

static const struct quad_window window = {SIDE, SIDE, mass_t, has, scratch};

/* Cell i holds i + 1 tonnes, but for cell 5, which has no data. */
static void fill(void)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        mass_t[i] = i + 1;
        has[i] = i != 5;
    }
}

static void close_to(double actual, double expected, double off)
{
    if (!(fabs(actual - expected) <= off)) {
        fail_msg("%.17g is not %.17g", actual, expected);
    }
}

static void is_clean(void)
{
    for (int i = 0; i < SIDE + 2; i++) {
        assert_true(scratch[i] == 0);
    }
}

static struct quad_sum sum_of_box(double west, double north, double east, double south)
{
    const struct quad_point p[4] = {{west, north}, {east, north}, {east, south}, {west, south}};
    struct quad_sum sum = quad_add(&window, p);
    is_clean();
    return sum;
}

static void boxes(void **state)
{
    (void)state;
    fill();
    double all = SIDE * SIDE * (SIDE * SIDE + 1) / 2.0 - 6;
    close_to(sum_of_box(0, 0, 4, 4).mass_t, all, 1e-12);
    close_to(sum_of_box(-7, -3, 9, 5).mass_t, all, 1e-12);
    close_to(sum_of_box(0, 0, 4, 4).covered, 15.0 / 16, 1e-12);
    close_to(sum_of_box(2, 3, 3, 4).mass_t, 15, 1e-12);
    close_to(sum_of_box(2.25, 3.5, 2.75, 3.75).mass_t, 15 * 0.125, 1e-12);
    close_to(sum_of_box(2.5, 2.5, 3.5, 3.5).mass_t, (11 + 12 + 15 + 16) / 4.0, 1e-12);
    close_to(sum_of_box(-0.5, -0.5, 0.5, 0.5).mass_t, 0.25, 1e-12);
    close_to(sum_of_box(-0.5, -0.5, 0.5, 0.5).covered, 0.25, 1e-12);
    close_to(sum_of_box(1.25, 1.25, 1.5, 1.5).covered, 0, 0); /* no data */
    close_to(sum_of_box(1, 1, 2, 2).mass_t, 0, 0);
}

static void what_lies_beside_is_nothing(void **state)
{
    (void)state;
    fill();
    static const double away[][4] = {{-2, 1, -1, 2}, {4, 0, 5, 4}, {0, 4, 4, 9},      {0, -2, 4, 0},
                                     {1, 1, 1, 2},   {3, 2, 2, 3}, {1e12, 0, 1e13, 1}};
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
        struct quad_sum sum = sum_of_box(away[i][0], away[i][1], away[i][2], away[i][3]);
        assert_true(sum.mass_t == 0 && sum.covered == 0);
    }
    const struct quad_point lost[4] = {{NAN, 0}, {1, 0}, {1, 1}, {0, 1}};
    assert_true(quad_add(&window, lost).mass_t == 0);
    is_clean();
}

static bool is_inside(const struct quad_point p[4], double x, double y)
{
    for (int i = 0; i < 4; i++) {
        struct quad_point a = p[i], b = p[(i + 1) % 4];
        if ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) < 0) {
            return false;
        }
    }
    return true;
}

/* Points in the middle of fine squares: within the error of counting them. */
static double counted(const struct quad_point p[4])
{
    enum { FINE = 200 };
    double sum = 0;
    for (int row = 0; row < SIDE * FINE; row++) {
        for (int col = 0; col < SIDE * FINE; col++) {
            int cell = row / FINE * SIDE + col / FINE;
            if (has[cell] && is_inside(p, (col + 0.5) / FINE, (row + 0.5) / FINE)) {
                sum += mass_t[cell] / ((double)FINE * FINE);
            }
        }
    }
    return sum;
}

static void slanted_ones(void **state)
{
    (void)state;
    fill();
    static const struct quad_point p[][4] = {
        {{1.3, 0.2}, {3.6, 0.9}, {3.1, 2.7}, {0.8, 2.2}},
        {{2, -1}, {5, 2}, {2, 5}, {-1, 2}},
        {{0.1, 0.1}, {0.9, 0.2}, {0.7, 3.9}, {0.4, 3.8}},
        {{-3, 1.5}, {7, 1.6}, {7, 1.9}, {-3, 1.8}},
        {{1.5, 1.5}, {3.5, 1.5}, {3.4, 2.5}, {1.4, 2.5}},
    };
    for (size_t i = 0; i < sizeof p / sizeof p[0]; i++) {
        close_to(quad_add(&window, p[i]).mass_t, counted(p[i]), 0.15);
        is_clean();
    }
}

/* A net of crooked pixels over all of it: nothing is lost or counted twice. */
static void a_net_holds_everything(void **state)
{
    (void)state;
    fill();
    enum { N = 9 };
    double sum = 0, all = SIDE * SIDE * (SIDE * SIDE + 1) / 2.0 - 6;
    for (int row = 0; row < N; row++) {
        for (int col = 0; col < N; col++) {
            struct quad_point p[4];
            for (int i = 0; i < 4; i++) {
                int c = col + (i == 1 || i == 2), r = row + (i >= 2);
                p[i] = (struct quad_point){-1 + 6.0 * c / N + 0.2 * sin(r * 1.7),
                                           -1 + 6.0 * r / N + 0.2 * cos(c * 2.3)};
            }
            sum += quad_add(&window, p).mass_t;
        }
    }
    close_to(sum, all, 1e-10);
    is_clean();
}

static void codes_of_zones(void **state)
{
    (void)state;
    struct utm u;
    assert_true(utm_of_epsg(32642, &u) && u.meridian_deg == 69 && u.north_0_m == 0);
    assert_true(utm_of_epsg(32701, &u) && u.meridian_deg == -177 && u.north_0_m == 1e7);
    static const int none[] = {32600, 32661, 32700, 32761, 4326, 0, -32642};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_false(utm_of_epsg(none[i], &u));
    }
    assert_int_equal(utm_zone_of(67.84), 42);
    assert_int_equal(utm_zone_of(-180), 1);
    assert_int_equal(utm_zone_of(180), 60);
}

/* Positions by PROJ 9.1.1 (EPSG:32642), to a tenth of a millimetre; and back. */
static void positions(void **state)
{
    (void)state;
    static const double known[][4] = {{69, 84, 500000, 9328093.83056051},
                                      {43, 12, -2423760.7464625826, 1471996.1432395326},
                                      {55, 45, -603331.6725994225, 5079230.163439212}};
    struct utm u;
    assert_true(utm_of_epsg(32642, &u));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        double east_m, north_m, lon_deg, lat_deg;
        utm_forward(u, known[i][0], known[i][1], &east_m, &north_m);
        close_to(east_m, known[i][2], 1e-4);
        close_to(north_m, known[i][3], 1e-4);
        utm_inverse(u, known[i][2], known[i][3], &lon_deg, &lat_deg);
        close_to(lon_deg, known[i][0], 1e-9);
        close_to(lat_deg, known[i][1], 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes),          cmocka_unit_test(what_lies_beside_is_nothing),
        cmocka_unit_test(slanted_ones),   cmocka_unit_test(a_net_holds_everything),
        cmocka_unit_test(codes_of_zones), cmocka_unit_test(positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
