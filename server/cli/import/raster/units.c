#include "cli/import/raster/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"

struct word {
    const char *text;
    double value;
};

/* Longer words before their beginnings. "ton" is none: it has three meanings. */
static const struct word masses[] = {
    {"tonnes", 1}, {"tonne", 1},  {"Tonnes", 1}, {"Tonne", 1}, {"kt", 1e3}, {"Mt", 1e6},
    {"Gt", 1e9},   {"Gg", 1e3},   {"Tg", 1e6},   {"Pg", 1e9},  {"Mg", 1},   {"kg", 1e-3},
    {"mg", 1e-9},  {"ug", 1e-12}, {"t", 1},      {"g", 1e-6},  {NULL, 0},
};
static const struct word areas[] = {{"km", 1}, {"m", 1e-6}, {"cm", 1e-10}, {"ha", 1e-2}, {NULL, 0}};
static const struct word times[] = {
    {"seconds", UNIT_SECOND}, {"second", UNIT_SECOND}, {"sec", UNIT_SECOND}, {"s", UNIT_SECOND},
    {"hours", UNIT_HOUR},     {"hour", UNIT_HOUR},     {"hr", UNIT_HOUR},    {"h", UNIT_HOUR},
    {"days", UNIT_DAY},       {"day", UNIT_DAY},       {"d", UNIT_DAY},      {"months", UNIT_MONTH},
    {"month", UNIT_MONTH},    {"mon", UNIT_MONTH},     {"years", UNIT_YEAR}, {"year", UNIT_YEAR},
    {"yr", UNIT_YEAR},        {"y", UNIT_YEAR},        {"a", UNIT_YEAR},     {NULL, 0},
};
static const char *const gases[] = {"CO2", "CH4", "N2O", "SF6", "NF3", NULL};
static const char *const cells[] = {"cell", "gridcell", "pixel", NULL};

static const struct word *find(const struct word *in, const char *text, size_t len)
{
    for (; in->text != NULL; in++) {
        if (strlen(in->text) == len && strncmp(in->text, text, len) == 0) {
            return in;
        }
    }
    return NULL;
}

static bool is_among(const char *const *words, const char *text, size_t len)
{
    for (; *words != NULL; words++) {
        if (strlen(*words) == len && strncmp(*words, text, len) == 0) {
            return true;
        }
    }
    return false;
}

/* "C", "N", or a gas: what the mass is of. */
static bool take_substance(struct unit *u, const char *text, size_t len)
{
    if (len == 1 && (text[0] == 'C' || text[0] == 'N') && u->element == 0) {
        u->element = text[0];
        return true;
    }
    if (is_among(gases, text, len) && u->gas[0] == '\0') {
        memcpy(u->gas, text, len);
        u->gas[len] = '\0';
        return true;
    }
    return false;
}

static bool take_mass(struct unit *u, const char *text, size_t len)
{
    for (const struct word *w = masses; w->text != NULL && u->mass_t == 0; w++) {
        size_t n = strlen(w->text);
        if (len < n || strncmp(text, w->text, n) != 0) {
            continue;
        }
        if (len == n || take_substance(u, text + n, len - n)) {
            u->mass_t = w->value;
            return true;
        }
    }
    return false;
}

/* One word with its power: -1 for a time, -2 for a length, 1 for a mass. */
static bool take_word(struct unit *u, const char *text, size_t len, int power)
{
    const struct word *w = find(areas, text, len);
    int wanted = w != NULL && strcmp(w->text, "ha") != 0 ? -2 : -1;
    if (w != NULL && power == wanted && u->area_km2 == 0 && !u->is_cell) {
        u->area_km2 = w->value;
        return true;
    }
    w = find(times, text, len);
    if (w != NULL && power == -1 && u->time == UNIT_NO_TIME) {
        u->time = (enum unit_time)w->value;
        return true;
    }
    if (is_among(cells, text, len) && power == -1 && u->area_km2 == 0) {
        u->is_cell = true;
        return true;
    }
    return power == 1 && (take_mass(u, text, len) || take_substance(u, text, len));
}

