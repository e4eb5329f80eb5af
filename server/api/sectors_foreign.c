#include "api/sectors_foreign.h"

#include <string.h>

static bool is_of_scheme(const char *code, const char *scheme)
{
    size_t len = strlen(scheme);
    return strncmp(code, scheme, len) == 0 && code[len] == ':';
}

/* Words separated by blanks, as an array. */
static void add_words(struct doc *d, json_t *o, const char *key, const char *words)
{
    json_t *list = doc_array(d, o, key);
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        doc_put(d, list, NULL, json_stringn(words, len));
        words += len + (words[len] == ' ');
    }
}

static void add_text_or_null(struct doc *d, json_t *o, const char *key, const char *text)
{
    if (text[0] != '\0')
        doc_text(d, o, key, text);
    else
        doc_null(d, o, key);
}

static void add_part(struct doc *d, json_t *list, const struct catalog *c,
                     const struct foreign_sector *f, enum lang lang)
{
    json_t *o = doc_object(d, list, NULL);
    add_text_or_null(d, o, "gas", f->gas);
    doc_text(d, o, "sector", c->sectors[f->sector].code);
    doc_text(d, o, "name", doc_name(c->sectors[f->sector].name, lang));
    doc_number(d, o, "weight", f->weight);
    doc_text(d, o, "note", f->note);
}

static void add_code(struct doc *d, json_t *o, const struct foreign_sector *f)
{
    doc_text(d, o, "code", f->code);
    doc_null(d, o, "parent");
    doc_text(d, o, "name", f->label);
    doc_bool(d, o, "memo", f->is_memo);
    add_words(d, o, "members", f->members);
    if (f->scope > 0) {
        doc_int(d, o, "scope", f->scope);
        add_words(d, o, "levels", f->levels);
    }
    add_text_or_null(d, o, "refusal", f->refusal);
}

bool sectors_have_foreign(const struct catalog *c, const char *scheme)
{
    bool is_any = false;
    for (int i = 0; i < c->foreign_count && !is_any; i++)
        is_any = is_of_scheme(c->foreign[i].code, scheme);
    return is_any;
}

void sectors_add_foreign(struct doc *d, json_t *list, const struct catalog *c, const char *scheme,
                         enum lang lang)
{
    json_t *map = NULL;
    for (int i = 0; i < c->foreign_count; i++) {
        const struct foreign_sector *f = &c->foreign[i];
        if (!is_of_scheme(f->code, scheme))
            continue;
        if (i == 0 || strcmp(c->foreign[i - 1].code, f->code) != 0) {
            json_t *o = doc_object(d, list, NULL);
            add_code(d, o, f);
            map = doc_array(d, o, "map");
        }
        if (f->sector >= 0)
            add_part(d, map, c, f, lang);
    }
}
