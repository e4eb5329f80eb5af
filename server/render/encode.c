#include "render/encode.h"

#include <assert.h>
#include <endian.h>
#include <math.h>
#include <string.h>

#include "base/vector.h"

#define MAX_SIDE_PX 4096 /* of a map, which is larger than any tile */

_Static_assert(STYLE_MAX_CLASSES <= INT8_MAX, "a class must fit int8_t");

/* Four values at a time: the class is the number of breaks at or below the value. NaN is at or
 * above none, so it comes out as class 0 and is set right by whoever knows it. */
FOR_THIS_CPU static void count_breaks(const struct style *s, const double *values, int n,
                                      int8_t *classes)
{
    for (int i = 0; i < n; i += 4) {
        four_doubles value;
        four_masks count = {0};
        memcpy(&value, values + i, sizeof value);
        for (int k = 0; k < s->break_count; k++) {
            count -= value >= s->breaks[k];
        }
        for (int k = 0; k < 4; k++) {
            classes[i + k] = (int8_t)count[k];
        }
    }
}

void encode_classify_held(const struct density *d, const struct style *s, int row, int8_t *classes)
{
    double values[MAX_SIDE_PX];
    int8_t counts[MAX_SIDE_PX];
    int n = (d->cols + 3) / 4 * 4;
    assert(n <= MAX_SIDE_PX);
    density_held_row(d, row, values);
    for (int i = d->cols; i < n; i++) {
        values[i] = 0;
    }
    count_breaks(s, values, n, counts);
    for (int i = 0; i < d->cols; i++) {
        classes[i] = isnan(values[i]) ? STYLE_CLASS_NODATA
                     : values[i] == 0 ? STYLE_CLASS_ZERO
                                      : counts[i];
    }
}

enum err encode_f32(const struct density *d, struct buf *out)
{
    uint32_t line[MAX_SIDE_PX];
    assert(d->size_px <= MAX_SIDE_PX);
    for (int row = 0; row < d->size_px; row++) {
        for (int i = 0; i < d->size_px; i++) {
            float value = (float)density_value(d, row * d->size_px + i);
            memcpy(&line[i], &value, sizeof value);
            line[i] = htole32(line[i]);
        }
        buf_add(out, line, (size_t)d->size_px * sizeof line[0]);
    }
    return out->failed;
}

static void add_head(struct buf *out, const struct density *d, const struct style *s)
{
    buf_printf(out, "{\"size\":%d,\"unit\":", d->size_px);
    buf_add_json_str(out, s->unit);
    buf_add_str(out, ",\"style\":");
    buf_add_json_str(out, s->id);
    buf_add_str(out, ",\"breaks\":[");
    for (int i = 0; i < s->break_count; i++) {
        buf_add_str(out, i == 0 ? "" : ",");
        buf_add_json_double(out, s->breaks[i]);
    }
    buf_printf(out, "],\"level\":%d,\"mass_t\":", d->level);
    buf_add_json_double(out, d->sum_t);
}

static void add_texts(struct buf *out, const struct png_text *texts, int text_count)
{
    buf_add_str(out, ",\"texts\":{");
    for (int i = 0; i < text_count; i++) {
        buf_add_str(out, i == 0 ? "" : ",");
        buf_add_json_str(out, texts[i].key);
        buf_add_char(out, ':');
        buf_add_json_str(out, texts[i].value);
    }
    buf_add_char(out, '}');
}

static void add_class(struct buf *out, int class_index)
{
    if (class_index == STYLE_CLASS_NODATA) {
        buf_add_str(out, "null");
    } else if (class_index == STYLE_CLASS_ZERO) {
        buf_add_str(out, "-1");
    } else {
        buf_printf(out, "%d", class_index);
    }
}

static void add_class_row(struct buf *out, const struct density *d, const struct style *s, int row)
{
    int8_t classes[MAX_SIDE_PX];
    assert(d->size_px <= MAX_SIDE_PX);
    encode_classify_held(d, s, d->row_of[row], classes);
    for (int i = 0; i < d->size_px; i++) {
        buf_add_str(out, i == 0 ? "" : ",");
        add_class(out, classes[d->col_of[i]]);
    }
}

static void add_value_row(struct buf *out, const struct density *d, const struct style *s, int row)
{
    (void)s;
    for (int i = 0; i < d->size_px; i++) {
        buf_add_str(out, i == 0 ? "" : ",");
        buf_add_json_double(out, density_value(d, row * d->size_px + i));
    }
}

static void add_rows(struct buf *out, const char *name, const struct density *d,
                     const struct style *s,
                     void (*add)(struct buf *, const struct density *, const struct style *, int))
{
    buf_printf(out, ",\n\"%s\":[", name);
    for (int row = 0; row < d->size_px; row++) {
        buf_add_str(out, row == 0 ? "\n[" : ",\n[");
        add(out, d, s, row);
        buf_add_char(out, ']');
    }
    buf_add_char(out, ']');
}

enum err encode_json(const struct density *d, const struct style *s, const struct png_text *texts,
                     int text_count, struct buf *out)
{
    add_head(out, d, s);
    add_texts(out, texts, text_count);
    add_rows(out, "class", d, s, add_class_row);
    add_rows(out, "value", d, s, add_value_row);
    buf_add_str(out, "}\n");
    return out->failed;
}
