/* The entry of the parameter table for datetime, as OGC API has it: an instant or an interval.
 *
 * A feature holds the values of one year, which are valid from its first to its last moment. The
 * year meant is the latest of the release that the instant or interval touches: the answer says
 * which. A list without such a year is empty; one feature without it is not there.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "api/params_internal.h"
#include "base/calendar.h"
#include "inventory/allowed.h"

#define TEXT_MAX_BYTES 40 /* of one moment */
#define DAY_S          86400

/* From its first to its last second, both counted from one day far back. */
struct moment {
    int year; /* in UTC */
    int64_t first_s, last_s;
};

/* Digits as given by a form of '0' (any digit) and other characters, which stand for themselves. */
static bool has_form(const char *text, const char *form)
{
    for (; *form != '\0'; form++, text++) {
        bool is_digit = *text >= '0' && *text <= '9';
        if (*form == '0' ? !is_digit : *text != *form)
            return false;
    }
    return *text == '\0';
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

static bool read_day(int year, int month, int day, int64_t *number)
{
    if (month < 1 || month > 12 || day < 1 || day > calendar_month_days(year, month))
        return false;
    int before = year + 399; /* years, with 400 of them before year 0: division rounds to zero */
    *number = (int64_t)year * 365 + before / 4 - before / 100 + before / 400 + day;
    for (int m = 1; m < month; m++)
        *number += calendar_month_days(year, m);
    return true;
}

static bool read_zone(const char *text, int *offset_s)
{
    *offset_s = 0;
    if (strcmp(text, "Z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || !has_form(text + 1, "00:00") || two(text + 1) > 23 ||
        two(text + 4) > 59)
        return false;
    *offset_s = (two(text + 1) * 60 + two(text + 4)) * (*text == '-' ? -60 : 60);
    return true;
}

/* "12:30:00Z", "12:30:00.5+05:00"; a fraction of a second is let go. */
static bool read_clock(const char *text, int *second)
{
    char whole[sizeof "00:00:00"];
    const char *rest = text + sizeof whole - 1;
    int offset_s;
    if (strlen(text) < sizeof whole)
        return false;
    memcpy(whole, text, sizeof whole - 1);
    whole[sizeof whole - 1] = '\0';
    if (!has_form(whole, "00:00:00") || two(text) > 23 || two(text + 3) > 59 || two(text + 6) > 60)
        return false;
    if (*rest == '.') {
        size_t digits = strspn(++rest, "0123456789");
        rest += digits;
        if (digits == 0)
            return false;
    }
    if (!read_zone(rest, &offset_s))
        return false;
    int of_minute =
        two(text + 6) < 60 ? two(text + 6) : 59; /* a leap second is its minute's last */
    *second = two(text) * 3600 + two(text + 3) * 60 + of_minute - offset_s;
    return true;
}

/* An offset may lead over the turn of the year. */
static void set_second(struct moment *m, const char *date, int64_t day, int second)
{
    bool is_first = strcmp(date + 5, "01-01") == 0, is_last = strcmp(date + 5, "12-31") == 0;
    m->year += second < 0 && is_first ? -1 : second >= DAY_S && is_last ? 1 : 0;
    m->first_s = m->last_s = day * DAY_S + second;
}

/* "2022", "2022-07-01", "2022-07-01T00:00:00Z" or "2022-07-01T00:00:00.0+05:00". */
static bool read_moment(char *text, struct moment *m)
{
    int64_t day = 0, last = 0;
    int second = 0;
    char *clock = strchr(text, 'T');
    if (clock != NULL)
        *clock++ = '\0';
    bool is_year = clock == NULL && has_form(text, "0000");
    if (!is_year && !has_form(text, "0000-00-00"))
        return false;
    m->year = two(text) * 100 + two(text + 2);
    bool is_day = is_year ? read_day(m->year, 1, 1, &day) && read_day(m->year, 12, 31, &last)
                          : read_day(m->year, two(text + 5), two(text + 8), &day);
    if (!is_day || (clock != NULL && !read_clock(clock, &second)))
        return false;
    m->first_s = day * DAY_S;
    m->last_s = ((is_year ? last : day) + 1) * DAY_S - 1;
    if (clock != NULL)
        set_second(m, text, day, second);
    return true;
}

static bool read_end(char *text, struct moment open, struct moment *out)
{
    *out = open;
    return text[0] == '\0' || strcmp(text, "..") == 0 || read_moment(text, out);
}

static bool read_span(const char *text, struct moment *from, struct moment *to)
{
    static const struct moment always = {0, INT64_MIN, INT64_MIN},
                               never = {9999, INT64_MAX, INT64_MAX};
    char copy[2 * TEXT_MAX_BYTES];
    if (text[0] == '\0' || strlen(text) >= sizeof copy)
        return false;
    memcpy(copy, text, strlen(text) + 1);
    char *slash = strchr(copy, '/');
    if (slash == NULL) {
        bool is_read = read_moment(copy, from);
        *to = *from;
        return is_read;
    }
    *slash = '\0';
    return read_end(copy, always, from) && read_end(slash + 1, never, to) &&
           from->first_s <= to->last_s;
}

bool param_datetime_span(const char *text, int *from, int *to)
{
    struct moment first, last;
    bool is_read = read_span(text, &first, &last);
    *from = is_read ? first.year : 0;
    *to = is_read ? last.year : 0;
    return is_read;
}

/* The latest year of the release within; 0 = none. */
static int latest_year(const struct params *p, int from, int to, struct allowed *all)
{
    const struct release *r = &p->catalog->releases[p->release];
    int latest = 0, before = 0;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        int of = p->catalog->slices[i].year;
        if (of == before) /* slices lie by year */
            continue;
        char text[16];
        snprintf(text, sizeof text, "%d", of);
        allowed_add(all, text);
        before = of;
        if (of >= from && of <= to && of > latest)
            latest = of;
    }
    return latest;
}

enum err param_read_datetime(struct params *p, const char *text, struct why *why)
{
    int from, to;
    struct allowed years = {0};
    if (!param_datetime_span(text, &from, &to))
        return param_refuse(why, "it is neither a moment nor an interval",
                            "2022, 2022-07-01, 2022-07-01T00:00:00Z, or two of them with / between "
                            "(.. = open)");
    p->year_from = p->year_to = latest_year(p, from, to, &years);
    bool is_list = (p->rules->accepted & PARAM_BIT(PARAM_LIMIT)) != 0;
    if (p->year_from == 0 && !is_list) {
        why_allow(why, "one of %s", years.text);
        return why_set(why, ERR_NOT_FOUND, "datetime", "the release has no such year");
    }
    p->has_no_year = p->year_from == 0;
    p->datetime = arena_strndup(p->arena, text, strlen(text));
    return p->datetime == NULL ? ERR_NO_MEMORY : ERR_OK;
}

const char *param_show_datetime(const struct params *p)
{
    if (p->has_no_year)
        return p->datetime;
    return p->year_from == 0 ? NULL : arena_printf(p->arena, "%d", p->year_from);
}
