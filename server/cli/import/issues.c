#include "cli/import/issues.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define VALUE_SHOWN_BYTES 48

static int append(char *line, int used, const char *format, ...) PRINTF_LIKE(3, 4);

static int append(char *line, int used, const char *format, ...)
{
    if (used >= ISSUES_LINE_BYTES - 1) {
        return used;
    }
    va_list arguments;
    va_start(arguments, format);
    int wrote = vsnprintf(line + used, (size_t)(ISSUES_LINE_BYTES - used), format, arguments);
    va_end(arguments);
    return wrote < 0 ? used : used + wrote;
}

static int write_place(char *line, struct place where)
{
    int used = append(line, 0, "%s", where.file != NULL ? where.file : "");
    if (where.row > 0) {
        used = append(line, used, ":%ld", where.row);
    }
    if (where.is_pixel) {
        used = append(line, used, ": pixel (%ld, %ld)", where.pixel_col, where.pixel_row);
    }
    if (where.column != NULL && where.column[0] != '\0') {
        used = append(line, used, "%s%s", used > 0 ? ": " : "", where.column);
    }
    if (where.value != NULL) {
        size_t len = strlen(where.value);
        size_t shown = len > VALUE_SHOWN_BYTES ? utf8_floor(where.value, VALUE_SHOWN_BYTES) : len;
        used = append(line, used, " = '%.*s%s'", (int)shown, where.value, len > shown ? "..." : "");
    }
    return used;
}

void issues_add(struct issues *to, struct place where, const char *rule, ...)
{
    to->count++;
    if (to->count > ISSUES_MAX) {
        return;
    }
    char *line = to->lines[to->count - 1];
    int used = append(line, write_place(line, where), ": ");
    if (used < ISSUES_LINE_BYTES - 1) {
        va_list arguments;
        va_start(arguments, rule);
        vsnprintf(line + used, (size_t)(ISSUES_LINE_BYTES - used), rule, arguments);
        va_end(arguments);
    }
    utf8_make_printable(line);
}

bool issues_are_full(const struct issues *of)
{
    return of->count >= ISSUES_MAX;
}

enum err issues_verdict(const struct issues *of, struct why *why)
{
    return of->count == 0 ? ERR_OK : why_set(why, ERR_INPUT, NULL, "%s", of->lines[0]);
}
