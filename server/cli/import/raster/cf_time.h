/* cf_time.h - CF's coordinates of time: "days since 2000-01-01" in one of its calendars. Pure. */
#ifndef IMPORT_CF_TIME_H
#define IMPORT_CF_TIME_H

#include "cli/import/raster/units.h"

struct cf_date {
    int year, month, day;
};

struct cf_time {
    double days_per_unit;
    double epoch_days; /* of the epoch, in the calendar's own count */
    struct cf_date epoch;
    enum unit_calendar calendar;
};

/** Reads units such as "hours since 1900-01-01 00:00:0.0". @return false when they are none. */
bool cf_time_parse(const char *units, enum unit_calendar calendar, struct cf_time *out);
/** "standard" and "gregorian" are Julian before 15 October 1582: an epoch in year 1 stands two days
 *  earlier than the same date of "proleptic_gregorian". */
void cf_time_epoch_is_mixed(struct cf_time *t);
struct cf_date cf_time_date(const struct cf_time *t, double value);
/** Is the date within what is written: "2020", "2020-07" or "2020-07-15"? */
bool cf_date_matches(struct cf_date date, const char *text);

#endif
