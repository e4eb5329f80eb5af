/* jpeg.h - a density raster, or any picture, as JPEG: what GDAL's WMS driver asks for by itself.
 *
 * JPEG blurs the edges of classes by a few levels of colour and has no transparency: PNG is the
 * picture, this is for programs that will not ask for it. Baseline, quality 92, the colours not
 * subsampled. Rows are made one by one: memory is the classes of the held pixels and one row. Safe
 * from any thread.
 */
#ifndef RENDER_JPEG_H
#define RENDER_JPEG_H

#include "render/encode.h"

/** @param s  its colours are taken as opaque. Texts become comments ("Title: ..."); an empty value
 *  is left out.
 *  @return ERR_NO_MEMORY or ERR_TOO_LARGE (out's maximum), ERR_INTERNAL from the library. */
enum err encode_jpeg(const struct density *d, const struct style *s, const struct png_text *texts,
                     int text_count, struct buf *out, struct why *why) MUST_CHECK;
/** @param rgba  width x height x 4 bytes; its alpha is not looked at. */
enum err encode_rgba_jpeg(const uint8_t *rgba, int width, int height, struct buf *out,
                          struct why *why) MUST_CHECK;
/** The same of width x rows x 4 bytes, whose last row is repeated down to the height. */
enum err encode_rgba_jpeg_long(const uint8_t *rgba, int width, int rows, int height,
                               struct buf *out, struct why *why) MUST_CHECK;

#endif
