/* test_legend.c - what legends say, in every language and form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "fixture_picture.h"
#include "render/legend.h"

#define NBSP "\xC2\xA0"

static struct style_set *set;

static int setup(void **state)
{
    (void)state;
    struct why why = {0};
    return style_set_load("config/styles", &set, &why) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    style_set_unref(set);
    return 0;
}

static void check_label(const char *style, enum lang lang, int class_index, const char *want)
{
    char label[LEGEND_TEXT_SIZE];
    legend_label(style_find(set, style), lang, class_index, label);
    assert_string_equal(label, want);
}

static void labels_are_numbers_people_read(void **state)
{
    (void)state;
    check_label("density-inferno", LANG_EN, 0, "less than 0.1");
    check_label("density-inferno", LANG_RU, 0, "менее 0,1");
    check_label("density-inferno", LANG_UZ, 0, "0,1 dan kam");
    check_label("density-inferno", LANG_KO, 0, "0.1 미만");
    check_label("density-inferno", LANG_EN, 1, "0.1–1");
    check_label("density-inferno", LANG_EN, 4, "100–1" NBSP "000");
    check_label("density-inferno", LANG_EN, 8, "1" NBSP "000" NBSP "000 and more");
    check_label("density-inferno", LANG_KO, 8, "1" NBSP "000" NBSP "000 이상");
    check_label("density-inferno-n2o", LANG_RU, 1, "0,0001–0,001");
    check_label("net-prgn", LANG_EN, 0, "less than −10" NBSP "000");
    check_label("net-prgn", LANG_EN, 1, "−10" NBSP "000 – −1" NBSP "000");
    check_label("net-prgn", LANG_EN, 5, "−1 – 1");
    check_label("net-prgn", LANG_RU, STYLE_CLASS_NODATA, "нет данных");
    check_label("net-prgn", LANG_UZ, STYLE_CLASS_ZERO, "0");
}

static void units_name_gas_and_gwp(void **state)
{
    (void)state;
    char unit[LEGEND_TEXT_SIZE];
    legend_unit(LANG_EN, "CO2E", "AR5-100", unit);
    assert_string_equal(unit, "t CO₂e (AR5-100)/km²/yr");
    legend_unit(LANG_RU, "N2O", "", unit);
    assert_string_equal(unit, "т N₂O/км²/год");
    legend_unit(LANG_KO, "CH4", NULL, unit);
    assert_string_equal(unit, "t CH₄/km²/년");
    legend_unit(LANG_KO, "CO2E", "AR5-100", unit);
    assert_string_equal(unit, "t CO₂eq (AR5-100)/km²/년"); /* as in the sentences of /v1/summary */
    legend_unit_ascii("CO2E", "AR6-20", unit);
    assert_string_equal(unit, "t CO2e (AR6-20)/km2/yr");
    legend_unit_ascii("CO2", "", unit);
    assert_string_equal(unit, "t CO2/km2/yr");
}

static void titles_follow_the_flow(void **state)
{
    (void)state;
    char title[LEGEND_TEXT_SIZE];
    legend_title(style_find(set, "density-inferno"), LANG_EN, FLOW_REMOVAL, title);
    assert_string_equal(title, "Removal density");
    legend_title(style_find(set, "density-inferno"), LANG_EN, FLOW_NET, title);
    assert_string_equal(title, "Density");
    legend_title(style_find(set, "net-prgn"), LANG_KO, FLOW_NET, title);
    assert_string_equal(title, style_find(set, "net-prgn")->title[LANG_KO]);
    assert_string_equal(legend_end(style_find(set, "net-prgn"), LANG_EN, false), "net removal");
    assert_string_equal(legend_end(style_find(set, "density-inferno"), LANG_EN, true), "");
}

/* Programs list styles by their titles: two that are alike cannot be chosen between. */
static void titles_tell_styles_apart(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        for (int i = 0; i < style_count(set); i++) {
            for (int k = 0; k < i; k++) {
                assert_string_not_equal(style_at(set, i)->title[lang],
                                        style_at(set, k)->title[lang]);
            }
        }
    }
}

static void json_has_every_class_in_every_language(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 65536);
    for (int k = 0; k < style_count(set); k++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            const struct style *s = style_at(set, k);
            struct legend_text text = {"T \"quoted\" \\ back", "u"};
            buf_reset(&out);
            assert_int_equal(legend_json(s, (enum lang)lang, &text, &out), ERR_OK);
            json_t *root = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
            assert_non_null(root);
            assert_string_equal(json_string_value(json_object_get(root, "title")), text.title);
            json_t *classes = json_object_get(root, "classes");
            assert_int_equal(json_array_size(classes), s->class_count);
            json_t *first = json_array_get(classes, 0);
            assert_true(json_is_null(json_object_get(first, "from")));
            assert_true(json_number_value(json_object_get(first, "to")) == s->breaks[0]);
            assert_int_equal(strlen(json_string_value(json_object_get(first, "colour"))), 9);
            assert_non_null(json_object_get(json_object_get(root, "nodata"), "label"));
            json_decref(root);
        }
    }
    buf_fini(&out);
}

