/* test_encode.c - what is written is read back: PNG by libpng, JSON by jansson, floats by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <endian.h>
#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "fixture_picture.h"
#include "render/jpeg.h"

#define SIZE   64
#define PIXELS (SIZE * SIZE)

struct fixture {
    struct style_set *set;
    double mass_t[PIXELS];
    uint8_t has_data[PIXELS];
    double row_area_km2[SIZE];
    int32_t numbers[SIZE]; /* no row or column repeats another */
    struct density d;
    struct buf out;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct why why = {0};
    assert_non_null(f);
    assert_int_equal(style_set_load("config/styles", &f->set, &why), ERR_OK);
    for (int i = 0; i < SIZE; i++)
        f->row_area_km2[i] = 0.5 + 0.01 * i;
    for (int i = 0; i < SIZE; i++)
        f->numbers[i] = i;
    f->d = (struct density){.size_px = SIZE,
                            .height_px = SIZE,
                            .rows = SIZE,
                            .cols = SIZE,
                            .row_of = f->numbers,
                            .col_of = f->numbers,
                            .first_row = f->numbers,
                            .first_col = f->numbers,
                            .mass_t = f->mass_t,
                            .has_data = f->has_data,
                            .row_area_km2 = f->row_area_km2};
    buf_init(&f->out, 8u << 20);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    style_set_unref(f->set);
    buf_fini(&f->out);
    free(f);
    return 0;
}

static void set_value(struct fixture *f, int i, double density)
{
    f->has_data[i] = (uint8_t)(isnan(density) ? 0 : 1);
    f->mass_t[i] = isnan(density) ? 0 : density * f->row_area_km2[i / SIZE];
    f->d.sum_t += f->mass_t[i];
}

/* Every class of the style, zero and no data, in a pattern. */
static void fill_all(struct fixture *f, const struct style *s, int distinct)
{
    for (int i = 0; i < PIXELS; i++) {
        int k = (i * 7 + i / SIZE) % distinct;
        double value = k == 0   ? NAN
                       : k == 1 ? 0
                       : k == 2 ? s->breaks[0] * (s->breaks[0] < 0 ? 1.5 : 0.5)
                                : s->breaks[k - 3] + fabs(s->breaks[k - 3]) * 1e-3;
        set_value(f, i, value);
    }
}

static void write_png(struct fixture *f, const struct style *s, struct picture *p)
{
    struct why why = {0};
    static const struct png_text texts[] = {
        {"Title", "Emissions"}, {"Warning", "Не измерение"}, {"Empty", ""}, {"MassSum", "12 t"}};
    buf_reset(&f->out);
    assert_int_equal(encode_png(&f->d, s, texts, 4, &f->out, &why), ERR_OK);
    picture_read(f->out.data, f->out.len, p);
    assert_int_equal(p->width, SIZE);
    assert_int_equal(p->height, SIZE);
    assert_int_equal(p->colour_type, PNG_COLOR_TYPE_PALETTE);
}

static void pixels_have_the_colour_of_their_class(void **state)
{
    struct fixture *f = *state;
    for (int k = 0; k < style_count(f->set); k++) {
        const struct style *s = style_at(f->set, k);
        struct picture p;
        f->d.sum_t = 0;
        fill_all(f, s, s->class_count + 2);
        write_png(f, s, &p);
        assert_int_equal(p.palette_count, s->class_count + 2);
        for (int i = 0; i < PIXELS; i++) {
            struct rgba want = style_colour(s, style_class(s, density_value(&f->d, i)));
            assert_memory_equal(p.rgba + (size_t)i * 4, &want, 4);
        }
        free(p.rgba);
    }
}

static void only_colours_in_use_and_few_bits(void **state)
{
    struct fixture *f = *state;
    static const int table[][2] = {{1, 1}, {2, 1}, {3, 2}, {4, 2}, {5, 4}, {11, 4}};
    const struct style *s = style_find(f->set, "density-inferno");
    for (size_t k = 0; k < sizeof table / sizeof table[0]; k++) {
        struct picture p;
        fill_all(f, s, table[k][0]);
        write_png(f, s, &p);
        assert_int_equal(p.palette_count, table[k][0]);
        assert_int_equal(p.bits, table[k][1]);
        /* no data, zero, below the first break come first: only they are not opaque */
        assert_int_equal(p.alpha_count, table[k][0] < 3 ? table[k][0] : 3);
        free(p.rgba);
    }
}

static void more_than_sixteen_colours_take_a_byte(void **state)
{
    struct fixture *f = *state;
    struct style s = *style_find(f->set, "density-inferno");
    s.break_count = 20;
    s.class_count = 21;
    for (int i = 0; i < 21; i++) {
        s.breaks[i] = 1 + i;
        s.colours[i] = (struct rgba){(uint8_t)(10 * i), 0, 7, 255};
    }
    struct picture p;
    fill_all(f, &s, 23);
    write_png(f, &s, &p);
    assert_int_equal(p.bits, 8);
    assert_int_equal(p.palette_count, 23);
    for (int i = 0; i < PIXELS; i++) {
        struct rgba want = style_colour(&s, style_class(&s, density_value(&f->d, i)));
        assert_memory_equal(p.rgba + (size_t)i * 4, &want, 4);
    }
    free(p.rgba);
}

