/* png_chunks.h - the file around a picture's pixels, which are a zlib stream already.
 *
 * A palette picture is seven kinds of chunks, each a copy and a checksum; libpng would allocate a
 * dozen pieces of memory for them. Pure: safe from any thread.
 */
#ifndef RENDER_PNG_CHUNKS_H
#define RENDER_PNG_CHUNKS_H

#include "base/buf.h"
#include "render/encode.h"

struct png_picture {
    int width, height;
    int bits; /* of a pixel: 1, 2, 4 or 8 */
    int colour_count;
    int alpha_count; /* the first so many colours have an alpha; the others are opaque */
    const uint8_t (*colours)[3];
    const uint8_t *alphas;
    const struct png_text *texts;
    int text_count;
    const uint8_t *pixels; /* a zlib stream of filtered rows */
    size_t pixels_len;
};

/** Appends the whole file. @return out->failed */
enum err png_chunks_write(const struct png_picture *p, struct buf *out) MUST_CHECK;

#endif
