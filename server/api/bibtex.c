#include "api/bibtex.h"

#include <stdbool.h>
#include <string.h>

/* How a character that LaTeX would obey is written; NULL = as it is. */
static const char *spelling(char c)
{
    static const struct {
        char c;
        const char *text;
    } table[] = {
        {'\\', "\\textbackslash{}"},
        {'{', "\\textbraceleft{}"},
        {'}', "\\textbraceright{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'"', "\\textquotedbl{}"},
        {'$', "\\$"},
        {'&', "\\&"},
        {'%', "\\%"},
        {'#', "\\#"},
        {'_', "\\_"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].c == c)
            return table[i].text;
    }
    return NULL;
}

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7F;
}

static void add_text(struct buf *b, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *spelt = spelling(*text);
        if (is_blank(*text)) {
            if (!is_blank(text[1]))
                buf_add_char(b, ' ');
        } else if (spelt != NULL) {
            buf_add_str(b, spelt);
        } else {
            buf_add_char(b, *text);
        }
    }
}

static void add_field(struct buf *b, const char *name, const char *text, const char *open,
                      const char *close)
{
    if (text[0] == '\0')
        return;
    buf_printf(b, "  %s = %s", name, open);
    add_text(b, text);
    buf_printf(b, "%s,\n", close);
}

void bibtex_field(struct buf *b, const char *name, const char *text)
{
    add_field(b, name, text, "{", "}");
}

void bibtex_field_kept(struct buf *b, const char *name, const char *text)
{
    add_field(b, name, text, "{{", "}}");
}

void bibtex_field_url(struct buf *b, const char *name, const char *url)
{
    buf_printf(b, "  %s = {", name);
    for (; *url != '\0'; url++) {
        unsigned char c = (unsigned char)*url;
        if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
            buf_printf(b, "%%%02X", (unsigned)c);
        else
            buf_add_char(b, (char)c);
    }
    buf_add_str(b, "},\n");
}

void bibtex_key(struct buf *b, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    for (; *text != '\0'; text++)
        buf_add_char(b, strchr(plain, *text) != NULL ? *text : '-');
}
