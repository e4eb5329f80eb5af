#include "base/json_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define EXACT_POWERS      22                  /* 10^22 is the last power of ten a double holds */
#define EXACT_INTEGER     ((uint64_t)1 << 53) /* up to here a double holds every integer */
#define DIGITS_OF_UINT64  19                  /* that always fit */
#define NUMBER_MAX_DIGITS 512                 /* longer ones are no coordinates */

void json_scan_init(struct json_scan *s, const char *text, size_t len)
{
    *s = (struct json_scan){.text = text, .at = text, .end = text + len};
}

static bool fail(struct json_scan *s, const char *fault)
{
    if (s->fault == NULL)
        s->fault = fault;
    return false;
}

static void skip_blank(struct json_scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

static bool is_digit(const struct json_scan *s, const char *at)
{
    return at < s->end && *at >= '0' && *at <= '9';
}

enum json_kind json_scan_peek(struct json_scan *s)
{
    skip_blank(s);
    if (s->at == s->end || s->fault != NULL)
        return JSON_KIND_NONE;
    switch (*s->at) {
    case '{':
        return JSON_KIND_OBJECT;
    case '[':
        return JSON_KIND_ARRAY;
    case '"':
        return JSON_KIND_STRING;
    case 't':
    case 'f':
    case 'n':
        return JSON_KIND_WORD;
    default:
        return *s->at == '-' || is_digit(s, s->at) ? JSON_KIND_NUMBER : JSON_KIND_NONE;
    }
}

const char *json_kind_word(enum json_kind kind)
{
    static const char *const words[] = {"nothing", "an object", "an array",
                                        "a text",  "a number",  "true, false or null"};
    return words[kind];
}

bool json_scan_open(struct json_scan *s, enum json_kind kind)
{
    if (json_scan_peek(s) != kind)
        return fail(s, kind == JSON_KIND_ARRAY ? "an array is expected" : "an object is expected");
    if (s->depth == JSON_SCAN_DEPTH)
        return fail(s, "arrays and objects are nested too deeply");
    s->depth++;
    s->at++;
    return true;
}

bool json_scan_next(struct json_scan *s, enum json_kind kind, bool is_first)
{
    char close = kind == JSON_KIND_ARRAY ? ']' : '}';
    if (s->fault != NULL)
        return false;
    skip_blank(s);
    if (s->at < s->end && *s->at == close) {
        s->at++;
        s->depth--;
        return false;
    }
    if (is_first)
        return s->at < s->end || fail(s, "the text ends too early");
    if (s->at == s->end || *s->at != ',')
        return fail(s, s->at == s->end ? "the text ends too early"
                                       : "a comma or a closing bracket is expected");
    s->at++;
    return true;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits behind a \u. */
static bool scan_unit(struct json_scan *s, unsigned *out)
{
    unsigned unit = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        if (s->at == s->end || hex_value(*s->at) < 0)
            return fail(s, "\\u wants four hexadecimal digits");
        unit = unit << 4 | (unsigned)hex_value(*s->at);
    }
    *out = unit;
    return true;
}

/* A character beyond U+FFFF is two units; half of one is no text. */
static bool skip_units(struct json_scan *s)
{
    static const char fault[] = "half of a surrogate pair is no character";
    unsigned unit, low;
    if (!scan_unit(s, &unit))
        return false;
    if (unit < 0xD800 || unit > 0xDFFF)
        return true;
    if (unit > 0xDBFF || s->end - s->at < 2 || s->at[0] != '\\' || s->at[1] != 'u')
        return fail(s, fault);
    s->at += 2;
    if (!scan_unit(s, &low))
        return false;
    return (low >= 0xDC00 && low <= 0xDFFF) || fail(s, fault);
}

static bool skip_escape(struct json_scan *s)
{
    s->at++;
    if (s->at == s->end || *s->at == '\0' || strchr("\"\\/bfnrtu", *s->at) == NULL)
        return fail(s, "this is no escape of JSON");
    return *s->at++ == 'u' ? skip_units(s) : true;
}

bool json_scan_string(struct json_scan *s, const char **raw, size_t *len)
{
    if (json_scan_peek(s) != JSON_KIND_STRING)
        return fail(s, "a text in quotes is expected");
    const char *start = ++s->at;
    while (s->at < s->end && *s->at != '"') {
        if ((unsigned char)*s->at < 0x20)
            return fail(s, "a text holds a control byte");
        if (*s->at == '\\') {
            if (!skip_escape(s))
                return false;
            continue;
        }
        size_t n = utf8_char_len(s->at, (size_t)(s->end - s->at));
        if (n == 0)
            return fail(s, "this is no UTF-8");
        s->at += n;
    }
    if (s->at == s->end)
        return fail(s, "the text ends too early");
    *raw = start;
    *len = (size_t)(s->at - start);
    s->at++;
    return true;
}

bool json_scan_name(struct json_scan *s, const char **name, size_t *len)
{
    if (!json_scan_string(s, name, len))
        return false;
    skip_blank(s);
    if (s->at == s->end || *s->at != ':')
        return fail(s, "a colon is expected");
    s->at++;
    return true;
}

struct decimal {
    uint64_t digits; /* the first nineteen that count */
    int kept;
    int exponent; /* of ten */
    int lost;     /* digits beyond, cut off */
    bool is_negative;
};

static void take_digit(struct decimal *d, int digit, bool is_fraction)
{
    if (d->kept < DIGITS_OF_UINT64) {
        d->digits = d->digits * 10 + (uint64_t)digit;
        d->kept += d->digits > 0;
        d->exponent -= is_fraction;
    } else {
        d->lost++;
        d->exponent += !is_fraction;
    }
}

static bool scan_exponent(struct json_scan *s, struct decimal *d)
{
    int value = 0;
    s->at++;
    bool is_negative = s->at < s->end && *s->at == '-';
    if (s->at < s->end && (*s->at == '-' || *s->at == '+'))
        s->at++;
    if (!is_digit(s, s->at))
        return fail(s, "an exponent wants a digit");
    for (; is_digit(s, s->at); s->at++)
        value = value < 10000 ? value * 10 + (*s->at - '0') : value;
    d->exponent += is_negative ? -value : value;
    return true;
}

/* The grammar of RFC 8259 section 6. */
static bool scan_decimal(struct json_scan *s, struct decimal *d)
{
    *d = (struct decimal){.is_negative = *s->at == '-'};
    s->at += d->is_negative;
    if (!is_digit(s, s->at))
        return fail(s, "a number is expected");
    if (*s->at == '0' && is_digit(s, s->at + 1))
        return fail(s, "a number does not begin with a zero before other digits");
    for (; is_digit(s, s->at); s->at++)
        take_digit(d, *s->at - '0', false);
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!is_digit(s, s->at))
            return fail(s, "a decimal point wants a digit behind it");
        for (; is_digit(s, s->at); s->at++)
            take_digit(d, *s->at - '0', true);
    }
    bool has_exponent = s->at < s->end && (*s->at == 'e' || *s->at == 'E');
    return has_exponent ? scan_exponent(s, d) : true;
}

