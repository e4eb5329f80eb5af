#include "inventory/numerals.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NBSP  "\xC2\xA0"
#define MINUS "\xE2\x88\x92"

/* "1234.500" -> "1234.5" */
static int trim_zeros(char *plain, int n)
{
    if (memchr(plain, '.', (size_t)n) == NULL)
        return n;
    while (plain[n - 1] == '0')
        n--;
    return n - (plain[n - 1] == '.');
}

void numeral_fixed(double value, int decimals, enum lang lang, char out[NUMERAL_SIZE])
{
    char plain[64];
    out[0] = '\0';
    if (!isfinite(value) || fabs(value) >= 1e15)
        return;
    assert(decimals >= 0 && decimals <= NUMERAL_DECIMALS_MAX);
    int n = trim_zeros(plain, snprintf(plain, sizeof plain, "%.*f", decimals, fabs(value)));
    const char *dot = memchr(plain, '.', (size_t)n);
    int whole = dot == NULL ? n : (int)(dot - plain);
    bool is_zero = n == 1 && plain[0] == '0';
    bool has_comma = lang == LANG_RU || lang == LANG_UZ;
    size_t at = (size_t)snprintf(out, NUMERAL_SIZE, "%s", value < 0 && !is_zero ? MINUS : "");
    for (int i = 0; i < n; i++) {
        bool is_group = i > 0 && i < whole && (whole - i) % 3 == 0;
        const char *mark = !is_group ? "" : has_comma ? NBSP : ",";
        at += (size_t)snprintf(out + at, NUMERAL_SIZE - at, "%s%c", mark,
                               i == whole && has_comma ? ',' : plain[i]);
    }
}

/* Decimals that leave so many significant digits, after rounding: 9.996 is 10.0, not 10.00. */
static int decimals_for(double value, int significant)
{
    char text[32];
    if (!isfinite(value) || value == 0)
        return 0;
    snprintf(text, sizeof text, "%.*e", significant - 1, fabs(value));
    long exponent = strtol(strchr(text, 'e') + 1, NULL, 10);
    long decimals = significant - 1 - exponent;
    return decimals < 0                      ? 0
           : decimals > NUMERAL_DECIMALS_MAX ? NUMERAL_DECIMALS_MAX
                                             : (int)decimals;
}

void numeral_read(double value, enum lang lang, char out[NUMERAL_SIZE])
{
    numeral_fixed(value, decimals_for(value, 3), lang, out);
}

void numeral_percent(double share, enum lang lang, char out[NUMERAL_SIZE])
{
    double percent = 100 * share;
    numeral_fixed(percent, fabs(percent) >= 1 ? 1 : decimals_for(percent, 2), lang, out);
    size_t used = strlen(out);
    if (used > 0)
        (void)snprintf(out + used, NUMERAL_SIZE - used, "%s%%", lang == LANG_RU ? NBSP : "");
}

static enum plural russian(long n)
{
    long last = n % 10;
    bool is_teen = n % 100 / 10 == 1;
    if (last == 1 && !is_teen)
        return PLURAL_ONE;
    return last >= 2 && last <= 4 && !is_teen ? PLURAL_FEW : PLURAL_MANY;
}

enum plural numeral_plural(enum lang lang, double count)
{
    long n = lrint(fabs(count));
    if ((double)n != fabs(count))
        return PLURAL_OTHER;
    switch (lang) {
    case LANG_RU:
        return russian(n);
    case LANG_KO:
        return PLURAL_OTHER;
    default:
        return n == 1 ? PLURAL_ONE : PLURAL_OTHER;
    }
}
