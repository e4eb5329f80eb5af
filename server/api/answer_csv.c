#include "api/answer_csv.h"

#include <string.h>

#include "api/envelope.h"

#define CRLF "\r\n"

/* Quoted only where the comma, the quote or a line break would be read as structure. A text that
   a spreadsheet would take for a formula is left as it is: a table is data, not a defence. */
static void add_text(struct buf *b, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        buf_add_str(b, text);
        return;
    }
    buf_add_char(b, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            buf_add_char(b, '"');
        buf_add_char(b, *text);
    }
    buf_add_char(b, '"');
}

static void add_scalar(struct buf *b, const json_t *value)
{
    if (json_is_integer(value))
        buf_printf(b, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        buf_add_json_double(b, json_real_value(value));
    else if (json_is_boolean(value))
        buf_add_str(b, json_is_true(value) ? "true" : "false");
}

/* "a b c": what lists hold here (codes, years, breaks) has no blanks and needs no quotes. */
static void add_list(struct buf *b, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *value = json_array_get(list, i);
        if (i > 0)
            buf_add_char(b, ' ');
        if (json_is_string(value))
            buf_add_str(b, json_string_value(value));
        else
            add_scalar(b, value);
    }
}

static void add_cell(struct buf *b, const json_t *value)
{
    if (json_is_string(value))
        add_text(b, json_string_value(value));
    else if (json_is_array(value))
        add_list(b, value);
    else
        add_scalar(b, value);
}

enum err answer_csv_table(const struct doc *d, const json_t *rows, const char *const *columns,
                          const struct csv_constant *constants, struct buf *out)
{
    if (d->failed)
        return ERR_NO_MEMORY;
    for (int i = 0; columns[i] != NULL; i++)
        buf_printf(out, "%s%s", i > 0 ? "," : "", columns[i]);
    for (const struct csv_constant *c = constants; c != NULL && c->name != NULL; c++)
        buf_printf(out, ",%s", c->name);
    buf_add_str(out, CRLF);
    for (size_t r = 0; r < json_array_size(rows); r++) {
        const json_t *row = json_array_get(rows, r);
        for (int i = 0; columns[i] != NULL; i++) {
            if (i > 0)
                buf_add_char(out, ',');
            add_cell(out, json_object_get(row, columns[i]));
        }
        for (const struct csv_constant *c = constants; c != NULL && c->name != NULL; c++) {
            buf_add_char(out, ',');
            add_text(out, c->value);
        }
        buf_add_str(out, CRLF);
    }
    return out->failed;
}

enum err answer_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                    const char *const *columns, struct http_reply *out)
{
    const char *gwp = envelope_gwp(a);
    const struct csv_constant facts[] = {{"unit", envelope_unit(a)},
                                         {"gwp", gwp != NULL ? gwp : ""},
                                         {"release", answer_release(a)->pinned},
                                         {NULL, NULL}};
    return answer_csv_table(d, rows, columns, facts, &out->body);
}

enum err answer_list(const struct doc *d, const struct answer *a, const json_t *rows,
                     const char *const *columns, struct http_reply *out)
{
    return a->params.format == FORMAT_CSV ? answer_csv_table(d, rows, columns, NULL, &out->body)
                                          : doc_write(d, &out->body);
}
