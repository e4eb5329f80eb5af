/* source_date.h - when a source was commissioned or retired: a year, a month or a day. Pure. */
#ifndef IMPORT_SOURCE_DATE_H
#define IMPORT_SOURCE_DATE_H

#include <stdbool.h>

#define SOURCE_DATE_SIZE 11 /* "1990-05-01" and NUL */
#define SOURCE_DATE_RULE                                                                           \
    "must be a year from 1750 to 2200 or a date; write it like 1990, 1990-05 or 1990-05-01"

/** "1990", "1990-05", "1990-05-01", also with slashes and with a time behind it (as GDAL writes
 *  dates), into ISO 8601; "" and year 0 for "".
 *  @return false when it is no date; nothing is written then. */
bool source_date_read(const char *text, char out[SOURCE_DATE_SIZE], int *year);

#endif