static void texts_travel_with_the_picture(void **state)
{
    struct fixture *f = *state;
    struct picture p;
    write_png(f, style_find(f->set, "net-prgn"), &p);
    assert_int_equal(p.text_count, 3); /* the empty one is left out */
    assert_string_equal(picture_text(&p, "Title"), "Emissions");
    assert_string_equal(picture_text(&p, "Warning"), "Не измерение");
    assert_string_equal(picture_text(&p, "MassSum"), "12 t");
    assert_non_null(memmem(f->out.data, f->out.len, "iTXtWarning", 11));
    assert_non_null(memmem(f->out.data, f->out.len, "tEXtTitle", 9));
    free(p.rgba);
}

static void a_full_buffer_is_reported(void **state)
{
    struct fixture *f = *state;
    const struct style *s = style_find(f->set, "density-inferno");
    fill_all(f, s, 11);
    buf_reset(&f->out);
    assert_int_equal(encode_png(&f->d, s, NULL, 0, &f->out, NULL), ERR_OK);
    for (size_t max = 0; max < f->out.len; max += 7) {
        struct buf small;
        struct why why = {0};
        buf_init(&small, max);
        assert_int_equal(encode_png(&f->d, s, NULL, 0, &small, &why), ERR_TOO_LARGE);
        assert_true(strlen(why.reason) > 0);
        buf_fini(&small);
    }
}

/* What its pixels are is tests/http' part. */
static void a_jpeg_is_whole_or_refused(void **state)
{
    struct fixture *f = *state;
    const struct style *s = style_find(f->set, "density-inferno");
    static const struct png_text texts[] = {{"Title", "Emissions"}, {"Warning", ""}};
    fill_all(f, s, 11);
    buf_reset(&f->out);
    assert_int_equal(encode_jpeg(&f->d, s, texts, 2, &f->out, NULL), ERR_OK);
    const uint8_t *bytes = (const uint8_t *)f->out.data;
    assert_true(f->out.len > 1000 && bytes[0] == 0xFF && bytes[1] == 0xD8);
    assert_true(bytes[f->out.len - 2] == 0xFF && bytes[f->out.len - 1] == 0xD9);
    assert_non_null(memmem(bytes, f->out.len, "Title: Emissions", 16));
    assert_null(memmem(bytes, f->out.len, "Warning", 7));
    for (size_t max = 0; max < f->out.len; max += 97) {
        struct buf small;
        struct why why = {0};
        buf_init(&small, max);
        assert_int_equal(encode_jpeg(&f->d, s, texts, 2, &small, &why), ERR_TOO_LARGE);
        assert_string_equal(why.reason, "the picture could not be written: the buffer is full");
        buf_fini(&small);
    }
}

static void json_tells_classes_and_values(void **state)
{
    struct fixture *f = *state;
    const struct style *s = style_find(f->set, "net-prgn");
    static const struct png_text texts[] = {{"Title", "a \"b\" <c>"}};
    fill_all(f, s, 13);
    buf_reset(&f->out);
    assert_int_equal(encode_json(&f->d, s, texts, 1, &f->out), ERR_OK);
    json_t *root = json_loadb(f->out.data, f->out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "size")), SIZE);
    assert_int_equal(json_array_size(json_object_get(root, "breaks")), s->break_count);
    assert_string_equal(json_string_value(json_object_get(json_object_get(root, "texts"), "Title")),
                        "a \"b\" <c>");
    for (int i = 0; i < PIXELS; i++) {
        size_t row = (size_t)(i / SIZE), col = (size_t)(i % SIZE);
        json_t *c = json_array_get(json_array_get(json_object_get(root, "class"), row), col);
        json_t *v = json_array_get(json_array_get(json_object_get(root, "value"), row), col);
        double value = density_value(&f->d, i);
        int want = style_class(s, value);
        if (isnan(value)) {
            assert_true(json_is_null(c) && json_is_null(v));
            continue;
        }
        assert_int_equal(json_integer_value(c), want == STYLE_CLASS_ZERO ? -1 : want);
        assert_true(fabs(json_number_value(v) - value) <= 1e-11 * fabs(value));
    }
    json_decref(root);
}

static void floats_are_little_endian_rows(void **state)
{
    struct fixture *f = *state;
    const struct style *s = style_find(f->set, "density-inferno");
    fill_all(f, s, 11);
    buf_reset(&f->out);
    assert_int_equal(encode_f32(&f->d, &f->out), ERR_OK);
    assert_int_equal(f->out.len, PIXELS * 4);
    for (int i = 0; i < PIXELS; i++) {
        uint32_t bits;
        float value;
        memcpy(&bits, f->out.data + (size_t)i * 4, 4);
        bits = le32toh(bits);
        memcpy(&value, &bits, 4);
        double want = density_value(&f->d, i);
        assert_true(isnan(want) ? isnan(value) : value == (float)want);
    }
}

static void rgba_pictures_survive(void **state)
{
    struct fixture *f = *state;
    uint8_t rgba[5 * 3 * 4];
    struct why why = {0};
    struct picture p;
    for (size_t i = 0; i < sizeof rgba; i++)
        rgba[i] = (uint8_t)(i * 4);
    buf_reset(&f->out);
    assert_int_equal(encode_rgba_png(rgba, 5, 3, &f->out, &why), ERR_OK);
    picture_read(f->out.data, f->out.len, &p);
    assert_int_equal(p.width, 5);
    assert_memory_equal(p.rgba, rgba, sizeof rgba);
    free(p.rgba);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pixels_have_the_colour_of_their_class),
        TEST(only_colours_in_use_and_few_bits),
        TEST(more_than_sixteen_colours_take_a_byte),
        TEST(texts_travel_with_the_picture),
        TEST(a_full_buffer_is_reported),
        TEST(a_jpeg_is_whole_or_refused),
        TEST(json_tells_classes_and_values),
        TEST(floats_are_little_endian_rows),
        TEST(rgba_pictures_survive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
