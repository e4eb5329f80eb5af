/* encode_png.c - PNG through libpng's row interface, nothing else of it. */
#include "render/encode.h"

#include <assert.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#define PALETTE_MAX   (STYLE_MAX_CLASSES + 2) /* and no data, zero */
#define CLASS_FIRST   STYLE_CLASS_ZERO        /* the lowest class number */
#define MAX_PNG_TEXTS 16
#define MAX_SIDE_PX   8192
#define MAX_TILE_PX   1024
#define PNG_LEVEL     6

struct palette {
    int count;
    int bits;
    int alpha_count; /* entries up to the last one that is not opaque */
    png_color colours[PALETTE_MAX];
    png_byte alphas[PALETTE_MAX];
    png_byte index_of[PALETTE_MAX]; /* by class - CLASS_FIRST */
};

struct image {
    int width, height;
    int colour_type;
    size_t
        row_bytes; /* of `rows`: pixels of the palette's bits, packed; four bytes per RGBA pixel */
    const uint8_t *rows;
    const int32_t *row_of;         /* height: which of `rows`; NULL = in order */
    const struct palette *palette; /* NULL for RGBA */
    bool is_noise;                 /* hardly any pixel repeats its neighbour */
    const struct png_text *texts;
    int text_count;
};

struct sink {
    struct buf *out;
    char message[96]; /* the library's first complaint */
};

static void on_error(png_structp png, png_const_charp message)
{
    struct sink *sink = png_get_error_ptr(png);
    if (sink->message[0] == '\0') {
        strncpy(sink->message, message, sizeof sink->message - 1);
    }
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_bytes(png_structp png, png_bytep bytes, size_t len)
{
    struct sink *sink = png_get_io_ptr(png);
    buf_add(sink->out, bytes, len);
    if (sink->out->failed != ERR_OK) {
        png_error(png, "the buffer is full");
    }
}

static void on_flush(png_structp png)
{
    (void)png;
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) {
            return false;
        }
    }
    return true;
}

static void set_texts(png_structp png, png_infop info, const struct png_text *texts, int count)
{
    png_text list[MAX_PNG_TEXTS];
    int n = 0;
    memset(list, 0, sizeof list);
    for (int i = 0; i < count && n < MAX_PNG_TEXTS; i++) {
        if (texts[i].value == NULL || texts[i].value[0] == '\0') {
            continue;
        }
        /* libpng copies both before this function returns, and writes through neither. */
        list[n].key = (png_charp)(uintptr_t)texts[i].key;
        list[n].text = (png_charp)(uintptr_t)texts[i].value;
        list[n].compression =
            is_ascii(texts[i].value) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
        n++;
    }
    png_set_text(png, info, list, n);
}

static void set_header(png_structp png, png_infop info, const struct image *m)
{
    int bits = m->palette == NULL ? 8 : m->palette->bits;
    png_set_IHDR(png, info, (png_uint_32)m->width, (png_uint_32)m->height, bits, m->colour_type,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (m->palette != NULL) {
        png_set_PLTE(png, info, m->palette->colours, m->palette->count);
        if (m->palette->alpha_count > 0) {
            png_set_tRNS(png, info, m->palette->alphas, m->palette->alpha_count, NULL);
        }
    }
    set_texts(png, info, m->texts, m->text_count);
}

/* Measured on the 400 first distinct pictures of the benchmark's list over the demonstration (bytes
 * of IDAT, CPU time of deflate alone): packed pixels without a filter at level 6 613, 104 us; level
 * 9 590, 726 us; level 3 831, 58 us; up + runs 885, 30 us; 8-bit pixels at level 6 787, 224 us.
 * Rows that repeat are matches whatever the filter, and a filter only breaks up the others.
 * Z_FILTERED is for noise, whatever its name: 5 % fewer bytes at zooms up to 9. */
static void set_compression(png_structp png, const struct image *m)
{
    if (m->palette != NULL) {
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
        png_set_compression_level(png, PNG_LEVEL);
        png_set_compression_strategy(png, m->is_noise ? Z_FILTERED : Z_DEFAULT_STRATEGY);
    }
}

/* The only function libpng jumps back into; it changes no variable of its own. */
static bool write_image(png_structp png, png_infop info, const struct image *m)
{
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    set_compression(png, m);
    set_header(png, info, m);
    png_write_info(png, info);
    for (int row = 0; row < m->height; row++) {
        int32_t held = m->row_of == NULL ? row : m->row_of[row];
        png_write_row(png, m->rows + (size_t)held * m->row_bytes);
    }
    png_write_end(png, NULL);
    return true;
}

static enum err encode_image(const struct image *m, struct buf *out, struct why *why)
{
    struct sink sink = {.out = out};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink, on_error, on_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture");
    }
    png_set_write_fn(png, &sink, on_bytes, on_flush);
    bool is_written = write_image(png, info, m);
    png_destroy_write_struct(&png, &info);
    if (is_written) {
        return ERR_OK;
    }
    enum err e = out->failed != ERR_OK ? out->failed : ERR_INTERNAL;
    return why_set(why, e, NULL, "the picture could not be written: %s", sink.message);
}