/* Integers and powers of ten that a double holds give one rounding (Clinger 1990). */
static bool is_exact(const struct decimal *d)
{
    return d->lost == 0 && d->digits <= EXACT_INTEGER && d->exponent >= -EXACT_POWERS &&
           d->exponent <= EXACT_POWERS;
}

static double exact_value(const struct decimal *d)
{
    static const double powers[EXACT_POWERS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    double value = (double)d->digits;
    value = d->exponent < 0 ? value / powers[-d->exponent] : value * powers[d->exponent];
    return d->is_negative ? -value : value;
}

bool json_scan_number(struct json_scan *s, double *out)
{
    struct decimal d;
    char text[NUMBER_MAX_DIGITS + 1];
    if (json_scan_peek(s) != JSON_KIND_NUMBER)
        return fail(s, "a number is expected");
    const char *start = s->at;
    if (!scan_decimal(s, &d))
        return false;
    if (is_exact(&d)) {
        *out = exact_value(&d);
        return true;
    }
    size_t len = (size_t)(s->at - start);
    if (len > NUMBER_MAX_DIGITS) {
        s->at = start;
        return fail(s, "a number has too many digits");
    }
    memcpy(text, start, len);
    text[len] = '\0';
    *out = strtod(text, NULL);
    return true;
}

static bool skip_word(struct json_scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= n && memcmp(s->at, words[i], n) == 0) {
            s->at += n;
            return true;
        }
    }
    return fail(s, "this is no value of JSON");
}

static bool skip_members(struct json_scan *s, enum json_kind kind)
{
    const char *name;
    size_t len;
    bool is_first = true;
    if (!json_scan_open(s, kind))
        return false;
    for (; json_scan_next(s, kind, is_first); is_first = false) {
        if (kind == JSON_KIND_OBJECT && !json_scan_name(s, &name, &len))
            return false;
        if (!json_scan_skip(s))
            return false;
    }
    return s->fault == NULL;
}

bool json_scan_skip(struct json_scan *s) /* JSON_SCAN_DEPTH deep at most */
{
    const char *raw;
    size_t len;
    struct decimal d;
    enum json_kind kind = json_scan_peek(s);
    switch (kind) {
    case JSON_KIND_OBJECT:
    case JSON_KIND_ARRAY:
        return skip_members(s, kind);
    case JSON_KIND_STRING:
        return json_scan_string(s, &raw, &len);
    case JSON_KIND_NUMBER:
        return scan_decimal(s, &d);
    case JSON_KIND_WORD:
        return skip_word(s);
    default:
        return fail(s, s->at == s->end ? "the text ends too early" : "this is no value of JSON");
    }
}

bool json_scan_end(struct json_scan *s)
{
    skip_blank(s);
    return s->fault == NULL && (s->at == s->end || fail(s, "something follows the document"));
}

bool json_scan_is(const char *raw, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(raw, word, len) == 0;
}
