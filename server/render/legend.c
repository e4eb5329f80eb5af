#include "render/legend.h"

#include <string.h>

static void add_key(struct buf *out, const char *key)
{
    buf_add_char(out, ',');
    buf_add_json_str(out, key);
    buf_add_char(out, ':');
}

static void add_pair(struct buf *out, const char *key, const char *value)
{
    add_key(out, key);
    buf_add_json_str(out, value);
}

/* "colour" as CSS takes it, and the label. */
static void add_look(struct buf *out, const struct style *s, enum lang lang, int class_index)
{
    char label[LEGEND_TEXT_SIZE];
    struct rgba c = style_colour(s, class_index);
    buf_printf(out, "\"colour\":\"#%02x%02x%02x%02x\"", c.r, c.g, c.b, c.a);
    legend_label(s, lang, class_index, label);
    add_pair(out, "label", label);
}

static void add_bound(struct buf *out, const struct style *s, const char *key, int break_index)
{
    add_key(out, key);
    if (break_index >= 0 && break_index < s->break_count) {
        buf_add_json_double(out, s->breaks[break_index]);
    } else {
        buf_add_str(out, "null");
    }
}

static void add_classes(struct buf *out, const struct style *s, enum lang lang)
{
    add_key(out, "classes");
    buf_add_char(out, '[');
    for (int i = 0; i < s->class_count; i++) {
        buf_printf(out, "%s\n{\"class\":%d", i == 0 ? "" : ",", i);
        add_bound(out, s, "from", i - 1);
        add_bound(out, s, "to", i);
        buf_add_char(out, ',');
        add_look(out, s, lang, i);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void add_special(struct buf *out, const struct style *s, enum lang lang, const char *key,
                        int class_index)
{
    add_key(out, key);
    buf_add_char(out, '{');
    add_look(out, s, lang, class_index);
    buf_add_char(out, '}');
}

enum err legend_json(const struct style *s, enum lang lang, const struct legend_text *t,
                     struct buf *out)
{
    buf_add_str(out, "{\"id\":");
    buf_add_json_str(out, s->id);
    buf_printf(out, ",\"version\":%d", s->version);
    add_pair(out, "title", t->title);
    add_pair(out, "unit", t->unit);
    add_pair(out, "lang", lang_word(lang));
    add_pair(out, "kind", s->kind == STYLE_DIVERGING ? "diverging" : "sequential");
    add_pair(out, "quantity", s->quantity);
    if (s->kind == STYLE_DIVERGING) {
        add_pair(out, "low", legend_end(s, lang, false));
        add_pair(out, "high", legend_end(s, lang, true));
    }
    add_key(out, "breaks");
    for (int i = 0; i < s->break_count; i++) {
        buf_add_char(out, i == 0 ? '[' : ',');
        buf_add_json_double(out, s->breaks[i]);
    }
    buf_add_char(out, ']');
    add_classes(out, s, lang);
    add_special(out, s, lang, "zero", STYLE_CLASS_ZERO);
    add_special(out, s, lang, "nodata", STYLE_CLASS_NODATA);
    buf_add_str(out, "}\n");
    return out->failed;
}
