#include "api/sectors_foreign.h"

#include <string.h>

#include "api/answer_csv.h"

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

/* One line per home sector that a code leads to; one without keeps a line of its own. */
static void add_line(struct doc *d, json_t *rows, const json_t *code, const json_t *part)
{
    static const char *const of_code[] = {"code", "name", "memo", "members", "scope", "refusal"};
    static const char *const of_part[][2] = {{"gas", "gas"},
                                             {"sector", "sector"},
                                             {"sector_name", "name"},
                                             {"weight", "weight"},
                                             {"note", "note"}};
    json_t *row = doc_object(d, rows, NULL);
    for (size_t i = 0; i < sizeof of_code / sizeof *of_code; i++) {
        json_t *value = json_object_get(code, of_code[i]);
        if (value != NULL)
            doc_put(d, row, of_code[i], json_incref(value));
    }
    for (size_t i = 0; i < sizeof of_part / sizeof *of_part && part != NULL; i++)
        doc_put(d, row, of_part[i][0], json_incref(json_object_get(part, of_part[i][1])));
}

enum err sectors_foreign_csv(struct doc *d, const json_t *list, struct buf *out)
{
    static const char *const columns[] = {"code",        "name",    "memo", "members",
                                          "scope",       "refusal", "gas",  "sector",
                                          "sector_name", "weight",  "note", NULL};
    json_t *rows = doc_array(d, d->root, "rows");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *code = json_array_get(list, i);
        const json_t *map = json_object_get(code, "map");
        for (size_t k = 0; k < json_array_size(map); k++)
            add_line(d, rows, code, json_array_get(map, k));
        if (json_array_size(map) == 0)
            add_line(d, rows, code, NULL);
    }
    return answer_csv_table(d, rows, columns, NULL, out);
}
