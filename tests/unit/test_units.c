/* Units of mass and CF's times, as files write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cli/import/raster/cf_time.h"
#include "cli/import/raster/units.h"

/* Tonnes of one unit over the year 2020; -1 = refused. */
static double tonnes(const char *text, const char *gas)
{
    struct unit u;
    double out;
    bool is_read = unit_parse(text, &u, NULL) == ERR_OK &&
                   unit_mass_t(&u, gas, UNIT_STANDARD, 2020, 0, &out, NULL) == ERR_OK;
    return is_read ? out : -1;
}

static void close_to(const char *text, const char *gas, double expected)
{
    double found = tonnes(text, gas);
    if (!(fabs(found - expected) <= 1e-14 * fabs(expected))) {
        fail_msg("%s of %s is %.17g, not %.17g", text, gas, found, expected);
    }
}

static void masses(void **state)
{
    (void)state;
    close_to("t", "CO2", 1);
    close_to("kt", "CO2", 1e3);
    close_to("Gg", "CO2", 1e3);
    close_to("Mg", "CO2", 1);
    close_to("Mt", "CO2", 1e6);
    close_to("kg", "CO2", 1e-3);
    close_to("tonnes", "CO2", 1);
    close_to("Gg/cell", "CO2", 1e3);
    close_to("t CO2", "CO2", 1);
    close_to("tCO2", "CO2", 1);
}

static void elements(void **state)
{
    (void)state;
    close_to("tC", "CO2", 44.0 / 12);
    close_to("ktC", "CH4", 1e3 * 16 / 12);
    close_to("kg N", "N2O", 1e-3 * 44 / 28);
    assert_true(tonnes("tC", "N2O") < 0);
    assert_true(tonnes("tN", "CO2") < 0);
    assert_true(tonnes("tCO2", "CH4") < 0);
}

static void rates(void **state)
{
    (void)state;
    close_to("kgC/h", "CO2", 1e-3 * 366 * 24 * 44 / 12);
    close_to("kg s-1", "CO2", 1e-3 * 366 * 86400);
    close_to("t/month", "CO2", 12);
    close_to("t yr-1", "CO2", 1);
    close_to("t d-1", "CO2", 366);
}

static void areas(void **state)
{
    (void)state;
    const double flux = 1e-3 * 366 * 86400 / 1e-6; /* of a km2 */
    close_to("kg m-2 s-1", "CO2", flux);
    close_to("kg/m2/s", "CO2", flux);
    close_to("kg/(m2 s)", "CO2", flux);
    close_to("kg m^-2 s^-1", "CO2", flux);
    close_to("kg m**-2 s**-1", "CO2", flux);
    close_to("[kg/(m^2 s)]", "CO2", flux);
    close_to("kg.m-2.s-1", "CO2", flux);
    close_to("g m-2", "CO2", 1);
    close_to("t/ha", "CO2", 100);
    close_to("t km-2", "CO2", 1);
}

static void what_is_no_unit(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",  "tons",   "MT", "m",   "kg m2", "kg m-3", "kg kg",  "mol m-2", "kg/s/s", "kg m-2 km-2",
        "C", "kg C C", "1",  "kg;", "t/",    "kgX",    "kg s-2", "t/ton"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (tonnes(texts[i], "CO2") >= 0) {
            fail_msg("'%s' is taken for a unit", texts[i]);
        }
    }
}

static void agreement(void **state)
{
    (void)state;
    struct unit file;
    struct unit manifest;
    assert_int_equal(unit_parse("kg m-2 s-1", &file, NULL), ERR_OK);
    assert_int_equal(unit_parse("kg/m2/s", &manifest, NULL), ERR_OK);
    assert_true(unit_agrees(&file, &manifest));
    assert_int_equal(unit_parse("kgC/m2/s", &manifest, NULL), ERR_OK);
    assert_true(unit_agrees(&file, &manifest));  /* the file does not say of what */
    assert_false(unit_agrees(&manifest, &file)); /* the file says carbon */
    assert_int_equal(unit_parse("g/m2/s", &manifest, NULL), ERR_OK);
    assert_false(unit_agrees(&file, &manifest));
}

static void days(void **state)
{
    (void)state;
    assert_int_equal(unit_days(UNIT_STANDARD, 2020, 0), 366);
    assert_int_equal(unit_days(UNIT_STANDARD, 2100, 0), 365);
    assert_int_equal(unit_days(UNIT_STANDARD, 2000, 2), 29);
    assert_int_equal(unit_days(UNIT_365_DAYS, 2020, 2), 28);
    assert_int_equal(unit_days(UNIT_360_DAYS, 2020, 0), 360);
}

static void date_is(const char *units, enum unit_calendar calendar, double value, int year,
                    int month, int day)
{
    struct cf_time t;
    assert_true(cf_time_parse(units, calendar, &t));
    struct cf_date d = cf_time_date(&t, value);
    if (d.year != year || d.month != month || d.day != day) {
        fail_msg("%g %s is %d-%d-%d", value, units, d.year, d.month, d.day);
    }
}

static void dates(void **state)
{
    (void)state;
    date_is("days since 2000-01-01", UNIT_STANDARD, 0, 2000, 1, 1);
    date_is("days since 2000-01-01", UNIT_STANDARD, 59, 2000, 2, 29);
    date_is("days since 2000-01-01 00:00:00", UNIT_STANDARD, 366, 2001, 1, 1);
    date_is("hours since 1900-01-01 00:00:0.0", UNIT_STANDARD, 1051896, 2020, 1, 1);
    date_is("seconds since 1970-01-01", UNIT_STANDARD, 1577836800, 2020, 1, 1);
    date_is("days since 1850-01-01", UNIT_365_DAYS, 365.0 * 170, 2020, 1, 1);
    date_is("days since 2000-01-01", UNIT_360_DAYS, 360.0 * 20 + 59, 2020, 2, 30);
    date_is("days since 2019-12-31 12:00", UNIT_STANDARD, 0.5, 2020, 1, 1);
    struct cf_time t;
    assert_false(cf_time_parse("months since 2000-01-01", UNIT_STANDARD, &t));
    assert_false(cf_time_parse("days", UNIT_STANDARD, &t));
    assert_true(cf_date_matches((struct cf_date){2020, 7, 15}, "2020"));
    assert_true(cf_date_matches((struct cf_date){2020, 7, 15}, "2020-07"));
    assert_true(cf_date_matches((struct cf_date){2020, 7, 15}, "2020-07-15"));
    assert_false(cf_date_matches((struct cf_date){2020, 7, 15}, "2020-08"));
    assert_false(cf_date_matches((struct cf_date){2020, 7, 15}, "2020-07-1x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masses), cmocka_unit_test(elements),        cmocka_unit_test(rates),
        cmocka_unit_test(areas),  cmocka_unit_test(what_is_no_unit), cmocka_unit_test(agreement),
        cmocka_unit_test(days),   cmocka_unit_test(dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
