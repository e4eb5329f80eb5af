/* encode.h - a density raster as bytes for the wire. The only folder that includes libpng. */
#ifndef RENDER_ENCODE_H
#define RENDER_ENCODE_H

#include "base/buf.h"
#include "render/density.h"
#include "render/style.h"

struct png_text { const char *key; const char *value; }; /* Latin-1 tEXt or UTF-8 iTXt as needed */

/** 8-bit (or fewer) palette PNG, only the colours in use, tRNS, row API only. */
enum err encode_png(const struct density *d, const struct style *s, const struct png_text *texts,
                    int text_count, struct buf *out, struct why *why) MUST_CHECK;
/** {"size","unit","style","breaks","class":[[..]],"value":[[..]]}; null = no data. */
enum err encode_json(const struct density *d, const struct style *s, const struct png_text *texts,
                     int text_count, struct buf *out) MUST_CHECK;
/** Little-endian float32, rows north to south, t/km2/yr, NaN = no data. */
enum err encode_f32(const struct density *d, struct buf *out) MUST_CHECK;
/** Any 8-bit RGBA image (legends). */
enum err encode_rgba_png(const uint8_t *rgba, int width, int height, struct buf *out,
                         struct why *why) MUST_CHECK;

#endif
