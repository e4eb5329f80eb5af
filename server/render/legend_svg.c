#include <stdio.h>
#include <string.h>

#include "render/legend_picture.h"

void legend_row_label(const struct style *s, enum lang lang, int row, char out[LEGEND_TEXT_SIZE])
{
    char label[LEGEND_TEXT_SIZE];
    legend_label(s, lang, legend_row_class(s, row), label);
    const char *end = row == 0                    ? legend_end(s, lang, false)
                      : row == s->class_count - 1 ? legend_end(s, lang, true)
                                                  : "";
    if (end[0] == '\0') {
        memcpy(out, label, LEGEND_TEXT_SIZE);
    } else if (snprintf(out, LEGEND_TEXT_SIZE, "%s (%s)", label, end) >= LEGEND_TEXT_SIZE) {
        memcpy(out, label, LEGEND_TEXT_SIZE);
    }
}

static void add_escaped(struct buf *out, const char *text)
{
    buf_add_markup(out, text, strlen(text));
}

/* A generous width: nobody can measure text that the reader's fonts will draw. Hangul counts
 * twice. */
static int text_width(const char *text, int size_px)
{
    int units = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x80 || c >= 0xC0) { /* the first byte of a character */
            units += c >= 0xEA && c <= 0xED ? 11 : 7;
        }
    }
    return units * size_px / 10;
}

static int picture_width(const struct style *s, enum lang lang, const struct legend_text *t)
{
    int left = LEGEND_SWATCH_W + LEGEND_GAP;
    int width = text_width(t->title, LEGEND_TITLE_PX);
    int unit = text_width(t->unit, LEGEND_TEXT_PX);
    width = unit > width ? unit : width;
    for (int row = 0; row < legend_row_count(s); row++) {
        char label[LEGEND_TEXT_SIZE];
        legend_row_label(s, lang, row, label);
        int w = left + text_width(label, LEGEND_TEXT_PX);
        width = w > width ? w : width;
    }
    return width + 2 * LEGEND_MARGIN;
}

static void add_text(struct buf *out, int x, int y, int size_px, const char *weight,
                     const char *text)
{
    buf_printf(out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\"%s>", x, y, size_px, weight);
    add_escaped(out, text);
    buf_add_str(out, "</text>\n");
}

static void add_row(struct buf *out, const struct style *s, enum lang lang, int row)
{
    int y = LEGEND_HEAD + row * LEGEND_ROW;
    struct rgba c = style_colour(s, legend_row_class(s, row));
    buf_printf(out,
               "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%02x%02x%02x\" "
               "fill-opacity=\"%.3f\" stroke=\"#767676\"%s/>\n",
               LEGEND_MARGIN, y, LEGEND_SWATCH_W, LEGEND_SWATCH_H, c.r, c.g, c.b, c.a / 255.0,
               c.a == 0 ? " stroke-dasharray=\"3 2\"" : "");
    char label[LEGEND_TEXT_SIZE];
    legend_row_label(s, lang, row, label);
    add_text(out, LEGEND_MARGIN + LEGEND_SWATCH_W + LEGEND_GAP, y + LEGEND_SWATCH_H - 3,
             LEGEND_TEXT_PX, "", label);
}

enum err legend_svg(const struct style *s, enum lang lang, const struct legend_text *t,
                    struct buf *out)
{
    int width = picture_width(s, lang, t), height = legend_height(s);
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
               "viewBox=\"0 0 %d %d\" role=\"img\" xml:lang=\"%s\" "
               "font-family=\"DejaVu Sans, Noto Sans, Nanum Gothic, sans-serif\" "
               "fill=\"#222222\">\n<title>",
               width, height, width, height, lang_word(lang));
    add_escaped(out, t->title);
    buf_add_str(out, ", ");
    add_escaped(out, t->unit);
    buf_printf(out, "</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", width,
               height);
    add_text(out, LEGEND_MARGIN, LEGEND_MARGIN + 12, LEGEND_TITLE_PX, " font-weight=\"bold\"",
             t->title);
    add_text(out, LEGEND_MARGIN, LEGEND_MARGIN + 28, LEGEND_TEXT_PX, "", t->unit);
    for (int row = 0; row < legend_row_count(s); row++) {
        add_row(out, s, lang, row);
    }
    buf_add_str(out, "</svg>\n");
    return out->failed;
}
