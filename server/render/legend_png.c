#include <stdlib.h>
#include <string.h>

#include "render/jpeg.h"
#include "render/legend_picture.h"
#include "render/text_draw.h"

#define MAX_WIDTH_PX 1200

struct pens {
    struct text_draw *title;
    struct text_draw *text;
};

static int picture_width(const struct style *s, enum lang lang, const struct legend_text *t,
                         struct pens p)
{
    int width = text_draw_width(p.title, t->title);
    int unit = text_draw_width(p.text, t->unit);
    width = unit > width ? unit : width;
    for (int row = 0; row < legend_row_count(s); row++) {
        char label[LEGEND_TEXT_SIZE];
        legend_row_label(s, lang, row, label);
        int w = LEGEND_SWATCH_W + LEGEND_GAP + text_draw_width(p.text, label);
        width = w > width ? w : width;
    }
    width += 2 * LEGEND_MARGIN;
    return width < MAX_WIDTH_PX ? width : MAX_WIDTH_PX;
}

/* A colour over the white ground. */
static uint8_t over_white(uint8_t part, uint8_t alpha)
{
    return (uint8_t)((part * alpha + 255 * (255 - alpha)) / 255);
}

static void draw_swatch(struct canvas on, int x0, int y0, struct rgba c)
{
    for (int y = 0; y < LEGEND_SWATCH_H; y++) {
        for (int x = 0; x < LEGEND_SWATCH_W; x++) {
            bool is_edge = y == 0 || x == 0 || y == LEGEND_SWATCH_H - 1 || x == LEGEND_SWATCH_W - 1;
            bool is_dash = c.a == 0 && (x + y) % 5 >= 3;
            struct rgba ink = is_edge && !is_dash ? (struct rgba){0x76, 0x76, 0x76, 255} : c;
            uint8_t *pixel = on.rgba + ((size_t)(y0 + y) * (size_t)on.width + (size_t)(x0 + x)) * 4;
            pixel[0] = over_white(ink.r, ink.a);
            pixel[1] = over_white(ink.g, ink.a);
            pixel[2] = over_white(ink.b, ink.a);
        }
    }
}

static void draw_all(struct canvas on, const struct style *s, enum lang lang,
                     const struct legend_text *t, struct pens p)
{
    text_draw_on(p.title, on, LEGEND_MARGIN, LEGEND_MARGIN + 12, t->title);
    text_draw_on(p.text, on, LEGEND_MARGIN, LEGEND_MARGIN + 28, t->unit);
    for (int row = 0; row < legend_row_count(s); row++) {
        int y = LEGEND_HEAD + row * LEGEND_ROW;
        draw_swatch(on, LEGEND_MARGIN, y, style_colour(s, legend_row_class(s, row)));
        char label[LEGEND_TEXT_SIZE];
        legend_row_label(s, lang, row, label);
        text_draw_on(p.text, on, LEGEND_MARGIN + LEGEND_SWATCH_W + LEGEND_GAP,
                     y + LEGEND_SWATCH_H - 3, label);
    }
}

/* One of the two ways to write pixels. */
struct encoder {
    enum err (*write)(const uint8_t *rgba, int width, int height, struct buf *out, struct why *why);
};

static enum err draw_and_encode(const struct style *s, enum lang lang, const struct legend_text *t,
                                struct pens p, struct encoder encoder, struct buf *out,
                                struct why *why)
{
    struct canvas on = {.width = picture_width(s, lang, t, p), .height = legend_height(s)};
    size_t bytes = (size_t)on.width * (size_t)on.height * 4;
    on.rgba = malloc(bytes);
    if (on.rgba == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for a legend");
    }
    memset(on.rgba, 0xFF, bytes);
    draw_all(on, s, lang, t, p);
    enum err e = encoder.write(on.rgba, on.width, on.height, out, why);
    free(on.rgba);
    return e;
}

static enum err open_pens(enum lang lang, struct pens *p, struct why *why)
{
    *p = (struct pens){NULL, NULL};
    enum err e = text_draw_new(lang_word(lang), LEGEND_TITLE_PX, &p->title, why);
    return e == ERR_OK ? text_draw_new(lang_word(lang), LEGEND_TEXT_PX, &p->text, why) : e;
}

static void close_pens(struct pens p)
{
    text_draw_free(p.title);
    text_draw_free(p.text);
}

/* @return ERR_NO_MEMORY when letters are missing from what was drawn or measured. */
static enum err end_pens(struct pens p)
{
    enum err e = text_draw_end(p.title);
    return e == ERR_OK ? text_draw_end(p.text) : e;
}

static enum err legend_picture(const struct style *s, enum lang lang, const struct legend_text *t,
                               struct encoder encoder, struct buf *out, struct why *why)
{
    struct pens p;
    enum err e = open_pens(lang, &p, why);
    if (e == ERR_OK) {
        e = draw_and_encode(s, lang, t, p, encoder, out, why);
    }
    if (e == ERR_OK) {
        e = end_pens(p);
    }
    close_pens(p);
    return e;
}

enum err legend_png(const struct style *s, enum lang lang, const struct legend_text *t,
                    struct buf *out, struct why *why)
{
    return legend_picture(s, lang, t, (struct encoder){encode_rgba_png}, out, why);
}

enum err legend_jpeg(const struct style *s, enum lang lang, const struct legend_text *t,
                     struct buf *out, struct why *why)
{
    return legend_picture(s, lang, t, (struct encoder){encode_rgba_jpeg}, out, why);
}

enum err legend_png_size(const struct style *s, enum lang lang, const struct legend_text *t,
                         int *width, int *height, struct why *why)
{
    struct pens p;
    enum err e = open_pens(lang, &p, why);
    if (e == ERR_OK) {
        *width = picture_width(s, lang, t, p);
        *height = legend_height(s);
        e = end_pens(p);
    }
    close_pens(p);
    return e;
}
