#include "render/encode.h"

#include <assert.h>
#include <endian.h>
#include <math.h>
#include <string.h>

#include "base/vector.h"

#define MAX_SIDE_PX 4096 /* of a map, which is larger than any tile */

_Static_assert(STYLE_MAX_CLASSES <= INT8_MAX, "a class must fit int8_t");

#define AT_ONCE 16 /* values: four vectors, so that a break is loaded once for all of them */

/* Byte n, from the lowest, of a lane of four_ints. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE(lane, n) ((lane)*4 + (n))
#else
#define BYTE(lane, n) ((lane)*4 + 3 - (n))
#endif

/* The number of breaks at or below a value becomes its class: zero and NaN have their own, and NaN
 * is at or above no break. */
static inline __attribute__((always_inline)) void set_apart(four_masks *count,
                                                            const four_doubles *value)
{
    four_masks is_zero = *value == 0, is_none = *value != *value;
    *count = (*count & ~is_zero) | (is_zero & STYLE_CLASS_ZERO) | (is_none & STYLE_CLASS_NODATA);
}

/* Vectors of one byte a lane to bytes in their order: lane k of all four lies side by side first.
 */
static inline __attribute__((always_inline)) void store_bytes(int8_t *to, const four_masks of[4])
{
    four_masks beside =
        (of[0] & 255) | (of[1] & 255) << 8 | (of[2] & 255) << 16 | (of[3] & 255) << 24;
    sixteen_bytes bytes = (sixteen_bytes) __builtin_convertvector(beside, four_ints);
    bytes = __builtin_shufflevector(bytes, bytes, BYTE(0, 0), BYTE(1, 0), BYTE(2, 0), BYTE(3, 0),
                                    BYTE(0, 1), BYTE(1, 1), BYTE(2, 1), BYTE(3, 1), BYTE(0, 2),
                                    BYTE(1, 2), BYTE(2, 2), BYTE(3, 2), BYTE(0, 3), BYTE(1, 3),
                                    BYTE(2, 3), BYTE(3, 3));
    memcpy(to, &bytes, sizeof bytes);
}

/* @param n  a multiple of AT_ONCE. */
FOR_THIS_CPU static void classify(const struct style *s, const double *values, int n,
                                  int8_t *classes)
{
    for (int i = 0; i < n; i += AT_ONCE) {
        four_doubles a, b, c, d;
        four_masks of[4] = {{0}, {0}, {0}, {0}};
        memcpy(&a, values + i, sizeof a);
        memcpy(&b, values + i + 4, sizeof b);
        memcpy(&c, values + i + 8, sizeof c);
        memcpy(&d, values + i + 12, sizeof d);
        for (int k = 0; k < s->break_count; k++) {
            of[0] -= a >= s->breaks[k];
            of[1] -= b >= s->breaks[k];
            of[2] -= c >= s->breaks[k];
            of[3] -= d >= s->breaks[k];
        }
        set_apart(&of[0], &a);
        set_apart(&of[1], &b);
        set_apart(&of[2], &c);
        set_apart(&of[3], &d);
        store_bytes(classes + i, of);
    }
}

void encode_classify_held(const struct density *d, const struct style *s, int row, int8_t *classes)
{
    double values[MAX_SIDE_PX];
    int8_t all[MAX_SIDE_PX];
    int n = (d->cols + AT_ONCE - 1) / AT_ONCE * AT_ONCE;
    assert(n <= MAX_SIDE_PX);
    density_held_row(d, row, values);
    for (int i = d->cols; i < n; i++) {
        values[i] = 0;
    }
    classify(s, values, n, all);
    memcpy(classes, all, (size_t)d->cols);
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
