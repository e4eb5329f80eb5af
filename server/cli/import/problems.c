#include "cli/import/problems.h"

#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

/* Copies as much as fits, printable, and marks a cut. */
static void copy_printable(char *to, size_t size, const char *from)
{
    size_t len = strlen(from);
    if (len < size) {
        memcpy(to, from, len + 1);
    } else {
        size_t keep = utf8_floor(from, size - sizeof "...");
        memcpy(to, from, keep);
        memcpy(to + keep, "...", sizeof "...");
    }
    utf8_make_printable(to);
}

void problems_add(struct problems *p, const char *file, const char *place, const char *value,
                  const char *rule, ...)
{
    if (problems_is_full(p)) {
        return;
    }
    struct problem *new = &p->list[p->count++];
    copy_printable(new->file, sizeof new->file, file ? file : "");
    copy_printable(new->place, sizeof new->place, place ? place : "");
    copy_printable(new->value, sizeof new->value, value ? value : "");
    va_list args;
    va_start(args, rule);
    (void)vsnprintf(new->rule, sizeof new->rule, rule, args);
    va_end(args);
    new->rule[utf8_floor(new->rule, strlen(new->rule))] = '\0';
    utf8_make_printable(new->rule);
}

bool problems_is_full(const struct problems *p)
{
    return p->count >= PROBLEMS_MAX;
}

enum err problems_err(const struct problems *p)
{
    return p->count > 0 ? ERR_INPUT : ERR_OK;
}

void problems_print(const struct problems *p, FILE *to)
{
    for (int i = 0; i < p->count; i++) {
        const struct problem *one = &p->list[i];
        (void)fprintf(to, "%s", one->file);
        if (one->place[0]) {
            (void)fprintf(to, "%s%s", one->file[0] ? ", " : "", one->place);
        }
        if (one->value[0]) {
            (void)fprintf(to, ": \"%s\"", one->value);
        }
        (void)fprintf(to, ": %s\n", one->rule);
    }
    if (problems_is_full(p)) {
        (void)fprintf(to, "Stopped after %d problems; there may be more.\n", PROBLEMS_MAX);
    }
}
