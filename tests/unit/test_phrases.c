/* Every phrase is there in every language, with the same gaps; gaps are filled, particles chosen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/particle.h"
#include "api/phrases.h"

#define GAPS_MAX 8

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The names of the gaps, sorted, without their particles: "amount,place,when". */
static void gaps_of(const char *text, char out[256])
{
    char names[GAPS_MAX][32];
    size_t n = 0;
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        size_t len = strcspn(at + 1, "}+");
        assert_true(n < GAPS_MAX && len > 0 && len < sizeof names[0] && strchr(at, '}') != NULL);
        snprintf(names[n++], sizeof names[0], "%.*s", (int)len, at + 1);
    }
    qsort(names, n, sizeof names[0], compare);
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(out);
        snprintf(out + used, 256 - used, "%s,", names[i]);
    }
}

static void every_phrase_is_in_every_language(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        for (int phrase = 0; phrase < PHRASE_COUNT; phrase++) {
            char want[256], got[256];
            const char *text = phrase_text((enum lang)lang, (enum phrase)phrase);
            if (text == NULL || text[0] == '\0')
                fail_msg("phrase %d is not there in %s", phrase, lang_word((enum lang)lang));
            gaps_of(phrase_text(LANG_EN, (enum phrase)phrase), want);
            gaps_of(text, got);
            if (strcmp(got, want) != 0)
                fail_msg("phrase %d in %s: %s", phrase, lang_word((enum lang)lang), text);
        }
    }
}

/* A letter of another alphabet in the middle of a word is not seen by eye: с and c, о and o. */
static bool is_of(const char *text, uint32_t from, uint32_t to)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        uint32_t point = c;
        if (c >= 0xE0u)
            point = (c & 0x0Fu) << 12 | ((unsigned char)text[1] & 0x3Fu) << 6 |
                    ((unsigned char)text[2] & 0x3Fu);
        else if (c >= 0xC0u)
            point = (c & 0x1Fu) << 6 | ((unsigned char)text[1] & 0x3Fu);
        if ((c & 0xC0u) != 0x80u && point >= from && point <= to)
            return true;
    }
    return false;
}

static void alphabets_are_not_mixed(void **state)
{
    (void)state;
    for (int phrase = 0; phrase < PHRASE_COUNT; phrase++) {
        const char *ru = phrase_text(LANG_RU, (enum phrase)phrase);
        bool is_inside = false;
        for (const char *at = ru; *at != '\0'; at++) { /* Latin only in gaps and in CO₂ */
            is_inside = *at == '{' || (is_inside && *at != '}');
            bool is_latin = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
            if (is_latin && !is_inside && strncmp(at, "CO", 2) != 0 && strncmp(at, "O₂", 4) != 0)
                fail_msg("phrase %d in ru: %s", phrase, ru);
        }
        assert_false(is_of(phrase_text(LANG_UZ, (enum phrase)phrase), 0x400, 0x4FF));
        assert_false(is_of(phrase_text(LANG_EN, (enum phrase)phrase), 0x400, 0x4FF));
        /* the Uzbek letters oʻ, gʻ are written with U+2018, the stop with U+2019, as in the page */
        assert_null(strchr(phrase_text(LANG_UZ, (enum phrase)phrase), '\''));
    }
}

static void gaps_are_filled(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    assert_string_equal(PHRASE_FILL(&arena, LANG_EN, PHRASE_EMISSION, {"place", "Here"},
                                    {"amount", "1 t"}, {"when", "in 2022"}),
                        "Here emitted 1 t in 2022.");
    assert_string_equal(PHRASE_FILL(&arena, LANG_RU, PHRASE_EMISSION, {"place", "{when}"},
                                    {"amount", "1 т CO₂-экв."}, {"when", "тогда"}),
                        "{when}: выбросы парниковых газов тогда составили 1 т CO₂-экв.");
    assert_null(PHRASE_FILL(&arena, LANG_EN, PHRASE_IN_YEAR, {"year", NULL}));
    arena_fini(&arena);
}

static void counts_choose_the_phrase(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    static const struct {
        enum lang lang;
        int count;
        const char *text;
    } cases[] = {
        {LANG_EN, 1, "A and 1 more sector"},   {LANG_EN, 2, "A and 2 more sectors"},
        {LANG_RU, 1, "A и ещё 1 сектор"},      {LANG_RU, 3, "A и ещё 3 сектора"},
        {LANG_RU, 11, "A и ещё 11 секторов"},  {LANG_RU, 21, "A и ещё 21 сектор"},
        {LANG_UZ, 1, "A va yana 1 ta sektor"}, {LANG_UZ, 5, "A va yana 5 ta sektor"},
        {LANG_KO, 1, "A 외 1개 부문"},         {LANG_KO, 5, "A 외 5개 부문"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum phrase p = phrase_of_count(cases[i].lang, PHRASE_MORE_SECTORS_ONE, cases[i].count);
        const char *count = arena_printf(&arena, "%d", cases[i].count);
        assert_string_equal(PHRASE_FILL(&arena, cases[i].lang, p, {"list", "A"}, {"count", count}),
                            cases[i].text);
    }
    arena_fini(&arena);
}

static void check_particle(const char *text, const char *pair, const char *want)
{
    struct buf b;
    buf_init(&b, 256);
    particle_add(&b, text, pair, strlen(pair));
    assert_string_equal(b.data, want);
    buf_fini(&b);
}

static void particles_follow_the_final_sound(void **state)
{
    (void)state;
    check_particle("부하라주", "은는", "는");
    check_particle("우즈베키스탄", "은는", "은");
    check_particle("타슈켄트시(수도)", "이가", "가");
    check_particle("이 지역", "은는", "은");
    check_particle("부하라주(에너지 산업)", "은는", "는");
    check_particle("이 지역(토지이용(전체) 제외)", "은는", "은");
    check_particle("(주)", "은는", "은(는)");
    check_particle("서울", "으로로", "로");
    check_particle("부산", "으로로", "으로");
    check_particle("제주", "으로로", "로");
    check_particle("서울", "을를", "을");
    check_particle("12.3%", "을를", "를");
    check_particle("2022", "과와", "와");
    check_particle("2020", "과와", "과");
    check_particle("2021", "으로로", "로");
    check_particle("2023", "으로로", "으로");
    check_particle("Jizzakh region", "은는", "은(는)");
    check_particle("Jizzakh region", "으로로", "(으)로");
    check_particle("", "은는", "은(는)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_phrase_is_in_every_language),
        cmocka_unit_test(alphabets_are_not_mixed),
        cmocka_unit_test(gaps_are_filled),
        cmocka_unit_test(counts_choose_the_phrase),
        cmocka_unit_test(particles_follow_the_final_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
