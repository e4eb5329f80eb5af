#include "cli/import/raster/text_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum err text_lines_open(struct text_lines *t, const char *path, const char *name, struct why *why)
{
    t->file = fopen(path, "rbe");
    t->name = name;
    t->row = 0;
    t->separator = '\0';
    t->field_count = 0;
    return t->file != NULL ? ERR_OK
                           : why_set(why, ERR_IO, name, "%s cannot be opened: %s; check it", name,
                                     strerror(errno));
}

void text_lines_close(struct text_lines *t)
{
    if (t->file != NULL) {
        fclose(t->file);
    }
    t->file = NULL;
}

static enum err refuse(const struct text_lines *t, const char *rule, struct why *why)
{
    return why_set(why, ERR_INPUT, t->name, "%s:%ld: %s", t->name, t->row, rule);
}

static char separator_of(const char *line)
{
    return strchr(line, ';') != NULL    ? ';'
           : strchr(line, '\t') != NULL ? '\t'
           : strchr(line, ',') != NULL  ? ','
                                        : ' ';
}

static char *trim(char *text)
{
    text += strspn(text, " \t\"");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\"", text[len - 1]) != NULL) {
        text[--len] = '\0';
    }
    return text;
}

static bool split(struct text_lines *t)
{
    char separator = t->separator != '\0' ? t->separator : separator_of(t->line);
    char *at = t->line;
    t->field_count = 0;
    if (separator == ' ') {
        at += strspn(at, " \t");
    }
    while (at != NULL && *at != '\0') {
        if (t->field_count == TEXT_MAX_FIELDS) {
            return false;
        }
        char *end = separator == ' ' ? strpbrk(at, " \t") : strchr(at, separator);
        if (end != NULL) {
            *end++ = '\0';
            end += separator == ' ' ? strspn(end, " \t") : 0;
        }
        t->fields[t->field_count++] = trim(at);
        at = end;
    }
    return true;
}

enum err text_lines_next(struct text_lines *t, bool *is_end, struct why *why)
{
    size_t len = 0;
    int c;
    *is_end = false;
    do {
        t->row++;
        len = 0;
        while ((c = getc_unlocked(t->file)) != EOF && c != '\n') {
            if (c == '\0') {
                return refuse(t, "holds a NUL; is it text? Fetch it again", why);
            }
            if (len + 1 == sizeof t->line) {
                return refuse(t, "is longer than 4095 bytes; write one place a line", why);
            }
            t->line[len++] = (char)c;
        }
        while (len > 0 && (t->line[len - 1] == '\r' || t->line[len - 1] == ' ')) {
            len--;
        }
    } while (len == 0 && c != EOF);
    t->line[len] = '\0';
    if (ferror(t->file)) {
        return why_set(why, ERR_IO, t->name, "%s cannot be read; check the disk", t->name);
    }
    if (c == EOF && len > 0) {
        return refuse(t,
                      "does not end with a line break, so that it may be cut short; fetch it "
                      "again, or end it with one",
                      why);
    }
    *is_end = len == 0;
    return split(t) ? ERR_OK : refuse(t, "has more than 256 fields; write fewer a line", why);
}

bool text_lines_is_data(const struct text_lines *t)
{
    for (int i = 0; i < t->field_count; i++) {
        char *end;
        (void)strtod(t->fields[i], &end);
        if (t->fields[i][0] != '\0' && (*end != '\0' || end == t->fields[i])) {
            return false;
        }
    }
    return t->field_count > 0 && t->fields[0][0] != '\0';
}
