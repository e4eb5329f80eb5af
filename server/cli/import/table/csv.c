/* The parser: one pass over the file's bytes, fields unescaped in place. */
#include "cli/import/table/csv.h"

#include <string.h>

#include "base/utf8.h"
#include "cli/import/table/file_text.h"

struct parser {
    struct csv *t;
    struct issues *issues;
    char *at;
    char *end; /* the terminating NUL */
    long line;
    long capacity; /* rows */
    size_t max_field;
};

static void complain(struct parser *p, const char *rule)
{
    issues_add(p->issues, (struct place){.file = p->t->file, .row = p->line}, "%s", rule);
}

/* Unescapes a quoted field in place; p->at is behind the opening quote, then behind the closing. */
static const char *quoted_field(struct parser *p)
{
    char *start = p->at;
    char *to = p->at;
    while (p->at < p->end) {
        if (*p->at == '"' && p->at[1] == '"') {
            p->at++;
        } else if (*p->at == '"') {
            p->at++;
            char next = *p->at;
            if (p->at < p->end && next != ',' && next != '\n' && next != '\r') {
                complain(
                    p,
                    "text follows a closing quote; double a quote that belongs to the text (\"\")");
            }
            /* the separator is still needed: the NUL goes before it, onto or before the quote */
            *to = '\0';
            return start;
        }
        p->line += *p->at == '\n';
        *to++ = *p->at++;
    }
    complain(p, "a quote is not closed at the end of the file; close it, or take the whole file");
    return start;
}

static const char *plain_field(struct parser *p)
{
    char *start = p->at;
    while (p->at < p->end && *p->at != ',' && *p->at != '\n' && *p->at != '\r') {
        if (*p->at == '"') {
            complain(
                p,
                "a quote stands inside an unquoted field; put the field between quotes and double "
                "this one");
        }
        p->at++;
    }
    return start;
}

/* Takes the separator behind a field and ends the field's text there. @return true at a row's end.
 */
static bool field_end(struct parser *p, bool was_quoted)
{
    char *stop = p->at;
    if (*stop == '\r' && stop[1] != '\n') {
        complain(p, "a carriage return stands inside the row; end rows with LF or CR LF, and quote "
                    "a field that holds one");
    }
    while (p->at < p->end && *p->at != ',' && *p->at != '\n') {
        p->at++; /* the CR of a row's end, or what was complained about */
    }
    bool is_row_end = p->at >= p->end || *p->at == '\n';
    if (p->at < p->end) {
        p->at++;
    }
    if (!was_quoted) {
        *stop = '\0';
    }
    return is_row_end;
}

/* Reads a row's fields; returns how many there were, which may be more than max. */
static int read_row(struct parser *p, const char **fields, int max)
{
    int count = 0;
    bool is_last = false;
    while (!is_last) {
        bool is_quoted = *p->at == '"';
        p->at += is_quoted;
        const char *field = is_quoted ? quoted_field(p) : plain_field(p);
        is_last = field_end(p, is_quoted);
        if (strlen(field) > p->max_field) {
            issues_add(
                p->issues, (struct place){.file = p->t->file, .row = p->line},
                "a field is longer than %zu KiB; shorten it, or close the quote that runs on",
                p->max_field >> 10);
        }
        if (count < max) {
            fields[count] = field;
        }
        count++;
    }
    return count;
}

static enum err read_header(struct parser *p, struct arena *arena)
{
    const char *names[CSV_MAX_COLUMNS];
    int count = read_row(p, names, CSV_MAX_COLUMNS);
    p->line++;
    if (count > CSV_MAX_COLUMNS) {
        complain(
            p, "the header has more than 64 columns; keep only the columns that the manual names");
        count = CSV_MAX_COLUMNS;
    }
    p->t->names = arena_alloc(arena, (size_t)count, sizeof *p->t->names);
    if (p->t->names == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(p->t->names, names, (size_t)count * sizeof names[0]);
    p->t->column_count = count;
    return ERR_OK;
}

static void read_rows(struct parser *p)
{
    struct csv *t = p->t;
    while (p->at < p->end && t->row_count < p->capacity && !issues_are_full(p->issues)) {
        long line = p->line;
        int count = read_row(p, t->cells + t->row_count * t->column_count, t->column_count);
        if (count != t->column_count) {
            issues_add(
                p->issues, (struct place){.file = t->file, .row = line},
                "has %d fields where the header has %d; write one field for each column, and quote "
                "a field that holds a comma",
                count, t->column_count);
        } else {
            t->lines[t->row_count++] = line;
        }
        p->line++;
    }
}

static long count_lines(const char *text)
{
    long n = 1;
    for (; (text = strchr(text, '\n')) != NULL; text++) {
        n++;
    }
    return n;
}

/* The first byte that no text may have. */
static void check_bytes(const char *text, size_t len, const char *file, struct issues *issues)
{
    long line = 1;
    for (size_t i = 0; i < len;) {
        size_t n = utf8_char_len(text + i, len - i);
        char byte = text[i];
        bool is_control =
            n > 0 && utf8_is_control(text + i) && byte != '\n' && byte != '\r' && byte != '\t';
        if (n == 0 || is_control) {
            issues_add(issues, (struct place){.file = file, .row = line}, "%s",
                       n == 0      ? "is not UTF-8 text; save the file as UTF-8"
                       : byte == 0 ? "holds a NUL byte; export the table as plain CSV text"
                                   : "holds a control character; remove it");
            return;
        }
        line += text[i] == '\n';
        i += n;
    }
}

enum err csv_read(const char *path, const char *file, struct arena *arena, struct issues *issues,
                  struct csv *out, struct why *why)
{
    return csv_read_wide(path, file, CSV_MAX_FIELD_BYTES, arena, issues, out, why);
}

enum err csv_read_wide(const char *path, const char *file, size_t max_field, struct arena *arena,
                       struct issues *issues, struct csv *out, struct why *why)
{
    char *text;
    size_t len;
    enum err e = file_text_read(path, file, CSV_MAX_BYTES, arena, &text, &len, why);
    if (e != ERR_OK) {
        return e;
    }
    *out = (struct csv){.file = file};
    bool is_ended =
        len > 0 && text[len - 1] == '\n'; /* looked at before the parser writes into the text */
    check_bytes(text, len, file, issues);
    struct parser p = {out, issues, text, text + len, 1, 0, max_field};
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        p.at += 3;
    }
    p.capacity = count_lines(text);
    e = read_header(&p, arena);
    if (e != ERR_OK) {
        return e;
    }
    out->cells = arena_alloc(arena, (size_t)(p.capacity * out->column_count), sizeof *out->cells);
    out->lines = arena_alloc(arena, (size_t)p.capacity, sizeof *out->lines);
    if (out->cells == NULL || out->lines == NULL) {
        return why_set(why, ERR_NO_MEMORY, file,
                       "%s: does not fit the importer's memory; split the table", file);
    }
    read_rows(&p);
    if (out->row_count > 0 && !is_ended && issues->count == 0) {
        issues_add(
            issues, (struct place){.file = file, .row = out->lines[out->row_count - 1]},
            "the last row has no line break at its end; take the whole file, or end its last row "
            "with one");
    }
    if (out->row_count == 0 && issues->count == 0) {
        issues_add(issues, (struct place){.file = file},
                   "has no rows; write at least one below the header");
    }
    return ERR_OK;
}
