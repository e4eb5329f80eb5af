/* encode_png.c - PNG through libpng's row and chunk interface, nothing else of it.
 *
 * libpng writes the chunks of a palette picture; its pixels are one stream of our own. Their bits
 * are packed and no filter is applied: rows that repeat are matches anyway, and a filter only
 * breaks up the others (docs/decisions/0016-speed-what-paid.md has the figures).
 */
#include "render/encode.h"

#include <assert.h>
#include <endian.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "render/deflate.h"

#define PALETTE_MAX   (STYLE_MAX_CLASSES + 2) /* and no data, zero */
#define CLASS_FIRST   STYLE_CLASS_ZERO        /* the lowest class number */
#define MAX_PNG_TEXTS 16
#define MAX_SIDE_PX   8192
#define MAX_TILE_PX   4096 /* of a map, which is larger than any tile */
#define EIGHT         8    /* pixels in a word, before they are packed */
#define CALM_CELL_PX  128  /* of one cell; smaller ones are searched less (decision 16) */
#define CALM_MAX_PX   ((int64_t)512 * 512) /* of a picture; in a larger one it takes too long */

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
    int row_count;                 /* of `rows`; the last is repeated down to the height */
    const struct palette *palette; /* NULL for RGBA */
    const struct png_text *texts;
    int text_count;
};

/* A zlib stream of filtered rows. */
struct stream {
    const uint8_t *bytes;
    size_t len;
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

static void write_rows(png_structp png, const struct image *m)
{
    for (int row = 0; row < m->height; row++) {
        int held = row < m->row_count ? row : m->row_count - 1;
        png_write_row(png, m->rows + (size_t)held * m->row_bytes);
    }
    png_write_end(png, NULL);
}

static void write_stream(png_structp png, const struct stream *pixels)
{
    static const png_byte data_chunk[] = "IDAT", end_chunk[] = "IEND";
    png_write_chunk(png, data_chunk, pixels->bytes, pixels->len);
    png_write_chunk(png, end_chunk, NULL, 0);
}

/* The only function libpng jumps back into; it changes no variable of its own.
 * @param pixels  NULL = libpng compresses the rows. */
static bool write_image(png_structp png, png_infop info, const struct image *m,
                        const struct stream *pixels)
{
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    set_header(png, info, m);
    png_write_info(png, info);
    if (pixels == NULL) {
        write_rows(png, m);
    } else {
        write_stream(png, pixels);
    }
    return true;
}

static enum err encode_image(const struct image *m, const struct stream *pixels, struct buf *out,
                             struct why *why)
{
    struct sink sink = {.out = out};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink, on_error, on_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture");
    }
    png_set_write_fn(png, &sink, on_bytes, on_flush);
    bool is_written = write_image(png, info, m, pixels);
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
        encode_classify_held(d, s, row, classes + (size_t)row * (size_t)d->cols);
    }
    for (int i = CLASS_FIRST; i < s->class_count; i++) {
        size_t held = (size_t)d->rows * (size_t)d->cols;
        is_used[i - CLASS_FIRST] = memchr(classes, (uint8_t)i, held) != NULL;
    }
}

/* Runs are written in eights, of which most need one: what is too much of one is under the next,
 * or under the spare bytes. */
static inline void put_run(uint8_t *pixels, int from, int end, uint8_t index)
{
    uint64_t eight = index * (UINT64_MAX / UINT8_MAX);
    do {
        memcpy(pixels + from, &eight, sizeof eight);
        from += EIGHT;
    } while (from < end);
}

/* A held row's classes as palette indices, one byte a pixel. */
static void spread_row(const struct density *d, const struct palette *p, const int8_t *classes,
                       uint8_t *pixels)
{
    const png_byte *index_of = p->index_of - CLASS_FIRST;
    if (d->cols == d->size_px) {
#pragma GCC unroll 8
        for (int col = 0; col < d->cols; col++) {
            pixels[col] = index_of[classes[col]];
        }
        return;
    }
    int last = d->cols - 1, from = d->first_col[0];
    for (int col = 0; col < last; col++) {
        int end = d->first_col[col + 1];
        put_run(pixels, from, end, index_of[classes[col]]);
        from = end;
    }
    put_run(pixels, from, d->size_px, index_of[classes[last]]);
}

/* Of eight bytes, each of few bits, every two become one of twice the bits; the first is the
 * higher. */
static uint32_t join_pairs(uint64_t eight, int bits)
{
    uint64_t pairs = (eight << bits | eight >> 8) & 0x00FF00FF00FF00FF;
    pairs = (pairs | pairs >> 8) & 0x0000FFFF0000FFFF;
    return (uint32_t)(pairs | pairs >> 16);
}

