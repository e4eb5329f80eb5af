/* calendar.h - the Gregorian calendar, also before it was in use. Pure. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>

bool calendar_is_leap(int year);
/** @param month  1 to 12. @return 28 to 31. */
int calendar_month_days(int year, int month);

#endif
