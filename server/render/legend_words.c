/* legend_words.c - what a legend says, in four languages. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "render/legend.h"

#define NBSP  "\xC2\xA0"
#define MINUS "\xE2\x88\x92"
#define DASH  "\xE2\x80\x93"

static const char *const title_words[2][LANG_COUNT] = {
    [FLOW_EMISSION] = {"Emission density", "Плотность выбросов", "Chiqindilar zichligi",
                       "배출 밀도"},
    [FLOW_REMOVAL] = {"Removal density", "Плотность поглощения", "Yutilish zichligi", "흡수 밀도"},
};
static const char *const below_words[LANG_COUNT] = {"less than %s", "менее %s", "%s dan kam",
                                                    "%s 미만"};
static const char *const above_words[LANG_COUNT] = {"%s and more", "%s и более", "%s va undan ko‘p",
                                                    "%s 이상"};
static const char *const nodata_words[LANG_COUNT] = {"no data", "нет данных", "ma’lumot yo‘q",
                                                     "자료 없음"};
static const char *const co2e_words[LANG_COUNT] = {"CO₂e", "CO₂-экв.", "CO₂-ekv.", "CO₂eq"};
static const char *const tonne_words[LANG_COUNT] = {"t", "т", "t", "t"};
static const char *const per_area_words[LANG_COUNT] = {"/km²/yr", "/км²/год", "/km²/yil",
                                                       "/km²/년"};
static const char *const net_words[2][LANG_COUNT] = {
    {"net removal", "нетто-поглощение", "sof yutilish", "순흡수"},
    {"net emission", "нетто-выброс", "sof chiqindi", "순배출"},
};
static const char *const difference_words[2][LANG_COUNT] = {
    {"less", "меньше", "kamroq", "감소"},
    {"more", "больше", "ko‘proq", "증가"},
};

static void copy(char out[LEGEND_TEXT_SIZE], const char *text)
{
    (void)snprintf(out, LEGEND_TEXT_SIZE, "%s", text);
}

/* The words hold exactly one %s; spelled out here so that no format comes from a variable. */
static void wrap(char out[LEGEND_TEXT_SIZE], const char *words, const char *number)
{
    const char *at = strstr(words, "%s");
    assert(at != NULL);
    (void)snprintf(out, LEGEND_TEXT_SIZE, "%.*s%s%s", (int)(at - words), words, number, at + 2);
}

/* "-10000.5" -> minus sign, groups of three, the language's decimal sign. */
static void number_text(double value, enum lang lang, char *out, size_t size)
{
    char plain[64];
    int n = snprintf(plain, sizeof plain, "%.9f", fabs(value));
    assert(n > 0 && (size_t)n < sizeof plain);
    while (plain[n - 1] == '0') {
        n--;
    }
    n -= plain[n - 1] == '.';
    const char *dot = memchr(plain, '.', (size_t)n);
    int whole = dot == NULL ? n : (int)(dot - plain);
    size_t at = 0;
    at += (size_t)snprintf(out, size, "%s", value < 0 ? MINUS : "");
    for (int i = 0; i < n && at < size; i++) {
        bool is_group = i > 0 && i < whole && (whole - i) % 3 == 0;
        bool is_comma = i == whole && (lang == LANG_RU || lang == LANG_UZ);
        at += (size_t)snprintf(out + at, size - at, "%s%c", is_group ? NBSP : "",
                               is_comma ? ',' : plain[i]);
    }
}

void legend_title(const struct style *s, enum lang lang, enum flow flow, char out[LEGEND_TEXT_SIZE])
{
    bool is_flow = flow != FLOW_NET && strcmp(s->quantity, "density") == 0;
    copy(out, is_flow ? title_words[flow][lang] : s->title[lang]);
}

void legend_gas(const char *gas, enum lang lang, char *out, size_t size)
{
    if (strcasecmp(gas, "CO2E") == 0) {
        (void)snprintf(out, size, "%s", co2e_words[lang]);
        return;
    }
    size_t at = 0;
    for (; *gas != '\0' && at + 4 < size; gas++) {
        if (*gas >= '0' && *gas <= '9') {
            memcpy(out + at, (const char[]){'\xE2', '\x82', (char)('\x80' + (*gas - '0'))}, 3);
            at += 3;
        } else {
            out[at++] = *gas;
        }
    }
    out[at] = '\0';
}

void legend_unit(enum lang lang, const char *gas, const char *gwp, char out[LEGEND_TEXT_SIZE])
{
    char name[64];
    legend_gas(gas, lang, name, sizeof name);
    bool has_gwp = gwp != NULL && gwp[0] != '\0';
    (void)snprintf(out, LEGEND_TEXT_SIZE, "%s %s%s%s%s%s", tonne_words[lang], name,
                   has_gwp ? " (" : "", has_gwp ? gwp : "", has_gwp ? ")" : "",
                   per_area_words[lang]);
}

void legend_unit_ascii(const char *gas, const char *gwp, char out[LEGEND_TEXT_SIZE])
{
    bool has_gwp = gwp != NULL && gwp[0] != '\0';
    (void)snprintf(out, LEGEND_TEXT_SIZE, "t %s%s%s%s/km2/yr",
                   strcasecmp(gas, "CO2E") == 0 ? "CO2e" : gas, has_gwp ? " (" : "",
                   has_gwp ? gwp : "", has_gwp ? ")" : "");
}

static void range_text(const struct style *s, enum lang lang, int class_index,
                       char out[LEGEND_TEXT_SIZE])
{
    char from[64], to[64];
    number_text(s->breaks[class_index - 1], lang, from, sizeof from);
    number_text(s->breaks[class_index], lang, to, sizeof to);
    const char *dash = s->breaks[class_index - 1] < 0 ? " " DASH " " : DASH;
    (void)snprintf(out, LEGEND_TEXT_SIZE, "%s%s%s", from, dash, to);
}

void legend_label(const struct style *s, enum lang lang, int class_index,
                  char out[LEGEND_TEXT_SIZE])
{
    char number[64];
    if (class_index == STYLE_CLASS_NODATA) {
        copy(out, nodata_words[lang]);
    } else if (class_index == STYLE_CLASS_ZERO) {
        copy(out, "0");
    } else if (class_index == 0) {
        number_text(s->breaks[0], lang, number, sizeof number);
        wrap(out, below_words[lang], number);
    } else if (class_index == s->class_count - 1) {
        number_text(s->breaks[s->break_count - 1], lang, number, sizeof number);
        wrap(out, above_words[lang], number);
    } else {
        range_text(s, lang, class_index, out);
    }
}

const char *legend_end(const struct style *s, enum lang lang, bool is_high)
{
    if (strcmp(s->quantity, "net") == 0) {
        return net_words[is_high][lang];
    }
    return strcmp(s->quantity, "difference") == 0 ? difference_words[is_high][lang] : "";
}