/* Two pixels become one of twice the bits, until they fill a byte.
 * @param pixels  with EIGHT spare bytes behind them, whose content is lost. */
static void pack_row(uint8_t *pixels, int width, int bits)
{
    for (; bits < 8; bits *= 2, width = (width + 1) / 2) {
        memset(pixels + width, 0, EIGHT);
        for (int i = 0; i < width; i += EIGHT) {
            uint64_t eight;
            memcpy(&eight, pixels + i, sizeof eight);
            uint32_t four = htole32(join_pairs(le64toh(eight), bits));
            memcpy(pixels + i / 2, &four, sizeof four);
        }
    }
}

/* All pixel rows, each behind the number of its filter, packed. */
static void write_lines(const struct density *d, const struct palette *p, const int8_t *classes,
                        uint8_t *lines)
{
    size_t row_bytes = ((size_t)d->size_px * (size_t)p->bits + 7) / 8;
    uint8_t pixels[MAX_TILE_PX + EIGHT];
    for (int row = 0; row < d->rows; row++) {
        int end = row + 1 < d->rows ? d->first_row[row + 1] : d->height_px;
        spread_row(d, p, classes + (size_t)row * (size_t)d->cols, pixels);
        pack_row(pixels, d->size_px, p->bits);
        for (int i = d->first_row[row]; i < end; i++) {
            uint8_t *line = lines + (size_t)i * (row_bytes + 1);
            line[0] = PNG_FILTER_VALUE_NONE;
            memcpy(line + 1, pixels, row_bytes);
        }
    }
}

/* Small cells are short runs: what a longer search would find there is 1 % of the bytes. */
static enum deflate_effort effort_of(const struct density *d)
{
    int64_t cells = (int64_t)d->rows * d->cols, pixels = (int64_t)d->size_px * d->height_px;
    int64_t calm = (pixels < CALM_MAX_PX ? pixels : CALM_MAX_PX) / CALM_CELL_PX;
    return cells <= calm ? DEFLATE_THOROUGH : DEFLATE_QUICK;
}

/* @param lines, room  scratch: the lines, then what they are deflated to. */
static enum err encode_lines(const struct density *d, const struct palette *p,
                             const struct png_text *texts, int text_count, const uint8_t *lines,
                             size_t len, uint8_t *deflated, size_t room, struct buf *out,
                             struct why *why)
{
    struct stream pixels = {deflated, deflate_bytes(effort_of(d), lines, len, deflated, room)};
    struct image m = {.width = d->size_px,
                      .height = d->height_px,
                      .colour_type = PNG_COLOR_TYPE_PALETTE,
                      .palette = p,
                      .texts = texts,
                      .text_count = text_count};
    return pixels.len == 0 ? why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture")
                           : encode_image(&m, &pixels, out, why);
}

enum err encode_png(const struct density *d, const struct style *s, const struct png_text *texts,
                    int text_count, struct buf *out, struct why *why)
{
    assert(d->size_px > 0 && d->size_px <= MAX_TILE_PX && d->height_px > 0 &&
           text_count <= MAX_PNG_TEXTS);
    size_t held = (size_t)d->rows * (size_t)d->cols;
    int8_t *classes = malloc(held);
    bool is_used[PALETTE_MAX] = {false};
    struct palette p;
    if (classes == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture");
    }
    classify(d, s, classes, is_used);
    palette_build(&p, s, is_used);
    size_t row_bytes = ((size_t)d->size_px * (size_t)p.bits + 7) / 8;
    size_t len = (size_t)d->height_px * (row_bytes + 1), room = deflate_bound(len);
    uint8_t *lines = malloc(len + room);
    enum err e = ERR_NO_MEMORY;
    if (lines != NULL) {
        write_lines(d, &p, classes, lines);
        e = encode_lines(d, &p, texts, text_count, lines, len, lines + len, room, out, why);
    }
    free(lines);
    free(classes);
    return e == ERR_OK ? e : why_set(why, e, NULL, "no memory for a picture");
}

enum err encode_rgba_png(const uint8_t *rgba, int width, int height, struct buf *out,
                         struct why *why)
{
    return encode_rgba_png_long(rgba, width, height, height, out, why);
}

enum err encode_rgba_png_long(const uint8_t *rgba, int width, int rows, int height, struct buf *out,
                              struct why *why)
{
    assert(width > 0 && width <= MAX_SIDE_PX && height > 0 && height <= MAX_SIDE_PX && rows > 0);
    struct image m = {.width = width,
                      .height = height,
                      .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                      .row_bytes = (size_t)width * 4,
                      .rows = rgba,
                      .row_count = rows};
    return encode_image(&m, NULL, out, why);
}
