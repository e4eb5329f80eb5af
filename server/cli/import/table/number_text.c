#include "cli/import/table/number_text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* strtod alone would take "nan", "0x10", " 5" and "inf". */
static bool looks_decimal(const char *text)
{
    if (text[strspn(text, "+-.0123456789eE")] != '\0') {
        return false;
    }
    const char *first = text + (text[0] == '-' || text[0] == '+');
    return *first >= '0' && *first <= '9';
}

bool number_text_double(const char *text, double *out)
{
    if (!looks_decimal(text)) {
        return false;
    }
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (*end != '\0' || !isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

bool number_text_int(const char *text, int64_t low, int64_t high, int64_t *out)
{
    const char *digits = text + (text[0] == '-');
    if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0') {
        return false;
    }
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || value < low || value > high) {
        return false;
    }
    *out = value;
    return true;
}
