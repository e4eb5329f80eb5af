/* legend_picture.h - the measures that the SVG and the PNG legend share, and their rows. Inside
 * render/ only. */
#ifndef RENDER_LEGEND_PICTURE_H
#define RENDER_LEGEND_PICTURE_H

#include "render/legend.h"

enum { /* pixels */
       LEGEND_MARGIN = 10,
       LEGEND_TITLE_PX = 14,
       LEGEND_TEXT_PX = 12,
       LEGEND_ROW = 19,
       LEGEND_SWATCH_W = 28,
       LEGEND_SWATCH_H = 15,
       LEGEND_GAP = 8,
       LEGEND_HEAD = 46 /* above the first row: title and unit */
};

/** Rows of the picture: every class, zero, no data. */
static inline int legend_row_count(const struct style *s)
{
    return s->class_count + 2;
}

/** Class shown in a row. */
static inline int legend_row_class(const struct style *s, int row)
{
    if (row < s->class_count) {
        return row;
    }
    return row == s->class_count ? STYLE_CLASS_ZERO : STYLE_CLASS_NODATA;
}

static inline int legend_height(const struct style *s)
{
    return LEGEND_HEAD + LEGEND_ROW * legend_row_count(s) + LEGEND_MARGIN;
}

/** The row's label, with the meaning of the two ends of a diverging style. */
void legend_row_label(const struct style *s, enum lang lang, int row, char out[LEGEND_TEXT_SIZE]);

#endif
