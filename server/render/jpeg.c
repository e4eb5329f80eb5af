/* jpeg.c - JPEG by libjpeg-turbo's row interface. Its errors jump: into write_image() alone, which
 * owns nothing and changes no variable of its own.
 */
#include "render/jpeg.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#define QUALITY     92
#define CHUNK_BYTES 4096
#define COMMENT_MAX 1024
#define MAX_SIDE_PX 4096
#define RGB_BYTES   3

/* Where rows come from: a density with its classes, or pixels. */
struct image {
    int width, height;
    const struct density *density; /* NULL for pixels */
    const struct style *style;
    const int8_t *classes; /* density->rows x density->cols */
    const uint8_t *rgba;
    int row_count; /* of rgba; the last is repeated down to the height */
    const struct png_text *texts;
    int text_count;
};

struct writer {
    struct jpeg_compress_struct library;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr sink;
    jmp_buf on_error;
    char message[JMSG_LENGTH_MAX];
    struct buf *out;
    JOCTET chunk[CHUNK_BYTES];
    uint8_t row[MAX_SIDE_PX * RGB_BYTES];
};

static struct writer *writer_of(j_common_ptr library)
{
    return library->client_data;
}

static void on_error(j_common_ptr library)
{
    struct writer *w = writer_of(library);
    library->err->format_message(library, w->message);
    longjmp(w->on_error, 1);
}

static void on_message(j_common_ptr library)
{
    (void)library; /* warnings: there are none about pictures that are written */
}

static void begin_chunk(struct writer *w)
{
    w->sink.next_output_byte = w->chunk;
    w->sink.free_in_buffer = CHUNK_BYTES;
}

static void flush(struct writer *w, size_t len)
{
    buf_add(w->out, w->chunk, len);
    if (w->out->failed != ERR_OK) {
        (void)snprintf(w->message, sizeof w->message, "the buffer is full");
        longjmp(w->on_error, 1);
    }
    begin_chunk(w);
}

static void on_begin(j_compress_ptr library)
{
    begin_chunk(library->client_data);
}

static boolean on_full(j_compress_ptr library)
{
    flush(library->client_data, CHUNK_BYTES); /* the whole chunk, whatever the pointers say */
    return TRUE;
}

static void on_end(j_compress_ptr library)
{
    struct writer *w = library->client_data;
    flush(w, CHUNK_BYTES - w->sink.free_in_buffer);
}

static void make_row(struct writer *w, const struct image *m, int row)
{
    const struct density *d = m->density;
    int held = row < m->row_count ? row : m->row_count - 1;
    for (int col = 0; col < m->width; col++) {
        uint8_t *to = w->row + (ptrdiff_t)col * RGB_BYTES;
        if (d == NULL) {
            memcpy(to, m->rgba + ((size_t)held * (size_t)m->width + (size_t)col) * 4, RGB_BYTES);
            continue;
        }
        size_t at = (size_t)d->row_of[row] * (size_t)d->cols + (size_t)d->col_of[col];
        struct rgba c = style_colour(m->style, m->classes[at]);
        to[0] = c.r;
        to[1] = c.g;
        to[2] = c.b;
    }
}

static void write_texts(struct writer *w, const struct image *m)
{
    char line[COMMENT_MAX];
    for (int i = 0; i < m->text_count; i++) {
        const struct png_text *t = &m->texts[i];
        if (t->value == NULL || t->value[0] == '\0') {
            continue;
        }
        int len = snprintf(line, sizeof line, "%s: %s", t->key, t->value);
        unsigned kept = len < (int)sizeof line ? (unsigned)len : (unsigned)sizeof line - 1;
        jpeg_write_marker(&w->library, JPEG_COM, (const JOCTET *)line, kept);
    }
}

static void set_header(struct writer *w, const struct image *m)
{
    struct jpeg_compress_struct *library = &w->library;
    library->image_width = (JDIMENSION)m->width;
    library->image_height = (JDIMENSION)m->height;
    library->input_components = RGB_BYTES;
    library->in_color_space = JCS_RGB;
    jpeg_set_defaults(library);
    jpeg_set_quality(library, QUALITY, TRUE);
    for (int i = 0; i < library->num_components; i++) {
        library->comp_info[i].h_samp_factor = 1;
        library->comp_info[i].v_samp_factor = 1;
    }
}

/* The only function the library jumps back into. */
static bool write_image(struct writer *w, const struct image *m)
{
    if (setjmp(w->on_error) != 0) {
        return false;
    }
    jpeg_create_compress(&w->library);
    w->library.client_data = w;
    w->library.dest = &w->sink;
    set_header(w, m);
    jpeg_start_compress(&w->library, TRUE);
    write_texts(w, m);
    for (int row = 0; row < m->height; row++) {
        JSAMPROW line = w->row;
        make_row(w, m, row);
        (void)jpeg_write_scanlines(&w->library, &line, 1);
    }
    jpeg_finish_compress(&w->library);
    return true;
}

static enum err encode_image(const struct image *m, struct buf *out, struct why *why)
{
    assert(m->width > 0 && m->width <= MAX_SIDE_PX && m->height > 0 && m->height <= MAX_SIDE_PX);
    struct writer *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture");
    }
    w->out = out;
    w->library.err = jpeg_std_error(&w->errors);
    w->library.client_data = w; /* creating may fail already */
    w->errors.error_exit = on_error;
    w->errors.output_message = on_message;
    w->sink.init_destination = on_begin;
    w->sink.empty_output_buffer = on_full;
    w->sink.term_destination = on_end;
    enum err e = ERR_OK;
    if (!write_image(w, m)) {
        e = out->failed != ERR_OK ? out->failed : ERR_INTERNAL;
        (void)why_set(why, e, NULL, "the picture could not be written: %s", w->message);
    }
    jpeg_destroy_compress(&w->library);
    free(w);
    return e;
}

enum err encode_jpeg(const struct density *d, const struct style *s, const struct png_text *texts,
                     int text_count, struct buf *out, struct why *why)
{
    int8_t *classes = malloc((size_t)d->rows * (size_t)d->cols);
    if (classes == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a picture");
    }
    for (int row = 0; row < d->rows; row++) {
        encode_classify_held(d, s, row, classes + (size_t)row * (size_t)d->cols);
    }
    const struct image m = {.width = d->size_px,
                            .height = d->height_px,
                            .density = d,
                            .style = s,
                            .classes = classes,
                            .texts = texts,
                            .text_count = text_count};
    enum err e = encode_image(&m, out, why);
    free(classes);
    return e;
}

enum err encode_rgba_jpeg(const uint8_t *rgba, int width, int height, struct buf *out,
                          struct why *why)
{
    return encode_rgba_jpeg_long(rgba, width, height, height, out, why);
}

enum err encode_rgba_jpeg_long(const uint8_t *rgba, int width, int rows, int height,
                               struct buf *out, struct why *why)
{
    const struct image m = {.width = width, .height = height, .rgba = rgba, .row_count = rows};
    return encode_image(&m, out, why);
}
