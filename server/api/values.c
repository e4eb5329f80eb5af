#include "api/values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DECIMAL_MAX_BYTES 24
#define HEIGHT_MAX        1e9 /* m, of a box that has them */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool value_int(const char *text, int min, int max, int *out)
{
    size_t len = strlen(text);
    if (len == 0 || len > 9 || (len > 1 && text[0] == '0'))
        return false;
    int value = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        value = value * 10 + (text[i] - '0');
    }
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

static const char *skip_digits(const char *text)
{
    while (is_digit(*text))
        text++;
    return text;
}

/* Behind "-12.5"; NULL = it does not begin so. */
static const char *skip_decimal(const char *text)
{
    text += *text == '-';
    if (!is_digit(*text))
        return NULL;
    text = skip_digits(text);
    if (*text != '.')
        return text;
    return is_digit(text[1]) ? skip_digits(text + 1) : NULL;
}

bool value_decimal(const char *text, double min, double max, double *out)
{
    const char *end = skip_decimal(text);
    if (strlen(text) > DECIMAL_MAX_BYTES || end == NULL || *end != '\0')
        return false;
    double value = strtod(text, NULL) + 0.0; /* -0 is 0 */
    if (!(value >= min && value <= max))
        return false;
    *out = value;
    return true;
}

/* A decimal, perhaps with an exponent, as programs print what is small: "1e-05". */
static bool read_number(const char *text, double limit, double *out)
{
    const char *end = skip_decimal(text);
    if (end != NULL && (*end == 'e' || *end == 'E')) {
        end += end[1] == '-' || end[1] == '+' ? 2 : 1;
        end = is_digit(*end) ? skip_digits(end) : NULL;
    }
    double value = end != NULL && *end == '\0' ? strtod(text, NULL) + 0.0 : NAN;
    if (!(value >= -limit && value <= limit))
        return false;
    *out = value;
    return true;
}

/* Comma-separated numbers within the limits given, exactly `count` of them. */
static bool read_numbers(const char *text, const double *limits, int count, double *out)
{
    for (int i = 0; i < count; i++) {
        char part[DECIMAL_MAX_BYTES + 1];
        size_t len = strcspn(text, ",");
        if (len >= sizeof part || (text[len] == ',') == (i == count - 1))
            return false;
        memcpy(part, text, len);
        part[len] = '\0';
        if (!read_number(part, limits[i], &out[i]))
            return false;
        text += len + 1;
    }
    return true;
}

bool value_bbox(const char *text, double out[4])
{
    static const double limits[] = {180, 90, 180, 90};
    double box[4];
    if (!read_numbers(text, limits, 4, box) || box[0] > box[2] || box[1] > box[3])
        return false;
    memcpy(out, box, sizeof box);
    return true;
}

bool value_bbox_ogc(const char *text, const double limits[2], double out[4])
{
    const double flat[] = {limits[0], limits[1], limits[0], limits[1]};
    const double deep[] = {limits[0], limits[1], HEIGHT_MAX, limits[0], limits[1], HEIGHT_MAX};
    double box[6];
    if (read_numbers(text, deep, 6, box)) {
        box[2] = box[3];
        box[3] = box[4];
    } else if (!read_numbers(text, flat, 4, box)) {
        return false;
    }
    memcpy(out, box, 4 * sizeof *out);
    return true;
}

int value_word(const char *text, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0)
            return i;
    }
    return -1;
}

bool value_is_code_part(const char *text, size_t len)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789._:@-";
    return strspn(text, plain) >= len;
}

bool value_is_code(const char *text, size_t max_bytes)
{
    size_t len = strlen(text);
    return len > 0 && len <= max_bytes && value_is_code_part(text, len);
}
