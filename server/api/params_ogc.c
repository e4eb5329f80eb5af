/* The entries of the parameter table for datetime and f, as OGC API has them.
 *
 * datetime is an instant or an interval.
 *
 * An answer holds the values of one year, which is valid from its first to its last moment. The
 * year meant is the only one of the release that the instant or interval touches; where it touches
 * none or several there is no such answer, and the years there are are named.
 */
#include <stdio.h>
#include <string.h>

#include "api/params_internal.h"
#include "inventory/allowed.h"

#define TEXT_MAX 40

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

static bool is_day(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= days[month - 1] + (month == 2 && is_leap);
}

static bool is_time(const char *text)
{
    return two(text) <= 23 && two(text + 3) <= 59 && two(text + 6) <= 60;
}

/* "2022", "2022-07-01" or "2022-07-01T00:00:00Z" (fractions of a second are let go). */
static bool read_moment(char *text, int *year)
{
    char *fraction = strchr(text, '.');
    if (fraction != NULL && has_form(fraction + 1, "000Z"))
        memcpy(fraction, "Z", 2);
    bool is_year = has_form(text, "0000"), is_date = has_form(text, "0000-00-00");
    bool is_moment = has_form(text, "0000-00-00T00:00:00Z");
    if (!is_year && !is_date && !is_moment)
        return false;
    *year = two(text) * 100 + two(text + 2);
    return is_year ||
           (is_day(*year, two(text + 5), two(text + 8)) && (is_date || is_time(text + 11)));
}

static bool read_end(char *text, int open_year, int *year)
{
    if (text[0] == '\0' || strcmp(text, "..") == 0) {
        *year = open_year;
        return true;
    }
    return read_moment(text, year);
}

bool param_datetime_span(const char *text, int *from, int *to)
{
    char copy[2 * TEXT_MAX];
    if (strlen(text) >= sizeof copy)
        return false;
    strncpy(copy, text, sizeof copy);
    char *slash = strchr(copy, '/');
    if (slash == NULL) {
        bool is_read = read_moment(copy, from);
        *to = *from;
        return is_read;
    }
    *slash = '\0';
    return read_end(copy, 0, from) && read_end(slash + 1, 9999, to) && *from <= *to;
}

/* The years of the release within, oldest first. */
static int count_years(const struct params *p, int from, int to, int *year, struct allowed *all)
{
    const struct release *r = &p->catalog->releases[p->release];
    int count = 0, before = 0;
    for (int i = r->first_slice; i < r->first_slice + r->slice_count; i++) {
        int of = p->catalog->slices[i].year;
        if (of == before) /* slices lie by year */
            continue;
        char text[16];
        snprintf(text, sizeof text, "%d", of);
        allowed_add(all, text);
        before = of;
        if (of < from || of > to)
            continue;
        *year = of;
        count++;
    }
    return count;
}

enum err param_read_datetime(struct params *p, const char *text, struct why *why)
{
    int from = 0, to = 0, year = 0;
    struct allowed years = {0};
    if (!param_datetime_span(text, &from, &to))
        return param_refuse(
            why, "it is neither a moment nor an interval",
            "2022, 2022-07-01, 2022-07-01T00:00:00Z, or two of them with / between");
    int count = count_years(p, from, to, &year, &years);
    if (count == 1) {
        p->year_from = p->year_to = year;
        return ERR_OK;
    }
    why_allow(why, "one of %s", years.text);
    if (count == 0)
        return why_set(why, ERR_NOT_FOUND, "datetime", "the release has no such year");
    return why_set(why, ERR_INPUT, "datetime",
                   "an answer has the values of one year, and these are several");
}

const char *param_show_datetime(const struct params *p)
{
    return p->year_from == 0 ? NULL : arena_printf(p->arena, "%d", p->year_from);
}

/* The only format there is; it is no part of what an answer is. */
enum err param_read_f(struct params *p, const char *text, struct why *why)
{
    static const char *const words[] = {"json"};
    int i;
    (void)p;
    return param_read_word(text, words, 1, &i, why);
}

const char *param_show_f(const struct params *p)
{
    (void)p;
    return NULL;
}
