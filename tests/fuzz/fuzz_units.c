/* fuzz_units.c - what files and manifests say of units and time: a mass above 0, a date of a
 * calendar; each agrees with itself. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/raster/cf_time.h"
#include "cli/import/raster/units.h"
#include "cli/import/table/source_date.h"
#include "fuzz.h"
#include "fuzz_said.h"

static void fuzz_unit(const char *text)
{
    struct unit u;
    struct why why = {.code = ERR_OK};
    enum err e = unit_parse(text, &u, &why);
    if (e != ERR_OK) {
        check_why(&why, e);
        return;
    }
    check(u.mass_t > 0 && isfinite(u.mass_t) && u.area_km2 >= 0 && isfinite(u.area_km2));
    check(u.element == 0 || u.element == 'C' || u.element == 'N');
    check(strlen(u.gas) < sizeof u.gas && unit_agrees(&u, &u));
    for (int month = 0; month <= 12; month++) {
        double mass_t = 0;
        if (unit_mass_t(&u, "CO2", UNIT_STANDARD, 2020, month, &mass_t, &why) == ERR_OK)
            check(mass_t > 0 && isfinite(mass_t));
    }
}

/* A date is one of its calendar, and the one that it says. */
static void check_date(const struct cf_time *t, double value)
{
    char printed[40];
    struct cf_date date = cf_time_date(t, value);
    if (date.year == 0) {
        check(date.month == 0 && date.day == 0);
        return;
    }
    check(date.year >= 1 && date.month >= 1 && date.month <= 12);
    check(date.day >= 1 && date.day <= unit_days(t->calendar, date.year, date.month));
    snprintf(printed, sizeof printed, "%04d-%02d-%02d", date.year, date.month, date.day);
    check(cf_date_matches(date, printed));
}

static void fuzz_time(const char *text)
{
    for (enum unit_calendar c = UNIT_STANDARD; c <= UNIT_360_DAYS; c++) {
        struct cf_time t;
        if (!cf_time_parse(text, c, &t))
            continue;
        cf_time_epoch_is_mixed(&t);
        check(t.days_per_unit > 0 && isfinite(t.epoch_days));
        check_date(&t, 0);
        check_date(&t, 366);
        check_date(&t, 1e9);
        check_date(&t, -1.5);
        check_date(&t, NAN);
    }
}

static void fuzz_date(const char *text)
{
    char date[SOURCE_DATE_SIZE], again[SOURCE_DATE_SIZE];
    int year, same;
    if (!source_date_read(text, date, &year))
        return;
    check(year == 0 ? date[0] == '\0' : year >= 1750 && year <= 2200);
    check_printable(date);
    check(source_date_read(date, again, &same) && same == year && strcmp(date, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum unit_calendar calendar;
    char *text = fuzz_text(data, size);
    if (text == NULL)
        return 0;
    fuzz_unit(text);
    fuzz_time(text);
    fuzz_date(text);
    if (unit_calendar_of(text, &calendar))
        check(calendar >= UNIT_STANDARD && calendar <= UNIT_360_DAYS);
    free(text);
    return 0;
}