/* Palette entries in the order of the classes, no data and zero first: those are the ones that
 * are not opaque, so tRNS stays short. */
static void palette_build(struct palette *p, const struct style *s, const bool *is_used)
{
    memset(p, 0, sizeof *p);
    static const int special[] = {STYLE_CLASS_NODATA, STYLE_CLASS_ZERO};
    for (int i = 0; i < s->class_count + 2; i++) {
        int class_index = i < 2 ? special[i] : i - 2;
        if (!is_used[class_index - CLASS_FIRST]) {
            continue;
        }
        struct rgba c = style_colour(s, class_index);
        p->colours[p->count] = (png_color){c.r, c.g, c.b};
        p->alphas[p->count] = c.a;
        p->index_of[class_index - CLASS_FIRST] = (png_byte)p->count;
        p->count++;
        p->alpha_count = c.a < 255 ? p->count : p->alpha_count;
    }
    p->bits = p->count <= 2 ? 1 : p->count <= 4 ? 2 : p->count <= 16 ? 4 : 8;
}

/* The classes of all held pixels, rows x cols. */
static void classify(const struct density *d, const struct style *s, int8_t *classes, bool *is_used)
{
    for (int row = 0; row < d->rows; row++) {
        int8_t *line = classes + (size_t)row * (size_t)d->cols;
        encode_classify_held(d, s, row, line);
        for (int i = 0; i < d->cols; i++) {
            is_used[line[i] - CLASS_FIRST] = true;
        }
    }
}

/* A held row's classes as palette indices, one byte a pixel. */
static void spread_row(const struct density *d, const struct palette *p, const int8_t *classes,
                       uint8_t *pixels)
{
    for (int col = 0; col < d->cols; col++) {
        int end = col + 1 < d->cols ? d->first_col[col + 1] : d->size_px;
        uint8_t index = p->index_of[classes[col] - CLASS_FIRST];
        int at = d->first_col[col];
        pixels[at] = index;
        if (at + 1 < end) {
            memset(pixels + at + 1, index, (size_t)(end - at - 1));
        }
    }
}

/* Two pixels become one of twice the bits, until they fill a byte; the first is the higher. */
static void pack_row(uint8_t *pixels, int width, int bits)
{
    for (; bits < 8; bits *= 2, width = (width + 1) / 2) {
        for (int i = 0; i < width / 2; i++) {
            pixels[i] = (uint8_t)(pixels[2 * i] << bits | pixels[2 * i + 1]);
        }
        if (width % 2 != 0) {
            pixels[width / 2] = (uint8_t)(pixels[width - 1] << bits);
        }
    }
}

static bool is_noise(const struct density *d)
{
    return (int64_t)d->rows * d->cols * 4 > (int64_t)d->size_px * d->size_px;
}

static enum err encode_held(const struct density *d, const struct palette *p,
                            const struct png_text *texts, int text_count, const int8_t *classes,
                            uint8_t *rows, struct buf *out, struct why *why)
{
    size_t row_bytes = ((size_t)d->size_px * (size_t)p->bits + 7) / 8;
    uint8_t pixels[MAX_TILE_PX];
    for (int row = 0; row < d->rows; row++) {
        spread_row(d, p, classes + (size_t)row * (size_t)d->cols, pixels);
        pack_row(pixels, d->size_px, p->bits);
        memcpy(rows + (size_t)row * row_bytes, pixels, row_bytes);
    }
    struct image m = {.width = d->size_px,
                      .height = d->size_px,
                      .colour_type = PNG_COLOR_TYPE_PALETTE,
                      .row_bytes = row_bytes,
                      .rows = rows,
                      .row_of = d->row_of,
                      .palette = p,
                      .is_noise = is_noise(d),
                      .texts = texts,
                      .text_count = text_count};
    return encode_image(&m, out, why);
}

enum err encode_png(const struct density *d, const struct style *s, const struct png_text *texts,
                    int text_count, struct buf *out, struct why *why)
{
    assert(d->size_px > 0 && d->size_px <= MAX_TILE_PX && text_count <= MAX_PNG_TEXTS);
    size_t held = (size_t)d->rows * (size_t)d->cols;
    uint8_t *memory = malloc(held + (size_t)d->rows * (size_t)d->size_px);
    if (memory == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture");
    }
    int8_t *classes = (int8_t *)memory;
    bool is_used[PALETTE_MAX] = {false};
    struct palette palette;
    classify(d, s, classes, is_used);
    palette_build(&palette, s, is_used);
    enum err e = encode_held(d, &palette, texts, text_count, classes, memory + held, out, why);
    free(memory);
    return e;
}

enum err encode_rgba_png(const uint8_t *rgba, int width, int height, struct buf *out,
                         struct why *why)
{
    assert(width > 0 && width <= MAX_SIDE_PX && height > 0 && height <= MAX_SIDE_PX);
    struct image m = {.width = width,
                      .height = height,
                      .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                      .row_bytes = (size_t)width * 4,
                      .rows = rgba};
    return encode_image(&m, out, why);
}