/* The power that is written behind a word: "2", "-2", "^2", "**-2", and nothing. */
static int power_behind(const char **at)
{
    const char *p = *at;
    p += strncmp(p, "**", 2) == 0 ? 2 : *p == '^' ? 1 : 0;
    bool is_negative = *p == '-';
    p += is_negative;
    if (*p < '1' || *p > '9' || (p[1] >= '0' && p[1] <= '9')) {
        return 1;
    }
    int power = *p - '0';
    *at = p + 1;
    return is_negative ? -power : power;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The word at p; a gas such as CO2 keeps its digit. @return its length. */
static size_t word_length(const char *p)
{
    size_t len = 0;
    while (is_letter(p[len])) {
        len++;
    }
    for (size_t from = 0; from < len; from++) {
        for (int g = 0; gases[g] != NULL; g++) {
            size_t n = strlen(gases[g]);
            if (strncmp(p + from, gases[g], n) == 0 && !is_letter(p[from + n])) {
                return from + n;
            }
        }
    }
    return len;
}

static bool parse(const char *p, struct unit *u)
{
    int sign = 1;
    int group = 1;
    while (*p != '\0') {
        size_t len = word_length(p);
        if (len > 0) {
            const char *word = p;
            p += len;
            int power = power_behind(&p) * sign * group;
            if (!take_word(u, word, len, power)) {
                return false;
            }
            sign = 1;
        } else if (*p == '/') {
            sign = -1;
            p++;
        } else if (*p == '(' || *p == ')') {
            group = *p == '(' ? sign : 1;
            sign = 1;
            p++;
        } else if (*p == ' ' || *p == '.' || *p == '*' || *p == '[' || *p == ']') {
            p++;
        } else {
            return false;
        }
    }
    return u->mass_t > 0 && sign == 1;
}

enum err unit_parse(const char *text, struct unit *out, struct why *why)
{
    struct unit u = {0};
    if (strlen(text) > 64 || !parse(text, &u)) {
        return why_set(why, ERR_INPUT, "unit",
                       "is no unit of mass that is known; write one such as t, kt, Gg, tC, kgC/h, "
                       "kg m-2 s-1, g m-2 or t/ha");
    }
    *out = u;
    return ERR_OK;
}

bool unit_agrees(const struct unit *file, const struct unit *manifest)
{
    bool same_gas =
        file->gas[0] == '\0' || manifest->gas[0] == '\0' || strcmp(file->gas, manifest->gas) == 0;
    bool same_element = file->element == 0 ? file->gas[0] == '\0' || manifest->element == 0
                                           : file->element == manifest->element;
    return file->mass_t == manifest->mass_t && file->area_km2 == manifest->area_km2 &&
           file->time == manifest->time && same_gas && same_element;
}

bool unit_calendar_of(const char *name, enum unit_calendar *out)
{
    static const struct word names[] = {{"standard", UNIT_STANDARD},
                                        {"gregorian", UNIT_STANDARD},
                                        {"proleptic_gregorian", UNIT_STANDARD},
                                        {"", UNIT_STANDARD},
                                        {"noleap", UNIT_365_DAYS},
                                        {"365_day", UNIT_365_DAYS},
                                        {"all_leap", UNIT_366_DAYS},
                                        {"366_day", UNIT_366_DAYS},
                                        {"360_day", UNIT_360_DAYS},
                                        {NULL, 0}};
    const struct word *w = find(names, name, strlen(name));
    *out = w != NULL ? (enum unit_calendar)w->value : UNIT_STANDARD;
    return w != NULL;
}

int unit_days(enum unit_calendar calendar, int year, int month)
{
    enum { A_LEAP_YEAR = 2000, A_COMMON_YEAR = 2001 };
    bool is_leap =
        calendar == UNIT_366_DAYS || (calendar == UNIT_STANDARD && calendar_is_leap(year));
    if (calendar == UNIT_360_DAYS) {
        return month == 0 ? 360 : 30;
    }
    return month == 0 ? 365 + is_leap
                      : calendar_month_days(is_leap ? A_LEAP_YEAR : A_COMMON_YEAR, month);
}

/* How many of the unit's times the period holds. */
static double times_in_period(enum unit_time time, enum unit_calendar calendar, int year, int month)
{
    double days = unit_days(calendar, year, month);
    switch (time) {
    case UNIT_NO_TIME:
        break;
    case UNIT_SECOND:
        return days * 86400.0;
    case UNIT_HOUR:
        return days * 24.0;
    case UNIT_DAY:
        return days;
    case UNIT_MONTH:
        return month == 0 ? 12.0 : 1.0;
    case UNIT_YEAR:
        return month == 0 ? 1.0 : days / unit_days(calendar, year, 0);
    }
    return 1.0;
}

enum err unit_mass_t(const struct unit *u, const char *gas, enum unit_calendar calendar, int year,
                     int month, double *out, struct why *why)
{
    double factor = 1.0;
    if (u->gas[0] != '\0' && strcmp(u->gas, gas) != 0) {
        return why_set(why, ERR_INPUT, "unit", "names %s, but the gas is %s; mend one of them",
                       u->gas, gas);
    }
    if (u->element == 'C' && strcmp(gas, "CO2") == 0) {
        factor = 44.0 / 12.0;
    } else if (u->element == 'C' && strcmp(gas, "CH4") == 0) {
        factor = 16.0 / 12.0;
    } else if (u->element == 'N' && strcmp(gas, "N2O") == 0) {
        factor = 44.0 / 28.0;
    } else if (u->element != 0) {
        return why_set(why, ERR_INPUT, "unit",
                       "is a mass of %s, which %.16s is not counted in; give the mass of the gas",
                       u->element == 'C' ? "carbon" : "nitrogen", gas);
    }
    *out = u->mass_t * factor * times_in_period(u->time, calendar, year, month);
    if (u->area_km2 > 0) {
        *out /= u->area_km2;
    }
    return ERR_OK;
}