/* Enough of XML for what legend_svg writes: tags close, and no stray markup in the text. */
static void check_well_formed(const char *xml)
{
    char open[16][32];
    int depth = 0;
    for (const char *p = xml; *p != '\0'; p++) {
        if (*p == '&')
            assert_true(strncmp(p, "&amp;", 5) == 0 || strncmp(p, "&lt;", 4) == 0 ||
                        strncmp(p, "&gt;", 4) == 0 || strncmp(p, "&quot;", 6) == 0);
        if (*p != '<')
            continue;
        const char *end = strchr(p, '>');
        assert_non_null(end);
        size_t name = strcspn(p + 1, " />");
        if (p[1] == '?' || end[-1] == '/') {
            p = end;
        } else if (p[1] == '/') {
            assert_true(depth > 0);
            depth--;
            assert_int_equal(strncmp(p + 2, open[depth], strlen(open[depth])), 0);
            p = end;
        } else {
            assert_true(depth < 16 && name < 31);
            memcpy(open[depth], p + 1, name);
            open[depth++][name] = '\0';
            p = end;
        }
    }
    assert_int_equal(depth, 0);
}

static void svg_escapes_what_it_is_told(void **state)
{
    (void)state;
    struct legend_text text = {"<script>alert(\"1\")</script>", "a & b\x01"};
    struct buf out;
    buf_init(&out, 65536);
    assert_int_equal(legend_svg(style_find(set, "net-prgn"), LANG_RU, &text, &out), ERR_OK);
    check_well_formed(out.data);
    assert_null(strstr(out.data, "<script"));
    assert_non_null(strstr(out.data, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"));
    assert_non_null(strstr(out.data, "a &amp; b<"));
    assert_non_null(strstr(out.data, "нетто-поглощение"));
    assert_non_null(strstr(out.data, "нет данных"));
    buf_fini(&out);
}

static void svg_is_too_large_for_a_small_buffer(void **state)
{
    (void)state;
    struct legend_text text = {"T", "u"};
    struct buf out;
    buf_init(&out, 100);
    assert_int_equal(legend_svg(style_at(set, 0), LANG_EN, &text, &out), ERR_TOO_LARGE);
    buf_fini(&out);
}

static bool has_colour(const struct picture *p, struct rgba c)
{
    for (int i = 0; i < p->width * p->height; i++)
        if (memcmp(p->rgba + (size_t)i * 4, (uint8_t[]){c.r, c.g, c.b}, 3) == 0)
            return true;
    return false;
}

static int dark_pixels(const struct picture *p, int rows)
{
    int n = 0;
    for (int i = 0; i < p->width * rows; i++)
        n += p->rgba[(size_t)i * 4] < 0x60;
    return n;
}

static void png_shows_swatches_and_text(void **state)
{
    (void)state;
    const struct style *s = style_find(set, "net-prgn");
    int inks[LANG_COUNT];
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct legend_text text = {s->title[lang], "t CO₂/km²"};
        struct buf out;
        struct why why = {0};
        struct picture p;
        buf_init(&out, 1u << 20);
        enum err e = legend_png(s, (enum lang)lang, &text, &out, &why);
        if (e == ERR_UNAVAILABLE)
            skip(); /* no font on this machine; why names the packages */
        assert_int_equal(e, ERR_OK);
        picture_read(out.data, out.len, &p);
        assert_true(p.width > 100 && p.height > 200);
        for (int i = 0; i < s->class_count; i++)
            assert_true(has_colour(&p, style_colour(s, i)));
        inks[lang] = dark_pixels(&p, 40);
        assert_true(inks[lang] > 100);
        free(p.rgba);
        buf_fini(&out);
    }
    assert_true(inks[LANG_EN] != inks[LANG_KO]); /* not one and the same row of boxes */
}

static void odd_text_does_not_break_the_png(void **state)
{
    (void)state;
    char longest[4000];
    memset(longest, 'W', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *titles[] = {"", "\xFF\xC3", "\xF0\x9F\x8C\x8D", "e\xCC\x81 \t\n", longest};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        struct legend_text text = {titles[i], ""};
        struct buf out;
        struct why why = {0};
        buf_init(&out, 8u << 20);
        enum err e = legend_png(style_at(set, 0), LANG_EN, &text, &out, &why);
        assert_true(e == ERR_OK || e == ERR_UNAVAILABLE);
        buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_numbers_people_read),
        cmocka_unit_test(units_name_gas_and_gwp),
        cmocka_unit_test(titles_follow_the_flow),
        cmocka_unit_test(titles_tell_styles_apart),
        cmocka_unit_test(json_has_every_class_in_every_language),
        cmocka_unit_test(svg_escapes_what_it_is_told),
        cmocka_unit_test(svg_is_too_large_for_a_small_buffer),
        cmocka_unit_test(png_shows_swatches_and_text),
        cmocka_unit_test(odd_text_does_not_break_the_png),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
