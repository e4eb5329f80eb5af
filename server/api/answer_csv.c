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

static void add_cell(struct buf *b, const json_t *value)
{
    if (json_is_string(value))
        add_text(b, json_string_value(value));
    else if (json_is_integer(value))
        buf_printf(b, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        buf_add_json_double(b, json_real_value(value));
    else if (json_is_boolean(value))
        buf_add_str(b, json_is_true(value) ? "true" : "false");
}

enum err answer_csv(const struct doc *d, const struct answer *a, const json_t *rows,
                    const char *const *columns, struct http_reply *out)
{
    struct buf *b = &out->body;
    const char *gwp = envelope_gwp(a);
    if (d->failed)
        return ERR_NO_MEMORY;
    for (int i = 0; columns[i] != NULL; i++)
        buf_printf(b, "%s,", columns[i]);
    buf_add_str(b, "unit,gwp,release" CRLF);
    for (size_t r = 0; r < json_array_size(rows); r++) {
        const json_t *row = json_array_get(rows, r);
        for (int i = 0; columns[i] != NULL; i++) {
            add_cell(b, json_object_get(row, columns[i]));
            buf_add_char(b, ',');
        }
        buf_printf(b, "%s,%s,%s" CRLF, envelope_unit(a), gwp != NULL ? gwp : "",
                   answer_release(a)->pinned);
    }
    return b->failed;
}
