#include "cli/import/table/source_date.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"

static int digits(const char *text, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* "-05" or "/05" within bounds; -1 otherwise. */
static int part(const char *text, int high)
{
    int value = text[0] == '-' || text[0] == '/' ? digits(text + 1, 2) : -1;
    return value >= 1 && value <= high ? value : -1;
}

bool source_date_read(const char *text, char out[SOURCE_DATE_SIZE], int *year)
{
    size_t len = strcspn(text, " T");
    if (text[0] == '\0') {
        out[0] = '\0';
        *year = 0;
        return true;
    }
    int y = digits(text, 4);
    if (y < 1750 || y > 2200 || (len != 4 && len != 7 && len != 10)) {
        return false;
    }
    int month = len >= 7 ? part(text + 4, 12) : 1;
    int day = len == 10 && month > 0 ? part(text + 7, calendar_month_days(y, month)) : 1;
    if (month < 0 || day < 0) {
        return false;
    }
    char full[40];
    snprintf(full, sizeof full, "%04d-%02d-%02d", y, month, day);
    snprintf(out, SOURCE_DATE_SIZE, "%.*s", (int)len, full);
    *year = y;
    return true;
}
