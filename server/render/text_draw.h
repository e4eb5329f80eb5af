/* text_draw.h - short lines of text as pixels, for legends. The only folder that includes FreeType.
 *
 * Left-to-right scripts without shaping (Latin, Cyrillic, Hangul). Each character comes from the
 * first installed font that has it (fontconfig); fonts are the system's own files, never input.
 * One text_draw, one thread.
 */
#ifndef RENDER_TEXT_DRAW_H
#define RENDER_TEXT_DRAW_H

#include <stdint.h>

#include "base/err.h"

struct text_draw;

/** @param lang  "en", "ru" ...: which fonts come first; borrowed.
 *  @return ERR_UNAVAILABLE when no font is installed, ERR_NO_MEMORY. */
enum err text_draw_new(const char *lang, int size_px, struct text_draw **out,
                       struct why *why) MUST_CHECK;
void text_draw_free(struct text_draw *t); /* accepts NULL */
/** Looks for a language's fonts, which the first text in it would wait for. From any thread. */
void text_draw_prepare(const char *lang);
/** Whether all that was asked of it so far is right. @return ERR_NO_MEMORY when a character's
 *  picture could not be had. */
enum err text_draw_end(const struct text_draw *t) MUST_CHECK;

/** Advance of a text in pixels. Bytes that are no UTF-8 count as U+FFFD. */
int text_draw_width(struct text_draw *t, const char *text);

struct canvas {
    uint8_t *rgba; /* width x height x 4, row 0 on top */
    int width, height;
};
/** Draws dark text on an opaque canvas; x is the left end, baseline_y the base line. What falls
 *  outside is cut. */
void text_draw_on(struct text_draw *t, struct canvas on, int x, int baseline_y, const char *text);

#endif
