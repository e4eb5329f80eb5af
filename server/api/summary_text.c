#include "api/summary_text.h"

#include <stdint.h>
#include <string.h>

#define GAP 2 /* blanks between columns */

static uint32_t next_char(const char **at)
{
    unsigned char lead = (unsigned char)*(*at)++;
    uint32_t c = lead < 0x80u   ? lead
                 : lead < 0xE0u ? lead & 0x1Fu
                 : lead < 0xF0u ? lead & 0x0Fu
                                : lead & 0x07u;
    while (((unsigned char)**at & 0xC0u) == 0x80u)
        c = c << 6 | ((unsigned char)*(*at)++ & 0x3Fu);
    return c;
}

/* Hangul, and what else East Asia writes as wide as two letters (UAX 11, of what can occur). */
static bool is_wide(uint32_t c)
{
    return (c >= 0x1100u && c <= 0x115Fu) || (c >= 0x2E80u && c <= 0xA4CFu) ||
           (c >= 0xAC00u && c <= 0xD7A3u) || (c >= 0xF900u && c <= 0xFAFFu) ||
           (c >= 0xFF00u && c <= 0xFF60u);
}

int summary_text_width(const char *text)
{
    int width = 0;
    while (*text != '\0')
        width += is_wide(next_char(&text)) ? 2 : 1;
    return width;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static const char *cell(const json_t *row, const char *key, const char *label)
{
    return strcmp(key, label) == 0 ? text_of(row, key) : text_of(json_object_get(row, "text"), key);
}

static int column_width(const json_t *table, const json_t *column, const char *label)
{
    const char *key = text_of(column, "key");
    int widest = summary_text_width(text_of(column, "label"));
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(table, "rows"), i, row)
    {
        int width = summary_text_width(cell(row, key, label));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void pad(struct buf *b, int blanks)
{
    for (; blanks > 0; blanks--)
        buf_add_char(b, ' ');
}

/* Names to the left, numbers to the right. */
static void add_cell(struct buf *b, const char *text, int width, bool is_label)
{
    int blanks = width - summary_text_width(text);
    pad(b, is_label ? 0 : GAP + blanks);
    buf_add_str(b, text);
    pad(b, is_label ? blanks : 0);
}

/* A line of the table; @param row  NULL = the head. */
static void add_line(struct buf *b, const json_t *table, const json_t *row, const char *label)
{
    size_t i;
    const json_t *column;
    json_array_foreach(json_object_get(table, "columns"), i, column)
    {
        const char *key = text_of(column, "key");
        const char *text = row == NULL ? text_of(column, "label") : cell(row, key, label);
        add_cell(b, text, column_width(table, column, label), strcmp(key, label) == 0);
    }
    buf_add_char(b, '\n');
}

void summary_text_table(struct buf *b, const json_t *table, const char *label)
{
    const json_t *rows = json_object_get(table, "rows");
    buf_printf(b, "%s\n\n", text_of(table, "caption"));
    add_line(b, table, NULL, label);
    for (size_t i = 0; i < json_array_size(rows); i++)
        add_line(b, table, json_array_get(rows, i), label);
}
