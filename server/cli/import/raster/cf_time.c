#include "cli/import/raster/cf_time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR_MAX 100000

/* Days before a year, counted from year 1 of the calendar. */
static double days_before(enum unit_calendar calendar, int year)
{
    double y = year - 1;
    switch (calendar) {
    case UNIT_365_DAYS:
        return y * 365;
    case UNIT_366_DAYS:
        return y * 366;
    case UNIT_360_DAYS:
        return y * 360;
    case UNIT_STANDARD:
        break;
    }
    return y * 365 + floor(y / 4) - floor(y / 100) + floor(y / 400);
}

static double days_of(enum unit_calendar calendar, struct cf_date date)
{
    double days = days_before(calendar, date.year) + date.day - 1;
    for (int month = 1; month < date.month; month++) {
        days += unit_days(calendar, date.year, month);
    }
    return days;
}

static bool take_number(const char **at, int *out)
{
    char *end;
    long value = strtol(*at, &end, 10);
    if (end == *at || value < 0 || value > YEAR_MAX) {
        return false;
    }
    *at = end;
    *out = (int)value;
    return true;
}

static bool take_date(const char **at, struct cf_date *out)
{
    *out = (struct cf_date){1, 1, 1};
    if (!take_number(at, &out->year)) {
        return false;
    }
    if (**at == '-') {
        (*at)++;
        if (!take_number(at, &out->month)) {
            return false;
        }
    }
    if (**at == '-') {
        (*at)++;
        if (!take_number(at, &out->day)) {
            return false;
        }
    }
    return out->month >= 1 && out->month <= 12 && out->day >= 1 && out->day <= 31;
}

/* "[T ]hh:mm:ss" as a part of a day; what is not understood counts as midnight. */
static double part_of_day(const char *text)
{
    text += strspn(text, " T");
    int hour = 0;
    int minute = 0;
    if (!take_number(&text, &hour)) {
        return 0;
    }
    if (*text == ':') {
        text++;
        if (!take_number(&text, &minute)) {
            minute = 0;
        }
    }
    return hour / 24.0 + minute / 1440.0;
}

bool cf_time_parse(const char *units, enum unit_calendar calendar, struct cf_time *out)
{
    static const struct {
        const char *word;
        double days;
    } words[] = {{"days", 1},
                 {"day", 1},
                 {"hours", 1.0 / 24},
                 {"hour", 1.0 / 24},
                 {"h", 1.0 / 24},
                 {"minutes", 1.0 / 1440},
                 {"minute", 1.0 / 1440},
                 {"seconds", 1.0 / 86400},
                 {"second", 1.0 / 86400},
                 {"s", 1.0 / 86400},
                 {"d", 1}};
    size_t len = strcspn(units, " ");
    const char *since = strstr(units, " since ");
    if (since != units + len) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) == len && strncmp(words[i].word, units, len) == 0) {
            const char *at = since + strlen(" since ");
            struct cf_date epoch;
            if (!take_date(&at, &epoch)) {
                return false;
            }
            *out = (struct cf_time){words[i].days, days_of(calendar, epoch) + part_of_day(at),
                                    epoch, calendar};
            return true;
        }
    }
    return false;
}

void cf_time_epoch_is_mixed(struct cf_time *t)
{
    struct cf_date e = t->epoch;
    bool is_julian =
        e.year < 1582 || (e.year == 1582 && (e.month < 10 || (e.month == 10 && e.day < 15)));
    if (t->calendar == UNIT_STANDARD && is_julian) {
        double year = e.month < 3 ? e.year - 1 : e.year;
        t->epoch_days += floor(year / 100) - floor(year / 400) - 2;
    }
}

struct cf_date cf_time_date(const struct cf_time *t, double value)
{
    double days = floor(t->epoch_days + value * t->days_per_unit + 1e-6);
    struct cf_date date = {1, 1, 1};
    if (!(days >= 0 && days < YEAR_MAX * 360.0)) {
        return (struct cf_date){0, 0, 0};
    }
    date.year = 1 + (int)(days / 366);
    while (days_before(t->calendar, date.year + 1) <= days) {
        date.year++;
    }
    days -= days_before(t->calendar, date.year);
    while (date.month < 12 && days >= unit_days(t->calendar, date.year, date.month)) {
        days -= unit_days(t->calendar, date.year, date.month);
        date.month++;
    }
    date.day = 1 + (int)days;
    return date;
}

bool cf_date_matches(struct cf_date date, const char *text)
{
    struct cf_date wanted;
    const char *at = text;
    if (!take_date(&at, &wanted) || *at != '\0') {
        return false;
    }
    const char *dash = strchr(text, '-');
    bool has_day = dash != NULL && strchr(dash + 1, '-') != NULL;
    return wanted.year == date.year && (dash == NULL || wanted.month == date.month) &&
           (!has_day || wanted.day == date.day);
}
