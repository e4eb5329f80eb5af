#include "api/ogc/period.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"

#define DAY_LEN 10 /* of "2022-03-01" */

bool ogc_period_is_latest(const char *time)
{
    return time == NULL || strcmp(time, "default") == 0 || strcmp(time, "current") == 0;
}

/* Digits where the form has '0', up to the end, a time of day or the other end of a span. */
static bool has_form(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form) {
            return false;
        }
    }
    return *text == '\0' || *text == 'T' || *text == '/';
}

/* Is the time of day, if any is said, midnight in UTC? "+00:00" comes as " 00:00" where it was not
 * escaped. @param rest  behind a date. */
static bool is_midnight(const char *rest)
{
    const char *end = rest + strspn(rest, "T0:.Z+ ");
    return *end == '\0' || *end == '/';
}

/* Whether a span that begins with a month ends with the last day of that month or year, at any
 * hour, or with the first moment of the next: @return 12 for the year, 1 for the month, 0 for any
 * other span. */
static int months_of_span(int year, int month, const char *end)
{
    if (!has_form(end, "0000-00-00") || strchr(end, '/') != NULL) {
        return 0;
    }
    int last_year = (int)strtol(end, NULL, 10), last = (int)strtol(end + 5, NULL, 10);
    int day = (int)strtol(end + 8, NULL, 10);
    if (last < 1 || last > 12) {
        return 0;
    }
    bool is_whole = day == calendar_month_days(last_year, last);
    bool is_open = day == 1 && end[DAY_LEN] == 'T' && is_midnight(end + DAY_LEN);
    int months = (last_year - year) * 12 + last - month + (is_whole ? 1 : 0);
    bool is_period = months == 1 || (months == 12 && month == 1);
    return (is_whole || is_open) && is_period ? months : 0;
}

/* "2022/2022" is "2022": some programs send every moment as a span. */
static const char *without_twin(const char *time, struct arena *arena)
{
    const char *slash = strchr(time, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - time);
    bool is_twin = len > 0 && strlen(slash + 1) == len && memcmp(time, slash + 1, len) == 0;
    return is_twin ? arena_strndup(arena, time, len) : time;
}

const char *ogc_period_of(const char *time, struct arena *arena)
{
    time = without_twin(time, arena);
    if (time == NULL || !has_form(time, "0000-00-00") || strncmp(time + 8, "01", 2) != 0 ||
        !is_midnight(time + DAY_LEN)) {
        return time;
    }
    int year = (int)strtol(time, NULL, 10), month = (int)strtol(time + 5, NULL, 10);
    if (month < 1 || month > 12) {
        return time;
    }
    const char *end = strchr(time, '/');
    int months = end != NULL ? months_of_span(year, month, end + 1) : month == 1 ? 12 : 1;
    return months == 0 ? time : arena_strndup(arena, time, months == 12 ? 4 : 7);
}

const char *ogc_period_name(const char *period)
{
    return has_form(period, "0000-00") && period[7] == '\0' ? "month" : "year";
}
