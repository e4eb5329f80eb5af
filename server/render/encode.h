/* encode.h - a density raster as bytes for the wire. The only folder that includes libpng.
 *
 * Every format shows the same values: a pixel's class in the JSON is its colour in the PNG. Safe
 * from any thread.
 */
#ifndef RENDER_ENCODE_H
#define RENDER_ENCODE_H

#include "base/buf.h"
#include "render/density.h"
#include "render/style.h"

/** One remark about a picture; key: 1..79 ASCII letters ("Title", "MassSum"), value: UTF-8. */
struct png_text {
    const char *key;
    const char *value;
};

/** A palette PNG of 1, 2, 4 or 8 bits with only the colours in use. Texts become tEXt, or iTXt
 *  where they are not plain ASCII; an empty value is left out.
 *  @return ERR_NO_MEMORY or ERR_TOO_LARGE (out's maximum), ERR_INTERNAL from the library. */
enum err encode_png(const struct density *d, const struct style *s, const struct png_text *texts,
                    int text_count, struct buf *out, struct why *why) MUST_CHECK;
/** {"size","unit","style","breaks","level","mass_t","texts":{..},"class":[[..]],"value":[[..]]}.
 *  class: 0.. as in the style, -1 = exactly zero, null = no data; value: t/km2/yr or null. */
enum err encode_json(const struct density *d, const struct style *s, const struct png_text *texts,
                     int text_count, struct buf *out) MUST_CHECK;
/** Little-endian float32, rows north to south, t/km2/yr, NaN = no data. */
enum err encode_f32(const struct density *d, struct buf *out) MUST_CHECK;
/** Any 8-bit RGBA image (legends), width x height x 4 bytes. */
enum err encode_rgba_png(const uint8_t *rgba, int width, int height, struct buf *out,
                         struct why *why) MUST_CHECK;
/** The same of width x rows x 4 bytes, whose last row is repeated down to the height. */
enum err encode_rgba_png_long(const uint8_t *rgba, int width, int rows, int height, struct buf *out,
                              struct why *why) MUST_CHECK;

/** The class of every held pixel of a held row into classes[cols]; int8_t holds them all. */
void encode_classify_held(const struct density *d, const struct style *s, int row, int8_t *classes);

#endif
