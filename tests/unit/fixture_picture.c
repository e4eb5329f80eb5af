#include "fixture_picture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct source {
    const uint8_t *bytes;
    size_t left;
};

static void read_bytes(png_structp png, png_bytep to, size_t n)
{
    struct source *from = png_get_io_ptr(png);
    if (n > from->left)
        png_error(png, "short");
    memcpy(to, from->bytes, n);
    from->bytes += n;
    from->left -= n;
}

static void fail_on_error(png_structp png, png_const_charp message)
{
    (void)png;
    fail_msg("libpng: %s", message);
}

static void read_texts(png_structp png, png_infop info, struct picture *out)
{
    png_textp texts = NULL;
    int n = png_get_text(png, info, &texts, NULL);
    for (int i = 0; i < n && i < 16; i++) {
        snprintf(out->keys[i], sizeof out->keys[i], "%s", texts[i].key);
        snprintf(out->texts[i], sizeof out->texts[i], "%s", texts[i].text);
        out->text_count++;
    }
}

static void read_rows(png_structp png, png_infop info, struct picture *out)
{
    png_set_expand(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
    png_read_update_info(png, info);
    assert_int_equal(png_get_rowbytes(png, info), out->width * 4);
    out->rgba = malloc((size_t)out->width * (size_t)out->height * 4);
    assert_non_null(out->rgba);
    for (int row = 0; row < out->height; row++)
        png_read_row(png, out->rgba + (size_t)row * (size_t)out->width * 4, NULL);
    png_read_end(png, NULL);
}

void picture_read(const void *bytes, size_t len, struct picture *out)
{
    struct source from = {bytes, len};
    memset(out, 0, sizeof *out);
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail_on_error, NULL);
    png_infop info = png_create_info_struct(png);
    png_set_read_fn(png, &from, read_bytes);
    png_read_info(png, info);
    out->width = (int)png_get_image_width(png, info);
    out->height = (int)png_get_image_height(png, info);
    out->bits = png_get_bit_depth(png, info);
    out->colour_type = png_get_color_type(png, info);
    png_colorp palette;
    png_bytep alphas;
    png_get_PLTE(png, info, &palette, &out->palette_count);
    png_get_tRNS(png, info, &alphas, &out->alpha_count, NULL);
    read_texts(png, info, out);
    read_rows(png, info, out);
    assert_int_equal(from.left, 0); /* nothing behind IEND */
    png_destroy_read_struct(&png, &info, NULL);
}

const char *picture_text(const struct picture *p, const char *key)
{
    for (int i = 0; i < p->text_count; i++)
        if (strcmp(p->keys[i], key) == 0)
            return p->texts[i];
    return NULL;
}
